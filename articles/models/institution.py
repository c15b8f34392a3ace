from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="home", order=10)
class Institution(BaseGenericSetting):
    """Site chrome: institutional text without medical advice, edited by the chief librarian."""

    name = models.CharField(
        _("licensed name"),
        max_length=80,
        default="示例医院",
        help_text=_("As on the practice licence (第一名称)."),
    )
    short_name = models.CharField(_("name of this library"), max_length=40, default="健康科普")
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0F766E",
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", _("Write the colour as #RRGGBB."))],
    )
    disclaimer = models.TextField(
        _("disclaimer"),
        default="本文由专业医师审核，供了解健康知识使用，不能代替医生面诊。如有不适，请及时就医。",
    )
    icp = models.CharField(_("ICP filing number"), max_length=60, blank=True)
    contact = models.CharField(
        _("contact for corrections"),
        max_length=120,
        blank=True,
        help_text=_("Where readers report mistakes. No booking telephone, price or QR code."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("short_name"), FieldPanel("colour")], _("Identity")),
        MultiFieldPanel([FieldPanel("disclaimer"), FieldPanel("contact"), FieldPanel("icp")], _("Footer")),
    ]

    class Meta:
        verbose_name = _("hospital and site")

    def facts(self):
        """Return the chrome as the plain dict renderers take."""
        return {
            field: getattr(self, field)
            for field in ("name", "short_name", "colour", "disclaimer", "icp", "contact")
        }
