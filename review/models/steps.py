"""The review step as a Wagtail workflow task, closed where stock Wagtail leaks (DESIGN P1, P2).

Wagtail's own approve and reject buttons are not offered and do nothing here: a decision is posted on the review view,
which carries the digest that was seen.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.locks import WorkflowLock
from wagtail.models import AbstractGroupApprovalTask, TaskState

from review.errors import ReviewStateError


class StepKind(models.TextChoices):
    """Whose step it is, and so which questions it asks (facts on 三审三校: each kind answers for its own)."""

    AUTHOR = "author", _("Author confirms")
    EDITOR = "editor", _("Editor")
    PHYSICIAN = "physician", _("Reviewing physician")
    CO_REVIEWER = "co_reviewer", _("Pharmacist or nurse")
    OFFICE = "office", _("Publicity or medical office")
    LEADER = "leader", _("Final approval")


class FrozenLock(WorkflowLock):
    """Nobody edits a text under review, superusers included."""

    def for_user(self, user):
        return True

    def get_message(self, user):
        return _(
            "This text is being reviewed and is frozen until it is signed or returned. "
            "To change it, call it back first."
        )

    def get_description(self, user, can_lock=False):
        return self.get_message(user)


class ReviewTaskState(TaskState):
    """One person's pass (审次) over one exact text; the columns are filled when it is signed."""

    digest = models.CharField(_("content digest"), max_length=64, blank=True)
    snapshot = models.JSONField(_("snapshot"), null=True, blank=True)
    signature = models.JSONField(_("signature"), null=True, blank=True)

    first_opened_at = models.DateTimeField(_("first opened at"), null=True, blank=True)

    exclude_fields_in_copy = ["digest", "snapshot", "signature", "first_opened_at"]

    class Meta:
        verbose_name = _("review pass")
        verbose_name_plural = _("review passes")
        permissions = [("call_back_review", _("Can call any text back from review"))]


class ReviewTask(AbstractGroupApprovalTask):
    """A named step of the hospital's chain (审次): its groups sign it, in the order the workflow gives."""

    kind = models.CharField(
        _("kind of step"), max_length=12, choices=StepKind.choices, default=StepKind.PHYSICIAN
    )
    days = models.PositiveSmallIntegerField(
        _("working days"), default=2, help_text=_("Time given for this step.")
    )

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "kind", "days"]

    task_state_class = ReviewTaskState
    lock_class = FrozenLock

    class Meta:
        verbose_name = _("review step")
        verbose_name_plural = _("review steps")

    def start(self, workflow_state, user=None):
        """Open the step. Raises ReviewStateError, with reasons, when the text must not go to review."""
        from review.submission import check_and_hold, keep_returned  # reads these models

        try:
            check_and_hold(workflow_state)
        except ReviewStateError:
            keep_returned(workflow_state)
            raise
        return super().start(workflow_state, user=user)

    def may_sign(self, user):
        """True when this step is ``user``'s to sign by group; being a superuser counts for nothing."""
        return user.is_active and self._user_in_groups(user)

    def user_can_access_editor(self, obj, user):
        return False

    def locked_for_user(self, obj, user):
        return True

    def user_can_lock(self, obj, user):
        return False

    def user_can_unlock(self, obj, user):
        return False

    def get_actions(self, obj, user):
        return []

    def on_action(self, task_state, user, action_name, **kwargs):
        """Refused: Wagtail's own forms do not carry the digest that was seen."""
        raise ReviewStateError(_("Sign or return this text on its review page."))

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if self.may_sign(user):
            return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return TaskState.objects.none()

    @classmethod
    def get_description(cls):
        return _(
            "Members of the chosen groups read the frozen text and sign or return it on the review page."
        )
