"""The review desk: what waits for me, one text with both previews, and the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from wagtail.models import Task, TaskState, WorkflowState

from articles import findings, registry
from articles.copies import CopyError
from articles.errors import Refusal
from review import devices, rights, services
from review.forms import DecisionForm
from review.models import ReviewTaskState


def waiting_for(user):
    """Return the open ReviewTaskStates that ``user`` may sign by step, oldest first."""
    tasks = [
        task.pk
        for task in Task.objects.filter(active=True).specific()
        if hasattr(task, "may_sign") and task.may_sign(user)
    ]
    return (
        ReviewTaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task__in=tasks)
        .select_related("workflow_state__requested_by", "revision", "task")
        .order_by("started_at")
    )


@method_decorator([login_required, never_cache], name="dispatch")
class DeskView(View):
    """What waits for the person who is logged in."""

    def get(self, request):
        rows = [
            {
                "state": state,
                "title": state.revision.object_str,
                "objection": rights.objection_to_sign(request.user, state),
            }
            for state in waiting_for(request.user)
        ]
        return render(request, "review/desk.html", {"rows": rows})


class TextViewMixin:
    """One text under review, for those who may see it."""

    def setup(self, request, pk, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.state = get_object_or_404(
            ReviewTaskState.objects.select_related("workflow_state__requested_by", "revision", "task"), pk=pk
        )

    def dispatch(self, request, *args, **kwargs):
        if not rights.may_see(request.user, self.state):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


@method_decorator([login_required, never_cache], name="dispatch")
class TextView(TextViewMixin, View):
    """The text with both previews, the findings and the questions; posting decides."""

    def get(self, request, pk):
        return self._page(request, DecisionForm(task_state=self.state))

    def post(self, request, pk):
        form = DecisionForm(request.POST, task_state=self.state)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            done = self._decide(request.user, form.cleaned_data)
        except (Refusal, CopyError) as refusal:
            form.add_error(None, getattr(refusal, "sentence", str(refusal)))
            return self._page(request, form, status=409)
        messages.success(request, done)
        return redirect("review:desk")

    def _decide(self, user, decision):
        title = self.state.revision.object_str
        services.decide(self.state, user, decision, device=devices.kind_of(self.request))
        if decision["decision"] == "return":
            return _("Returned to the author with your reason.")
        run = WorkflowState.objects.select_related("current_task_state__task").get(
            pk=self.state.workflow_state_id
        )
        if run.status == WorkflowState.STATUS_APPROVED:
            return _("Signed. “%(title)s” is on its way to readers.") % {"title": title}
        return _("Signed. The next step of “%(title)s”: %(step)s.") % {
            "title": title,
            "step": run.current_task_state.task.name,
        }

    def _page(self, request, form, status=200):
        try:
            reading = services.read(self.state)
        except CopyError as error:
            return render(
                request, "review/unreadable.html", {"state": self.state, "error": error}, status=409
            )
        open_ = self.state.status == TaskState.STATUS_IN_PROGRESS
        article = self.state.revision.as_object()
        context = {
            "state": self.state,
            "article": article,
            "snapshot": reading.snapshot,
            "digest": reading.digest,
            "form": form,
            "open": open_,
            "objection": rights.objection_to_sign(request.user, self.state) if open_ else "",
            "may_call_back": open_ and rights.may_call_back(request.user, self.state.workflow_state),
            "findings": [
                finding
                for finding in findings.check_snapshot(reading.snapshot, article)
                if finding.concerns_reviewers
            ],
        }
        return render(request, "review/text.html", context, status=status)


@method_decorator([login_required, never_cache, xframe_options_sameorigin], name="dispatch")
class PreviewView(TextViewMixin, View):
    """The text exactly as readers would get it on one channel."""

    def get(self, request, pk, mode):
        try:
            reading = services.read(self.state)
        except CopyError as error:
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        return registry.preview_renderers[mode](reading.snapshot, self.state.revision.as_object(), request)


@method_decorator([login_required, never_cache], name="dispatch")
class CallBackView(TextViewMixin, View):
    """Calling a text back from review, after a question."""

    def get(self, request, pk):
        return render(request, "review/call_back.html", {"state": self.state})

    def post(self, request, pk):
        try:
            services.call_back(self.state.workflow_state, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Called back. The text can be edited again."))
        return redirect(reverse("wagtailadmin_pages:edit", args=[self.state.workflow_state.object_id]))
