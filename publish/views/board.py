"""The board of signed pieces, and the switch that holds everything outgoing."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from articles.errors import Refusal
from publish import composing, planning, services
from publish.models import Publication, Stray
from publish.models.pushes import RUNGS
from publish.views.access import (
    CHANGE,
    LookersPage,
    menu_item_for_lookers,
    only_for_changers,
)
from publish.views.pieces import Pieces


class BoardView(LookersPage):
    """Signed pieces that no push carries yet, and the switch that holds everything outgoing."""

    template_name = "publish/admin/board.html"
    page_title = _("Push board")
    header_icon = "mail"

    @cached_property
    def rungs(self):
        """How far a push may go now: what the installation allows and the account may."""
        return RUNGS[: RUNGS.index(composing.highest_rung(settings.WECHAT_APPID)) + 1]

    def get_context_data(self, **kwargs):
        pieces = Pieces(self.request)
        return super().get_context_data(**kwargs) | {
            "pieces": pieces,
            "page": pieces.page,
            "rungs": [(rung.value, rung.label) for rung in self.rungs],
            "may_change": self.request.user.has_perm(CHANGE),
            "channel_on": bool(settings.WECHAT_APPID),
            "slots": planning.next_slots(settings.WECHAT_APPID),
            "strays": Stray.objects.filter(settled_at=None),
        }


class PushView(View):
    """Push one signed piece, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
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
        only_for_changers(request)
        try:
            if request.POST.get("action") == "resume":
                services.resume(request.user)
                messages.success(request, gettext("Outgoing work goes on."))
            else:
                services.pause(request.user, request.POST.get("reason", ""))
                messages.success(request, gettext("Everything outgoing is paused."))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("publish_board:index")
        return redirect(back)


class StrayView(View):
    """Settle something that was found in WeChat after a restored backup, by POST."""

    acts = {
        "adopt": services.adopt_stray,
        "delete": services.delete_stray_draft,
        "ignore": services.ignore_stray,
    }

    def post(self, request, pk):
        only_for_changers(request)
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
        return menu_item_for_lookers(super().menu_item_class)
