"""What each WeChat error code means for us: a class, a waiting time, and a sentence with the next step.

Codes and reactions: facts on the API as of late 2026 (token, quota, material, draft, freepublish,
mass, comment, tag and statistics pages of developers.weixin.qq.com). Raw codes never reach a
librarian alone; `sentence` is what the ledger prints.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


SHANGHAI = ZoneInfo("Asia/Shanghai")
# Quotas are counted by Shanghai days; a few minutes past midnight avoid the edge.
PAST_MIDNIGHT = timedelta(minutes=5)


class Kind(StrEnum):
    """What kind of help an error needs."""

    RETRY = "retry"
    WAIT = "wait"
    FIX_CONTENT = "fix content"
    FIX_SETUP = "fix set-up"
    ASK_PERSON = "ask a person"


class Until(StrEnum):
    """Waiting times that depend on the clock."""

    NEXT_MINUTE = "next minute"
    TOMORROW = "tomorrow"


@dataclass(frozen=True)
class Advice:
    """How to react to one code. ``wait`` is a timedelta, an Until, or None for the usual back-off."""

    kind: Kind
    sentence: str | Promise
    wait: timedelta | Until | None = None

    def delay(self, now):
        """Return how long to wait from ``now``, or None when no fixed time is known."""
        if self.wait == Until.NEXT_MINUTE:
            return timedelta(seconds=65 - now.second)
        if self.wait == Until.TOMORROW:
            local = now.astimezone(SHANGHAI)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            return midnight + PAST_MIDNIGHT - local
        return self.wait


_BUSY = _("WeChat is busy. Nothing to do: it will be tried again by itself.")
_TOKEN = _(
    "WeChat did not accept the access token. A new one is fetched by itself; if this stays, an administrator checks WECHAT_APPID and WECHAT_SECRET."
)
_BUG = _(
    "WeChat could not read our request. This is a fault in the program: pass the record on this page to the administrator; nothing was published."
)
_CREDENTIALS_MISSING = _(
    "The WeChat account or its secret is not set. An administrator sets WECHAT_APPID and WECHAT_SECRET, then retries."
)
_APPID = _(
    "WeChat does not know this account. An administrator compares WECHAT_APPID with the page 开发密钥 of the WeChat developer platform, then retries."
)
_SECRET = _(
    "The account's secret is wrong. An administrator copies the current AppSecret into WECHAT_SECRET, then retries."
)
_ADDRESS = _(
    "WeChat refuses our server's address %(ip)s. An administrator adds it to the API IP white-list on the WeChat developer platform (开发密钥), then retries."
)
_FROZEN_SECRET = _(
    "The account's secret is frozen. An administrator unfreezes it on the WeChat developer platform, then retries."
)
_FROZEN = _(
    "The WeChat account is restricted or frozen. Look at the notices on mp.weixin.qq.com; retry once it is released."
)
_MEDIA = _(
    "WeChat does not know a picture or draft we named: it may have been deleted there or used already. Retry: pictures and draft are made anew."
)
_PICTURE = _(
    "WeChat does not accept a picture of this article. Replace it by an ordinary JPEG or PNG, have the article signed again, then push it anew."
)
_COVER = _(
    "WeChat could not crop the cover. Choose a larger cover (at least 900 × 383 pixels), have the article signed again, then push it anew."
)
_TOO_LARGE = _(
    "A picture is too large for WeChat. Replace it by a smaller one, have the article signed again, then push it anew."
)
_BODY_LONG = _(
    "The article is too long for WeChat. Shorten it or split it in two, have it signed again, then push it anew."
)
_TITLE = _(
    "The title is too long for WeChat. Give a push title of at most 32 characters, have it signed again, then push it anew."
)
_DIGEST = _(
    "The digest is too long for WeChat. Give a push digest of at most 120 characters, have it signed again, then push it anew."
)
_AUTHOR = _(
    "The author's name is too long for WeChat (at most 16 characters). Shorten it, have the article signed again, then push it anew."
)
_MANY = _("A push holds too many articles. Make a new push with at most eight.")
_BODY = _(
    "WeChat does not accept something in the body, often a link to a page that is not public. Look at the links of the article, have it signed again, then push it anew."
)
_SOURCE = _(
    "WeChat does not accept the address behind 阅读原文. An administrator checks SITE_URL, then retries."
)
_INDEX = _(
    "WeChat does not find this article inside the push. Ask what WeChat holds (button below), then decide."
)
_COMMERCE = _(
    "WeChat refused a product in the article. Articles here hold no products: pass the record on this page to the administrator."
)
_COMMENTS = _("The account may not use comments. Nothing to do for the article; comments stay closed.")
_COMMENT = _("WeChat refused this action on a comment. Look at the comment on mp.weixin.qq.com.")
_BY_HAND = _(
    "WeChat wants this draft checked on its website first. Open it in 草稿箱 on mp.weixin.qq.com, mend what is marked there, publish it there and enter the final address here."
)
_GONE = _(
    "WeChat does not know this published article any more. Look on mp.weixin.qq.com whether it was deleted there."
)
_SLOT = _(
    "Today's mass send was already used on WeChat's own website. The articles are back on the board: push them on another day, or publish them without notifying followers."
)
_SENT = _("WeChat has this mass send already: it is not sent again; its result is being asked for.")
_SOON = _("We asked again too quickly. It will be tried again by itself in a minute.")
_CLIENTMSGID = _(
    "WeChat did not accept the name of this mass send. Pass the record on this page to the administrator."
)
_QUOTA = _(
    "Today's number of calls for this WeChat function is used up. It will be tried again by itself after midnight."
)
_MINUTE = _("We called WeChat too often within a minute. It will be tried again by itself.")
_RIGHT = _(
    "The account may not do this by API (it needs a verified account of an institution). Finish the draft by hand on mp.weixin.qq.com; later pushes stop at the draft by themselves."
)
_BANNED = _(
    "WeChat has withdrawn this function from the account. Look at the notices on mp.weixin.qq.com, then decide."
)
_CLEAR = _("The monthly resets of the call quota are used up. Wait until tomorrow.")
_OFFLINE = _("WeChat has closed this function. An administrator installs a newer version of this program.")
_CONFIRM = _(
    "WeChat asks the account's administrator to confirm our server (message on their phone). Once confirmed it goes on by itself."
)
_REFUSED_DAY = _(
    "The account's administrator refused our server's address. It will be tried again in 24 hours; to be quicker, ask them to confirm."
)
_REFUSED_HOUR = _(
    "The account's administrator refused our server's address. It will be tried again in an hour; to be quicker, ask them to confirm."
)
_TOKEN_FORBIDDEN = _(
    "The account may not fetch an access token. An administrator looks at the account's state on the WeChat developer platform, then retries."
)
_PROTECTED = _(
    "The account's administrator did not confirm the mass send within 30 minutes, or refused it. Ask them, then retry."
)
_SAVED = _("WeChat cannot mass-send this draft. Make the draft anew (button below), then send it again.")
_TAG = _(
    "WeChat does not know the group of followers chosen. Pass the record on this page to the administrator."
)
_MASS_DELETE = _("WeChat cannot delete this mass send. Delete the article by hand on mp.weixin.qq.com.")
_MASS_SPEED = _("WeChat did not accept the sending speed. Pass the record on this page to the administrator.")
_LINK = _("WeChat does not accept a link in the message. Pass the record on this page to the administrator.")
_CARD = _(
    "WeChat no longer sends cards or products. Articles here hold none: pass the record on this page to the administrator."
)
_QUOTA_NAME = _(
    "WeChat does not know the function whose quota was asked for. Pass the record on this page to the administrator."
)
_FOLLOWERS = _("WeChat refused this action on followers or their tags. Look at 用户管理 on mp.weixin.qq.com.")
_CUSTOMER = _("WeChat no longer allows an answer to this follower. Nothing to do for articles.")
_STATISTICS = _("WeChat has no statistics for these days yet. They are asked for again by themselves.")
_VOICE = _(
    "A sound recording is too long for WeChat. Articles here hold none: pass the record on this page to the administrator."
)

_R, _W, _C, _S, _P = Kind.RETRY, Kind.WAIT, Kind.FIX_CONTENT, Kind.FIX_SETUP, Kind.ASK_PERSON

_ROWS = [
    ((-1,), _R, _BUSY, None),
    ((40001, 40014, 42001), _R, _TOKEN, None),
    ((40002, 40008, 40097, 41001, 43002, 43003, 44002, 47001), _P, _BUG, None),
    ((41002, 41004), _S, _CREDENTIALS_MISSING, None),
    ((40013,), _S, _APPID, None),
    ((40125,), _S, _SECRET, None),
    ((40164, 61004), _S, _ADDRESS, None),
    ((40243,), _S, _FROZEN_SECRET, None),
    ((50004,), _S, _TOKEN_FORBIDDEN, None),
    ((50002, 50007), _P, _FROZEN, None),
    ((89503,), _W, _CONFIRM, timedelta(minutes=5)),
    ((89506,), _W, _REFUSED_DAY, timedelta(hours=24)),
    ((89507,), _W, _REFUSED_HOUR, timedelta(hours=1)),
    ((45009,), _W, _QUOTA, Until.TOMORROW),
    ((45011, 42010), _W, _MINUTE, Until.NEXT_MINUTE),
    ((45066,), _W, _SOON, timedelta(seconds=65)),
    ((48001,), _P, _RIGHT, None),
    ((48004,), _P, _BANNED, None),
    ((48006,), _W, _CLEAR, Until.TOMORROW),
    ((47009,), _S, _OFFLINE, None),
    ((40007,), _P, _MEDIA, None),
    ((40004, 40005, 40137), _C, _PICTURE, None),
    ((40006, 40009, 45001), _C, _TOO_LARGE, None),
    ((45002,), _C, _BODY_LONG, None),
    ((45003,), _C, _TITLE, None),
    ((45004,), _C, _DIGEST, None),
    ((45110,), _C, _AUTHOR, None),
    ((45008,), _C, _MANY, None),
    ((45166,), _C, _BODY, None),
    ((41039,), _S, _SOURCE, None),
    ((40114,), _P, _INDEX, None),
    ((53402,), _C, _COVER, None),
    ((53404, 53405, 53406), _C, _COMMERCE, None),
    ((53503, 53504, 53505), _P, _BY_HAND, None),
    ((53600,), _P, _GONE, None),
    ((45028, 45062), _P, _SLOT, None),
    ((45065,), _W, _SENT, timedelta(0)),
    ((45067,), _P, _CLIENTMSGID, None),
    ((48021, 48022), _P, _SAVED, None),
    ((89504, 89505), _P, _PROTECTED, None),
    ((40152,), _P, _TAG, None),
    ((40059, 40060, 40065, 40204), _P, _MASS_DELETE, None),
    ((45083, 45084), _P, _MASS_SPEED, None),
    ((40066,), _P, _LINK, None),
    ((45113,), _P, _CARD, None),
    ((76021, 76022), _P, _QUOTA_NAME, None),
    ((88000,), _P, _COMMENTS, None),
    ((88001, 88002, 88003, 88004, 88005, 88007, 88008, 88010), _P, _COMMENT, None),
    ((40003, 40032, 40132, 45056, 45057, 45058, 45059, 45157, 45158, 45159), _P, _FOLLOWERS, None),
    ((45015, 45047), _P, _CUSTOMER, None),
    ((61500, 61501), _P, _BUG, None),
    ((61503,), _W, _STATISTICS, timedelta(hours=1)),
    ((45007,), _C, _VOICE, None),
]

TABLE = {code: Advice(kind, sentence, wait) for codes, kind, sentence, wait in _ROWS for code in codes}

OTHER = Advice(
    Kind.ASK_PERSON,
    _(
        "WeChat answered with the code %(code)s, which is not known here. Nothing is tried again by itself: pass the record on this page to the administrator."
    ),
)
NO_ANSWER = Advice(Kind.RETRY, _("WeChat did not answer in time. It will be tried again by itself."))
UNREACHABLE = Advice(
    Kind.RETRY,
    _(
        "WeChat cannot be reached from this server. It will be tried again by itself; if this stays, an administrator checks the network and OUTBOUND_PROXY."
    ),
)

STALE_TOKEN = frozenset({40001, 40014, 42001})
NO_RIGHT = 48001
BAD_MEDIA = 40007
SENT_ALREADY = 45065
SLOT_USED = frozenset({45028, 45062})
NOT_CONFIRMED = 89504
PROTECTED = frozenset({NOT_CONFIRMED, 89505})


def advice(errcode):
    """Return the Advice for a WeChat ``errcode``; an unknown code asks a person."""
    return TABLE.get(errcode, OTHER)


def sentence(errcode, errmsg=""):
    """Return the translated sentence for ``errcode``, with the address WeChat names in ``errmsg``."""
    text = str(advice(errcode).sentence)
    if "%(" not in text:
        return text
    found = re.search(r"\b(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+:[0-9a-f:]*)\b", errmsg or "")
    return text % {"ip": found.group(1) if found else "", "code": errcode}


class CallError(Exception):
    """A remote call that gave no good answer. Holds no address, token or secret.

    ``reached`` says what is known about the effect: "no" (the request never left), "answered"
    (WeChat refused it, so it had no effect), "maybe" (nobody knows).
    """

    def __init__(self, call, *, reached, errcode=None, errmsg="", rid="", answer=None):
        super().__init__(f"{call}: {errcode if errcode is not None else reached} {errmsg}".strip())
        self.call = call
        self.reached = reached
        self.errcode = errcode
        self.errmsg = errmsg
        self.rid = rid
        self.answer = answer or {}

    @property
    def unsure(self):
        """Whether the call may have had its effect. -1 is an answer, but one that promises nothing."""
        return self.reached == "maybe" or self.errcode == -1

    @property
    def advice(self):
        """The reaction to this error."""
        if self.errcode is not None:
            return advice(self.errcode)
        return UNREACHABLE if self.reached == "no" else NO_ANSWER
