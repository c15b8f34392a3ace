"""Registers asking, notices and holidays with Wagtail's admin. Imported by ``review.wagtail_hooks``."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets import Button
from wagtail.permissions import register_permission_policy

from review import assignments, progress
from review.models import Assignment, Notice
from review.views.asking import AssignmentViewSet
from review.views.holidays import HolidayViewSet
from review.views.notices import NoticeViewSet
from review.viewsets import ReadOnlyPolicy


class AskingGroup(ViewSetGroup):
    menu_label = _("Asking and notices")
    menu_icon = "group"
    menu_order = 255
    items = (
        AssignmentViewSet("review_assignments"),
        NoticeViewSet("review_notices"),
        HolidayViewSet("review_holidays"),
    )


SUBMITTING = ("action-submit", "action-restart-workflow")

for looked_at in (Assignment, Notice):
    register_permission_policy(looked_at, ReadOnlyPolicy(looked_at))


@hooks.register("register_admin_viewset")
def register_asking():
    return AskingGroup()


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def ask_after_submitting(request, page):
    """After submitting, the librarian is shown whom to ask."""
    if not any(name in request.POST for name in SUBMITTING):
        return None
    step = progress.open_step(page)
    if step is None or not assignments.may_ask(request.user, step):
        return None
    return redirect("review_assignments:ask", step.pk)


@hooks.register("register_page_header_buttons")
def add_ask_button(page, user, view_name, next_url=None):
    step = progress.open_step(page)
    if step is not None and assignments.may_ask(user, step):
        yield Button(
            _("Ask for a review"),
            reverse("review_assignments:ask", args=[step.pk]),
            icon_name="group",
            priority=4,
        )
