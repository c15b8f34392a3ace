"""Wagtail's page views for articles: stop findings keep a text from review, and stand beside the editor."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.viewsets.pages import PageViewSet

from articles import findings
from articles.forms import ArticleCopyForm
from articles.models import ArticlePage
from articles.views.comparison import ArticleCompareView, ArticleHistoryView
from articles.views.two_tabs import TwoTabsMixin


class FindingsPanel(BaseSidePanel):
    """Findings on the last saved draft, in a side panel of the editor; a script asks for them after each autosave."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle findings")
        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context):
            return super().get_context_data(parent_context) | {"count": pressing(self.panel.found)}

    name = "findings"
    title = gettext_lazy("Findings")
    template_name = "articles/admin/findings_panel.html"
    order = 150

    @cached_property
    def found(self):
        """The findings, or None before the first save."""
        return findings.check(self.object) if self.object.pk else None

    def get_context_data(self, parent_context):
        return super().get_context_data(parent_context) | context_of(self.object, self.found)


def context_of(page, found):
    """Return the template context of the findings on ``page``."""
    return {
        "page": page,
        "findings": found,
        "pressing": pressing(found),
        # Of a new article the script learns the number with its first autosave.
        "findings_url": reverse("article_findings", args=[page.pk or 0]),
    }


def pressing(found):
    """Return how many findings are more than information."""
    return sum(finding.level != findings.INFO for finding in found or ())


def findings_of_draft(request, page_pk):
    """Return the findings on the latest draft as a fragment of the editor."""
    page = get_object_or_404(ArticlePage, pk=page_pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    article = page.get_latest_revision_as_object()
    context = context_of(article, findings.check(article))
    return render(request, "articles/admin/findings_list.html", context)


class StopFindingsMixin:
    """Before a text goes to review: save it as a draft, check it, and say what stops it."""

    def refuse_with(self, stops):
        lines = format_html_join(
            "",
            "<li><strong>{}</strong>：{} {}</li>",
            ((stop.place, stop.message, stop.hint) for stop in stops),
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
        return MediaContainer([*panels, FindingsPanel(self.page, self.request)])

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


class ArticleCreateView(StopFindingsMixin, CreateView):
    def get_side_panels(self):
        return MediaContainer([*super().get_side_panels(), FindingsPanel(self.page, self.request)])

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
