"""The demo's index page: links to each face, one-click role switch, a QR code for a phone. Only under cms.settings.demo."""

import os
import socket
from ipaddress import ip_address

from django.contrib.auth import get_user_model, login
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache

from wagtail.models import TaskState

import segno

from articles.models import ArticlePage
from cms.demo import MAIL_DOMAIN
from cms.demo.loading import ROLES
from publish.models import Publication, Push
from review.models import ReviewTaskState


@method_decorator(never_cache, name="dispatch")
class IndexView(View):
    """What there is to see, and in which role."""

    def get(self, request):
        step = ReviewTaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).order_by("-pk").first()
        review = reverse("review:text", args=[step.pk]) if step else reverse("review:desk")
        phone_link = f"http://{_lan_address()}:{request.get_port()}{review}"
        context = {
            "roles": [
                {"username": username, "name": name, "here": request.user.username == username}
                for username, name in ROLES.items()
            ],
            "review": review,
            "waiting": step and step.revision.object_str,
            "phone_link": phone_link,
            "qr": segno.make(phone_link, error="m").svg_inline(
                scale=5, border=2, dark="#10312d", light="#fff"
            ),
            "phone": f"{os.environ.get('WECHAT_API_BASE', '')}/phone/",
            "publications": Publication.objects.for_lists(),
            "pushes": Push.objects.prefetch_related("items__publication")[:10],
            "faulty": ArticlePage.objects.filter(slug="faulty").first(),
        }
        return render(request, "cms/demo/index.html", context)


class SwitchView(View):
    """Log in as one of the demo's people, and go where that person works."""

    def post(self, request):
        if not ip_address(request.META["REMOTE_ADDR"]).is_loopback:
            return render(request, "cms/error.html", _ONLY_HERE, status=403)
        user = get_object_or_404(
            get_user_model(),
            username=request.POST.get("username", ""),
            email__endswith=f"@{MAIL_DOMAIN}",
            is_active=True,
        )
        login(request, user, backend="cms.backends.StaffBackend")
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = reverse("demo")
        return redirect(target)


# The demo is reachable from the network so that a phone can sign; becoming somebody else by one click is not.
_ONLY_HERE = {
    "title": "只能在本机切换角色",
    "message": "请在运行演示的电脑上切换；手机上请用账号和口令登录。",
}


def _lan_address():
    """This machine's address on the local network, or the loopback one. Sends nothing: a UDP socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
