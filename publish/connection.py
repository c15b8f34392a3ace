"""What the connection page shows: each step in words, and what the account may do now. No WeChat call is made here."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publish.models.checks import ConnectionCheck
from publish.models.pushes import RUNGS, Account, Attempt, Heartbeat, Outcome, Rung
from publish.wechat import errors
from publish.wechat.connection import ADDRESS_CODES, BAD, LEASE, MISSING, OK, SKIPPED, STEPS


# A worker writes its heartbeat every few seconds; the same limit as /healthz.
SILENT = timedelta(seconds=120)
WAITING = "waiting"
COPY = "copy"
PLATFORM = "https://developers.weixin.qq.com/platform"

LABELS = {
    "settings": gettext_lazy("Settings"),
    "reach": gettext_lazy("Way to WeChat"),
    "credentials": gettext_lazy("Account and secret"),
    "address": gettext_lazy("IP white-list"),
    "token": gettext_lazy("Access token"),
    "draft": gettext_lazy("Right to drafts"),
    "publish": gettext_lazy("Right to publish"),
    "mass": gettext_lazy("Right to mass sends"),
    "comment": gettext_lazy("Right to comments"),
    "callback": gettext_lazy("Callbacks"),
    "quota": gettext_lazy("Calls left today"),
    "worker": gettext_lazy("Delivery worker"),
}
MEANINGS = {
    "settings": gettext_lazy("The account, its secret and the keys for callbacks are set on this server."),
    "reach": gettext_lazy("This server reaches WeChat's API and gets an answer."),
    "credentials": gettext_lazy("WeChat knows the account and accepts its secret."),
    "address": gettext_lazy("WeChat accepts calls from this server's address."),
    "token": gettext_lazy("WeChat accepts the access token that every call carries."),
    "draft": gettext_lazy("Signed articles can be put into WeChat's draft box."),
    "publish": gettext_lazy("Drafts can be published without notifying followers."),
    "mass": gettext_lazy("Drafts can be sent to all followers, once a day."),
    "comment": gettext_lazy("Comments can be read and managed; articles go out with comments closed."),
    "callback": gettext_lazy("WeChat tells this server at once how a push ended."),
    "quota": gettext_lazy("How often each function may still be used today."),
    "worker": gettext_lazy("A program on this server does what WeChat is asked for."),
}
WORDS = {
    OK: gettext_lazy("in order"),
    MISSING: gettext_lazy("not available"),
    BAD: gettext_lazy("needs attention"),
    SKIPPED: gettext_lazy("not checked"),
    WAITING: gettext_lazy("waiting"),
}
SIGNS = {OK: "✓", MISSING: "–", BAD: "✗", SKIPPED: "·", WAITING: "○"}
LEFT_OUT = {
    "draft": gettext_lazy(
        "Articles are carried over by hand with the copy page. Have the account verified to get this right."
    ),
    "publish": gettext_lazy(
        "Drafts are finished by hand on WeChat's website. Only verified accounts of institutions have this right since July 2025."
    ),
    "mass": gettext_lazy(
        "Mass sends are made by hand on WeChat's website. Only verified accounts have this right."
    ),
    "comment": gettext_lazy("Nothing to do: articles go out with comments closed."),
}


@dataclass(frozen=True)
class Step:
    """One line of the page. ``todo``: what to do next; ``address``: an IP address or proxy to enter in WeChat."""

    name: str
    outcome: str
    todo: str = ""
    note: str = ""
    errcode: int | None = None
    rid: str = ""
    address: str = ""
    rows: tuple = ()

    @property
    def label(self):
        return LABELS[self.name]

    @property
    def meaning(self):
        return MEANINGS[self.name]

    @property
    def word(self):
        return WORDS[self.outcome]

    @property
    def sign(self):
        return SIGNS[self.outcome]


# --- asking -----------------------------------------------------------------------------------------


def ask(user, now=None):
    """Have a worker check the connection; a check that is still open is joined. Returns the ConnectionCheck."""
    now = now or timezone.now()
    with transaction.atomic():
        # One row that two clicks at once have to queue for.
        Account.objects.get_or_create(appid=settings.WECHAT_APPID)
        Account.objects.select_for_update().get(appid=settings.WECHAT_APPID)
        found = checks().filter(ended_at=None).first()
        return found or ConnectionCheck.objects.create(
            account=settings.WECHAT_APPID, wanted_at=now, wanted_by=user
        )


def checks():
    """Return the checks of the account set up now, the newest first."""
    return ConnectionCheck.objects.filter(account=settings.WECHAT_APPID).select_related("wanted_by")


def stuck(check, now=None):
    """Return whether no worker seems to work on an open check."""
    began = check.started_at or check.wanted_at
    limit = LEASE if check.started_at else timedelta(seconds=20)
    return check.ended_at is None and (now or timezone.now()) - began > limit


# --- what it says -----------------------------------------------------------------------------------


def steps(check):
    """Return the Steps of a check (None: none was made yet), those to come as waiting, the worker's last."""
    results = {result["step"]: result for result in check.results} if check else {}
    listed = [_step(results[name]) if name in results else Step(name, WAITING) for name in STEPS]
    return [*listed, worker_step()]


