"""Access tokens: the old call and the stable one, two worlds that do not touch each other."""

import re
import secrets

from .calls import call
from .errors import ApiError


LIFE = 7200
OVERLAP = 300  # old and new token both work so long; a stable token is renewed so early
FORCE_GAP = 30
FORCE_PER_DAY = 20


def check(account, token):
    """Refuse a call whose access_token is missing (41001), malformed (40014), unknown or replaced (40001), or expired (42001)."""
    if not token:
        raise ApiError(41001)
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,512}", token):
        raise ApiError(40014)
    found = account.store.row("select * from tokens where token = ?", token)
    if found is None or found["dead"]:
        raise ApiError(40001)
    if account.clock.seconds() >= found["expires"]:
        raise ApiError(42001)


def issue(account, world):
    """A fresh token of a world ("plain" or "stable"), good for two hours."""
    now = account.clock.seconds()
    number = account.store.number("token")
    token = f"{60 + number % 40}_{secrets.token_urlsafe(96)}"
    account.store.insert("tokens", token=token, world=world, number=number, created=now, expires=now + LIFE)
    return {"access_token": token, "expires_in": LIFE}


def _newest(account, world):
    return account.store.row(
        "select * from tokens where world = ? and not dead order by number desc limit 1", world
    )


def _credentials(request, given):
    account = request.account
    if given.get("grant_type") != "client_credential":
        raise ApiError(40002)
    if not given.get("appid"):
        raise ApiError(41002)
    if not given.get("secret"):
        raise ApiError(41004)
    if given["appid"] != account.appid:
        raise ApiError(40013)
    if given["secret"] != account.secret:
        raise ApiError(40125)
    settings = account.settings()
    if settings["ip_block"]:
        code = ApiError(settings["ip_block"])
        raise ApiError(code.code, code.message.format(ip=settings["ip"] or request.ip))


@call("token", body="", token=False)
def plain_token(request):
    """A new token; the one before lives on for five minutes at most."""
    _credentials(request, request.query)
    account = request.account
    account.store.run(
        "update tokens set expires = min(expires, ?) where world = 'plain'", request.now + OVERLAP
    )
    return issue(account, "plain")


@call("stable_token", token=False)
def stable_token(request):
    """The current token with its remaining life; renewed five minutes early, or by force within the rules."""
    _credentials(request, request.body)
    force = request.body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise ApiError(47001)
    account, now = request.account, request.now
    current = _newest(account, "stable")
    if force and current is not None:
        day = account.clock.day()
        last = account.store.get("forced", 0)
        if now - last >= FORCE_GAP and account.used("force_refresh", day) < FORCE_PER_DAY:
            account.store.run("update tokens set dead = 1 where world = 'stable'")
            account.store.put("forced", now)
            account.count("force_refresh", day)
            return issue(account, "stable")
    # "less than" keeps the promise that a returned token lives at least five more minutes
    if current is None or current["expires"] - now < OVERLAP:
        return issue(account, "stable")
    return {"access_token": current["token"], "expires_in": current["expires"] - now}
