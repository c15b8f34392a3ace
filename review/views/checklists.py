"""The questions of each kind of step in the admin: what is asked now, and making a new version."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from articles.choices import Subject
from articles.errors import Refusal
from review import checklist, checklists
from review.models import ChecklistVersion, StepKind


class ChecklistMixin(WagtailAdminTemplateMixin):
    """For those who see the questions; changing them asks for more."""

    header_icon = "list-ul"
    page_title = _("Questions of the review")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("review.view_checklistversion"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_change(self):
        return self.request.user.has_perm("review.add_checklistversion")


class ChecklistsView(ChecklistMixin, TemplateView):
    """All kinds of step with the questions asked now."""

    template_name = "review/admin/checklists.html"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        subjects = dict(Subject.choices)
        kinds = []
        for kind in StepKind:
            version, questions = checklist.current(kind)
            kinds.append(
                {
                    "kind": kind,
                    "version": version,
                    "questions": [
                        {"question": one, "subject": subjects.get(one.subject, one.subject)}
                        for one in questions
                    ],
                    "covers": checklist.COVERS[kind],
                }
            )
        return super().get_context_data(kinds=kinds, may_change=self.may_change, **kwargs)


class ChecklistView(ChecklistMixin, TemplateView):
    """Editing the questions of one kind; saving makes a new version. ``?delivered`` begins with what was delivered."""

    template_name = "review/admin/checklist.html"

    def dispatch(self, request, kind):
        if kind not in StepKind.values:
            raise Http404
        if not request.user.has_perm("review.add_checklistversion"):
            raise PermissionDenied
        self.kind = StepKind(kind)
        return super().dispatch(request, kind)

    def get_page_subtitle(self):
        return self.kind.label

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("review_checklists:index"), "label": ChecklistMixin.page_title},
            {"url": "", "label": self.kind.label},
        ]

    def get(self, request, kind):
        version, questions = checklist.current(self.kind)
        if "delivered" in request.GET:
            questions = checklist.BUILT_IN[self.kind][1]
        formset = self._formset(initial=checklists.initial(questions))
        return self.render_to_response(self.get_context_data(formset=formset, based_on=version))

    def post(self, request, kind):
        formset, based_on = self._formset(request.POST), request.POST.get("based_on", "")
        if formset.is_valid():
            try:
                saved = checklists.save(self.kind, formset.questions, based_on=based_on)
            except Refusal as refusal:
                messages.error(request, refusal.sentence)
                based_on = checklist.current(self.kind)[0]
            else:
                messages.success(request, _("Version %(version)s is asked from now on.") % {"version": saved})
                return redirect("review_checklists:index")
        context = self.get_context_data(formset=formset, based_on=based_on)
        return self.render_to_response(context, status=422)

    def _formset(self, data=None, **options):
        return checklists.QuestionFormSet(data, prefix="questions", kind=self.kind, **options)

    def get_context_data(self, **kwargs):
        earlier = ChecklistVersion.objects.filter(kind=self.kind)
        return super().get_context_data(
            kind=self.kind, earlier=earlier, most=checklist.MOST_FOR_A_PHYSICIAN, **kwargs
        )


urlpatterns = [
    path("", ChecklistsView.as_view(), name="index"),
    path("<slug:kind>/", ChecklistView.as_view(), name="edit"),
]
