"""/panel/: see what was asked and answered, and set what goes wrong. Plain HTML, no script, works from the keyboard.

Forms carry a token that only a page of this sandbox shows, and are refused when the browser says that they come from
another site: nothing that is open in the next tab can post here."""

import hmac
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.template import Context, Engine

from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from . import panel_forms, panel_views
from .errors import ControlError
from .masses import slot_used
from .phone import PROFILE_NAMES


HERE = Path(__file__).resolve().parent / "templates" / "panel"
ENGINE = Engine(dirs=[HERE], autoescape=True)
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

# Address, title; the template and the view are named after the address.
PAGES = {
    "": "请求",
    "time": "时钟与故障",
    "account": "账号",
    "quotas": "额度",
    "followers": "关注者",
    "website": "公众号后台",
    "callbacks": "回调",
}
# What the control calls say, for the people who read this page.
SENTENCES = {
    "there is no such draft": "没有这篇草稿：可能已发布、群发或删除。",
    "there is no such draft or article": "没有这篇草稿：可能已发布、群发或删除。",
    "there is no such article": "没有这篇文章：可能已删除。",
    "today's mass send is used up": "今天的群发机会已经用掉。",
    "comments are closed under this article": "这篇文章没有开启留言。",
    "there is no such callback": "没有这个编号的回调。",
    "this openid does not follow": "这个 OpenID 没有关注。",
    "there is no callback address": "还没有填写回调地址。",
    "there is a tag of this name": "已有同名标签。",
    "a tag needs a name of at most 30 characters": "标签名称要有 1 到 30 个字。",
}


class Figure(str):
    """A number as templates print it: Django would ask its settings how, and there are none here."""

    def __bool__(self):
        return self not in ("0", "0.0")


def printable(value):
    """Values of a template with every number in them as a `Figure`."""
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, int | float):
        return Figure(value)
    if isinstance(value, dict):
        return {name: printable(one) for name, one in value.items()}
    return [printable(one) for one in value]


class Panel:
    """The pages of one sandbox; ``token`` proves that a form was shown by it."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.token = secrets.token_urlsafe(24)
        self._note = ""

    def respond(self, request):
        """The response to a request under /panel/; raises NotFound or Forbidden."""
        parts = [part for part in request.path.split("/") if part][1:]
        if request.method == "POST":
            if len(parts) == 2 and parts[0] == "do" and parts[1] in panel_forms.FORMS:
                return self._do(request, parts[1])
            raise NotFound
        if parts == ["panel.css"]:
            return Response((HERE / "panel.css").read_text("utf-8"), content_type="text/css; charset=utf-8")
        if len(parts) == 2 and parts[0] == "request" and parts[1].isdigit():
            return self._render("request.html", "", **panel_views.request(self.sandbox, int(parts[1])))
        name = "/".join(parts)
        if name not in PAGES:
            raise NotFound
        return self._page(name, request.args)

    def _do(self, request, name):
        if foreign(request) or not hmac.compare_digest(
            request.form.get("token", "").encode(), self.token.encode()
        ):
            raise Forbidden("这个表单不是本页发出的，或沙箱已重新启动。请回到面板再试一次。")
        fields = request.form.to_dict()
        try:
            page, self._note = panel_forms.perform(self.sandbox, name, fields)
        except (ControlError, ValueError, TypeError, KeyError, OverflowError) as error:
            text = str(error)
            problem = f"没有做成。{SENTENCES.get(text, text)}"
            return self._page(
                panel_forms.FORMS[name][0], {}, status=400, problem=problem, failed=name, kept=fields
            )
        return redirect(f"/panel/{page}/" if page else "/panel/", code=303)

    def _page(self, name, query, status=200, **more):
        view = name or "requests"
        values = getattr(panel_views, view)(self.sandbox, query)
        return self._render(f"{view}.html", name, status, **values, **more)

    def _render(self, template, page, status=200, **values):
        account, clock, store = self.sandbox.account, self.sandbox.clock, self.sandbox.store
        settings, faults = account.settings(), store.value("select count(*) from faults")
        with store.transaction():
            values |= {
                "token": self.token,
                "page": page,
                "pages": [
                    {"url": f"/panel/{name}/" if name else "/panel/", "label": label, "on": name == page}
                    for name, label in PAGES.items()
                ],
                "title": PAGES[page],
                "account_name": settings["name"],
                "facts": [
                    ("沙箱时间", f"{clock.local():%Y-%m-%d %H:%M:%S}{'（停住）' if clock.frozen else ''}"),
                    ("账号", PROFILE_NAMES[settings["profile"]]),
                    ("今日群发", "已用" if slot_used(account) else "未用"),
                    ("进行中", f"{self._waiting()} 项"),
                    ("故障", f"{faults} 个"),
                ],
                "note": self._note,
            }
        self._note = ""
        response = Response(
            ENGINE.get_template(template).render(Context(printable(values))),
            status,
            content_type="text/html; charset=utf-8",
        )
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _waiting(self):
        store = self.sandbox.store
        return store.value("select count(*) from publish_jobs where status = 1") + store.value(
            "select count(*) from masses where state in ('SENDING', 'WAITING_ADMIN')"
        )


def foreign(request):
    """Whether a browser says that another site's page sent this request. Programs say nothing of the kind."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host
