"""What was compared with WeChat: the connection, and articles finished by hand."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ConnectionCheck(models.Model):
    """One check of the connection (微信连接), asked for on the page and made by a worker, step after step."""

    account = models.CharField(max_length=64)
    wanted_at = models.DateTimeField(default=timezone.now)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # [{"step", "outcome": ok|bad|missing|skipped, "errcode", "errmsg", "detail": {...}, "rid"}]
    results = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.account} {self.wanted_at:%Y-%m-%d %H:%M}"


class HandOver(models.Model):
    """A push finished by hand: what was compared before the librarian pressed 发表, and after."""

    push = models.OneToOneField("publish.Push", on_delete=models.CASCADE, related_name="hand_over")
    wanted_at = models.DateTimeField(null=True)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    compared_at = models.DateTimeField(_("draft compared"), null=True)
    # Names of what differs in the draft (publish.wechat.article.differences); empty: as signed.
    differences = models.JSONField(default=list)
    problem = models.CharField(max_length=40, blank=True)
    # After publication: when WeChat's list was compared, or why it cannot be.
    final_due_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(_("published text compared"), null=True)
    final_problem = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"hand-over of push {self.push_id}"


class Drift(models.Model):
    """Text in WeChat that nobody signed: what differs, until a person settles it."""

    class Place(models.TextChoices):
        DRAFT = "draft", _("in the draft")
        PUBLISHED = "published", _("in the published article")

    class Settlement(models.TextChoices):
        MENDED = "mended", _("mended in WeChat")
        HARMLESS = "harmless", _("left, with a reason")
        CORRECTED = "corrected", _("goes through review as a correction")
        DELETED = "deleted", _("deletion asked for")

    item = models.ForeignKey("publish.PushItem", on_delete=models.CASCADE, related_name="drifts")
    place = models.CharField(max_length=10, choices=Place.choices)
    # [{"field", "signed", "there"}]
    differences = models.JSONField(default=list)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settlement = models.CharField(max_length=10, choices=Settlement.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["item", "place"], condition=Q(settled_at=None), name="drift_one_open"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | (~Q(settlement="") & Q(settled_by__isnull=False)),
                name="drift_settled_by_somebody",
            ),
        ]

    def __str__(self):
        return f"drift of item {self.item_id}"