def blocked(check):
    """Return whether a finished check found that no call gets through at all."""
    found = {result["step"]: result["outcome"] for result in check.results} if check else {}
    return any(found.get(name) == BAD for name in ("settings", "reach", "credentials", "address", "token"))


def tally(check):
    """Return how a finished check went, as a sentence."""
    bad = sum(result["outcome"] == BAD for result in check.results)
    missing = sum(result["outcome"] == MISSING for result in check.results)
    if check.ended_at is None:
        return _("under way")
    if bad:
        return _("to mend: %(bad)d, not available: %(missing)d") % {"bad": bad, "missing": missing}
    if missing:
        return _("in order; not available: %(missing)d") % {"missing": missing}
    return _("all in order")


def _step(result):
    name, outcome, errcode = result["step"], result["outcome"], result["errcode"]
    detail = result["detail"]
    shared = {"errcode": errcode, "rid": result["rid"], "note": _note(name, detail)}
    if outcome in (OK, SKIPPED):
        return Step(name, outcome, rows=tuple(detail.get("rows", ())), **shared)
    if name in LEFT_OUT and outcome == MISSING:
        return Step(name, outcome, todo=str(LEFT_OUT[name]), **shared)
    return Step(
        name,
        outcome,
        todo=_todo(name, result),
        address=_our_address(result["errmsg"]) if errcode in ADDRESS_CODES else "",
        rows=tuple(detail.get("rows", ())),
        **shared,
    )


