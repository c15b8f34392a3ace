"""Readers' answers in the admin: a list, and for each article its passages with what readers said and what was done."""

from itertools import groupby

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from articles.errors import Refusal
from articles.exports import PlainExportMixin
from articles.models import ArticlePage, TopicPage
from articles.views.access import menu_item_for
from publish import feedback
from publish.models import Publication, ReaderFeedback
from publish.views.records import RecordViewSet


LOOK = "publish.view_readerfeedback"
CHANGE = "publish.change_readerfeedback"
MOST_ARTICLES = 8
MOST_SETTLED = 100


class FeedbackPolicy(ModelPermissionPolicy):
    """Answers are looked at and settled by the views below, never written or changed by a form."""

    def user_has_permission(self, user, action):
        return action == "view" and user.has_perm(LOOK)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class FeedbackFilters(WagtailFilterSet):
    open = django_filters.ChoiceFilter(
        choices=[("open", _("waiting")), ("settled", _("settled"))],
        label=_("State"),
        method="only_open",
        empty_label=_("All"),
    )
    answer = django_filters.MultipleChoiceFilter(
        choices=ReaderFeedback.Answer.choices,
        label=_("What the reader chose"),
        widget=forms.CheckboxSelectMultiple,
    )
    topic = django_filters.ModelChoiceFilter(
        queryset=TopicPage.objects.order_by("path"), field_name="publication__topic", label=_("Topic")
    )
    day = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)

    class Meta:
        model = ReaderFeedback
        fields = ["open", "answer", "topic", "day"]

    def only_open(self, queryset, name, value):
        return queryset.filter(feedback.OPEN) if value == "open" else queryset.exclude(settled_at=None)


def passage_of(row):
    """Return the passage of an answer in words."""
    return feedback.label_of(row.publication.snapshot, row.passage)


class FeedbackIndexView(PlainExportMixin, generic.IndexView):
    page_title = _("Readers' answers")
    template_name = "publish/admin/feedback_list.html"

    def get_base_queryset(self):
        rows = super().get_base_queryset()
        return rows.select_related("publication__approval", "settled_by")

    def search_queryset(self, queryset):
        if not self.search_query:
            return queryset
        query = self.search_query
        return queryset.filter(
            Q(words__icontains=query) | Q(note__icontains=query) | Q(publication__title__icontains=query)
        )

    def get_context_data(self, **kwargs):
        rows = self.search_queryset(self.filter_queryset(ReaderFeedback.objects.all()))
        return super().get_context_data(**kwargs) | {
            "tally": feedback.tally(rows),
            "articles": feedback.by_article(rows, MOST_ARTICLES),
        }


class ArticleView(WagtailAdminTemplateMixin, TemplateView):
    """The answers about one article by version and passage; settling them, and taking that back, by POST."""

    page_title = _("Readers' answers")
    header_icon = "help"
    template_name = "publish/admin/feedback_article.html"

    def dispatch(self, request, article_pk):
        if not request.user.has_perm(CHANGE if request.method == "POST" else LOOK):
            raise PermissionDenied
        self.article = get_object_or_404(ArticlePage, pk=article_pk)
        return super().dispatch(request)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("reader_feedback:index"), "label": self.page_title},
            {"url": "", "label": self.get_page_subtitle()},
        ]

    @cached_property
    def signed(self):
        """The newest version that readers had."""
        return Publication.objects.filter(article=self.article).order_by("-number").first()

    def get_page_subtitle(self):
        return self.signed.title if self.signed else self.article.title

    def get_context_data(self, **kwargs):
        rows = ReaderFeedback.objects.filter(publication__article=self.article)
        editable = self.article.permissions_for_user(self.request.user).can_edit()
        return super().get_context_data(**kwargs) | {
            "signed": self.signed,
            "tally": feedback.tally(rows),
            "passages": self._passages(rows),
            "settled": self._settled(rows),
            "may_change": self.request.user.has_perm(CHANGE),
            "most": feedback.LONGEST,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[self.article.pk]) if editable else "",
        }

    def _passages(self, rows):
        """What waits, by version (the newest first) and passage in the order of the text."""
        waiting = rows.filter(feedback.OPEN).select_related("publication__approval")
        waiting = waiting.order_by("-publication__number", "passage", "-pk")
        found = []
        for (publication, _passage), group in groupby(waiting, lambda one: (one.publication, one.passage)):
            answers = list(group)
            found.append(
                {
                    "number": len(found) + 1,
                    "label": passage_of(answers[0]),
                    "version": publication.number,
                    "replaced": publication.pk != self.signed.pk,
                    "answers": answers,
                }
            )
        return found

    def _settled(self, rows):
        """What was settled, together what one click settled."""
        done = rows.exclude(settled_at=None).select_related("publication__approval", "settled_by")
        done = done.order_by("-settled_at", "passage", "-pk")[:MOST_SETTLED]
        return [
            {"at": at, "by": by, "note": note, "answers": list(group)}
            for (at, by, note), group in groupby(done, lambda one: (one.settled_at, one.settled_by, one.note))
        ]

    def post(self, request, *args, **kwargs):
        pks = [
            int(pk) for pk in request.POST.getlist("answer") if pk.isascii() and pk.isdigit() and len(pk) < 19
        ]
        try:
            if request.POST.get("act") == "reopen":
                feedback.reopen(self.article, pks, user=request.user)
                messages.success(request, gettext("Open again."))
            else:
                feedback.settle(self.article, pks, request.POST.get("note", ""), user=request.user)
                messages.success(request, gettext("Settled, with your name and note."))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return redirect("reader_feedback:article", self.article.pk)


