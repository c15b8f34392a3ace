"""Where a run stands: each step of its chain, done, open or still to come."""

from wagtail.models import TaskState

from review.models import ReviewTaskState


def steps_of(workflow_state):
    """Return [{"name", "state", "signature"}] in the chain's order; ``state`` is "done", "now", "back" or "later"."""
    passes = ReviewTaskState.objects.filter(workflow_state=workflow_state).order_by("pk")
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
