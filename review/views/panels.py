"""On the admin's home page, by role: what waits for me, and what became of the texts I have sent to review."""

from django.db.models import F
from django.utils import timezone

from wagtail.admin.ui.components import Component
from wagtail.models import TaskState, WorkflowState

from review.models import Assignment, ReviewTaskState
from review.views.desk import waiting_for


MOST = 10
ALL = (
    "review.call_back_review"  # the chief librarian follows every text, a librarian those they have submitted
)


def late_for(user):
    """Return the open Assignments past their day that ``user`` follows, the latest first."""
    late = Assignment.objects.open().filter(due_on__lt=timezone.localdate())
    if not user.has_perm(ALL):
        late = late.filter(task_state__workflow_state__requested_by=user)
    return late.select_related("person", "task_state__task", "task_state__revision").order_by("due_on", "pk")


def returned_for(user):
    """Return the passes with which texts that ``user`` follows were returned and which wait to be mended."""
    returned = ReviewTaskState.objects.filter(
        status=TaskState.STATUS_REJECTED,
        workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES,
        workflow_state__current_task_state=F("pk"),
    )
    if not user.has_perm(ALL):
        returned = returned.filter(workflow_state__requested_by=user)
    return returned.select_related("finished_by", "task", "revision").order_by("-finished_at")


class WaitingPanel(Component):
    """What waits for this person's signature."""

    name = "waiting_for_me"
    template_name = "review/admin/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {"states": list(waiting_for(user)[:MOST]), "is_physician": hasattr(user, "physician")}


class FollowedPanel(Component):
    """Late answers and returned texts of those this person follows; nothing where there are none."""

    name = "followed_reviews"
    template_name = "review/admin/followed_panel.html"
    order = 60

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {"late": list(late_for(user)[:MOST]), "returned": list(returned_for(user)[:MOST])}


def arrange(request, panels):
    """Put ours first (hook ``construct_homepage_panels``); Wagtail's own leads into the editor, where nobody signs."""
    others = [panel for panel in panels if getattr(panel, "name", "") != "workflow_objects_to_moderate"]
    panels[:] = [WaitingPanel(), FollowedPanel(), *others]