class FeedbackViewSet(RecordViewSet):
    model = ReaderFeedback
    icon = "help"
    menu_label = _("Readers' answers")
    menu_order = 15
    url_prefix = "reader-feedback"
    url_namespace = "reader_feedback"
    index_view_class = FeedbackIndexView
    filterset_class = FeedbackFilters
    search_fields = ["words", "note", "publication__title"]
    search_backend_name = None
    ordering = ["-pk"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Article"),
            accessor="publication.title",
            get_url=lambda row: reverse("reader_feedback:article", args=[row.publication.article_id]),
        ),
        Column("passage", label=_("Part of the text"), accessor=passage_of),
        Column("answer", label=_("What the reader chose"), accessor="get_answer_display", sort_key="answer"),
        Column("words", label=_("In the reader's words")),
        Column("day", label=_("Day"), accessor=lambda row: row.day.isoformat(), sort_key="day"),
        Column("note", label=_("What was done"), accessor=lambda row: row.note, classname="push-wide"),
    ]
    list_export = [
        "publication.title",
        "publication.number",
        "passage",
        "get_answer_display",
        "words",
        "day",
        "settled_at",
        "settled_by",
        "note",
    ]
    export_headings = {
        "publication.title": _("Title"),
        "publication.number": _("Version"),
        "passage": _("Number of the passage"),
        "get_answer_display": _("What the reader chose"),
        "words": _("In the reader's words"),
        "day": _("Day"),
    }
    export_filename = "readers-answers"

    @cached_property
    def menu_item_class(self):
        return menu_item_for(super(RecordViewSet, self).menu_item_class, LOOK)

    def get_urlpatterns(self):
        shown = [found for found in super().get_urlpatterns() if found.name in ("index", "index_results")]
        return [*shown, path("article/<int:article_pk>/", ArticleView.as_view(), name="article")]


class FeedbackPanel(Component):
    """On the admin's home: how many answers wait; nothing when there are none."""

    name = "reader_feedback"
    template_name = "publish/admin/feedback_panel.html"
    order = 138

    def get_context_data(self, parent_context):
        if not parent_context["request"].user.has_perm(LOOK):
            return {}
        rows = feedback.waiting()
        return {
            "unclear": rows.filter(answer=ReaderFeedback.Answer.UNCLEAR).count(),
            "wrong": rows.filter(answer=ReaderFeedback.Answer.WRONG).count(),
            "helpful": rows.filter(answer=ReaderFeedback.Answer.HELPFUL).count(),
        }


def add_panel(request, panels):
    """Add the panel (hook ``construct_homepage_panels``)."""
    panels.append(FeedbackPanel())


def header_buttons(page, user, view_name, next_url=None):
    """Say on an article how many answers of readers wait (hook ``register_page_header_buttons``)."""
    if not isinstance(page, ArticlePage) or not user.has_perm(LOOK):
        return
    number = feedback.waiting(page.pk).count()
    if number:
        yield Button(
            ngettext("%d answer of a reader", "%d answers of readers", number) % number,
            reverse("reader_feedback:article", args=[page.pk]),
            icon_name="help",
            priority=58,
        )
