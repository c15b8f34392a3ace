"""What readers leave behind: an answer about an article, and daily counts. Nothing that names a person (P7)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReaderFeedback(models.Model):
    """What a reader answered about a signed article (有帮助吗 / 哪里没看懂). No address, no name, the day only."""

    class Answer(models.TextChoices):
        HELPFUL = "helpful", _("Helpful")
        UNCLEAR = "unclear", _("Not understood")
        WRONG = "wrong", _("Something is wrong")

    publication = models.ForeignKey(
        "publish.Publication", on_delete=models.CASCADE, related_name="feedback", verbose_name=_("article")
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices)
    # The number of the block in the signed body, from 1; 0: the article as a whole.
    passage = models.PositiveSmallIntegerField(_("passage"), default=0)
    words = models.CharField(_("words"), max_length=300, blank=True)
    day = models.DateField(_("day"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("change", "view")
        verbose_name = _("reader's answer")
        verbose_name_plural = _("readers' answers")
        indexes = [models.Index(fields=["settled_at", "-id"])]

    def __str__(self):
        return f"{self.publication_id} {self.answer} {self.day}"


class VisitCount(models.Model):
    """How often an article was opened on one day from one source; totals only, no reader is told from another."""

    class Source(models.TextChoices):
        WECHAT = "wechat", _("Read the original in WeChat")
        QR = "qr", _("QR code")
        SEARCH = "search", _("Search engine")
        SITE = "site", _("This website")
        OTHER = "other", _("Elsewhere or typed")

    day = models.DateField()
    article = models.ForeignKey("articles.ArticlePage", on_delete=models.CASCADE, related_name="visits")
    source = models.CharField(max_length=8, choices=Source.choices)
    visits = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("visits")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["day", "article", "source"], name="publish_visits_once_a_day")
        ]

    def __str__(self):
        return f"{self.day} {self.article_id} {self.source}: {self.visits}"


class CacheRefresh(models.Model):
    """Addresses that outer caches must read anew; a row is made with the change itself and done by a worker.

    ``paths`` of this site; ``left``: the addresses of CACHE_REFRESH_URLS that have not confirmed yet.
    """

    paths = models.JSONField(default=list)
    left = models.JSONField(default=list)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.pk}: {', '.join(self.paths)}"
