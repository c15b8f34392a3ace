from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReReview(models.Model):
    """When a signed article is due again (复审). One row an article, set by its last full signature."""

    article = models.OneToOneField(
        "articles.ArticlePage", on_delete=models.CASCADE, related_name="re_review", verbose_name=_("article")
    )
    signed_on = models.DateField(_("signed on"))
    months = models.PositiveSmallIntegerField(_("review again after (months)"))
    due_on = models.DateField(_("due on"))
    paused = models.BooleanField(
        _("not shown to readers"), default=False, help_text=_("Withdrawn articles wait without being due.")
    )

    class Meta:
        verbose_name = _("re-review")
        verbose_name_plural = _("re-reviews")
        ordering = ["due_on"]

    def __str__(self):
        return f"{self.article_id} {self.due_on}"

    def is_overdue(self, day=None):
        return not self.paused and self.due_on < (day or timezone.localdate())


class OlderArticle(models.Model):
    """An article published in WeChat before this system, registered so that it can be drawn for spot checks."""

    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("address"), max_length=500, unique=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    taken_down_on = models.DateField(_("taken down on"), null=True, blank=True)

    class Meta:
        verbose_name = _("older WeChat article")
        verbose_name_plural = _("older WeChat articles")
        ordering = ["-published_on", "title"]

    def __str__(self):
        return self.title


class SpotCheck(models.Model):
    """One month's sample (常态化抽检) of what readers can see; the same seed over the same list draws the same items."""

    month = models.DateField(_("month"), unique=True, help_text=_("Its first day."))
    percent = models.PositiveSmallIntegerField(_("share (%)"))
    seed = models.CharField(_("seed"), max_length=64)
    population = models.JSONField(_("drawn from"))
    drawn_at = models.DateTimeField(_("drawn at"), default=timezone.now)

    class Meta:
        verbose_name = _("monthly spot check")
        verbose_name_plural = _("monthly spot checks")
        ordering = ["-month"]

    def __str__(self):
        return f"{self.month:%Y-%m}"


class Verdict(models.TextChoices):
    OPEN = "open", _("To check")
    FINE = "fine", _("In order")
    MEND = "mend", _("To be mended")
    REMOVE = "remove", _("To be taken down")


class SpotCheckItem(models.Model):
    """One article drawn, an own one or an older one, and what the checker found."""

    spot_check = models.ForeignKey(
        SpotCheck, on_delete=models.CASCADE, related_name="items", verbose_name=_("monthly spot check")
    )
    article = models.ForeignKey(
        "articles.ArticlePage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="spot_checks",
        verbose_name=_("article"),
    )
    older = models.ForeignKey(
        OlderArticle,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="spot_checks",
        verbose_name=_("older WeChat article"),
    )
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, default=Verdict.OPEN)
    note = models.TextField(_("note"), max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("item of a spot check")
        verbose_name_plural = _("items of spot checks")
        ordering = ["spot_check", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(article__isnull=False, older__isnull=True)
                | models.Q(article__isnull=True, older__isnull=False),
                name="review_spot_check_of_one",
            )
        ]

    def __str__(self):
        return str(self.article or self.older)


class Account(models.Model):
    """An account in the hospital's or a colleague's official name, reported to the hospital (账号备案台账)."""

    platform = models.CharField(_("platform"), max_length=40)
    name = models.CharField(_("account name"), max_length=80)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[("hospital", _("Of the hospital")), ("personal", _("Of a colleague"))],
        default="hospital",
    )
    operator = models.CharField(_("run by"), max_length=60)
    department = models.CharField(_("department"), max_length=60, blank=True)
    filed_on = models.DateField(_("reported on"))
    verified_until = models.DateField(_("platform's verification valid until"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("registered account")
        verbose_name_plural = _("registered accounts")
        ordering = ["platform", "name"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "name"], name="review_one_registered_account")
        ]

    def __str__(self):
        return f"{self.platform} {self.name}"
