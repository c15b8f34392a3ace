from contextlib import suppress

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from articles import house_pictures
from articles.copies import CopyError
from articles.institution_form import InstitutionForm


_WORDS = (
    "name",
    "short_name",
    "colour",
    "disclaimer",
    "icp",
    "contact",
    "site_theme",
    "police_filing",
    "review_consent",
    "public_body_url",
)


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

    # What a page needs of the pictures, in the query that reads the rest.
    select_related = ("logo", "public_body_mark")
    base_form_class = InstitutionForm
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("short_name"),
                FieldPanel("logo"),
                FieldPanel("colour", widget=forms.TextInput(attrs={"type": "color"})),
            ],
            _("Identity"),
        ),
        MultiFieldPanel([FieldPanel("site_theme")], _("Website")),
        MultiFieldPanel([FieldPanel("disclaimer"), FieldPanel("contact")], _("Footer")),
        MultiFieldPanel(
            [
                FieldPanel("icp"),
                FieldPanel("police_filing"),
                FieldPanel("review_consent"),
                FieldPanel("public_body_mark"),
                FieldPanel("public_body_url"),
            ],
            _("Registrations, shown in the footer"),
        ),
    ]

    class Meta:
        verbose_name = _("hospital and site")

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.keep_pictures()

    def pictures(self):
        """Return (name of the field, picture of the library or None, size of its copy) of each picture."""
        return [
            ("logo", self.logo, house_pictures.LOGO),
            ("public_body_mark", self.public_body_mark, house_pictures.MARK),
        ]

    def keep_pictures(self):
        """Store what readers see of the pictures. One whose file is lost is left: the form says so to people."""
        for _field, image, box in self.pictures():
            if image is not None:
                with suppress(CopyError):
                    house_pictures.keep(image, box)

    def facts(self):
        """Return the chrome as the plain dict renderers take; pictures as {"url", "width", "height"} or None."""
        return {field: getattr(self, field) for field in _WORDS} | {
            field: house_pictures.shown(image, box) for field, image, box in self.pictures()
        }


@receiver(post_save, sender="articles.LibraryImage")
def keep_replaced_picture(sender, instance, created, raw=False, **kwargs):
    """A picture of the house was replaced in the library: readers get the new one."""
    if not created and not raw:
        for institution in Institution.objects.filter(Q(logo=instance) | Q(public_body_mark=instance)):
            institution.keep_pictures()
