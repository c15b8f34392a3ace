"""Hand-over (交稿单): what people finish on WeChat's website, compared before and after."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from articles import copies
from articles.errors import Refusal
from articles.snapshot import push_choices
from publish import handover, ledger, services
from publish.models import Drift, Push, PushItem
from publish.states import State
from publish.views.access import (
    CHANGE,
    PER_PAGE,
    LookersPage,
    may_look,
    menu_item_for_lookers,
    only_for_changers,
    only_for_lookers,
)
from publish.views.copy_page import CopyPreviewView, CopyView
from publish.wechat import comparison, errors, hand_over, reasons


PROBLEMS = {
    "draft_gone": _(
        "The draft is no longer in WeChat. If somebody published it, enter its address below; otherwise make the draft anew in the ledger."
    ),
    "no_draft": _("There is no draft any more: the push has moved on."),
    "unreachable": _("WeChat cannot be reached from this server. Try again in a few minutes."),
    "no_answer": _("WeChat did not answer in time. Try again in a few minutes."),
    "no_right": _(
        "The account may not read its published articles by API. Compare by eye on the hand-over sheet."
    ),
    "not_seen": _(
        "WeChat's list does not show it yet (mass sends never appear there). It is looked for again by itself for two days; you can compare by eye at once."
    ),
    "copied": _("The text was carried over by copying. Compare by eye on the hand-over sheet."),
    "internal": _(
        "A fault in the program stopped the comparison. Pass it on to the administrator, and compare by eye."
    ),
    "gone": _("The push has been withdrawn meanwhile."),
}


def problem(name):
    """Return the sentence for HandOver.problem or .final_problem: a name above or a WeChat code."""
    if name.lstrip("-").isdigit():
        return errors.sentence(int(name))
    return str(PROBLEMS.get(name, ""))


class HandOverListView(LookersPage):
    """What waits to be finished, what waits to be compared, and what differs."""

    template_name = "publish/admin/hand_over_list.html"
    page_title = _("Hand-over")
    header_icon = "clipboard-list"

    def get_context_data(self, **kwargs):
        query = self.request.GET.get("q", "").strip()[:100]
        wanted = PushItem.objects.filter(publication__title__icontains=query).values("push")
        items = Prefetch("items", PushItem.objects.select_related("publication"))

        def pushes(found):
            found = found.filter(pk__in=wanted) if query else found
            return found.select_related("hand_over").prefetch_related(items)[:PER_PAGE]

        drifts = handover.open_drifts()
        if query:
            drifts = drifts.filter(item__publication__title__icontains=query)
        return super().get_context_data(**kwargs) | {
            "query": query,
            "to_finish": [(push, reasons.explain(push)) for push in pushes(handover.to_finish())],
            "to_compare": [
                (push, problem(push.hand_over.final_problem)) for push in pushes(handover.to_compare())
            ],
            "drifts": [(drift, _named(drift)) for drift in drifts[:PER_PAGE]],
            "most": PER_PAGE,
        }


def _named(drift):
    return comparison.named([one["field"] for one in drift.differences])


class SheetView(WagtailAdminTemplateMixin, TemplateView):
    """The sheet of one push: clicks in order, comparisons, final addresses, what differs."""

    template_name = "publish/admin/hand_over.html"
    page_title = _("Hand-over sheet")
    header_icon = "clipboard-list"
    progress_only = False

    def dispatch(self, request, *args, **kwargs):
        only_for_lookers(request)
        pushes = Push.objects.select_related("hand_over__wanted_by", "created_by").prefetch_related(
            Prefetch("items", PushItem.objects.select_related("publication__approval"))
        )
        self.push = get_object_or_404(pushes, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self):
        return ["publish/admin/hand_over_compared.html"] if self.progress_only else [self.template_name]

    def get_page_subtitle(self):
        return str(self.push.title)

    def get_breadcrumbs_items(self):
        listed = {"url": reverse("publish_hand_over:index"), "label": HandOverListView.page_title}
        return [*super().get_breadcrumbs_items(), listed, {"url": "", "label": str(self.push.title)}]

    def get_context_data(self, **kwargs):
        push = self.push
        row = getattr(push, "hand_over", None)
        fresh = handover.freshness(row)
        done = push.state == State.DONE
        final_open = bool(row and done and row.final_at is None)
        asked = bool(final_open and row.final_due_at and row.final_due_at <= timezone.now())
        at_draft = push.state == State.NEEDS_PERSON and bool(push.draft_media_id)
        context = super().get_context_data(**kwargs) | {
            "push": push,
            "row": row,
            "fresh": fresh,
            "at_draft": at_draft,
            "done": done,
            "problem": problem(row.problem) if row else "",
            "differences": comparison.named(row.differences) if row else "",
            "final_problem": problem(row.final_problem) if row else "",
            "final_open": final_open,
            "final_asked": asked,
            "under_way": asked or (fresh == "asked" and at_draft),
            "may_change": self.request.user.has_perm(CHANGE),
            "progress_url": reverse("publish_hand_over:progress", args=[push.pk]),
        }
        if self.progress_only:
            return context
        items = list(push.items.all())
        return context | {
            "items": [(item, *_chosen(item)) for item in items],
            "hand_steps": hand_over.steps(push) if self._can_finish() else [],
            "can_finish": self._can_finish(),
            "copied": push.reason == "copy",
            "website": hand_over.website(),
            "tone": ledger.tone(push.state),
            "explanation": reasons.explain(push),
            "drifts": list(
                Drift.objects.filter(item__push=push).select_related("item__publication", "settled_by")
            ),
            "settlements": Drift.Settlement.choices,
            "by_eye": handover.last_seen(push) if row and row.final_problem == "by_eye" else None,
        }

    def _can_finish(self):
        return "done_by_hand" in services.actions(self.push) and self.push.state == State.NEEDS_PERSON


def _chosen(item):
    """Return (the signed title, digest and cover that were chosen, address of the cover or "")."""
    choice = push_choices(item.publication.snapshot)[item.choice]
    return choice, copies.url(choice["cover"], "cover") if choice["cover"] else ""


class SheetActView(View):
    """One button of a sheet, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        push = get_object_or_404(Push, pk=pk)
        try:
            said = self._act(push, request)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, said)
        return redirect(reverse("publish_hand_over:sheet", args=[push.pk]))

    def _act(self, push, request):
        action, user = request.POST.get("action", ""), request.user
        if action == "compare":
            handover.want_comparison(push, user)
            return gettext("WeChat is being asked for the draft.")
        if action == "final":
            handover.want_final(push, user)
            return gettext("WeChat is being asked for the published text.")
        if action == "done_by_hand":
            services.mark_done_by_hand(push, request.POST.getlist("address"), user)
            return gettext("Recorded as arrived. What WeChat published is now compared with the signed text.")
        if action == "by_eye":
            handover.seen_by_eye(push, user, self._differing(push, request.POST))
            return gettext("Recorded that you have compared it.")
        raise handover.HandOverError(gettext("There is no such action."))

    def _differing(self, push, data):
        """Return {order: words} of what the form says differs. Every article needs an answer."""
        found = {}
        for item in push.items.all():
            answer = data.get(f"eye-{item.order}")
            words = data.get(f"words-{item.order}", "").strip()
            if answer not in ("same", "differs"):
                raise handover.HandOverError(gettext("Say for each article whether it is as signed."))
            if answer == "differs" and not words:
                raise handover.HandOverError(gettext("Write down what is different in WeChat."))
            if answer == "differs":
                found[item.order] = words
        return found


