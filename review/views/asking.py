"""Asking people to review (请人审核) in the admin: proposals for the open step, who is asked, the words of an invitation."""

from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import TaskState

import django_filters

from articles.errors import Refusal
from articles.views.access import number
from review import assignments, invitations, notices
from review.errors import ReviewStateError
from review.models import Answer, Assignment, ReviewTaskState
from review.models.assignments import OPEN_ANSWERS
from review.people import name_of
from review.viewsets import LookedAtViewSet
from review.workdays import Calendar


LONGEST = timedelta(days=366)
TONES = {
    Answer.ASKED: "busy",
    Answer.CLAIMED: "good",
    Answer.DECLINED: "bad",
    Answer.PASSED_ON: "quiet",
    Answer.DONE: "good",
    Answer.ENDED: "quiet",
}


class AskerMixin(WagtailAdminTemplateMixin):
    """For those who may ask somebody to do ``self.state``, a ReviewTaskState."""

    header_icon = "group"

    def may_ask_only(self, request, state):
        if not assignments.may_ask(request.user, state):
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {
                "url": reverse("wagtailadmin_pages:edit", args=[self.state.workflow_state.object_id]),
                "label": self.state.revision.object_str,
            },
            {"url": "", "label": self.page_title},
        ]


def _states():
    return ReviewTaskState.objects.select_related("revision", "task", "workflow_state__requested_by")


class AskView(AskerMixin, TemplateView):
    """Who is asked, and who could be."""

    template_name = "review/admin/ask.html"
    page_title = _("Ask for a review")

    def dispatch(self, request, pk):
        self.state = get_object_or_404(_states(), pk=pk)
        self.may_ask_only(request, self.state)
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.state.revision.object_str

    def post(self, request):
        asked, refusals = [], []
        try:
            due_on = self._due_on(request.POST.get("due_on", ""))
            people = self._people(request.POST.getlist("person"))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("review_assignments:ask", self.state.pk)
        for person in people:
            try:
                asked.append(assignments.ask(self.state, person, request.user, due_on))
            except Refusal as refusal:
                refusals.append(refusal.sentence)
        for sentence in refusals:
            messages.error(request, sentence)
        if asked:
            messages.success(request, _said(asked))
        return redirect("review_assignments:ask", self.state.pk)

    def _people(self, keys):
        people = list(get_user_model().objects.filter(pk__in=map(number, keys))[: assignments.MOST_PROPOSED])
        if not people:
            raise ReviewStateError(gettext("Choose at least one person."))
        return people

    def _due_on(self, text):
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        today = timezone.localdate()
        if day is None or not today <= day <= today + LONGEST:
            raise ReviewStateError(
                gettext("The due date must be a day from today on, within a year; write it as 2026-12-13.")
            )
        return day

    def get_context_data(self, **kwargs):
        open_ = self.state.status == TaskState.STATUS_IN_PROGRESS
        query = self.request.GET.get("q", "").strip()[:60]
        asked = self.state.assignments.select_related(
            "person__physician", "stands_in_for", "asked_by", "passed_to__person"
        ).prefetch_related("notices")
        return super().get_context_data(**kwargs) | {
            "state": self.state,
            "open": open_,
            "asked": [_row(one, timezone.localdate()) for one in asked.order_by("pk")],
            "proposals": assignments.propose(self.state, query) if open_ else [],
            "most": assignments.MOST_PROPOSED,
            "query": query,
            "due_on": assignments.due_date(self.state) if open_ else None,
            "missing_years": Calendar().missing_years(timezone.localdate()),
            "may_mend_holidays": self.request.user.has_perm("review.add_holiday"),
        }


def _said(asked):
    """Return what to tell the librarian: how many are asked, and when the notices go out."""
    now = timezone.now()
    at = notices.speaking_time(now)
    said = ngettext("%(count)d person is asked.", "%(count)d people are asked.", len(asked)) % {
        "count": len(asked)
    }
    if at > now:
        moment = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
        said += gettext(" Because of quiet hours or a day off the notice goes out on %(moment)s.") % {
            "moment": moment
        }
    return said


