"""The delivery ledger (投递台账) and the board of signed pieces, in Wagtail's admin."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from articles.errors import Refusal
from publish import ledger, services
from publish.models import Account, Outgoing, Publication, Push, Rung, Stray
from publish.models.pushes import RUNGS
from publish.states import State
from publish.wechat import errors, hand_over, reasons


CHANGE = "publish.change_push"
VIEW = "publish.view_push"
PER_PAGE = 25


class LedgerPolicy(ModelPermissionPolicy):
    """The ledger is looked at; what changes a push are its buttons, never a form."""

    def user_has_permission(self, user, action):
        return action == "view" and (user.has_perm(VIEW) or user.has_perm(CHANGE))

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
        _only_librarians(request)
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


class BoardView(WagtailAdminTemplateMixin, TemplateView):
    """Signed pieces that no push carries yet, and the switch that holds everything outgoing."""

    template_name = "publish/admin/board.html"
    page_title = _("Push board")
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.has_perm(VIEW) or request.user.has_perm(CHANGE)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def rungs(self):
        """How far a push may go now: what the installation allows and the account may."""
        account = Account.objects.filter(appid=settings.WECHAT_APPID).first()
        highest = min(settings.WECHAT_MODE, account.may if account else Rung.MASS, key=RUNGS.index)
        return RUNGS[: RUNGS.index(highest) + 1]

    def get_context_data(self, **kwargs):
        pages = Paginator(services.board().select_related("approval"), PER_PAGE)
        outgoing = Outgoing.current()
        return super().get_context_data(**kwargs) | {
            "page": pages.get_page(self.request.GET.get("p")),
            "rungs": [(rung.value, rung.label) for rung in self.rungs],
            "may_change": self.request.user.has_perm(CHANGE),
            "channel_on": bool(settings.WECHAT_APPID),
            "outgoing": outgoing,
            "pause_reason": reasons.SENTENCES.get(outgoing.reason, reasons.SENTENCES["paused"]),
            "strays": Stray.objects.filter(settled_at=None),
        }


class PushView(View):
    """Push one signed piece, by POST."""

    def post(self, request, pk):
        _only_librarians(request)
        publication = get_object_or_404(Publication, pk=pk)
        mode = request.POST.get("mode", "")
        try:
            if mode not in RUNGS:
                raise services.PushRefusedError(gettext("Choose how far the push should go."))
            push = services.create_push([publication], mode=mode, user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(reverse("publish_board:index"))
        messages.success(request, gettext("“%(title)s” is on its way.") % {"title": publication.title})
        return redirect(push.get_absolute_url())


class SwitchView(View):
    """Hold everything outgoing, or let it go on, by POST."""

    def post(self, request):
        _only_librarians(request)
        try:
            if request.POST.get("action") == "resume":
                services.resume(request.user)
                messages.success(request, gettext("Outgoing work goes on."))
            else:
                services.pause(request.user)
                messages.success(request, gettext("Everything outgoing is paused."))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return redirect(reverse("publish_board:index"))


class StrayView(View):
    """Settle something that was found in WeChat after a restored backup, by POST."""

    acts = {
        "adopt": services.adopt_stray,
        "delete": services.delete_stray_draft,
        "ignore": services.ignore_stray,
    }

    def post(self, request, pk):
        _only_librarians(request)
        stray = get_object_or_404(Stray, pk=pk, settled_at=None)
        act = self.acts.get(request.POST.get("action"))
        try:
            if act is None:
                raise services.PushRefusedError(gettext("There is no such action."))
            act(stray, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("Settled."))
        return redirect(reverse("publish_board:index"))


class BoardViewSet(ViewSet):
    icon = "mail"
    menu_label = _("Push board")
    menu_order = 10
    url_prefix = "push-board"
    url_namespace = "publish_board"

    def get_urlpatterns(self):
        return [
            path("", BoardView.as_view(), name="index"),
            path("push/<int:pk>/", PushView.as_view(), name="push"),
            path("switch/", SwitchView.as_view(), name="switch"),
            path("stray/<int:pk>/", StrayView.as_view(), name="stray"),
        ]

    @cached_property
    def menu_item_class(self):
        def is_shown(_item, request):
            return request.user.has_perm(VIEW) or request.user.has_perm(CHANGE)

        base = super().menu_item_class
        return type("BoardMenuItem", (base,), {"is_shown": is_shown})


class WeChatGroup(ViewSetGroup):
    menu_label = _("WeChat")
    menu_icon = "mail"
    menu_order = 250
    items = (BoardViewSet("publish_board"), LedgerViewSet("publish_ledger"))


def _only_librarians(request):
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
