"""Corrections (更正) in the admin: how to begin one, and WeChat's ladder for the copies of the version it replaces."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.coreutils import safe_snake_case

from articles.errors import Refusal
from articles.models import ArticlePage
from articles.views.access import number
from publish import corrections
from publish.models import ChannelSettings, Correction, CorrectionStep, PushItem
from publish.views import deletions as deletion_views
from publish.views.access import CHANGE, only_for_changers
from publish.views.records import RecordViewSet
from publish.wechat import hand_over


def _anchor():
    """Return the editor's tab that has the note; Wagtail names it after its heading in the reader's language."""
    tab = next(tab for tab in ArticlePage.edit_handler.children if tab.children is ArticlePage.facts_panels)
    return f"#tab-{safe_snake_case(str(tab.heading))}"


class BeginView(WagtailAdminTemplateMixin, TemplateView):
    """What a correction is, step by step, and the way into the editor."""

    template_name = "publish/admin/begin_correction.html"
    page_title = _("Correct")
    header_icon = "edit"

    def dispatch(self, request, article_pk):
        self.article = get_object_or_404(ArticlePage, pk=article_pk, live=True)
        if not self.article.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.article.title

    def get_context_data(self, **kwargs):
        editor = reverse("wagtailadmin_pages:edit", args=[self.article.pk])
        return super().get_context_data(**kwargs) | {
            "article": self.article,
            "under_review": self.article.current_workflow_state,
            "editor": f"{editor}{_anchor()}",
            "copies": PushItem.objects.filter(publication__article=self.article, push__state="DONE").count(),
        }


class CorrectionIndexView(generic.IndexView):
    page_title = _("Corrections")

    def get_base_queryset(self):
        waiting = corrections.open_steps().values("pk")
        return (
            super()
            .get_base_queryset()
            .select_related("publication")
            .annotate(
                chosen=Count("steps", distinct=True),
                waiting=Count("steps", filter=Q(steps__pk__in=waiting), distinct=True),
            )
        )


class CorrectionView(generic.InspectView):
    """One correction: what readers are told, and what is done about each copy in WeChat."""

    template_name = "publish/admin/correction.html"
    page_title = _("Correction")

    def get_object(self, queryset=None):
        rows = Correction.objects.select_related("publication__approval", "corrects__approval")
        return get_object_or_404(rows, pk=self.pk)

    def get_page_subtitle(self):
        return self.object.publication.title

    def get_context_data(self, **kwargs):
        copies = corrections.copies(self.object)
        for copy in copies:
            copy.rows = [{"step": step, "done": corrections.is_done(step)} for step in copy.steps.values()]
            copy.tone = deletion_views.tone(copy.deletion) if copy.deletion else ""
        return super().get_context_data(**kwargs) | {
            "correction": self.object,
            "copies": copies,
            "channel": ChannelSettings.load(),
            "website": hand_over.website(),
            "may_change": self.request.user.has_perm(CHANGE),
        }


class ChooseView(View):
    """Choose a rung of the ladder for one copy, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        correction = get_object_or_404(Correction.objects.select_related("publication__approval"), pk=pk)
        item = get_object_or_404(PushItem, pk=number(request.POST.get("item")))
        try:
            step = corrections.choose(correction, item, request.POST.get("kind", ""), user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            buttons = []
            if step.push:
                buttons.append(messages.button(step.push.get_absolute_url(), gettext("Look at the push")))
            messages.success(request, gettext("Chosen. It stays listed until it is done."), buttons=buttons)
        return redirect("corrections:inspect", correction.pk)


class StepView(View):
    """Tick a step, take a tick back, or give a step up, by POST."""

    acts = {"tick": corrections.tick, "untick": corrections.untick, "drop": corrections.drop}

    def post(self, request, pk):
        only_for_changers(request)
        rows = CorrectionStep.objects.select_related("correction__publication", "item")
        step = get_object_or_404(rows, pk=pk)
        act = self.acts.get(request.POST.get("action"))
        try:
            if act is None:
                raise corrections.CorrectionRefusedError(gettext("There is no such action."))
            act(step, user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("Recorded with your name."))
        return redirect("corrections:inspect", step.correction_id)


def _progress(correction):
    if correction.waiting:
        return gettext("%(count)d open") % {"count": correction.waiting}
    return gettext("done") if correction.chosen else gettext("nothing chosen")


class CorrectionViewSet(RecordViewSet):
    """All corrections, the newest first."""

    model = Correction
    icon = "edit"
    menu_label = _("Corrections")
    menu_order = 28
    url_prefix = "corrections"
    url_namespace = "corrections"
    index_view_class = CorrectionIndexView
    inspect_view_class = CorrectionView
    search_fields = ["publication__title", "note"]
    search_backend_name = None
    list_filter = {"made_at": ["date"]}
    ordering = ["-made_at", "-pk"]
    list_display = [
        TitleColumn(
            "title", label=_("Article"), accessor="publication.title", url_name="corrections:inspect"
        ),
        Column("note", label=_("What changed")),
        Column("waiting", label=_("In WeChat"), accessor=_progress),
        DateColumn("made_at", label=_("Signed"), sort_key="made_at"),
    ]

    def actions(self):
        return [
            path("begin/<int:article_pk>/", BeginView.as_view(), name="begin"),
            path("choose/<int:pk>/", ChooseView.as_view(), name="choose"),
            path("step/<int:pk>/", StepView.as_view(), name="step"),
        ]


def header_buttons(page, user, view_name, next_url=None):
    """Offer “correct” on a live article to those who may edit it (hook ``register_page_header_buttons``)."""
    if isinstance(page, ArticlePage) and page.live and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Correct"), reverse("corrections:begin", args=[page.pk]), icon_name="edit", priority=55
        )
