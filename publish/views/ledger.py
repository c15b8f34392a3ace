"""The delivery ledger (投递台账) in Wagtail's admin."""

from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from articles.errors import Refusal
from articles.exports import PlainExportMixin
from articles.models import Institution
from publish import deletions, echo, ledger, services
from publish.models import Outgoing, Push, PushItem, Rung
from publish.states import State
from publish.views import deletions as deletion_views
from publish.views.access import CHANGE, may_look, only_for_changers, only_for_lookers
from publish.views.records import RecordViewSet
from publish.wechat import errors, hand_over, reasons


class LedgerPolicy(ModelPermissionPolicy):
    """The ledger is looked at; what changes a push are its buttons, never a form."""

    def user_has_permission(self, user, action):
        return action == "view" and may_look(user)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        return super().users_with_any_permission([*actions, "change"])


class StateColumn(Column):
    """A state in words, with a tone beside them."""

    cell_template_name = "publish/admin/state_cell.html"

    class Media:
        css = {"all": ["publish/admin/ledger.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        label = ledger.label(instance) if isinstance(instance, Push) else instance.get_state_display()
        return context | {"label": label, "tone": ledger.tone(instance.state)}


def _accounts():
    """Return the accounts that pushes were made for, as choices; asked for when the filter is shown."""
    return [
        (account, account)
        for account in Push.objects.order_by("account").values_list("account", flat=True).distinct()
    ]


class LedgerFilters(WagtailFilterSet):
    needs = django_filters.ChoiceFilter(
        choices=[("me", _("what needs a person"))],
        label=_("Needs me"),
        method="only_needing",
        empty_label=_("All"),
    )
    state = django_filters.MultipleChoiceFilter(choices=State.choices, label=_("State"))
    asked = django_filters.ChoiceFilter(choices=Rung.choices, label=_("Asked for"))
    created_at = django_filters.DateFromToRangeFilter(label=_("Created"), widget=DateRangePickerWidget)
    account = django_filters.ChoiceFilter(choices=_accounts, label=_("Account"))

    class Meta:
        model = Push
        fields = ["needs", "state", "asked", "created_at", "account"]

    def only_needing(self, queryset, name, value):
        return queryset.filter(ledger.needing(self.request.user))


class LedgerIndexView(PlainExportMixin, generic.IndexView):
    page_title = _("Delivery ledger")
    template_name = "publish/admin/ledger.html"

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("items__publication")

    def search_queryset(self, queryset):
        if not self.search_query:
            return queryset
        found = Push.objects.filter(items__publication__title__icontains=self.search_query)
        return queryset.filter(pk__in=found.values("pk"))

    def get_context_data(self, **kwargs):
        numbers = dict(Push.objects.order_by().values_list("state").annotate(Count("pk")))
        states = [
            {"label": label, "value": value, "number": numbers[value], "tone": ledger.tone(value)}
            for value, label in State.choices
            if numbers.get(value)
        ]
        return super().get_context_data(**kwargs) | {
            "states": states,
            "needing": Push.objects.filter(ledger.needing(self.request.user)).count(),
            "outgoing": Outgoing.current(),
        }


class LedgerInspectView(generic.InspectView):
    template_name = "publish/admin/push.html"
    page_title = _("Push")

    def get_object(self, queryset=None):
        pushes = Push.objects.select_related("created_by").prefetch_related("items__publication__approval")
        return get_object_or_404(pushes, pk=self.pk)

    def get_page_subtitle(self):
        return str(self.object.title)

    def get_context_data(self, **kwargs):
        push = self.object
        possible = services.actions(push)
        may = self.request.user.has_perm(CHANGE)
        at_draft = push.state == State.NEEDS_PERSON and bool(push.draft_media_id)
        attempts = list(push.attempts.order_by("-pk").defer("answer", "summary")[:200])
        for attempt in attempts:
            attempt.sentence = errors.sentence(attempt.errcode, attempt.errmsg) if attempt.errcode else ""
        return super().get_context_data(**kwargs) | {
            "push": push,
            "tone": ledger.tone(push.state),
            "label": ledger.label(push),
            "explanation": self._explanation(),
            "way": ledger.way(push),
            "buttons": [ledger.BUTTONS[name] for name in possible if name in ledger.BUTTONS] if may else [],
            "by_hand": "done_by_hand" in possible and may,
            "at_draft": at_draft,
            "hand_steps": hand_over.steps(push) if at_draft else [],
            "website": hand_over.website(),
            "items": self._items(),
            "needs_a_note": ledger.needs_a_note(push),
            "reports": echo.reports(push),
            "events": echo.events(push),
            "mark": ledger.mark(push) if ledger.under_way(push) else "",
            "may_change": may,
            "may_delete": deletions.may_ask(self.request.user),
            "moves": push.moves.order_by("-pk"),
            "attempts": attempts,
            "outgoing": Outgoing.current(),
            "due": push.state in (State.READY, State.RETRY_AT, State.WAITING, State.UNKNOWN)
            and not push.composing,
        }

    def _explanation(self):
        sentence = reasons.explain(self.object)
        if self.object.reason == "by_person" and self.object.detail:
            return f"{sentence} {self.object.detail}"
        return sentence

    def _items(self):
        """The push's items, each with what WeChat kept of its body and its deletion."""
        items = list(self.object.items.prefetch_related("deletions").select_related("publication__article"))
        found = echo.kept(self.object, items)
        for item in items:
            item.kept = found.get(item.pk)
            item.deletion = deletions.current(item)
            item.deletion_tone = deletion_views.tone(item.deletion) if item.deletion else ""
        return items


class MarkView(View):
    """Whether a push's page has something new to show, for the page that is open: {"mark": text}."""

    def get(self, request, pk):
        only_for_lookers(request)
        push = get_object_or_404(Push, pk=pk)
        return JsonResponse({"mark": ledger.mark(push), "under_way": ledger.under_way(push)})


@method_decorator(xframe_options_sameorigin, name="dispatch")
class BodyView(View):
    """The exact body that was sent, as a phone shows it; pictures come from here, not from WeChat."""

    def get(self, request, pk):
        only_for_lookers(request)
        item = get_object_or_404(PushItem.objects.select_related("publication__approval"), pk=pk)
        frame = {
            "title": item.title,
            "author": item.author,
            "account": Institution.load().short_name,
            "day": item.publication.signed_on,
            "body": mark_safe(ledger.body_on_screen(item)),  # noqa: S308  made by themes.sanitize before it was sent
        }
        html = render_to_string("themes/wechat_frame.html", frame)
        policy = (
            "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
        )
        return HttpResponse(
            html, headers={"Content-Security-Policy": policy, "Cache-Control": "private, no-store"}
        )


class ActView(View):
    """One button of a push, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        push = get_object_or_404(Push, pk=pk)
        action = request.POST.get("action", "")
        try:
            sentence = self._act(push, action, request)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, sentence)
        return redirect(push.get_absolute_url())

    def _act(self, push, action, request):
        user = request.user
        if action in ("retry", "anew", "publish_instead"):
            services.retry(push, user, anew=action == "anew", publish_instead=action == "publish_instead")
            return gettext("It will be tried again within a second.")
        if action == "plan_again":
            services.plan_again(push, user)
            return gettext("The push can be changed and planned again.")
        if action == "reconcile":
            services.reconcile_now(push, user)
            return gettext("WeChat is being asked. Reload the page in a moment.")
        if action == "not_there":
            services.mark_not_there(push, user)
            return gettext("It goes out again.")
        if action == "cancel":
            return services.cancel(push, user)
        if action == "done_by_hand":
            note = request.POST.get("note", "")
            if ledger.needs_a_note(push) and not note.strip():
                raise services.PushRefusedError(gettext("Say how it came out; your name is kept with it."))
            services.mark_done_by_hand(push, request.POST.getlist("address"), user, note=note)
            return gettext("Recorded as arrived, with its address.")
        raise services.PushRefusedError(gettext("There is no such action."))


class LedgerViewSet(RecordViewSet):
    """The ledger: every push with its state, steps, calls and buttons."""

    model = Push
    icon = "list-ul"
    menu_label = _("Delivery ledger")
    menu_order = 20
    url_prefix = "push-ledger"
    url_namespace = "publish_ledger"
    index_view_class = LedgerIndexView
    inspect_view_class = LedgerInspectView
    filterset_class = LedgerFilters
    search_fields = ["items__publication__title"]
    ordering = ["-created_at", "-pk"]
    list_export = [
        "pk",
        "title",
        "get_state_display",
        "get_asked_display",
        "get_rung_display",
        "created_at",
        "scheduled_for",
        "state_since",
        "finished_at",
        "account",
        "draft_media_id",
        "publish_id",
        "article_id",
        "msg_id",
    ]
    export_headings = {
        "pk": _("Push"),
        "title": _("Title"),
        "get_state_display": _("State"),
        "get_asked_display": _("Asked for"),
        "get_rung_display": _("Went as far as"),
    }
    export_filename = "push-ledger"
    list_display = [
        "title",
        StateColumn("state", label=_("State"), sort_key="state"),
        Column("asked", label=_("Asked for"), accessor="get_asked_display", classname="push-wide"),
        DateColumn("state_since", label=_("Since"), sort_key="state_since"),
        DateColumn("created_at", label=_("Created"), sort_key="created_at", classname="push-wide"),
    ]

    def actions(self):
        return [
            path("act/<int:pk>/", ActView.as_view(), name="act"),
            path("mark/<int:pk>/", MarkView.as_view(), name="mark"),
            path("body/<int:pk>/", BodyView.as_view(), name="body"),
        ]