class SettleView(View):
    """Settle one drift, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        drift = get_object_or_404(Drift.objects.select_related("item__push"), pk=pk)
        try:
            handover.settle(
                drift, request.user, request.POST.get("settlement", ""), request.POST.get("note", "")
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("Settled, with your name and the time."))
        return redirect(reverse("publish_hand_over:sheet", args=[drift.item.push_id]))


class HandOverViewSet(ViewSet):
    icon = "clipboard-list"
    menu_label = _("Hand-over")
    menu_order = 25
    url_prefix = "hand-over"
    url_namespace = "publish_hand_over"

    def get_urlpatterns(self):
        return [
            path("", HandOverListView.as_view(), name="index"),
            path("<int:pk>/", SheetView.as_view(), name="sheet"),
            path("<int:pk>/progress/", SheetView.as_view(progress_only=True), name="progress"),
            path("<int:pk>/act/", SheetActView.as_view(), name="act"),
            path("drift/<int:pk>/", SettleView.as_view(), name="settle"),
            path("copy/<int:pk>/", CopyView.as_view(), name="copy"),
            path("copy/<int:pk>/preview/", CopyPreviewView.as_view(), name="copy_preview"),
        ]

    @cached_property
    def menu_item_class(self):
        return menu_item_for_lookers(super().menu_item_class)


class DriftPanel(Component):
    """On the admin's home: text in WeChat that nobody signed. Shown only when there is some."""

    name = "open_drift"
    order = 90
    template_name = "publish/admin/drift_panel.html"
    most = 5

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        drifts = list(handover.open_drifts()[: self.most + 1]) if may_look(user) else []
        return {
            "drifts": [(drift, _named(drift)) for drift in drifts[: self.most]],
            "more": len(drifts) > self.most,
        }


def add_drift_panel(request, panels):
    """Put the panel on the admin's home; called from the ``construct_homepage_panels`` hook."""
    panels.append(DriftPanel())
