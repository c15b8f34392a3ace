"""Where an article stands in review: its passes, the open one, and each step of its chain."""

from django.utils import timezone

from wagtail.models import TaskState

from review.models import ReviewTaskState


def passes_of(article):
    """Return all review passes of ``article`` (a page)."""
    return ReviewTaskState.objects.filter(
        workflow_state__object_id=str(article.pk),
        workflow_state__base_content_type=article.get_base_content_type(),
    )


def open_step(page):
    """Return the open ReviewTaskState of ``page``, or None."""
    if not page.pk:
        return None
    open_ = passes_of(page).filter(status=TaskState.STATUS_IN_PROGRESS)
    return open_.select_related("workflow_state", "task", "revision").first()


def opened(state):
    """Remember when somebody who is asked first opened an open step."""
    if state.first_opened_at is None:
        ReviewTaskState.objects.filter(pk=state.pk, first_opened_at=None).update(
            first_opened_at=timezone.now()
        )


def steps_of(workflow_state):
    """Return dicts of "name", "state", "signature", "at" in the chain's order; state: "done", "now", "back" or "later"."""
    passes = ReviewTaskState.objects.filter(workflow_state=workflow_state).defer("snapshot").order_by("pk")
    newest = {one.task_id: one for one in passes}
    words = {
        TaskState.STATUS_APPROVED: "done",
        TaskState.STATUS_IN_PROGRESS: "now",
        TaskState.STATUS_REJECTED: "back",
    }
    return [
        {
            "name": task.name,
            "state": words.get(newest[task.pk].status, "later") if task.pk in newest else "later",
            "signature": newest[task.pk].signature if task.pk in newest else None,
            "at": newest[task.pk].finished_at if task.pk in newest else None,
        }
        for task in workflow_state.workflow.tasks.filter(active=True)
    ]