def _note(name, detail):
    if name == "token" and "seconds" in detail:
        return _("The token lives for another %(minutes)d minutes.") % {"minutes": detail["seconds"] // 60}
    if name == "settings" and "mode" in detail:
        return _("This installation may go as far as: %(mode)s.") % {"mode": Rung(detail["mode"]).label}
    if name == "callback" and not detail.get("internal"):
        if not detail.get("last"):
            return _("Nothing was ever received from WeChat.")
        last = timezone.localtime(datetime.fromisoformat(detail["last"]))
        return _("Last received from WeChat: %(when)s.") % {"when": f"{last:%Y-%m-%d %H:%M}"}
    return ""


def _todo(name, result):
    """Return what to do about a step that is not in order."""
    detail, errcode = result["detail"], result["errcode"]
    if detail.get("internal"):
        return _("A fault in the program stopped this step. Pass it on to the administrator.")
    if name == "settings":
        return _("An administrator sets %(names)s on the server and restarts it.") % {
            "names": ", ".join(detail["absent"])
        }
    if name == "callback":
        return _callback_todo(detail, errcode)
    if errcode is not None:
        return errors.sentence(errcode, result["errmsg"])
    if name == "quota":
        return _(
            "Some calls are used up for today. They come back after midnight; nothing is lost meanwhile."
        )
    if detail.get("reached") == "no":
        return _(
            "WeChat cannot be reached from this server. An administrator checks the network, the firewall and OUTBOUND_PROXY, then checks again here."
        )
    return _("WeChat did not answer in time. Check again in a few minutes.")


def _callback_todo(detail, errcode):
    if detail.get("unreachable"):
        return _(
            "WeChat does not reach the address below. An administrator opens it in the firewall; until then results are asked for every few minutes."
        )
    if detail.get("last") and errcode is not None:
        return errors.sentence(errcode, "")
    return _(
        "Enter the address below on the WeChat developer platform under 消息与事件推送, with WECHAT_TOKEN and WECHAT_AES_KEY. Until then results are asked for every few minutes; nothing is lost."
    )


def worker_step(now=None):
    """Return the step of the delivery worker, from its heartbeat: no worker, no check."""
    now = now or timezone.now()
    alive = Heartbeat.objects.filter(stopped_at=None, seen_at__gte=now - SILENT)
    count = alive.count()
    if count:
        return Step("worker", OK, note=_("Workers running: %(count)d.") % {"count": count})
    return Step(
        "worker",
        BAD,
        todo=_(
            "No worker is running: nothing goes to WeChat and no check can be made. An administrator starts “manage.py deliver” (service xinglin-deliver)."
        ),
    )


def callback_address():
    """Return the address to enter in WeChat for callbacks."""
    return f"{settings.SITE_URL}{reverse('wechat_callback')}"


def proxy():
    """Return the proxy without its password, or ""."""
    if not settings.OUTBOUND_PROXY:
        return ""
    parts = urlsplit(settings.OUTBOUND_PROXY)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _our_address(errmsg):
    """Return the address WeChat saw, as its refusal names it; else the proxy's, or ""."""
    found = re.search(r"\b(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+:[0-9a-f:]*)\b", errmsg)
    return found.group(1) if found else (urlsplit(settings.OUTBOUND_PROXY).hostname or "")


# --- what the account may do ------------------------------------------------------------------------


def drafts_refused(appid):
    """Return whether WeChat's last word on drafts was that the account may not make them (48001)."""
    answered = Q(call__in=["draft/add", "draft/count"], outcome__in=[Outcome.OK, Outcome.REFUSED])
    # An upload that is refused comes before any draft.
    refused = Q(call__in=["media/uploadimg", "material/add_material"], errcode=errors.NO_RIGHT)
    last = Attempt.objects.filter(answered | refused, account=appid).order_by("-started_at", "-pk")
    return last.values_list("errcode", flat=True).first() == errors.NO_RIGHT


def offer(appid=None, mode=None):
    """Return what is offered now: "off", "copy", or the lower of what WECHAT_MODE allows and the account may (a Rung)."""
    appid = settings.WECHAT_APPID if appid is None else appid
    mode = mode or settings.WECHAT_MODE
    if not appid:
        return "off"
    if drafts_refused(appid):
        return COPY
    account = Account.objects.filter(appid=appid).first()
    return Rung(min(mode, account.may if account else Rung.MASS, key=RUNGS.index))


def sentence(offered, account, mode):
    """Return in one sentence what the account may do now and what follows; with a second one where the server limits it."""
    if offered == "off":
        return _("WeChat is not set up on this server: signed articles appear on the website only.")
    if offered == COPY:
        return _(
            "The account may not make drafts by API: signed articles are carried over by hand with the copy page."
        )
    if account is None or account.checked_at is None:
        return _("Not checked yet: check once, so that only what the account may do is offered.")
    said = {
        Rung.MASS: _("The account may mass-send, publish and make drafts by API."),
        Rung.PUBLISH: _(
            "The account may publish and make drafts by API; mass sends are made by hand on WeChat's website."
        ),
        Rung.DRAFT: _(
            "The account may make drafts by API; drafts are published by hand on WeChat's website, with the hand-over sheet."
        ),
    }[Rung(account.may)]
    if RUNGS.index(mode) < RUNGS.index(account.may):
        return _("%(said)s This server stops earlier (WECHAT_MODE): %(mode)s.") % {
            "said": said,
            "mode": Rung(mode).label,
        }
    return said
