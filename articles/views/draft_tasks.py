"""Drafts given to people: the list, giving one, ending one."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button
from wagtail.permissions import ModelPermissionPolicy, register_permission_policy

import django_filters

from articles import colleagues
from articles.errors import Refusal
from articles.models import ArticlePage, DraftTask
from articles.planning import tasks
from articles.views.editions import Colleague
from articles.views.page import AdminPageMixin


LOOK, GIVE = "articles.view_drafttask", "articles.add_drafttask"


class NotByFormPolicy(ModelPermissionPolicy):
    """Drafts are given and ended by their own pages, never through Wagtail's forms; looking goes by its right."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in {*actions, "view"})


register_permission_policy(DraftTask, NotByFormPolicy(DraftTask))


class GiveForm(forms.Form):
    person = Colleague(label=_("Give it to"), queryset=None)
    due = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = colleagues.may_edit_articles()


class GiveView(AdminPageMixin, FormView):
    """Give the draft of one article to a colleague."""

    template_name = "articles/admin/planning/give.html"
    page_title = _("Give this draft to somebody")
    header_icon = "user"
    form_class = GiveForm

    def dispatch(self, request, article_pk):
        self.article = get_object_or_404(ArticlePage, pk=article_pk)
        allowed = self.article.permissions_for_user(request.user).can_edit()
        if not request.user.has_perm(GIVE) or not allowed:
            raise PermissionDenied
        self.task = tasks.of(self.article)
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.article.get_admin_display_title()

    def way_here(self):
        return [(reverse("draft_tasks:index"), _("Drafts to write"))]

    def get_initial(self):
        if self.task is None:
            return {"person": self.request.user.pk}
        return {"person": self.task.person_id, "due": self.task.due, "note": self.task.note}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"article": self.article, "task": self.task}

    def form_valid(self, form):
        try:
            task = tasks.give(self.article, by=self.request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, gettext("%(person)s has this draft now.") % {"person": task.person})
        return redirect("wagtailadmin_pages:edit", self.article.pk)


class EndView(View):
    """Nobody in particular writes this draft any more."""

    def post(self, request, pk):
        task = get_object_or_404(DraftTask.objects.select_related("article"), pk=pk)
        mine = task.person_id == request.user.pk
        if not (mine or request.user.has_perm("articles.change_drafttask")):
            raise PermissionDenied
        if tasks.end(task):
            messages.success(request, gettext("Ended. The draft itself stays as it is."))
        else:
            messages.info(request, gettext("It had ended already."))
        return redirect("draft_tasks:index" if request.user.has_perm(LOOK) else "wagtailadmin_home")


class TaskFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        choices=[("open", _("open")), ("late", _("late")), ("mine", _("mine")), ("ended", _("ended"))],
    )

    class Meta:
        model = DraftTask
        fields = ["state", "person"]

    def filter_state(self, queryset, name, value):
        match value:
            case "late":
                return queryset.filter(ended_at=None, due__lt=timezone.localdate())
            case "mine":
                return queryset.filter(ended_at=None, person=self.request.user)
            case "ended":
                return queryset.exclude(ended_at=None)
        return queryset.filter(ended_at=None)


class TaskIndexView(IndexView):
    results_template_name = "articles/admin/planning/tasks_results.html"
    page_title = _("Drafts to write")

    def get_base_queryset(self):
        rows = super().get_base_queryset().select_related("article", "person", "given_by")
        return rows if self.request.GET.get("state") else rows.filter(ended_at=None)

    def order_queryset(self, queryset):
        if self.ordering == "due" or not self.ordering:
            return queryset.order_by(F("due").asc(nulls_last=True), "given_at", "pk")
        return super().order_queryset(queryset)


def standing(task):
    """Return what a row says of its due date."""
    if task.ended_at:
        return gettext("ended %(day)s") % {"day": timezone.localdate(task.ended_at).isoformat()}
    if task.due and task.due < timezone.localdate():
        return gettext("late") + f" · {task.due.isoformat()}"
    return task.due.isoformat() if task.due else gettext("no date")


class EndColumn(Column):
    cell_template_name = "articles/admin/planning/end_cell.html"


class DraftTaskViewSet(ModelViewSet):
    model = DraftTask
    icon = "user"
    menu_label = _("Drafts to write")
    menu_order = 30
    url_prefix = "draft-tasks"
    url_namespace = "draft_tasks"
    index_view_class = TaskIndexView
    filterset_class = TaskFilters
    form_fields = ["person", "due", "note"]
    search_fields = ["article__draft_title", "note"]
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 30
    ordering = ["due"]
    list_display = [
        TitleColumn(
            "article",
            label=_("Draft"),
            accessor="article.draft_title",
            get_url=lambda task: reverse("wagtailadmin_pages:edit", args=[task.article_id]),
        ),
        Column("person", label=_("With")),
        Column("due", label=_("Due on"), accessor=standing),
        Column("note", label=_("Note"), classname="pl-wide"),
        EndColumn("end", label=_("Actions")),
    ]

    def get_urlpatterns(self):
        kept = [one for one in super().get_urlpatterns() if one.name in ("index", "index_results")]
        return [
            *kept,
            path("give/<int:article_pk>/", GiveView.as_view(), name="give"),
            path("<int:pk>/end/", EndView.as_view(), name="end"),
        ]


def header_buttons(page, user, view_name, next_url=None):
    """Offer to give the draft away (hooks ``register_page_header_buttons`` and for the lists)."""
    if (
        isinstance(page, ArticlePage)
        and page.pk
        and user.has_perm(GIVE)
        and not page.current_workflow_task
        and page.permissions_for_user(user).can_edit()
    ):
        yield Button(
            _("Give to a colleague"),
            reverse("draft_tasks:give", args=[page.pk]),
            icon_name="user",
            priority=53,
        )
