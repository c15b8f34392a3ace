from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Answer(models.TextChoices):
    """How the person asked has answered so far."""

    ASKED = "asked", pgettext_lazy("of a person", "Asked")
    CLAIMED = "claimed", _("Accepted")
    DECLINED = "declined", _("Declined")
    PASSED_ON = "passed_on", _("Passed on")
    DONE = "done", _("Decided")
    ENDED = "ended", _("No longer needed")


OPEN_ANSWERS = (Answer.ASKED, Answer.CLAIMED)


class AssignmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answer__in=OPEN_ANSWERS)


class Assignment(models.Model):
    """One person asked to do one step of one review, with a due date in working days."""

    task_state = models.ForeignKey(
        "review.ReviewTaskState",
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("review pass"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="review_assignments",
        verbose_name=_("person asked"),
    )
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands in for"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due_on = models.DateField(_("due on"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.ASKED)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    passed_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("passed on to"),
    )

    objects = AssignmentQuerySet.as_manager()

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_state", "person"],
                condition=models.Q(answer__in=OPEN_ANSWERS),
                name="review_asked_once_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.person} → {self.task_state_id} ({self.due_on})"


class Holiday(models.Model):
    """A day that is not what its weekday says: a public holiday, or a weekend day worked instead (调休)."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=40)
    works = models.BooleanField(
        _("worked"), default=False, help_text=_("A weekend day worked instead (调休).")
    )

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class NoticeState(models.TextChoices):
    READY = "ready", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNSURE = "unsure", _("Perhaps sent")
    FAILED = "failed", _("Not sent")
    CANCELLED = "cancelled", _("No longer needed")


class Notice(models.Model):
    """One message to one person by one sender, written before it is sent; ``key`` makes it unique for its occasion."""

    key = models.CharField(_("occasion"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("assignment"),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("to")
    )
    sender = models.CharField(_("sent by"), max_length=20)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"))
    not_before = models.DateTimeField(_("not before"))
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState.choices, default=NoticeState.READY
    )
    claimed_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-not_before", "-pk"]
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self):
        return self.key
