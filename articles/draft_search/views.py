"""The list of all articles (Wagtail's admin): search in the latest drafts, filters, columns of every room."""

from collections.abc import Sequence

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

import django_filters

from articles import registry
from articles.draft_search.search import find
from articles.models import ArticlePage, Department, DraftEntry, TopicPage
from articles.permissions import writable_topics
from articles.textsearch import finding, showing


RIGHTS = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}  # as Wagtail's explorer asks
policy = PagePermissionPolicy(ArticlePage)


def visible(user):
    """Return the articles whose drafts ``user`` may look at: those of topics they may edit."""
    return policy.instances_user_has_any_permission_for(user, RIGHTS)


class DraftFilters(WagtailFilterSet):
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), method="filter_topic", queryset=TopicPage.objects.order_by("title")
    )
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    author = django_filters.CharFilter(label=_("Author"), method="filter_author")

    class Meta:
        model = ArticlePage
        fields = []

    def filter_topic(self, queryset, name, value):
        return queryset.filter(path__startswith=value.path)

    def filter_author(self, queryset, name, value):
        words = value.strip()
        whole_name = Q(author_name__icontains=words)
        account = Q(author_user__username__iexact=words) | Q(owner__username__iexact=words)
        return queryset.filter(whole_name | account)


def _offered():
    return sorted(registry.draft_filters, key=lambda one: one.place)


def _filters_for(request):
    """Return a FilterSet class with the filters of all rooms."""
    offered = {
        one.name: django_filters.ChoiceFilter(
            label=one.label,
            choices=lambda one=one: one.choices(request),
            method=lambda queryset, name, value, one=one: one.apply(queryset, value),
        )
        for one in _offered()
        if one.choices and one.apply
    }
    return type("AllDraftFilters", (DraftFilters,), offered | {"Meta": DraftFilters.Meta})


class DraftTitleColumn(Column):
    """The draft's title, a way to it, and where the words that were looked for stand."""

    cell_template_name = "articles/admin/drafts/title_cell.html"

    class Media:
        css = {"all": ["articles/drafts.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"shown": instance.shown}


class MarksColumn(Column):
    """What another room says of an article (DraftFilter.column)."""

    cell_template_name = "articles/admin/drafts/marks_cell.html"

    def get_value(self, instance):
        return instance.marks.get(self.name, ())


class Hits(Sequence):
    """Articles in the order of ``pks``; only those that are shown are fetched."""

    def __init__(self, queryset, pks):
        self.queryset, self.pks = queryset, pks

    def __len__(self):
        return len(self.pks)

    def __getitem__(self, place):
        pks = self.pks[place] if isinstance(place, slice) else [self.pks[place]]
        rows = {article.pk: article for article in self.queryset.filter(pk__in=pks)}
        found = [rows[pk] for pk in pks if pk in rows]
        return found if isinstance(place, slice) else found[0]


class AllArticlesView(generic.IndexView):
    model = ArticlePage
    page_title = _("All articles")
    header_icon = "doc-full-inverse"
    permission_policy = policy
    any_permission_required = RIGHTS
    index_url_name = "drafts:index"
    index_results_url_name = "drafts:index_results"
    results_template_name = "articles/admin/drafts/results.html"
    default_ordering = "-latest_revision_created_at"
    paginate_by = 25
    list_export = []
    is_searchable = True
    show_other_searches = True

    @cached_property
    def filterset_class(self):
        return _filters_for(self.request)

    @cached_property
    def columns(self):
        return [
            DraftTitleColumn("title", label=_("Title"), sort_key="draft_title", classname="title"),
            *(self._column(one) for one in _offered() if one.column),
            Column(
                "author",
                label=_("Author"),
                accessor="author_name",
                sort_key="author_name",
                classname="xl-wide",
            ),
            Column("topic", label=_("Topic"), accessor="topic", sort_key="topic", classname="xl-wide"),
            DateColumn(
                "latest_revision_created_at",
                label=_("Changed"),
                sort_key="latest_revision_created_at",
                classname="xl-wide",
            ),
        ]

    @staticmethod
    def _column(one):
        return MarksColumn(
            one.name,
            label=one.label,
            sort_key=f"by_{one.name}" if one.order else None,
            classname="xl-wide" if one.wide else None,
        )

    def get_base_queryset(self):
        queryset = visible(self.request.user).select_related("department").defer("body", "guide", "subjects")
        topics = Page.objects.filter(path=_parent_path()).values("title")
        queryset = queryset.annotate(topic=Subquery(topics[:1]))
        if order := self._sorted_by():
            queryset = queryset.annotate(**{f"by_{order.name}": order.order()})
        return queryset

    def _sorted_by(self):
        wanted = self.request.GET.get("ordering", "").lstrip("-")
        return next((one for one in _offered() if one.order and f"by_{one.name}" == wanted), None)

    def order_queryset(self, queryset):
        wanted = self.ordering
        field = F(wanted.lstrip("-"))
        down = wanted.startswith("-")
        order = field.desc(nulls_last=True) if down else field.asc(nulls_last=True)
        return queryset.order_by(order, "-pk")

    @cached_property
    def found(self):
        """What the search found (articles.textsearch.finding.Found), among the articles the filters leave."""
        articles = visible(self.request.user)
        if self.filters and self.filters.is_valid():
            articles = self.filters.filter_queryset(articles)
        return find(self.search_query, articles)

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        if self.is_explicitly_ordered:
            return queryset.filter(pk__in=self.found.ids)
        return Hits(queryset, self.found.ids)

    def get_table(self, object_list):
        articles = list(object_list)
        pks = [article.pk for article in articles]
        entries = {entry.pk: entry for entry in DraftEntry.objects.filter(pk__in=pks).defer("tokens")}
        columns = {one.name: one.column(pks) for one in _offered() if one.column and pks}
        for article in articles:
            article.marks = {name: values.get(article.pk, ()) for name, values in columns.items()}
            article.shown = self._shown(article, entries.get(article.pk))
        return super().get_table(articles)

    def _shown(self, article, entry):
        words = self.found.words if self.is_searching else []
        title = entry.title if entry else article.title
        return {
            "title": showing.marked(title or gettext("Without a title"), words),
            "passage": showing.passage("", (entry.text,), words) if entry and words else [],
            "url": reverse("wagtailadmin_pages:edit", args=[article.pk]),
        }

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {
            "loose": self.is_searching and self.found.loose,
            "more": self.is_searching and self.found.more,
            "most": finding.SHOWN,
            "topics": writable_topics(self.request.user)[:5],
        }


def _parent_path():
    return Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)


class AllArticlesMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_any_permission(request.user, RIGHTS)


class DraftSearchArea(SearchArea):
    """The first of the admin's searches, so that the side bar's box leads here."""

    def __init__(self):
        super().__init__(
            _("All articles"),
            reverse("drafts:index"),
            name="drafts",
            icon_name="doc-full-inverse",
            order=50,
        )

    def is_shown(self, request):
        return policy.user_has_any_permission(request.user, RIGHTS)


class AllArticlesViewSet(ViewSet):
    """The list of all articles, for whoever may edit some."""

    icon = "doc-full-inverse"
    menu_label = _("All articles")
    menu_name = "all-articles"
    menu_order = 95
    add_to_admin_menu = True
    url_prefix = "all-articles"
    url_namespace = "drafts"

    @cached_property
    def menu_item_class(self):
        return AllArticlesMenuItem

    def get_urlpatterns(self):
        return [
            path("", AllArticlesView.as_view(), name="index"),
            path("results/", AllArticlesView.as_view(results_only=True), name="index_results"),
        ]
