import re
import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from articles import citation
from articles.choices import CitationStyle, ReferenceKind
from articles.citing import identifiers


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def new_key():
    """Return a key by which citations in the text name a reference, whatever its place in the list."""
    return secrets.token_hex(5)


class Reference(Orderable):
    """One reference (参考文献), printed in the style of GB/T 7714-2025 by ``articles.citation``."""

    article = ParentalKey("articles.ArticlePage", on_delete=models.CASCADE, related_name="references")
    key = models.CharField(_("key"), max_length=10, default=new_key)
    kind = models.CharField(
        _("kind"), max_length=10, choices=ReferenceKind.choices, default=ReferenceKind.WEB
    )
    authors = models.TextField(
        _("authors"),
        blank=True,
        help_text=_("One a line; family name first for Latin names. Bodies as they write themselves."),
    )
    title = models.CharField(pgettext_lazy("of a cited work", "title"), max_length=400, blank=True)
    container = models.CharField(_("journal"), max_length=200, blank=True)
    editors = models.TextField(
        _("editors of the whole work"), blank=True, help_text=_("One a line; for chapters and proceedings.")
    )
    year = models.CharField(_("year"), max_length=10, blank=True)
    published = models.DateField(_("published or updated on"), null=True, blank=True)
    volume = models.CharField(_("volume"), max_length=20, blank=True)
    issue = models.CharField(_("issue"), max_length=20, blank=True)
    pages = models.CharField(pgettext_lazy("of a cited work", "pages"), max_length=40, blank=True)
    edition = models.CharField(_("edition"), max_length=20, blank=True)
    place = models.CharField(_("place"), max_length=60, blank=True)
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    number = models.CharField(_("standard number"), max_length=60, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    pmid = models.CharField("PMID", max_length=8, blank=True, validators=[citation.validate_pmid])
    pmcid = models.CharField("PMCID", max_length=12, blank=True)
    isbn = models.CharField("ISBN", max_length=17, blank=True, validators=[citation.validate_isbn])
    accessed = models.DateField(_("read on"), null=True, blank=True)
    manual = models.TextField(
        _("as printed"), blank=True, help_text=_("Only for the kind “typed by hand”: the whole line.")
    )

    still_valid = models.CharField(
        _("why an older source still holds"),
        max_length=200,
        blank=True,
        help_text=_("For a source older than five years; reviewers see it, readers do not."),
    )
    retracted = models.BooleanField(_("retracted"), default=False)
    looked_up_at = models.DateTimeField(_("looked up at"), null=True, blank=True)
    unreachable_since = models.DateTimeField(_("address unreachable since"), null=True, blank=True)

    # Which kind shows which field: articles/static/articles/citing.css. Hidden ones: articles.citing.panels.
    panels = [
        FieldPanel("kind"),
        FieldPanel("authors"),
        FieldPanel("title"),
        FieldPanel("editors"),
        FieldPanel("container"),
        FieldRowPanel([FieldPanel("year"), FieldPanel("published")]),
        FieldRowPanel([FieldPanel("volume"), FieldPanel("issue"), FieldPanel("pages")]),
        FieldRowPanel(
            [FieldPanel("edition"), FieldPanel("place"), FieldPanel("publisher"), FieldPanel("number")]
        ),
        FieldRowPanel([FieldPanel("url"), FieldPanel("accessed")]),
        FieldRowPanel([FieldPanel("doi"), FieldPanel("pmid"), FieldPanel("pmcid"), FieldPanel("isbn")]),
        FieldPanel("manual"),
        FieldPanel("still_valid"),
        FieldPanel("retracted"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self):
        return self.printed

    @property
    def printed(self):
        """The line readers see, in the style of today's standard."""
        return self.line()

    def line(self, style=CitationStyle.GB2025):
        """Return the printed line after the standard ``style`` (articles.choices.CitationStyle)."""
        return citation.printed(self, style)

    def clean(self):
        super().clean()
        for name in ("authors", "title", "container", "editors", "publisher", "place", "manual"):
            # Come along from PDFs and databases, are seen by nobody, and one of them turns the line round.
            setattr(self, name, _UNSEEN.sub("", getattr(self, name)))
        self.doi = identifiers.bare_doi(self.doi)
        self.pmcid = identifiers.pmcid(self.pmcid) or self.pmcid.strip()
        if not re.fullmatch(r"[A-Za-z0-9]{1,10}", self.key or ""):
            self.key = new_key()
        if self.pmcid and not identifiers.pmcid(self.pmcid):
            raise ValidationError({"pmcid": _("A PMCID is PMC and a number of up to nine digits.")})
        if self.kind == ReferenceKind.MANUAL:
            if not self.manual.strip():
                raise ValidationError({"manual": _("Type the whole reference here, or choose another kind.")})
        elif not self.title.strip():
            raise ValidationError({"title": _("A reference needs its title.")})
