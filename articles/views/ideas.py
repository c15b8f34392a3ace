"""The ideas board (选题): four columns, the way from an idea to its draft."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from articles.errors import Refusal
from articles.models import Department, HealthDay, Idea, TopicPage
from articles.planning import ideas
from articles.starting import points
from articles.starting.views import NewArticleView
from articles.views.access import menu_item_for, need, number
from articles.views.page import AdminPageMixin


LOOK, CHANGE = "articles.view_idea", "articles.change_idea"
MOST = 40
"""Ideas of one column on the board; the rest is found by search."""


class IdeaForm(WagtailAdminModelForm):
    class Meta:
        model = Idea
        fields = ["title", "note", "topic", "department", "health_day", "wanted_for"]
        widgets = {"wanted_for": AdminDateInput, "note": forms.Textarea(attrs={"rows": 4})}


class BoardView(AdminPageMixin, TemplateView):
    template_name = "articles/admin/planning/board.html"
    page_title = _("Ideas")
    header_icon = "edit"

    def dispatch(self, request, *args, **kwargs):
        need(request, LOOK)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def header_buttons(self):
        if not self.request.user.has_perm("articles.add_idea"):
            return []
        return [HeaderButton(_("Add an idea"), reverse("ideas:add"), icon_name="plus")]

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        rows = Idea.objects.select_related("topic", "department", "health_day", "article", "created_by")
        query = " ".join(asked.get("q", "").split())[:60]
        for word in query.split():
            rows = rows.filter(Q(title__icontains=word) | Q(note__icontains=word))
        chosen = {name: number(asked.get(name)) for name in ("topic", "department", "health_day")}
        for name, pk in chosen.items():
            if pk:
                rows = rows.filter(**{name: pk})
        columns = []
        for state in Idea.State:
            found = list(rows.filter(state=state)[: MOST + 1])
            columns.append({"state": state, "ideas": found[:MOST], "more": len(found) > MOST})
        return super().get_context_data(**kwargs) | {
            "columns": columns,
            "query": query,
            "asked": bool(query or any(chosen.values())),
            "any": any(column["ideas"] for column in columns),
            "filters": [
                ("topic", _("Topic"), TopicPage.objects.order_by("title"), chosen["topic"]),
                ("department", _("Department"), Department.objects.all(), chosen["department"]),
                ("health_day", _("Health day"), HealthDay.objects.all(), chosen["health_day"]),
            ],
            "query_string": asked.urlencode(),
            "may_change": self.request.user.has_perm(CHANGE),
        }


def board(request):
    """Return the board's address as it was looked at."""
    query = request.POST.get("query", "")
    return f"{reverse('ideas:index')}?{query}" if query and len(query) < 500 else reverse("ideas:index")


class MoveView(View):
    """Move an idea, by POST; what goes wrong is said on the board."""

    def post(self, request, pk):
        need(request, CHANGE)
        get_object_or_404(Idea, pk=pk)
        try:
            idea = ideas.move(
                pk, request.POST.get("seen", ""), request.POST.get("to", ""), request.POST.get("reason", "")
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(
                request,
                gettext("“%(title)s” is “%(state)s” now.")
                % {"title": idea.title, "state": idea.get_state_display()},
            )
        return redirect(board(request))


class WriteView(NewArticleView):
    """Choose the starting point of an idea's draft; topic and title come from the idea, and the draft belongs to it."""

    def dispatch(self, request, pk):
        need(request, CHANGE)
        self.idea = get_object_or_404(Idea.objects.select_related("article"), pk=pk)
        if self.idea.article_id:
            return redirect("wagtailadmin_pages:edit", self.idea.article_id)
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.idea.title

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"address": self.request.path}

    def get_initial(self):
        return {"topic": self.idea.topic_id, "title": self.idea.title}

    def form_valid(self, form):
        values = form.cleaned_data
        try:
            article = ideas.write(
                self.idea,
                self.request.user,
                topic=values["topic"],
                point=points.get(values["point"]),
                title=values["title"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, gettext("The draft is made; the idea follows it until it is signed."))
        return redirect("wagtailadmin_pages:edit", article.pk)


class IdeaCreateView(generic.CreateView):
    def get_initial(self):
        """From the calendar: the day and the health day are filled in."""
        asked = self.request.GET
        day = HealthDay.objects.filter(pk=number(asked.get("health_day"))).first()
        wanted = forms.DateField(required=False)
        try:
            wanted_for = wanted.clean(asked.get("wanted_for", ""))
        except forms.ValidationError:
            wanted_for = None
        return super().get_initial() | {"health_day": day, "wanted_for": wanted_for}

    def save_instance(self):
        idea = self.form.instance
        idea.created_by = self.request.user
        # Sent twice: the same idea, while nobody has begun it, is one idea.
        same = {name: self.form.cleaned_data[name] for name in IdeaForm.Meta.fields}
        again = Idea.objects.filter(**same, created_by=self.request.user, state=Idea.State.OPEN).first()
        return again or super().save_instance()


class IdeaViewSet(ModelViewSet):
    model = Idea
    icon = "edit"
    menu_label = _("Ideas")
    menu_order = 10
    url_prefix = "ideas"
    url_namespace = "ideas"
    add_view_class = IdeaCreateView
    copy_view_enabled = False

    def get_form_class(self, for_update=False):
        return IdeaForm

    def get_urlpatterns(self):
        return [
            path("", BoardView.as_view(), name="index"),
            path("<int:pk>/move/", MoveView.as_view(), name="move"),
            path("<int:pk>/write/", WriteView.as_view(), name="write"),
            *(one for one in super().get_urlpatterns() if one.name not in ("index", "index_results")),
        ]

    @cached_property
    def menu_item_class(self):
        return menu_item_for(super().menu_item_class, LOOK)
