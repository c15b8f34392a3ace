from django.db import models
from django.utils.translation import gettext_lazy as _


class GlossaryTerm(models.Model):
    """A medical term (术语), how people say it, and a sentence that explains it."""

    term = models.CharField(_("term"), max_length=60, unique=True)
    plain = models.CharField(
        _("plain wording"),
        max_length=60,
        blank=True,
        help_text=_("What people say, such as 心梗; may be empty."),
    )
    explanation = models.CharField(
        _("explanation"), max_length=200, blank=True, help_text=_("One sentence for readers.")
    )
    synonyms = models.TextField(_("synonyms"), blank=True, help_text=_("One a line, abbreviations too."))
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ["term"]

    def __str__(self):
        return self.term

    @property
    def names(self):
        """The term and its synonyms, each once."""
        return list(
            dict.fromkeys([self.term, *(line.strip() for line in self.synonyms.splitlines() if line.strip())])
        )
