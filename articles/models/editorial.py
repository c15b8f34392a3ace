from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from articles.choices import CitationStyle


@register_setting(icon="edit", order=20)
class EditorialSettings(BaseGenericSetting):
    """The house style, and which look-ups may leave the server (each off until somebody switches it on, P8)."""

    citation_style = models.CharField(
        _("references printed after"),
        max_length=4,
        choices=CitationStyle.choices,
        default=CitationStyle.GB2025,
    )
    pubmed = models.BooleanField(_("ask PubMed"), default=False)
    crossref = models.BooleanField(_("ask Crossref"), default=False)
    doi = models.BooleanField(
        _("ask doi.org"), default=False, help_text=_("Also for Chinese DOIs, which Crossref does not know.")
    )
    open_library = models.BooleanField(_("ask Open Library"), default=False)
    addresses = models.BooleanField(
        _("see whether addresses of references answer"),
        default=False,
        help_text=_("Only the host of the address learns that somebody asked."),
    )
    lookup_mail = models.EmailField(
        _("mail address named in look-ups"),
        blank=True,
        help_text=_("PubMed and Crossref ask for one, so that they can complain before they block."),
    )

    panels = [
        FieldPanel("citation_style"),
        MultiFieldPanel(
            [
                FieldPanel("pubmed"),
                FieldPanel("crossref"),
                FieldPanel("doi"),
                FieldPanel("open_library"),
                FieldPanel("addresses"),
                FieldPanel("lookup_mail"),
            ],
            _("Look-ups of references"),
        ),
    ]

    class Meta:
        verbose_name = _("house style and look-ups")


class LookupAnswer(models.Model):
    """What a service answered about an identifier, kept so that it is asked rarely. Holds no personal data."""

    class Service(models.TextChoices):
        PUBMED = "pubmed", "PubMed"
        CROSSREF = "crossref", "Crossref"
        DOI = "doi", "doi.org"
        OPEN_LIBRARY = "openlibrary", "Open Library"

    service = models.CharField(_("service"), max_length=12, choices=Service.choices)
    identifier = models.CharField(_("identifier"), max_length=200)
    found = models.BooleanField(_("known there"))
    fields = models.JSONField(_("what it said"), default=dict)
    at = models.DateTimeField(_("asked at"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["service", "identifier"], name="one_answer_a_service_and_identifier"
            )
        ]

    def __str__(self):
        return f"{self.service} {self.identifier}"
