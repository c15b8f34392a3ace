"""Notices by a WeCom app (企业微信自建应用): to the person alone."""

import time

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.senders import wecom
from review.senders.errors import Reached, SendError


NAME, SWITCH = "wecom_app", "by_wecom_app"
LABEL = gettext_lazy("WeCom app")
# WeCom itself drops the same text to the same person within this many seconds.
DUPLICATE_SECONDS = 1800

_tokens = {}


def missing():
    names = ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET")
    absent = [name for name in names if not getattr(settings, name)]
    return _("%(names)s: not set.") % {"names": ", ".join(absent)} if absent else ""


def address(user):
    entry = getattr(user, "physician", None)
    return entry.wecom_account if entry else ""


def send(address, subject, text):
    message = {
        "touser": address,
        "msgtype": "text",
        "agentid": int(settings.WECOM_AGENT_ID) if settings.WECOM_AGENT_ID.isdigit() else 0,
        "text": {"content": wecom.fitting(text)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": DUPLICATE_SECONDS,
    }
    try:
        answer = _post(message, _token())
    except wecom.WeComError as refusal:
        if refusal.code not in wecom.STALE_TOKEN:
            raise
        _tokens.clear()
        answer = _post(message, _token())
    if answer.get("invaliduser") or answer.get("unlicenseduser"):
        raise SendError(Reached.REFUSED, wecom.sentence(81013))


def _post(message, token):
    return wecom.ask(
        "POST",
        f"{settings.WECOM_API_BASE}/cgi-bin/message/send",
        params={"access_token": token},
        json=message,
    )


def _token():
    """Return the app's token, asked for at most once in its life (two hours; WeCom counts the calls)."""
    key = (settings.WECOM_API_BASE, settings.WECOM_CORP_ID, settings.WECOM_SECRET)
    token, until = _tokens.get(key, ("", 0))
    if time.monotonic() < until:
        return token
    try:
        answer = wecom.ask(
            "GET",
            f"{settings.WECOM_API_BASE}/cgi-bin/gettoken",
            params={"corpid": settings.WECOM_CORP_ID, "corpsecret": settings.WECOM_SECRET},
        )
    except SendError as error:
        # Only a token was asked for: the message itself has surely not gone out.
        if error.reached == Reached.MAYBE:
            raise SendError(Reached.NO, error.sentence) from None
        raise
    _tokens[key] = (answer["access_token"], time.monotonic() + int(answer.get("expires_in", 7200)) - 300)
    return answer["access_token"]
