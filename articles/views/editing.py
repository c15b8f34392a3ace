"""Wagtail's page views for articles: stop findings keep a text from review, and stand beside the editor."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.viewsets.pages import PageViewSet

from articles import findings
from articles.forms import ArticleCopyForm
from articles.glossary.panel import TermsPanel
from articles.models import ArticlePage
from articles.starting.panel import GuidancePanel
from articles.starting.views import AskFirstMixin
from articles.views.comparison import ArticleCompareView, ArticleHistoryView
from articles.views.findings import LABELS, FindingsPanel
from articles.views.two_tabs import TwoTabsMixin


def own_panels(page, request):
    """Return the side panels of our own for the editor."""
    panels = [FindingsPanel(page, request), TermsPanel(page, request)]
    guidance = GuidancePanel(page, request)
    return [*panels, guidance] if guidance.point else panels


class StopFindingsMixin:
    """Before a text goes to review: save it as a draft, check it, and say what stops it."""

    def refuse_with(self, stops):
        lines = format_html_join(
            "",
            '<li>{}：<a href="#{}" data-finding-anchor data-quote="{}" data-nth="{}">{}</a>：{} {}</li>',
            (
                (LABELS[stop.group], stop.anchor, stop.quote, stop.nth, stop.place, stop.message, stop.hint)
                for stop in sorted(stops, key=lambda one: list(LABELS).index(one.group))
            ),
        )
        messages.error(
            self.request,
            format_html(
                "{}<ul>{}</ul>",
                _("Saved as a draft, but not submitted: the following must be mended first."),
                lines,
            ),
        )
        return redirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    def stops(self):
        """Return the stop findings on what the form holds now."""
        self.page = self.form.save(commit=False)
        return [finding for finding in findings.check(self.page) if finding.stops]


class ArticleEditView(TwoTabsMixin, StopFindingsMixin, EditView):
    def get_side_panels(self):
        panels = super().get_side_panels()
        if self.expects_json_response or self.hydrate_create_view:
            return panels
        return MediaContainer([*panels, *own_panels(self.page, self.request)])

    def submit_action(self):
        return self._checked(super().submit_action)

    def restart_workflow_action(self):
        return self._checked(super().restart_workflow_action)

    def _checked(self, action):
        stops = self.stops()
        if not stops:
            return action()
        self.page = self.form.save(commit=not self.page.live)
        self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision
        )
        return self.refuse_with(stops)


class ArticleCreateView(AskFirstMixin, StopFindingsMixin, CreateView):
    def get_side_panels(self):
        return MediaContainer([*super().get_side_panels(), *own_panels(self.page, self.request)])

    def submit_action(self):
        stops = self.stops()
        if not stops:
            return super().submit_action()
        self.parent_page.add_child(instance=self.page)
        self.set_default_privacy_setting()
        self.page.save_revision(user=self.request.user, log_action=True)
        return self.refuse_with(stops)


class ArticleCopyView(CopyView):
    def get_form_class(self):
        return ArticleCopyForm


class ArticleUnpublishView(UnpublishView):
    """Unpublishing an article is a Withdrawal, which the publishing room asks a reason for."""

    def get(self, request, *args, **kwargs):
        return redirect("withdrawals:withdraw", self.object.pk)

    post = get


class ArticleViewSet(PageViewSet):
    model = ArticlePage
    edit_view_class = ArticleEditView
    add_view_class = ArticleCreateView
    copy_view_class = ArticleCopyView
    unpublish_view_class = ArticleUnpublishView
    revisions_compare_view_class = ArticleCompareView
    history_view_class = ArticleHistoryView
