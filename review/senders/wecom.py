"""What both WeCom senders share: one call, and sentences for its codes.

Source: WeCom's developer documentation, 全局错误码 (path/90313), 群机器人 (path/91770), 发送应用消息 (path/90236).
"""

from django.utils.translation import gettext as _

from review.senders import http
from review.senders.errors import Reached, SendError


STALE_TOKEN = frozenset({40014, 42001, 42009})
# 45009: too many calls; 45033: too many at once; -1: the system is busy.
LATER = frozenset({-1, 45009, 45033})
# A text message holds at most 2048 bytes.
MOST_BYTES = 2048


class WeComError(SendError):
    """A refusal of WeCom with its code."""

    def __init__(self, code):
        super().__init__(Reached.LATER if code in LATER else Reached.REFUSED, sentence(code))
        self.code = code


def ask(method, url, **what):
    """Return WeCom's answer, a dict with errcode 0. Raises SendError."""
    status, answer = http.call(method, url, **what)
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if not isinstance(code, int):
        raise SendError(
            Reached.MAYBE, _("WeCom gave an answer we cannot read (HTTP %(status)d).") % {"status": status}
        )
    if code:
        raise WeComError(code)
    return answer


def sentence(code):
    """Return what a code means and what to do."""
    known = {
        -1: _("WeCom is busy."),
        40001: _("WeCom does not accept our secret. Check WECOM_SECRET."),
        40013: _("WeCom does not know our corporation. Check WECOM_CORP_ID."),
        40056: _("WeCom does not know our app. Check WECOM_AGENT_ID."),
        45009: _("WeCom takes no more messages for now."),
        45033: _("WeCom takes no more messages for now."),
        60020: _("WeCom does not trust this server's address. Add it to the app's trusted IPs (企业可信IP)."),
        60111: _("WeCom does not know this person. Correct the WeCom account in the person's entry."),
        81013: _("WeCom does not know this person, or the app is not visible to them."),
        93000: _("WeCom does not know the robot's address. Check WECOM_ROBOT_URL."),
    }
    return known.get(code) or _("WeCom refused the message (code %(code)d).") % {"code": code}


def fitting(text):
    """Return ``text`` cut to what a text message holds."""
    data = text.encode()
    return text if len(data) <= MOST_BYTES else data[: MOST_BYTES - 3].decode(errors="ignore") + "…"
