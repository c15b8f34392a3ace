"""What the editorial checks take from the hospital: rules of wording, a list of wrong and sensitive words, waivers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How heavy a finding of a rule is (articles.findings)."""

    STOP = "stop", _("Must be mended")
    WARN = "warn", _("Please check")
    INFO = "info", _("For your information")


class WordingRule(models.Model):
    """A rule of risky wording: what it looks for, where it does not count, and what to say then."""

    class Category(models.TextChoices):
        GUARANTEE = "guarantee", _("Promise of a cure")
        PERCENT = "percent", _("Percentage of success")
        HARMLESS = "harmless", _("No side effects")
        SUPERLATIVE = "superlative", _("Superlative")
        MIRACLE = "miracle", _("Miracle cure")
        DISSUASION = "dissuasion", _("Keeps from care or medicine")
        PROMOTION = "promotion", _("Promotion")
        FEAR = "fear", _("Fear and clickbait")
        COMPARISON = "comparison", _("Comparison with others")
        TESTIMONIAL = "testimonial", _("Patients as proof")
        TIME = "time", _("Ages quickly")
        OTHER = "other", _("Other wording")

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Stands in kept findings; stays as it is.")
    )
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    level = models.CharField(_("level"), max_length=4, choices=Level.choices, default=Level.WARN)
    pattern = models.TextField(
        _("looks for"),
        help_text=_("Words separated by |, or a regular expression. Letters in either case."),
    )
    near = models.TextField(
        _("only near"),
        blank=True,
        help_text=_("Counts only where one of these stands in the same sentence; empty: everywhere."),
    )
    unless = models.TextField(
        _("not within"),
        blank=True,
        help_text=_("Innocent wordings that contain it, such as 最高血压; separated by |."),
    )
    negatable = models.BooleanField(
        _("a negation before it clears it"),
        default=True,
        help_text=_("“不能根治”, “谣言：…” are then no finding."),
    )
    explanation = models.CharField(_("why"), max_length=200)
    suggestion = models.CharField(_("what to do"), max_length=200, blank=True)
    source = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("Law, notice or house rule.")
    )
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("wording rule")
        verbose_name_plural = _("wording rules")
        ordering = ["category", "code"]

    def __str__(self):
        return self.code


class SensitiveWord(models.Model):
    """One entry of a list of wrong and sensitive words (错敏词), usually imported."""

    word = models.CharField(_("word"), max_length=60, unique=True)
    instead = models.CharField(_("right wording"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=4, choices=Level.choices, default=Level.WARN)
    note = models.CharField(_("note"), max_length=200, blank=True)
    list_name = models.CharField(_("list"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("wrong or sensitive word")
        verbose_name_plural = _("wrong and sensitive words")
        ordering = ["word"]

    def __str__(self):
        return self.word


class FindingWaiver(models.Model):
    """A named person lets one finding pass, with a reason that reviewers see. Holds as long as the passage stands."""

    article = models.ForeignKey("articles.ArticlePage", on_delete=models.CASCADE, related_name="waivers")
    code = models.CharField(_("finding"), max_length=60)
    passage = models.TextField(_("passage"), help_text=_("The sentence as it stood."))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("waiver of a finding")
        verbose_name_plural = _("waivers of findings")
        ordering = ["-at"]

    def __str__(self):
        return f"{self.code}: {self.reason}"
