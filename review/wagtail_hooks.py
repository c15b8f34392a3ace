"""Registers the review room with Wagtail's admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.models import TaskState
from wagtail.permissions import register_permission_policy

from review import rights
from review.models import Approval, ReviewTaskState
from review.views.desk import waiting_for
from review.viewsets import ApprovalViewSet, PhysicianViewSet, ReadOnlyPolicy


register_permission_policy(Approval, ReadOnlyPolicy(Approval))


@hooks.register("register_admin_viewset")
def register_review_viewsets():
    return [PhysicianViewSet("physicians"), ApprovalViewSet("approvals")]


class DeskMenuItem(MenuItem):
    def is_shown(self, request):
        return hasattr(request.user, "physician")


@hooks.register("register_admin_menu_item")
def register_desk_menu_item():
    return DeskMenuItem(
        _("Review desk"), reverse("review:desk"), name="review-desk", icon_name="clipboard-list", order=90
    )


class WaitingPanel(Component):
    """On the admin's home: what waits for this person's signature."""

    name = "waiting_for_me"
    template_name = "review/admin/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {"states": list(waiting_for(user)[:10]), "is_physician": hasattr(user, "physician")}


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request, panels):
    # Wagtail's own panel offers buttons that would not carry the digest that was seen.
    panels[:] = [
        panel
        for panel in panels
        if panel.name != "workflow_pages_to_moderate" and panel.name != "user_pages_in_workflow_moderation"
    ] + [WaitingPanel()]


@hooks.register("register_page_header_buttons")
def add_review_buttons(page, user, view_name, next_url=None):
    state = (
        ReviewTaskState.objects.filter(
            workflow_state__object_id=str(page.pk),
            workflow_state__base_content_type=page.get_base_content_type(),
            status=TaskState.STATUS_IN_PROGRESS,
        )
        .select_related("workflow_state", "task")
        .first()
        if page.pk
        else None
    )
    if state is None:
        return
    yield Button(_("Review page"), reverse("review:text", args=[state.pk]), icon_name="view", priority=5)
    if rights.may_call_back(user, state.workflow_state):
        yield Button(
            _("Call back from review"),
            reverse("review:call_back", args=[state.pk]),
            icon_name="undo",
            priority=6,
        )
