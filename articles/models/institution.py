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
    police_filing = models.CharField(
        _("public security filing number"),
        max_length=60,
        blank=True,
        help_text=_("As the public security office gave it (公安备案号)."),
    )
    review_consent = models.CharField(
        _("number of the consent to health information"),
        max_length=80,
        blank=True,
        help_text=_("Where the hospital holds one (互联网医疗保健信息服务审核同意书)."),
    )
    public_body_mark = models.ForeignKey(
        "articles.LibraryImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("mark of public institutions"),
        help_text=_("The picture of the 事业单位标识; it is kept here, no other server is asked for it."),
    )
    public_body_url = models.URLField(_("address behind the mark"), blank=True)
    logo = models.ForeignKey(
        "articles.LibraryImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("Stands beside the name. Without one, the first character of the name is shown."),
    )
    site_theme = models.CharField(_("look of the website"), max_length=40, default="calm")
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
