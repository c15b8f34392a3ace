"""What the review room does when a step of a chain opens or ends. Connected in ``ReviewConfig.ready``."""

from wagtail.models import WorkflowState
from wagtail.signals import (
    task_approved,
    task_cancelled,
    task_rejected,
    task_submitted,
    workflow_approved,
    workflow_rejected,
)

from review import assignments, notices
from review.models import ReviewTaskState


def connect():
    """Connect all; safe to repeat."""
    task_submitted.connect(ask_when_opened, dispatch_uid="review_ask_when_opened")
    for signal in (task_approved, task_rejected, task_cancelled):
        signal.connect(end_when_decided, dispatch_uid="review_end_when_decided")
    # Under the names of Wagtail's own mails, which therefore are not connected afterwards: they would be sent within
    # the request and beside ours.
    workflow_rejected.connect(
        tell_returned, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification"
    )
    workflow_approved.connect(
        tell_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification"
    )


def ask_when_opened(sender, instance, **kwargs):
    if isinstance(instance, ReviewTaskState):
        assignments.step_opened(instance)


def end_when_decided(sender, instance, **kwargs):
    if isinstance(instance, ReviewTaskState):
        assignments.step_ended(instance)


def tell_returned(sender, instance, user=None, **kwargs):
    notices.run_returned(instance, user)


def tell_approved(sender, instance, user=None, **kwargs):
    notices.run_approved(instance, user)
