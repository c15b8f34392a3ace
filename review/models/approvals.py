from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.private import PrivateStorage
from review.errors import AppendOnlyError


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses what would change or remove a record."""

    def update(self, **kwargs):
        raise AppendOnlyError(_("Approvals are append-only."))

    def delete(self):
        raise AppendOnlyError(_("Approvals are append-only."))

    bulk_update = update


class Approval(models.Model):
    """The finished chain (签发), kept for ever: who, with which credentials and answers, over which exact text.

    Rows are numbered without gaps and sealed with ``APPROVAL_KEY`` (see ``review.chain``): each seal covers the row and
    the seal before it.
    """

    sequence = models.PositiveBigIntegerField(_("number"), unique=True)
    article = models.ForeignKey(
        "articles.ArticlePage", on_delete=models.PROTECT, related_name="approvals", verbose_name=_("article")
    )
    workflow_state = models.OneToOneField(
        "wagtailcore.WorkflowState",
        on_delete=models.PROTECT,
        related_name="approval",
        verbose_name=_("review"),
    )
    revision_id = models.PositiveBigIntegerField(_("revision"))
    scheme = models.CharField(_("digest scheme"), max_length=32)
    digest = models.CharField(_("content digest"), max_length=64)
    snapshot = models.JSONField(_("snapshot"))
    signatures = models.JSONField(_("signatures"))
    signed_at = models.DateTimeField(_("signed at"))
    key_id = models.CharField(_("key"), max_length=16, blank=True)
    previous_mac = models.CharField(_("seal before"), max_length=64, blank=True)
    mac = models.CharField(_("seal"), max_length=64, unique=True)

    objects = AppendOnlyQuerySet.as_manager()

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["sequence"]

    def __str__(self):
        return f"#{self.sequence} {self.snapshot.get('title', '')}"

    def save(self, *args, **kwargs):
        """Insert once; raises AppendOnlyError afterwards."""
        if not self._state.adding:
            raise AppendOnlyError(_("Approvals are append-only."))
        kwargs["force_insert"] = True
        return super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refused with AppendOnlyError."""
        raise AppendOnlyError(_("Approvals are append-only."))


class ChainHead(models.Model):
    """Where the chain of approvals ends: their count and the last seal, sealed as well. One row."""

    count = models.PositiveBigIntegerField(_("count"), default=0)
    mac = models.CharField(_("last seal"), max_length=64, blank=True)
    seal = models.CharField(_("seal of this row"), max_length=64, blank=True)
    key_id = models.CharField(_("key"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("end of the chain of approvals")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="review_one_chain_head")]

    def __str__(self):
        return str(self.count)


class ApprovalScan(models.Model):
    """A scan of the hospital's own form (审批表) with ink and stamp, kept beside the approval, never instead of it."""

    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, related_name="scans", verbose_name=_("approval")
    )
    scan = models.FileField(_("scan"), upload_to="forms/%Y/", storage=PrivateStorage())
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stamped form")
        verbose_name_plural = _("stamped forms")
        ordering = ["-added_at"]

    def __str__(self):
        return f"{self.approval} ({self.added_at:%Y-%m-%d})"
