"""The steps of a connection check, made by a worker: reads only, one call after the other.

A result is {"step", "outcome", "errcode", "errmsg", "rid", "detail"}. Outcomes: "ok"; "missing" (a right the account
does not have, or something not set up yet: no fault); "bad" (mend it); "skipped" (an earlier step stands in the way).
Codes: facts on stable_token, draft/count, freepublish/batchget, mass/speed/get, comment/list, October 2026.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q

from publish.models.checks import ConnectionCheck
from publish.models.pushes import RUNGS, Account, CallbackEvent, Rung
from publish.wechat import scrub
from publish.wechat.errors import STALE_TOKEN, CallError


logger = logging.getLogger(__name__)

OK, MISSING, BAD, SKIPPED = "ok", "missing", "bad", "skipped"
# A check that a killed worker left behind is begun again.
LEASE = timedelta(minutes=5)
# Refusals of the exchange of the secret for a token that are about the address we call from.
ADDRESS_CODES = frozenset({40164, 61004, 89503, 89506, 89507})
# The account may not do it: by its kind, because WeChat withdrew it, or without the privilege for comments.
NO_RIGHT = frozenset({48001, 48004, 88000})
# No article has this number, so that only the right to ask is tried.
NOBODYS_ARTICLE = 1
NO_SUCH_ARTICLE = 88001
QUOTA_UNKNOWN = frozenset({76021, 76022, 48001})
QUOTAS = [
    ("draft", "draft/add"),
    ("draft", "draft/get"),
    ("draft", "draft/batchget"),
    ("draft", "draft/delete"),
    ("draft", "material/add_material"),
    ("publish", "freepublish/submit"),
    ("publish", "freepublish/get"),
    ("publish", "freepublish/batchget"),
    ("publish", "freepublish/getarticle"),
    ("publish", "freepublish/delete"),
    ("mass", "message/mass/sendall"),
    ("mass", "message/mass/preview"),
    ("mass", "message/mass/delete"),
]


def take(ctx):
    """Make one check that was asked for; return whether there was one."""
    now = ctx.clock()
    waiting = Q(started_at=None) | Q(started_at__lt=now - LEASE)
    due = ConnectionCheck.objects.filter(waiting, account=ctx.client.appid, ended_at=None)
    check = due.order_by("pk").first()
    if check is None:
        return False
    mine = ConnectionCheck.objects.filter(pk=check.pk, started_at=check.started_at, ended_at=None)
    if mine.update(started_at=now, results=[]):
        check.started_at = now
        _run(check, ctx)
    return True


def _run(check, ctx):
    mine = ConnectionCheck.objects.filter(pk=check.pk, started_at=check.started_at)
    results = {}
    for name, step in STEPS.items():
        if ctx.stopping():
            mine.update(started_at=None)
            return
        results[name] = _result(name, step, ctx, results)
        if not mine.update(results=list(results.values())):
            logger.info("connection check %s was taken over", check.pk)
            return
    apply(check.account, results, ctx.clock())
    mine.update(ended_at=ctx.clock())


def _result(name, step, ctx, results):
    try:
        found = step(ctx, results)
    except DatabaseError:
        raise
    except Exception as error:
        # An answer of a shape nobody foresaw must not end the check.
        said = scrub.text(repr(error))
        logger.error("connection check, step %s broke: %s", name, said, exc_info=settings.DEBUG)
        found = {"outcome": BAD, "detail": {"internal": True}}
    return {"step": name, "errcode": None, "errmsg": "", "rid": "", "detail": {}} | found


def apply(appid, results, now):
    """Have the account's rung follow what the check saw: found again it rises, lost it falls.

    Only a clear yes or no to every right decides; a call that failed otherwise leaves the rung as it is.
    """
    account = Account.objects.get_or_create(appid=appid)[0]
    outcomes = {name: result["outcome"] for name, result in results.items()}
    changes = {"checked_at": now}
    if outcomes["comment"] in (OK, MISSING):
        changes["may_comment"] = outcomes["comment"] == OK
    if {outcomes["draft"], outcomes["publish"], outcomes["mass"]} <= {OK, MISSING}:
        found = Rung.DRAFT
        if outcomes["draft"] == OK:
            found = next(
                (rung for rung in (Rung.MASS, Rung.PUBLISH) if outcomes[rung.value] == OK), Rung.DRAFT
            )
        if found != account.may:
            # Before the first check nobody knew what the account might do; there is nothing it lost.
            fell = RUNGS.index(found) < RUNGS.index(account.may) and account.checked_at
            changes |= {"may": found, "lowered_at": now if fell else None}
    Account.objects.filter(pk=account.pk).update(**changes)


# --- the steps ----------------------------------------------------------------------------------


def _settings(_ctx, _results):
    names = ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY")
    absent = [name for name in names if not getattr(settings, name)]
    outcome = BAD if "WECHAT_SECRET" in absent else MISSING if absent else OK
    return {"outcome": outcome, "detail": {"absent": absent, "mode": settings.WECHAT_MODE}}


def _reach(ctx, results):
    """The one call that exchanges the secret; the next two steps read its answer."""
    if results["settings"]["outcome"] == BAD:
        return {"outcome": SKIPPED}
    try:
        seconds = ctx.client.ask_for_token()
    except CallError as error:
        if error.errcode is None:
            return _said(BAD, error)
        return {"outcome": OK, "detail": {"refused": _said(BAD, error)}}
    return {"outcome": OK, "detail": {"seconds": seconds}}


def _credentials(_ctx, results):
    refused = results["reach"]["detail"].get("refused")
    if results["reach"]["outcome"] != OK or (refused and refused["errcode"] in ADDRESS_CODES):
        return {"outcome": SKIPPED}
    return refused or {"outcome": OK}


def _address(_ctx, results):
    refused = results["reach"]["detail"].get("refused")
    if refused and refused["errcode"] in ADDRESS_CODES:
        return refused
    return {"outcome": OK if results["credentials"]["outcome"] == OK else SKIPPED}


def _token(ctx, results):
    if results["address"]["outcome"] != OK:
        return {"outcome": SKIPPED}
    try:
        ctx.client.upkeep.addresses()
    except CallError as error:
        return _said(BAD, error)
    return {"outcome": OK, "detail": {"seconds": results["reach"]["detail"]["seconds"]}}


def _right(ask, granted=()):
    """Return a step that tries a right by a call without effect; a refusal in ``granted`` proves the right too."""

    def step(ctx, results):
        if results["token"]["outcome"] != OK:
            return {"outcome": SKIPPED}
        try:
            ask(ctx.client)
        except CallError as error:
            if error.errcode in granted:
                return {"outcome": OK}
            return _said(MISSING if error.errcode in NO_RIGHT else BAD, error)
        return {"outcome": OK}

    return step


def _callback(ctx, results):
    """Has WeChat ever reached us, and can it look us up now?"""
    if results["token"]["outcome"] != OK:
        return {"outcome": SKIPPED}
    events = CallbackEvent.objects.filter(account=ctx.client.appid)
    last = events.order_by("-received_at").values_list("received_at", flat=True).first()
    detail = {"last": last.isoformat() if last else ""}
    try:
        answer = ctx.client.upkeep.callback()
    except CallError as error:
        # Nothing entered there yet is no fault: results are asked for instead of being told.
        return _said(BAD if last else MISSING, error) | {"detail": detail}
    pings = [ping for ping in answer.get("ping") or [] if isinstance(ping, dict)]
    lost = [ping for ping in pings if str(ping.get("package_loss")).strip() == "100%"]
    names = answer.get("dns") or []
    detail |= {"addresses": [str(one.get("ip", "")) for one in names if isinstance(one, dict)]}
    if not names or (pings and len(lost) == len(pings)):
        return {"outcome": BAD, "detail": detail | {"unreachable": True}}
    return {"outcome": OK if last else MISSING, "detail": detail}


def _quota(ctx, results):
    if results["token"]["outcome"] != OK:
        return {"outcome": SKIPPED}
    rows, failed = [], None
    for right, call in QUOTAS:
        if results[right]["outcome"] != OK:
            continue
        try:
            found = ctx.client.upkeep.quota(f"/cgi-bin/{call}")
        except CallError as error:
            if error.errcode in QUOTA_UNKNOWN:
                continue
            failed = error
            break
        if limit := _number(found.get("daily_limit")):
            rows.append(
                {
                    "call": call,
                    "limit": limit,
                    "used": _number(found.get("used")),
                    "remain": _number(found.get("remain")),
                }
            )
    if failed:
        return _said(BAD, failed) | {"detail": {"rows": rows}}
    outcome = BAD if any(row["remain"] <= 0 for row in rows) else OK if rows else SKIPPED
    return {"outcome": outcome, "detail": {"rows": rows}}


STEPS = {
    "settings": _settings,
    "reach": _reach,
    "credentials": _credentials,
    "address": _address,
    "token": _token,
    "draft": _right(lambda client: client.draft.count()),
    "publish": _right(lambda client: client.freepublish.batchget(0, 1)),
    "mass": _right(lambda client: client.mass.speed()),
    "comment": _right(lambda client: client.comments.list(NOBODYS_ARTICLE), granted={NO_SUCH_ARTICLE}),
    "callback": _callback,
    "quota": _quota,
}


def _said(outcome, error):
    """Return what a refusal said, as part of a result. ``reached`` tells whether the request left us."""
    detail = {"stale": True} if error.errcode in STALE_TOKEN else {}
    if error.errcode is None:
        detail["reached"] = error.reached
    return {
        "outcome": outcome,
        "errcode": error.errcode,
        "errmsg": error.errmsg,
        "rid": error.rid,
        "detail": detail,
    }


def _number(value):
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
