"""The findings in the editor: side panel, the fragment its script asks for, and letting one pass with a reason."""

import hashlib
from collections import Counter
from itertools import groupby

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from articles import findings, frozen
from articles.checks.finding import GROUPS
from articles.checks.readability import band
from articles.models import ArticlePage, FindingWaiver


WAIVE = "articles.add_findingwaiver"
WAIVE_STOP = "articles.change_wordingrule"  # the chief librarian's: a stop finding keeps a text from review
LOG_WAIVE = "articles.finding.waive"
LOG_TAKE_BACK = "articles.finding.take_back"
LABELS = {name: label for name, label, _codes in GROUPS}
BAR = 6  # width of a bar and its gap in the picture of the sentences


class FindingsPanel(BaseSidePanel):
    """Findings on the last saved draft, in a side panel of the editor; a script asks for them after each autosave."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle findings")
        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context):
            return super().get_context_data(parent_context) | {"count": pressing(self.panel.report[0])}

    name = "findings"
    title = gettext_lazy("Findings")
    template_name = "articles/admin/findings_panel.html"
    order = 150

    @cached_property
    def report(self):
        """Findings and figures, or None twice before the first save."""
        return findings.report(self.object) if self.object.pk else (None, None)

    def get_context_data(self, parent_context):
        return super().get_context_data(parent_context) | context_of(
            self.object, *self.report, self.request.user
        )


def context_of(page, found, figures, user):
    """Return the template context of the findings and figures of ``page``."""
    why_frozen = frozen.sentence(page, user)
    shown = [shown_as(finding, user, why_frozen) for finding in found or ()]
    informing = [one for one in shown if one["finding"].level == findings.INFO]
    groups = Counter(one["group"] for one in shown)
    return {
        "page": page,
        "findings": found,
        "frozen": why_frozen,
        "pressing": pressing(found),
        "levels": [
            (level, list(ones)) for level, ones in groupby(shown, key=lambda one: one["finding"].level)
        ],
        "folded": [
            (label, ones)
            for name, label in LABELS.items()
            if (ones := [one for one in informing if one["group"] == name])
        ],
        "groups": [(name, LABELS[name], groups[name]) for name in LABELS if name in groups],
        "figures": figures,
        "bars": bars(figures) if figures else None,
        # Of a new article the script learns the number with its first autosave.
        "findings_url": reverse("article_findings", args=[page.pk or 0]),
    }


def shown_as(finding, user, why_frozen=""):
    """Return ``finding`` with its group, the name it is waived by, and what ``user`` may do: nothing in a frozen text."""
    return {
        "finding": finding,
        "group": finding.group,
        "name": name_of(finding),
        "may_mend": not why_frozen,
        "may_waive": not why_frozen and may_waive(finding, user),
        "may_take_back": not why_frozen and bool(finding.waiver) and user.has_perm(WAIVE),
    }


def name_of(finding):
    """Return what a waivable finding is called in addresses: its key and sentence, shortened."""
    return hashlib.sha256(f"{finding.key}\n{finding.passage}".encode()).hexdigest()[:24]


def may_waive(finding, user):
    """Say whether ``user`` may let ``finding`` pass."""
    return finding.waivable and user.has_perm(WAIVE) and (not finding.stops or user.has_perm(WAIVE_STOP))


def bars(figures):
    """Return what draws a bar for each sentence: (left, top, height, colour, length), and the picture's size.

    The first 120 sentences; a bar of 60 characters is as high as the picture.
    """
    drawn = []
    for number, length in enumerate(figures.sentences[:120]):
        height = min(length, 60)
        drawn.append({"x": number * BAR, "y": 60 - height, "height": height, "band": band(length)})
    return {"bars": drawn, "width": max(len(drawn), 1) * BAR, "height": 60, "bar": BAR - 1}


def pressing(found):
    """Return how many findings are more than information."""
    return sum(finding.level != findings.INFO for finding in found or ())


def draft_of(request, page_pk):
    """Return the latest draft of an article that the user may edit, else raise PermissionDenied or Http404."""
    page = get_object_or_404(ArticlePage, pk=page_pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page.get_latest_revision_as_object()


def findings_of_draft(request, page_pk):
    """Return the findings on the latest draft as a fragment of the editor."""
    article = draft_of(request, page_pk)
    return render(
        request,
        "articles/admin/findings_list.html",
        context_of(article, *findings.report(article), request.user),
    )


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=FindingWaiver._meta.get_field("reason").max_length,
        help_text=gettext_lazy("Reviewers read it beside the sentence, and it stays with the signature."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self):
        # Signs that nobody sees, or that turn the words beside them round, are no reason.
        reason = "".join(sign for sign in self.cleaned_data["reason"] if sign.isprintable() or sign.isspace())
        reason = " ".join(reason.split())
        if len(reason) < 4:
            raise forms.ValidationError(_("Say why in a few words."))
        return reason


class WaiveView(WagtailAdminTemplateMixin, TemplateView):
    """Lets one finding on one sentence pass, with a reason."""

    template_name = "articles/admin/findings_waive.html"
    page_title = gettext_lazy("Let a finding pass")
    header_icon = "check"

    def dispatch(self, request, page_pk, name):
        if not request.user.has_perm(WAIVE):
            raise PermissionDenied
        self.article = draft_of(request, page_pk)
        self.back = reverse("wagtailadmin_pages:edit", args=[page_pk])
        if self.article.workflow_in_progress:
            return self._sentence(
                _("This text is being reviewed. Call it back before you let a finding pass.")
            )
        if why_frozen := frozen.sentence(self.article, request.user):
            return self._sentence(why_frozen)
        self.finding = next(
            (one for one in findings.check(self.article) if one.waivable and name_of(one) == name), None
        )
        if self.finding is None:
            return self._sentence(
                _("This finding is not there any more: the sentence was changed, or somebody let it pass.")
            )
        if not may_waive(self.finding, request.user):
            raise PermissionDenied
        self.form = WaiverForm(request.POST or None)
        return super().dispatch(request, page_pk, name)

    def _sentence(self, sentence):
        messages.warning(self.request, sentence)
        return redirect(self.back)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.back, "label": self.article.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "finding": self.finding,
            "form": self.form,
            "back": self.back,
        }

    def post(self, request, *args, **kwargs):
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with transaction.atomic():
            # Two tabs: the row of the page is the lock, so that one sentence has one waiver in force.
            ArticlePage.objects.select_for_update().get(pk=self.article.pk)
            row, created = FindingWaiver.objects.get_or_create(
                article_id=self.article.pk,
                code=self.finding.key,
                passage=self.finding.passage,
                ended_at=None,
                defaults={"by": request.user, "reason": self.form.cleaned_data["reason"]},
            )
            if created:
                log(
                    self.article,
                    LOG_WAIVE,
                    user=request.user,
                    data={"finding": row.code, "passage": row.passage[:200], "reason": row.reason},
                )
        if created or (row.by, row.reason) == (request.user, self.form.cleaned_data["reason"]):
            messages.success(request, _("The finding passes as long as the sentence stays as it is."))
        else:
            messages.info(
                request,
                _("%(who)s let this pass a moment ago, so your reason was not kept. Theirs: %(reason)s")
                % {"who": row.by, "reason": row.reason},
            )
        return redirect(self.back)


class TakeBackView(WagtailAdminTemplateMixin, TemplateView):
    """Takes a waiver back: the finding counts again."""

    template_name = "articles/admin/findings_take_back.html"
    page_title = gettext_lazy("Take back")
    header_icon = "undo"

    def dispatch(self, request, pk):
        self.waiver = get_object_or_404(FindingWaiver.objects.select_related("article", "by"), pk=pk)
        if not request.user.has_perm(WAIVE):
            raise PermissionDenied
        article = draft_of(request, self.waiver.article_id)
        self.back = reverse("wagtailadmin_pages:edit", args=[article.pk])
        if article.workflow_in_progress:
            messages.warning(
                request, _("This text is being reviewed. Call it back before you change what passes.")
            )
            return redirect(self.back)
        if why_frozen := frozen.sentence(article, request.user):
            messages.warning(request, why_frozen)
            return redirect(self.back)
        return super().dispatch(request, pk)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.back, "label": self.waiver.article.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"waiver": self.waiver, "back": self.back}

    def post(self, request, *args, **kwargs):
        if FindingWaiver.objects.filter(pk=self.waiver.pk, ended_at=None).update(ended_at=timezone.now()):
            log(
                self.waiver.article,
                LOG_TAKE_BACK,
                user=request.user,
                data={"finding": self.waiver.code, "passage": self.waiver.passage[:200]},
            )
        messages.success(request, _("Taken back. The finding counts again."))
        return redirect(self.back)
