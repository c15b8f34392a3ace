"""The review desk: what waits for me, one text with both previews, and the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from wagtail.models import TaskState, WorkflowState

from articles import recordings, registry
from articles.copies import CopyError
from articles.errors import Refusal
from articles.models import ArticlePage
from review import checklist, devices, evidence, progress, proofs, returns, rights, services
from review.forms import ConfirmationForm, DecisionForm, ProofForm
from review.models import ReviewTask, ReviewTaskState, StepKind


DESK_LENGTH = 20


def waiting_for(user):
    """Return the open ReviewTaskStates that are ``user``'s by step, oldest first: also the author's own confirmation."""
    tasks = ReviewTask.objects.filter(active=True, groups__user=user).values("pk")
    authors = Q(task__reviewtask__kind=StepKind.AUTHOR)
    own = authors & Q(revision__content__author_user=user.pk)
    # What an author without an account confirmed in writing is recorded by the step's group.
    recorded = authors & Q(task__in=tasks) & Q(revision__content__author_user=None)
    return (
        ReviewTaskState.objects.filter(own | recorded | (Q(task__in=tasks) & ~authors))
        .filter(status=TaskState.STATUS_IN_PROGRESS)
        .select_related("workflow_state__requested_by", "revision", "task")
        .order_by("started_at", "pk")
    )


def _rows(user, states):
    """Return what the desk shows of each state, and why ``user`` cannot decide; recording what an author wrote is deciding."""
    steps = rights.steps_of(states)
    recorded = [step for step in steps if step.kind == StepKind.AUTHOR and not step.text.author_user_id]
    pages = ArticlePage.objects.in_bulk({step.text.article_id for step in recorded}) if recorded else {}
    rows = []
    for step in steps:
        state, objection = step.task_state, step.objection(user)
        page = pages.get(step.text.article_id)
        if objection and page and not services.objection_to_record(user, state, step, page):
            objection = ""
        rows.append({"state": state, "title": state.revision.object_str, "objection": objection})
    return rows


@method_decorator([login_required, never_cache], name="dispatch")
class DeskView(View):
    """What waits for the person who is logged in."""

    def get(self, request):
        page = Paginator(waiting_for(request.user), DESK_LENGTH).get_page(request.GET.get("p"))
        rows = _rows(request.user, page)
        return render(request, "review/desk.html", {"rows": rows, "page": page})


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
    """The text with both previews, what was found and asked before, and the questions; posting decides."""

    def get(self, request, pk):
        return self._page(request, DecisionForm(task_state=self.state))

    def post(self, request, pk):
        form = DecisionForm(request.POST, task_state=self.state)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            services.decide(self.state, request.user, form.cleaned_data, device=devices.kind_of(request))
        except (Refusal, CopyError) as refusal:
            form.add_error(None, getattr(refusal, "sentence", str(refusal)))
            return self._page(request, form, status=409)
        messages.success(request, self._what_was_done(form.cleaned_data["decision"]))
        return redirect("review:desk")

    def _what_was_done(self, decision):
        if decision == "return":
            return _("Returned to the author with your reason.")
        title = self.state.revision.object_str
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
        return text_page(request, self.state, form, status)


def text_page(request, state, form, status=200, confirmation=None):
    """Render the review page of ``state``; ``confirmation`` is the bound form of an author's confirmation."""
    try:
        reading = services.read(state)
    except CopyError as error:
        return render(request, "review/unreadable.html", {"state": state, "error": error}, status=409)
    open_ = state.status == TaskState.STATUS_IN_PROGRESS
    article = reading.article
    user, kind = request.user, state.task.specific.kind
    if open_ and rights.is_asked(user, state):
        progress.opened(state)
    returned = returns.last_returned(state.workflow_state.content_object.specific, before=state)
    found = evidence.found(reading.snapshot, article)
    steps = progress.steps_of(state.workflow_state)
    may_record = open_ and not services.objection_to_record(user, state)
    context = {
        "state": state,
        "article": article,
        "snapshot": reading.snapshot,
        "digest": reading.digest,
        "form": form,
        "open": open_,
        "objection": rights.objection_to_sign(user, state, article) if open_ else "",
        "may_call_back": open_ and rights.may_call_back(user, state.workflow_state),
        "may_except": open_ and rights.may_except(user),
        "recording": recordings.shown(reading.snapshot["recording"]),
        "findings": found,
        "machine": checklist.machine_items(found),
        "covers": checklist.COVERS[kind],
        "was_returned": state.status == TaskState.STATUS_REJECTED and returns.may_answer(user, state),
        "is_author_step": kind == StepKind.AUTHOR,
        "steps": steps,
        "is_last_step": not any(step["state"] == "later" for step in steps),
        "returned": returned,
        "notes": list(returned.return_notes.select_related("answered_by")) if returned else [],
        "changes": returns.changes_since(returned, reading.snapshot) if returned else None,
        "proofs": proofs.readings(state.workflow_state),
        "may_read_proof": open_ and proofs.may_read_proof(user, state),
        "confirmation": (confirmation or ConfirmationForm()) if may_record else None,
    }
    return render(request, "review/text.html", context, status=status)


@method_decorator([login_required, never_cache], name="dispatch")
class ConfirmationView(TextViewMixin, View):
    """A librarian records that an author without an account confirmed the text in writing."""

    http_method_names = ["post"]

    def post(self, request, pk):
        form = ConfirmationForm(request.POST)
        if not form.is_valid():
            return self._again(request, form, 422)
        given = form.cleaned_data
        try:
            services.record_confirmation(
                self.state,
                request.user,
                seen_digest=given["seen_digest"],
                how=given["how"],
                day=given["day"],
                note=given["note"],
            )
        except (Refusal, CopyError) as refusal:
            form.add_error(None, getattr(refusal, "sentence", str(refusal)))
            return self._again(request, form, 409)
        messages.success(request, _("The author's confirmation is recorded; the next step begins."))
        return redirect("review:desk")

    def _again(self, request, form, status):
        return text_page(request, self.state, DecisionForm(task_state=self.state), status, confirmation=form)


@method_decorator([login_required, never_cache], name="dispatch")
class ProofView(TextViewMixin, View):
    """Somebody records a proof-reading by their own name."""

    http_method_names = ["post"]

    def post(self, request, pk):
        form = ProofForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("The proof-reading was not recorded. Please try again."))
            return redirect("review:text", pk)
        try:
            digest = services.read(self.state).digest
            proofs.record(self.state, request.user, digest=digest, **form.cleaned_data)
        except (Refusal, CopyError) as refusal:
            messages.error(request, getattr(refusal, "sentence", str(refusal)))
        else:
            messages.success(request, _("Your proof-reading is recorded."))
        return redirect("review:text", pk)


@method_decorator([login_required, never_cache, xframe_options_sameorigin], name="dispatch")
class PreviewView(TextViewMixin, View):
    """The text exactly as readers would get it on one channel."""

    def get(self, request, pk, mode):
        try:
            reading = services.read(self.state)
        except CopyError as error:
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        return registry.preview_renderers[mode](reading.snapshot, reading.article, request)


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
