"""The delivery ledger (投递台账) in Wagtail's admin."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from articles.errors import Refusal
from publish import ledger, services
from publish.models import Outgoing, Push, Rung
from publish.states import State
from publish.views.access import CHANGE, PER_PAGE, may_look, only_for_changers
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
        return context | {"label": instance.get_state_display(), "tone": ledger.tone(instance.state)}


class LedgerFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(choices=State.choices, label=_("State"))
    asked = django_filters.ChoiceFilter(choices=Rung.choices, label=_("Asked for"))

    class Meta:
        model = Push
        fields = ["state", "asked"]


class LedgerIndexView(generic.IndexView):
    page_title = _("Delivery ledger")

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("items__publication")

    def search_queryset(self, queryset):
        if not self.search_query:
            return queryset
        found = Push.objects.filter(items__publication__title__icontains=self.search_query)
        return queryset.filter(pk__in=found.values("pk"))


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
        attempts = list(push.attempts.order_by("-pk")[:200])
        for attempt in attempts:
            attempt.sentence = errors.sentence(attempt.errcode, attempt.errmsg) if attempt.errcode else ""
        return super().get_context_data(**kwargs) | {
            "push": push,
            "tone": ledger.tone(push.state),
            "explanation": reasons.explain(push),
            "way": ledger.way(push),
            "buttons": [ledger.BUTTONS[name] for name in possible if name in ledger.BUTTONS] if may else [],
            "by_hand": "done_by_hand" in possible and may,
            "at_draft": at_draft,
            "hand_steps": hand_over.steps(push) if at_draft else [],
            "website": hand_over.website(),
            "items": list(push.items.all()),
            "moves": push.moves.order_by("-pk"),
            "attempts": attempts,
            "outgoing": Outgoing.current(),
            "due": push.state in (State.READY, State.RETRY_AT, State.WAITING, State.UNKNOWN),
        }


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
            services.mark_done_by_hand(push, request.POST.getlist("address"), user)
            return gettext("Recorded as arrived, with its address.")
        raise services.PushRefusedError(gettext("There is no such action."))


class LedgerViewSet(ModelViewSet):
    """The ledger: every push with its state, steps, calls and buttons."""

    model = Push
    icon = "list-ul"
    menu_label = _("Delivery ledger")
    menu_order = 20
    url_prefix = "push-ledger"
    url_namespace = "publish_ledger"
    index_view_class = LedgerIndexView
    inspect_view_class = LedgerInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    filterset_class = LedgerFilters
    search_fields = ["items__publication__title"]
    form_fields = []
    ordering = ["-created_at", "-pk"]
    list_per_page = PER_PAGE
    list_display = [
        "title",
        StateColumn("state", label=_("State"), sort_key="state"),
        Column("asked", label=_("Asked for"), accessor="get_asked_display", classname="push-wide"),
        DateColumn("state_since", label=_("Since"), sort_key="state_since"),
        DateColumn("created_at", label=_("Created"), sort_key="created_at", classname="push-wide"),
    ]

    def get_urlpatterns(self):
        kept = [
            found
            for found in super().get_urlpatterns()
            if found.name in ("index", "index_results", "inspect")
        ]
        return [*kept, path("act/<int:pk>/", ActView.as_view(), name="act")]
