"""Series: title and note in Wagtail's form, the articles and their order on a page of their own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView, View

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from articles.errors import Refusal
from articles.models import ArticlePage, Series
from articles.planning import series as places
from articles.views.access import need, number


CHANGE = "articles.change_series"
FOUND = 12


class SeriesIndexView(IndexView):
    results_template_name = "articles/admin/planning/series_results.html"

    def get_base_queryset(self):
        return super().get_base_queryset().annotate(count=Count("articles"))


class SeriesCreateView(CreateView):
    def get_success_url(self):
        return reverse("series:articles", args=[self.object.pk])


class SeriesArticlesView(WagtailAdminTemplateMixin, TemplateView):
    """The articles of one series in order, and a search for those to add."""

    template_name = "articles/admin/planning/series.html"
    page_title = _("Articles of a series")
    header_icon = "list-ol"

    def dispatch(self, request, pk):
        need(request, "articles.view_series")
        self.series = get_object_or_404(Series, pk=pk)
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.series.title

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("series:index"), "label": _("Series")},
            {"url": "", "label": self.series.title},
        ]

    @cached_property
    def header_buttons(self):
        if not self.request.user.has_perm(CHANGE):
            return []
        return [
            HeaderButton(_("Title and note"), reverse("series:edit", args=[self.series.pk]), icon_name="edit")
        ]

    def get_context_data(self, **kwargs):
        query = " ".join(self.request.GET.get("q", "").split())[:60]
        found = ArticlePage.objects.none()
        if query:
            found = ArticlePage.objects.filter(draft_title__icontains=query).exclude(series=self.series)
        return super().get_context_data(**kwargs) | {
            "series": self.series,
            "members": places.members(self.series),
            "query": query,
            "found": found.select_related("series").order_by("-latest_revision_created_at")[:FOUND],
            "may_change": self.request.user.has_perm(CHANGE),
        }


class PlaceView(View):
    """Add, move or take out one article, by POST; only an article one may edit."""

    def post(self, request, pk):
        need(request, CHANGE)
        series = get_object_or_404(Series, pk=pk)
        article = get_object_or_404(ArticlePage, pk=number(request.POST.get("article")))
        if not article.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        acts = {
            "add": lambda: places.add(series, article),
            "remove": lambda: places.remove(series, article.pk),
            "up": lambda: places.reorder(series, article.pk, -1),
            "down": lambda: places.reorder(series, article.pk, 1),
        }
        try:
            acts.get(request.POST.get("act"), lambda: None)()
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return redirect("series:articles", series.pk)


class SeriesViewSet(ModelViewSet):
    model = Series
    icon = "list-ol"
    menu_label = pgettext_lazy("menu", "Series")
    menu_order = 50
    url_prefix = "series"
    url_namespace = "series"
    index_view_class = SeriesIndexView
    add_view_class = SeriesCreateView
    form_fields = ["title", "note"]
    search_fields = ["title", "note"]
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 30
    ordering = ["title"]
    list_display = [
        TitleColumn("title", label=_("Title"), url_name="series:articles", sort_key="title"),
        Column("note", label=_("What it is about"), classname="pl-wide"),
        Column("count", label=_("Articles")),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/articles/", SeriesArticlesView.as_view(), name="articles"),
            path("<int:pk>/place/", PlaceView.as_view(), name="place"),
        ]
