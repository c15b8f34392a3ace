"""Registers the review room with Wagtail's admin."""

from django.template.defaultfilters import linebreaks_filter
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import WorkflowState
from wagtail.permissions import register_permission_policy

from review import (
    checklist_hooks,  # noqa: F401  registers on import
    notice_hooks,  # noqa: F401  registers on import
    phone_hooks,  # noqa: F401  registers on import
    progress,
    report_hooks,  # noqa: F401  registers on import
    rights,
)
from review.models import Absence, Approval, Physician, ReviewTask, StepKind
from review.views import panels, record
from review.views.absences import AbsencePolicy, AbsenceViewSet
from review.views.exceptions import ExceptionReport, ExceptionReportItem
from review.views.physicians import PhysicianPolicy, PhysicianViewSet
from review.viewsets import ApprovalViewSet, ReadOnlyPolicy


register_permission_policy(Approval, ReadOnlyPolicy(Approval))
register_permission_policy(Physician, PhysicianPolicy(Physician))
register_permission_policy(Absence, AbsencePolicy(Absence))


@hooks.register("register_admin_viewset")
def register_review_viewsets():
    return [PhysicianViewSet("physicians"), AbsenceViewSet("absences"), ApprovalViewSet("approvals")]


@hooks.register("register_admin_urls")
def register_exception_report():
    patterns = [
        path("", ExceptionReport.as_view(), name="index"),
        path("results/", ExceptionReport.as_view(results_only=True), name="results"),
    ]
    return [path("reports/signing-exceptions/", include((patterns, "review_exceptions")))]


@hooks.register("register_reports_menu_item")
def register_exception_report_item():
    return ExceptionReportItem(
        _("Exceptions for signatures"),
        reverse("review_exceptions:index"),
        name="signing-exceptions",
        icon_name="warning",
        order=300,
    )


@hooks.register("register_log_actions")
def log_exceptions(actions):
    actions.register_action("review.except", _("Make an exception"), _("Exception made for a signature"))


class DeskMenuItem(MenuItem):
    def is_shown(self, request):
        user = request.user
        return hasattr(user, "physician") or (
            ReviewTask.objects.filter(active=True, groups__user=user).exclude(kind=StepKind.AUTHOR).exists()
        )


@hooks.register("register_admin_menu_item")
def register_desk_menu_item():
    return DeskMenuItem(
        _("Review desk"), reverse("review:desk"), name="review-desk", icon_name="clipboard-list", order=90
    )


hooks.register("construct_homepage_panels", panels.arrange)


hooks.register("register_page_header_buttons", record.header_buttons)


@hooks.register("register_page_header_buttons")
def add_review_buttons(page, user, view_name, next_url=None):
    state = progress.open_step(page)
    if state is None:
        return
    yield Button(_("Review page"), reverse("review:text", args=[state.pk]), icon_name="view", priority=5)
    if rights.may_call_back(user, state.workflow_state):
        yield Button(
            _("Call back from review"),
            reverse("review:call_back", args=[state.pk]),
            icon_name="rotate",
            priority=6,
        )


class StepMenuItem(ActionMenuItem):
    """A way out of the frozen editor; ``step`` is the open ReviewTaskState."""

    def __init__(self, step, order):
        super().__init__(order)
        self.step = step

    def is_shown(self, context):
        return True


class ReviewPageItem(StepMenuItem):
    name = "review-page"
    label = _("Review page")
    icon_name = "view"

    def get_url(self, parent_context):
        return reverse("review:text", args=[self.step.pk])


class CallBackItem(StepMenuItem):
    name = "call-back"
    label = _("Call back from review")
    icon_name = "rotate"

    def get_url(self, parent_context):
        return reverse("review:call_back", args=[self.step.pk])


@hooks.register("construct_page_action_menu")
def offer_review_actions(menu_items, request, context):
    """Under review: our review page and calling back in place of Wagtail's “cancel workflow”."""
    page = context.get("page")
    if page is None:
        return
    step = progress.open_step(page)
    if step is None:
        _offer_one_way_back(menu_items, page)
        return
    menu_items[:] = [ReviewPageItem(step, 0)]
    if rights.may_call_back(request.user, step.workflow_state):
        menu_items.append(CallBackItem(step, 1))


def _offer_one_way_back(menu_items, page):
    # A returned text goes through the whole chain again: signatures over the old text would not fit.
    run = page.current_workflow_state
    if run is None or run.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    anew = run.workflow.workflow_tasks.count() > 1 or run.workflow != page.get_workflow()
    superfluous = "action-submit" if anew else "action-restart-workflow"
    menu_items[:] = [item for item in menu_items if item.name != superfluous]


@hooks.register("before_edit_page")
def say_why_it_was_returned(request, page):
    """Above the editor of a returned text: who returned it, and why."""
    run = page.current_workflow_state if request.method == "GET" else None
    if run is None or run.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    step = run.current_task_state
    messages.warning(
        request,
        format_html(
            "<strong>{}</strong>{}",
            _("Returned by %(who)s:") % {"who": step.finished_by},
            linebreaks_filter(step.comment),
        ),
        buttons=[
            messages.button(
                reverse("review:returned", args=[step.pk]), _("Answer the points, take a better wording over")
            )
        ],
    )
