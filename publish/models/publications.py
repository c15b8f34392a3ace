"""Publications (发布版): the signed snapshots as readers get them, and their withdrawal."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.pinyin import letter_of, sound_of
from review import people, rights
from review.models import StepKind


class PublicationQuerySet(models.QuerySet):
    def live(self):
        """What readers may see."""
        return self.filter(state=Publication.State.LIVE)

    def overdue(self, day=None):
        """Live ones that should have been reviewed again by now."""
        return self.live().filter(valid_until__lt=day or timezone.localdate())

    def for_lists(self):
        """Live ones, newest first, with what a list row prints."""
        return self.live().select_related("approval", "correction").order_by("-published_at", "-pk")


class Publication(models.Model):
    """One signed version of an article; the only source of every public page, list, feed, search and WeChat body."""

    class State(models.TextChoices):
        LIVE = "live", _("Live")
        SUPERSEDED = "superseded", _("Replaced by a newer version")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    article = models.ForeignKey(
        "articles.ArticlePage",
        on_delete=models.PROTECT,
        related_name="publications",
        verbose_name=_("article"),
    )
    approval = models.OneToOneField(
        "review.Approval", on_delete=models.PROTECT, related_name="publication", verbose_name=_("approval")
    )
    number = models.PositiveIntegerField(_("version"))
    topic = models.ForeignKey(
        "articles.TopicPage", on_delete=models.PROTECT, related_name="publications", verbose_name=_("topic")
    )
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name=_("department"),
    )
    # The title by its sound ("gao xue ya") and the letter it stands under in the index; made on saving.
    pinyin = models.CharField(max_length=1000, blank=True, editable=False)
    letter = models.CharField(max_length=1, blank=True, editable=False)
    path = models.CharField(_("address"), max_length=500, db_index=True)
    release = models.CharField(_("release in WeChat"), max_length=8)
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True)
    key_message = models.TextField(_("key message"), blank=True)
    body_text = models.TextField(_("text"), blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    first_published_at = models.DateTimeField(_("first published at"))
    published_at = models.DateTimeField(_("published at"))
    valid_until = models.DateField(_("valid until"))
    # The end of the chain of approvals when this version went out: a second witness beside the chain itself.
    chain_count = models.PositiveBigIntegerField(_("count of approvals"), null=True, editable=False)
    chain_mac = models.CharField(_("last seal"), max_length=64, blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-published_at", "-pk"]
        permissions = [("withdraw_publication", _("Can withdraw a publication"))]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(state="live"), name="publish_one_live_version_per_article"
            ),
            models.UniqueConstraint(
                fields=["path"], condition=Q(state="live"), name="publish_one_live_version_per_path"
            ),
            models.UniqueConstraint(fields=["article", "number"], name="publish_version_numbers_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["live", "superseded", "withdrawn"]),
                name="publish_publication_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at"]),
            models.Index(fields=["topic", "state", "-published_at"]),
            models.Index(fields=["department", "state", "-published_at"]),
            models.Index(fields=["state", "letter"]),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Save; a new publication gets its place in the index by sound from the signed title."""
        if not self.pinyin:
            self.pinyin, self.letter = sound_of(self.title)[:1000], letter_of(self.title)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.path

    @property
    def snapshot(self):
        """The signed snapshot (see articles.snapshot)."""
        return self.approval.snapshot

    @property
    def cover(self):
        """The cover's image value, or None."""
        return self.snapshot["cover"]

    @cached_property
    def signers(self):
        """All who signed, step by step, as ``reviewers``."""
        return people.as_readers_see(self.approval.signatures)

    @property
    def reviewers(self):
        """The people of medicine who signed, in order: dicts with name, title, department, step, kind.

        Without any, all who signed but the author.
        """
        signers = self.signers
        medical = [one for one in signers if one["kind"] in rights.MEDICAL]
        return medical or [one for one in signers if one["kind"] != StepKind.AUTHOR]

    @property
    def signed_on(self):
        """The day of the last signature, in the hospital's time zone."""
        return timezone.localdate(self.approval.signed_at)

    @property
    def permanent_path(self):
        return f"/a/{self.article_id}/"

    @property
    def permanent_url(self):
        return f"{settings.SITE_URL}{self.permanent_path}"

    def is_overdue(self, day=None):
        """Return whether the day by which it was to be reviewed again is past."""
        return self.valid_until < (day or timezone.localdate())

    def facts(self, institution):
        """Return what renderers print beside the snapshot; ``institution`` is an articles.Institution."""
        return {
            "signed_on": self.signed_on,
            "valid_until": self.valid_until,
            "published_on": timezone.localdate(self.published_at),
            "reviewers": self.reviewers,
            "signers": self.signers,
            "url": self.permanent_url,
            "institution": institution.facts(),
            "preview": False,
        }


class Withdrawal(models.Model):
    """Taking a publication back (撤稿): off the website at once, and reversible there."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="withdrawals", verbose_name=_("publication")
    )
    reason = models.TextField(_("reason"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-withdrawn_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"], condition=Q(undone_at=None), name="publish_one_open_withdrawal"
            )
        ]

    def __str__(self):
        return f"{self.publication}: {self.reason}"
