"""The connection page (微信连接): what works between this server and WeChat, step by step."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from publish import connection
from publish.models import Account
from publish.views.access import CHANGE, LookersPage, menu_item_for_lookers, only_for_changers


KEPT_IN_SIGHT = 10


class ConnectionView(LookersPage):
    """The last check (or an older one), under way or finished, and the history."""

    template_name = "publish/admin/connection.html"
    page_title = _("Connection")
    header_icon = "link"
    progress_only = False

    def get_template_names(self):
        return ["publish/admin/connection_steps.html"] if self.progress_only else [self.template_name]

    def get_breadcrumbs_items(self):
        items = super().get_breadcrumbs_items()
        if "pk" in self.kwargs:
            items[-1]["url"] = self._address()
            items.append({"url": "", "label": f"{timezone.localtime(self.check.wanted_at):%Y-%m-%d %H:%M}"})
        return items

    @cached_property
    def check(self):
        """The check that is looked at: the one asked for, else the newest; None when there is none yet."""
        if "pk" in self.kwargs:
            return get_object_or_404(connection.checks(), pk=self.kwargs["pk"])
        return connection.checks().first()

    def get_context_data(self, **kwargs):
        check = self.check
        account = Account.objects.filter(appid=settings.WECHAT_APPID).first()
        offered = connection.offer()
        under_way = bool(check and check.ended_at is None)
        context = super().get_context_data(**kwargs) | {
            "check": check,
            "older": "pk" in self.kwargs,
            "under_way": under_way,
            "stuck": under_way and connection.stuck(check),
            "steps": connection.steps(check),
            "tally": connection.tally(check) if check else "",
            "channel_on": bool(settings.WECHAT_APPID),
            "may_change": self.request.user.has_perm(CHANGE),
            "account": account,
            "sentence": connection.sentence(offered, account, settings.WECHAT_MODE),
            "blocked": not under_way and connection.blocked(check),
            "platform": connection.PLATFORM,
            "callback_address": connection.callback_address(),
            "proxy": connection.proxy(),
            "progress_url": self._address("progress"),
        }
        if not self.progress_only:
            history = list(connection.checks()[:KEPT_IN_SIGHT])
            context["history"] = [(past, connection.tally(past)) for past in history]
        return context

    def _address(self, name="index"):
        return reverse(f"publish_connection:{name}")


class CheckView(View):
    """Ask for a check, by POST."""

    def post(self, request):
        only_for_changers(request)
        if not settings.WECHAT_APPID:
            messages.error(
                request, gettext("WeChat is not set up: an administrator sets WECHAT_APPID first.")
            )
        else:
            connection.ask(request.user)
            messages.success(request, gettext("The connection is being checked; the steps appear below."))
        return redirect(reverse("publish_connection:index"))


class ConnectionViewSet(ViewSet):
    icon = "link"
    menu_label = _("Connection")
    menu_order = 40
    url_prefix = "connection"
    url_namespace = "publish_connection"

    def get_urlpatterns(self):
        return [
            path("", ConnectionView.as_view(), name="index"),
            path("progress/", ConnectionView.as_view(progress_only=True), name="progress"),
            path("check/", CheckView.as_view(), name="check"),
            path("<int:pk>/", ConnectionView.as_view(), name="past"),
        ]

    @cached_property
    def menu_item_class(self):
        return menu_item_for_lookers(super().menu_item_class)
