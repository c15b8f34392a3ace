"""Taking something back in WeChat, and saying publicly what changed (P6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Deletion(models.Model):
    """The deletion of one published article in WeChat, which cannot be undone.

    A second named person confirms it unless readers are in danger; no timer ever begins one. What the API
    cannot do stays listed until a person has done it by hand.
    """

    class State(models.TextChoices):
        WANTED = "wanted", _("waits for a second person")
        READY = "ready", _("will be deleted")
        BEGUN = "begun", _("being deleted")
        BY_HAND = "by_hand", _("to be deleted by hand")
        DONE = "done", _("deleted")
        DROPPED = "dropped", _("not deleted")

    item = models.ForeignKey("publish.PushItem", on_delete=models.PROTECT, related_name="deletions")
    account = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=300)
    danger = models.BooleanField(_("readers are in danger"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WANTED)
    problem = models.CharField(max_length=40, blank=True)
    errcode = models.IntegerField(null=True)
    detail = models.TextField(blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    lease_worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("deletion in WeChat")
        verbose_name_plural = _("deletions in WeChat")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=["wanted", "ready", "begun", "by_hand", "done"]),
                name="deletion_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["wanted", "dropped"])
                | Q(danger=True)
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("asked_by"))),
                name="deletion_needs_a_second_person",
            ),
        ]

    def __str__(self):
        return f"deletion of item {self.item_id}"


class Correction(models.Model):
    """A correction (更正): a newer signed version that says what it puts right, and what is done about WeChat."""

    publication = models.OneToOneField(
        "publish.Publication", on_delete=models.PROTECT, related_name="correction"
    )
    corrects = models.ForeignKey("publish.Publication", on_delete=models.PROTECT, related_name="corrected_by")
    note = models.TextField(_("what changed"))
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        default_permissions = ("view",)

    def __str__(self):
        return self.note[:40]


class CorrectionStep(models.Model):
    """One rung of WeChat's ladder for a correction: small edit, corrigendum or deletion; ticked by a person."""

    class Kind(models.TextChoices):
        EDIT = "edit", _("small edit on WeChat's website")
        CORRIGENDUM = "corrigendum", _("corrigendum in the next push")
        DELETE = "delete", _("deletion in WeChat")

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="steps")
    item = models.ForeignKey("publish.PushItem", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # Of a small edit: [{"find", "replace"}], from the two signed texts.
    strings = models.JSONField(default=list)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    push = models.ForeignKey("publish.Push", null=True, on_delete=models.SET_NULL, related_name="+")
    deletion = models.ForeignKey(Deletion, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["correction", "item", "kind"], name="correctionstep_once")
        ]

    def __str__(self):
        return f"{self.kind} for correction {self.correction_id}"