def _row(assignment, today):
    open_ = assignment.answer in OPEN_ANSWERS
    troubled = [one for one in assignment.notices.all() if one.state in ("failed", "unsure")]
    return {
        "assignment": assignment,
        "name": name_of(assignment.person),
        "open": open_,
        "late": open_ and assignment.due_on < today,
        "tone": TONES[assignment.answer],
        "troubled": troubled,
    }


class AssignmentView(AskerMixin):
    """One assignment, for those who may ask."""

    def dispatch(self, request, pk):
        rows = Assignment.objects.select_related(
            "person__physician", "task_state__revision", "task_state__task", "task_state__workflow_state"
        )
        self.assignment = get_object_or_404(rows, pk=pk)
        self.state = self.assignment.task_state
        self.may_ask_only(request, self.state)
        return super().dispatch(request)


class InvitationView(AssignmentView, TemplateView):
    """The words of an invitation, made anew by each POST because its link is kept nowhere."""

    template_name = "review/admin/invitation.html"
    page_title = _("Invitation")

    def post(self, request):
        try:
            text = invitations.text_of(self.assignment, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("review_assignments:ask", self.state.pk)
        return self.render_to_response(self.get_context_data(text=text))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"assignment": self.assignment, "state": self.state}


class ReleaseView(AssignmentView, View):
    """Ask somebody no longer, by POST; they can be asked again."""

    http_method_names = ["post"]

    def post(self, request):
        try:
            assignments.release(self.assignment, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("This person is no longer asked."))
        return redirect("review_assignments:ask", self.state.pk)


# --- the list ---------------------------------------------------------------------------------


class AssignmentFilters(WagtailFilterSet):
    answer = django_filters.MultipleChoiceFilter(choices=Answer.choices, label=_("Person's answer"))
    late = django_filters.BooleanFilter(label=_("Late"), method="filter_late")
    person = django_filters.ModelChoiceFilter(
        label=_("Person asked"),
        queryset=get_user_model().objects.filter(review_assignments__isnull=False).distinct(),
    )

    class Meta:
        model = Assignment
        fields = []

    def filter_late(self, queryset, name, value):
        late = {"answer__in": OPEN_ANSWERS, "due_on__lt": timezone.localdate()}
        return queryset.filter(**late) if value else queryset.exclude(**late)


class AnswerColumn(Column):
    cell_template_name = "review/admin/tone_cell.html"

    class Media:
        css = {"all": ["review/asking.css"]}

    def get_cell_context_data(self, instance, parent_context):
        late = instance.answer in OPEN_ANSWERS and instance.due_on < timezone.localdate()
        return super().get_cell_context_data(instance, parent_context) | {
            "label": gettext("Late") if late else instance.get_answer_display(),
            "tone": "bad" if late else TONES[instance.answer],
        }


class AssignmentIndexView(IndexView):
    page_title = _("Who is asked to review")

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("task_state__revision", "task_state__task", "person", "asked_by")
        )


def asking_page(assignment):
    return reverse("review_assignments:ask", args=[assignment.task_state_id])


class AssignmentViewSet(LookedAtViewSet):
    """Looked at here; made and ended on the page of a step."""

    model = Assignment
    icon = "group"
    menu_label = _("Who is asked to review")
    url_prefix = "review-assignments"
    url_namespace = "review_assignments"
    index_view_class = AssignmentIndexView
    filterset_class = AssignmentFilters
    search_fields = ["task_state__revision__object_str", "person__last_name", "person__first_name"]
    search_backend_name = None
    ordering = ["-asked_at", "-pk"]
    list_display = [
        TitleColumn(
            "title", label=_("Article"), accessor="task_state.revision.object_str", get_url=asking_page
        ),
        Column("step", label=_("Step"), accessor="task_state.task.name", classname="ask-wide"),
        Column("person", label=_("Person asked"), sort_key="person__last_name"),
        Column("due", label=_("Due on"), sort_key="due_on", accessor=lambda one: one.due_on.isoformat()),
        AnswerColumn("answer", label=_("Person's answer"), sort_key="answer"),
    ]

    def actions(self):
        return [
            path("ask/<int:pk>/", AskView.as_view(), name="ask"),
            path("invitation/<int:pk>/", InvitationView.as_view(), name="invitation"),
            path("release/<int:pk>/", ReleaseView.as_view(), name="release"),
        ]
