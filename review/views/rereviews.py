"""The queue of re-reviews (复审) in the admin: what is due, and the button that begins the review."""

from django.db.models import CharField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Cast, Length, Substr
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.models import Page, WorkflowState

import django_filters

from articles.errors import Refusal
from articles.models import Department, TopicPage
from review import rereview
from review.models import ReReview
from review.viewsets import LookedAtViewSet


WINDOWS = {
    "overdue": (None, -1, _("Overdue")),
    "30": (0, rereview.NEAR, _("Due within 30 days")),
    "60": (0, rereview.AHEAD, _("Due within 60 days")),
}


class ReReviewFilters(WagtailFilterSet):
    due = django_filters.ChoiceFilter(
        label=_("Due"), method="filter_due", choices=[(name, one[2]) for name, one in WINDOWS.items()]
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), field_name="article__department", queryset=Department.objects.all()
    )
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), method="filter_topic", queryset=TopicPage.objects.all()
    )

    class Meta:
        model = ReReview
        fields = []

    def filter_due(self, queryset, name, value):
        first, last, _label = WINDOWS[value]
        return queryset.filter(rereview.within(first, last))

    def filter_topic(self, queryset, name, value):
        return queryset.filter(article__path__startswith=value.path)


def standing_words(row):
    """Return in words how far a ReReview is from its day."""
    left, _tone = rereview.standing(row)
    if left < 0:
        return ngettext("overdue by %(count)d day", "overdue by %(count)d days", -left) % {"count": -left}
    return ngettext("due in %(count)d day", "due in %(count)d days", left) % {"count": left}


class StandingColumn(Column):
    """How far the day is, in words with a tone beside them."""

    cell_template_name = "review/admin/standing_cell.html"

    class Media:
        css = {"all": ["review/after.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"label": standing_words(instance), "tone": rereview.standing(instance)[1]}


class BeginColumn(Column):
    """The button, or what stands in its way."""

    cell_template_name = "review/admin/begin_cell.html"


class ReReviewIndexView(IndexView):
    page_title = _("Re-reviews")

    def get_base_queryset(self):
        runs = WorkflowState.objects.filter(
            object_id=Cast(OuterRef("article_id"), CharField()),
            status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
        )
        topics = Page.objects.filter(path=OuterRef("topic_path"))
        return (
            super()
            .get_base_queryset()
            .filter(paused=False)
            .select_related("article__department")
            .annotate(
                in_review=Exists(runs),
                topic_path=Substr("article__path", 1, Length("article__path") - Page.steplen),
            )
            .annotate(topic=Subquery(topics.values("title")[:1]), day=F("due_on"))
        )


class BeginView(View):
    """Send the signed text to review again, by POST."""

    http_method_names = ["post"]

    def post(self, request, pk):
        row = get_object_or_404(ReReview.objects.select_related("article"), pk=pk)
        try:
            rereview.begin(row, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(
                request,
                gettext("“%(title)s” is in review again, unchanged.") % {"title": row.article.title},
            )
        return redirect("rereviews:index")


def editor_of(row):
    return reverse("wagtailadmin_pages:edit", args=[row.article_id])


class ReReviewViewSet(LookedAtViewSet):
    """Looked at and begun from; a signature alone sets the day."""

    model = ReReview
    icon = "rotate"
    menu_label = _("Re-reviews")
    menu_order = 10
    url_prefix = "rereviews"
    url_namespace = "rereviews"
    index_view_class = ReReviewIndexView
    filterset_class = ReReviewFilters
    search_fields = ["article__title"]
    search_backend_name = None
    ordering = ["due_on", "pk"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Article"),
            accessor="article.title",
            get_url=editor_of,
            sort_key="article__title",
        ),
        StandingColumn("standing", label=_("Standing")),
        Column(
            "due_on",
            label=_("Due on"),
            sort_key="due_on",
            accessor=lambda row: row.due_on.isoformat(),
            classname="xl-wide",
        ),
        Column(
            "signed_on",
            label=_("Signed on"),
            accessor=lambda row: row.signed_on.isoformat(),
            classname="xl-wide",
        ),
        Column("department", label=_("Department"), accessor="article.department", classname="xl-wide"),
        Column("topic", label=_("Topic"), accessor="topic", classname="xl-wide"),
        BeginColumn("begin", label=_("Review")),
    ]

    def actions(self):
        return [
            path("<int:pk>/begin/", BeginView.as_view(), name="begin"),
        ]
