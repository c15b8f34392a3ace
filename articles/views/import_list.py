"""The list of imports: what came in, from whom, and what became of it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

import django_filters

from articles.importing import jobs
from articles.models import ImportJob, TopicPage
from articles.permissions import writable_topics
from articles.views.import_view import SEE, shown


class StateFilter(django_filters.ChoiceFilter):
    """The state people see, in which an import whose process died is interrupted."""

    def filter(self, queryset, value):
        return queryset.filter(jobs.in_state(value)) if value in ImportJob.State.values else queryset


class ImportFilters(WagtailFilterSet):
    state = StateFilter(choices=ImportJob.State.choices, label=_("State"))
    topic = django_filters.ModelChoiceFilter(queryset=TopicPage.objects.order_by("title"), label=_("Topic"))

    class Meta:
        model = ImportJob
        fields = ["state", "topic", "by"]


class ActionsColumn(Column):
    cell_template_name = "articles/admin/import_actions.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | shown(instance, parent_context["request"].user)


class ImportListView(generic.IndexView):
    """All imports for those who may see them, one's own for everybody else who may import."""

    model = ImportJob
    page_title = _("Imports")
    header_icon = "upload"
    index_url_name = "articles_imports"
    index_results_url_name = "articles_imports_results"
    results_template_name = "articles/admin/imports_results.html"
    filterset_class = ImportFilters
    search_fields = ["file_name", "article__title"]
    is_searchable = True
    search_backend_name = None
    default_ordering = "-created_at"
    paginate_by = 30
    any_permission_required = None  # see dispatch
    _show_breadcrumbs = True
    columns = [
        TitleColumn(
            "file_name",
            label=_("File"),
            accessor="file_name",
            get_url=lambda job: reverse("articles_import_job", args=[job.pk]),
        ),
        Column("state", label=_("State"), accessor=lambda job: jobs.shown_state(job).label),
        Column("article", label=_("Draft"), accessor=lambda job: job.article.title if job.article else "—"),
        Column("topic", label=_("Topic"), accessor="topic.title"),
        Column("by", label=_("By"), accessor="by"),
        DateColumn("created_at", label=_("At"), sort_key="created_at"),
        ActionsColumn("actions", label=_("Actions")),
    ]

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.has_perm(SEE) or writable_topics(request.user).exists()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        user = self.request.user
        mine = Q() if user.has_perm(SEE) else Q(by=user)
        return ImportJob.objects.filter(mine).select_related("topic", "by", "article")

    @property
    def header_buttons(self):
        if not writable_topics(self.request.user).exists():
            return []
        return [HeaderButton(_("Import an article"), reverse("articles_import"), icon_name="upload")]
