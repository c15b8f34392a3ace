"""The WeChat client: wechatpy 1.8.18 with the calls it lacks, and without what bites in it.

Differences from wechatpy's own client: tokens come from `token.Tokens`; time-outs everywhere; one
bounded re-authentication instead of an endless one; every call is recorded; errors are `CallError`
and carry no address (wechatpy's carry the request with its access_token); nothing is called inside
a database transaction; redirects are not followed; only OUTBOUND_PROXY is used.
"""

import re
from contextlib import suppress

from django.conf import settings
from django.db import connection
from django.utils import timezone

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from wechatpy import WeChatClient
from wechatpy.client.api.base import BaseWeChatAPI
from wechatpy.exceptions import WeChatClientException

from publish.models.pushes import Attempt, Outcome
from publish.wechat import scrub
from publish.wechat.errors import STALE_TOKEN, CallError
from publish.wechat.token import Tokens


CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
# Uploads of up to 10 MB over a hospital's line.
UPLOAD_TIMEOUT = 60
PAGE = 20
# Bodies are kept whole where they show what WeChat made of ours.
WHOLE = {"draft/get": 60_000, "freepublish/getarticle": 60_000}


class Draft(BaseWeChatAPI):
    """cgi-bin/draft: the draft box."""

    def add(self, articles):
        """Make a draft of ``articles`` (list of dicts, order kept); return its media_id."""
        answer = self._post("draft/add", data={"articles": articles})
        return self._client.need(answer, "draft/add", "media_id")

    def get(self, media_id):
        """Return the list of articles in a draft."""
        answer = self._post("draft/get", data={"media_id": media_id})
        return self._client.need(answer, "draft/get", "news_item", list)

    def delete(self, media_id):
        """Delete a draft for good."""
        self._post("draft/delete", data={"media_id": media_id})

    def count(self):
        """Return how many drafts the account holds."""
        return self._client.need(self._get("draft/count"), "draft/count", "total_count", int)

    def batchget(self, offset, count=PAGE):
        """Return one page of drafts without their bodies: {"total_count", "item": [...]}."""
        return self._post("draft/batchget", data={"offset": offset, "count": count, "no_content": 1})


class FreePublish(BaseWeChatAPI):
    """cgi-bin/freepublish: publishing without notifying followers."""

    def submit(self, media_id):
        """Submit a draft; return (publish_id, msg_data_id or ""). Accepted is not yet published."""
        answer = self._post("freepublish/submit", data={"media_id": media_id})
        return self._client.need(answer, "freepublish/submit", "publish_id"), str(
            answer.get("msg_data_id") or ""
        )

    def get(self, publish_id):
        """Return the state of a submission (see facts: publish_status 0 to 6)."""
        answer = self._post("freepublish/get", data={"publish_id": publish_id})
        self._client.need(answer, "freepublish/get", "publish_status", int)
        return answer

    def getarticle(self, article_id):
        """Return the articles published under ``article_id``."""
        answer = self._post("freepublish/getarticle", data={"article_id": article_id})
        return self._client.need(answer, "freepublish/getarticle", "news_item", list)

    def batchget(self, offset, count=PAGE):
        """Return one page of published articles without their bodies."""
        return self._post("freepublish/batchget", data={"offset": offset, "count": count, "no_content": 1})

    def delete(self, article_id, index):
        """Delete one published article. ``index`` counts from 1; 0 would delete all and is refused."""
        if index < 1:
            raise ValueError("index counts from 1")
        self._post("freepublish/delete", data={"article_id": article_id, "index": index})


class Mass(BaseWeChatAPI):
    """cgi-bin/message/mass: the daily mass send."""

    def sendall(self, media_id, clientmsgid):
        """Send a draft to all followers; return (msg_id, msg_data_id). Accepted is not yet sent.

        ``clientmsgid``: at most 32 ASCII characters; WeChat refuses the same one for 24 hours (45065).
        """
        answer = self._post(
            "message/mass/sendall",
            data={
                "filter": {"is_to_all": True},
                "mpnews": {"media_id": media_id},
                "msgtype": "mpnews",
                "send_ignore_reprint": 0,
                "clientmsgid": clientmsgid,
            },
        )
        return self._client.need(answer, "message/mass/sendall", "msg_id"), str(
            answer.get("msg_data_id") or ""
        )

    def speed(self):
        """Return the account's sending speed; without the right to mass sends it is refused, and nothing happens."""
        return self._client.need(
            self._post("message/mass/speed/get", data={}), "message/mass/speed/get", "speed", int
        )

    def preview(self, media_id, *, openid="", wxname=""):
        """Show a draft to one follower, by WeChat id or else by openid (facts: message/mass/preview, 100 a day)."""
        reader = {"towxname": wxname} if wxname else {"touser": openid}
        self._post(
            "message/mass/preview",
            data={**reader, "mpnews": {"media_id": media_id}, "msgtype": "mpnews"},
        )

    def get(self, msg_id):
        """Return SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        answer = self._post("message/mass/get", data={"msg_id": msg_id})
        return self._client.need(answer, "message/mass/get", "msg_status")

    def delete(self, msg_id, index):
        """Delete one article of a mass send. ``index`` counts from 1; 0 would delete all and is refused."""
        if index < 1:
            raise ValueError("index counts from 1")
        self._post("message/mass/delete", data={"msg_id": int(msg_id), "article_idx": index})


class Pictures(BaseWeChatAPI):
    """Uploads from bytes, so that a repeated request sends the file again and not its empty end."""

    def for_body(self, name, content, mime):
        """Upload a picture of the body (JPEG or PNG under 1 MB); return its address."""
        answer = self._post("media/uploadimg", files={"media": (name, content, mime)})
        return self._client.need(answer, "media/uploadimg", "url")

    def permanent(self, name, content, mime):
        """Add a permanent picture; return (media_id, address)."""
        answer = self._post(
            "material/add_material", params={"type": "image"}, files={"media": (name, content, mime)}
        )
        return self._client.need(answer, "material/add_material", "media_id"), answer.get("url", "")


class Comments(BaseWeChatAPI):
    """cgi-bin/comment: comments under articles (facts: indexes from 0, fewer than 50 a page)."""

    def list(self, msg_data_id, index=0, begin=0, count=1):
        """Return one page of comments: {"total", "comment": [...]}."""
        return self._post(
            "comment/list",
            data={"msg_data_id": msg_data_id, "index": index, "begin": begin, "count": count, "type": 0},
        )


class Upkeep(BaseWeChatAPI):
    """Calls about the connection itself; none changes anything."""

    def addresses(self):
        """Return WeChat's own API addresses: the cheapest call that needs a good token."""
        answer = self._get("get_api_domain_ip")
        return self._client.need(answer, "get_api_domain_ip", "ip_list", list)

    def quota(self, path):
        """Return {"daily_limit", "used", "remain"} of a call, for instance "/cgi-bin/draft/add"."""
        answer = self._post("openapi/quota/get", data={"cgi_path": path})
        return self._client.need(answer, "openapi/quota/get", "quota", dict)

    def callback(self):
        """Have WeChat look for our callback address; return {"dns": [...], "ping": [...]}."""
        return self._post("callback/check", data={"action": "all", "check_operator": "DEFAULT"})


class Client(WeChatClient):
    """One account's API. ``push`` may be set to a Push, so that records name it.

    ``reached(point)`` is told "sent:<call>" after an answer came and before anything is recorded.
    """

    draft = Draft()
    freepublish = FreePublish()
    mass = Mass()
    comments = Comments()
    upkeep = Upkeep()
    pictures = Pictures()

    def __init__(self, appid, secret, base, *, worker="", proxy="", clock=timezone.now, reached=None):
        super().__init__(appid, secret, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), auto_retry=False)
        scrub.guard_loggers()
        self.API_BASE_URL = f"{base.rstrip('/')}/cgi-bin/"
        self.worker = worker
        self.clock = clock
        self.reached = reached or (lambda point: None)
        self.push = None
        self.tokens = Tokens(appid, self._fetch_stable_token, worker, clock=clock)
        # Neither a proxy nor a .netrc of the machine: everything outgoing is one setting (P8).
        self._http.trust_env = False
        if proxy:
            self._http.proxies = {"http": proxy, "https": proxy}

    def twin(self, reached):
        """Return a client of the same account for another thread, with connections of its own."""
        other = Client(self.appid, self.secret, "", worker=self.worker, clock=self.clock, reached=reached)
        other.API_BASE_URL, other.push = self.API_BASE_URL, self.push
        other._http.proxies = dict(self._http.proxies)
        return other

    def need(self, answer, call, name, kind=str):
        """Return ``answer[name]`` as ``kind``; an answer without it tells nothing about the effect."""
        value = answer.get(name) if isinstance(answer, dict) else None
        if (
            kind is str
            and isinstance(value, str | int)
            and not isinstance(value, bool)
            and str(value).strip()
        ):
            return str(value).strip()
        if kind is not str and isinstance(value, kind):
            return value
        if kind is int and isinstance(value, str) and value.isdigit():
            return int(value)
        raise CallError(call, reached="maybe", errmsg=f"answer without {name}")

    @property
    def access_token(self):
        """The token for one call."""
        return self.tokens.get()

    def fetch_access_token(self):
        """Renew the token (wechatpy's name for it)."""
        return self.tokens.replace(self.tokens.get())

    def _fetch_stable_token(self):
        answer = self._once(
            "post",
            "stable_token",
            # An empty token keeps wechatpy from asking for one; stable_token takes none.
            params={"access_token": ""},
            data={
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self.secret,
                "force_refresh": False,
            },
        )
        return self.need(answer, "stable_token", "access_token"), self.need(
            answer, "stable_token", "expires_in", int
        )

    def ask_for_token(self):
        """Ask WeChat for the token once more and return how many seconds it lives; nothing is replaced."""
        return self._fetch_stable_token()[1]

    def _request(self, method, url_or_endpoint, **kwargs):
        """One call with a token; when WeChat does not accept the token, once more with another."""
        kwargs.pop("api_base_url", None)
        params = kwargs.pop("params", {})
        if "files" in kwargs:
            kwargs.setdefault("timeout", (CONNECT_TIMEOUT, UPLOAD_TIMEOUT))
        token = self.tokens.get()
        try:
            return self._once(method, url_or_endpoint, params={**params, "access_token": token}, **kwargs)
        except CallError as error:
            if error.errcode not in STALE_TOKEN:
                raise
        token = self.tokens.replace(token)
        return self._once(method, url_or_endpoint, params={**params, "access_token": token}, **kwargs)

    def _once(self, method, call, **kwargs):
        if connection.in_atomic_block:
            raise RuntimeError(f"{call} would be called inside a database transaction.")
        attempt = Attempt.objects.create(
            account=self.appid,
            push=self.push,
            call=call,
            worker=self.worker,
            started_at=self.clock(),
            summary=_summary(kwargs),
        )
        answer, error = self._ask(method, call, kwargs)
        self.reached(f"sent:{call}")
        attempt.ended_at = self.clock()
        if error is None:
            attempt.outcome = Outcome.OK
            attempt.answer = scrub.data(answer, WHOLE.get(call, 2000))
        else:
            attempt.outcome = {"no": Outcome.NOT_SENT, "maybe": Outcome.NO_ANSWER}.get(
                error.reached, Outcome.REFUSED
            )
            attempt.errcode, attempt.errmsg, attempt.rid = error.errcode, error.errmsg, error.rid
            attempt.answer = error.answer
        attempt.save()
        # Raised here and not in an except block: no __context__ keeps the request with its token.
        if error is not None:
            raise error
        return answer

    def _ask(self, method, call, kwargs):
        """Return (answer, None) or (None, CallError)."""
        try:
            answer = super()._request(method, call, allow_redirects=False, **kwargs)
        except WeChatClientException as wechat:
            return None, _refusal(call, wechat)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as network:
            return None, CallError(call, reached="no", errmsg=type(network).__name__)
        except requests.exceptions.RequestException as network:
            reason = getattr(network.args[0], "reason", None) if network.args else None
            never_left = isinstance(reason, NewConnectionError | ConnectTimeoutError)
            return None, CallError(
                call, reached="no" if never_left else "maybe", errmsg=type(network).__name__
            )
        except (ValueError, TypeError) as broken:
            return None, CallError(
                call, reached="maybe", errmsg=f"unreadable answer: {type(broken).__name__}"
            )
        if not isinstance(answer, dict):
            return None, CallError(call, reached="maybe", errmsg="the answer is not a JSON object")
        return answer, None


def _refusal(call, wechat):
    """Return the CallError for wechatpy's exception."""
    if wechat.errcode is None:
        status = getattr(wechat.response, "status_code", "")
        return CallError(call, reached="maybe", errmsg=f"HTTP {status}")
    errmsg = scrub.text(wechat.errmsg or "")
    rid = re.search(r"rid:\s*([\w-]+)", errmsg)
    answer = {}
    with suppress(ValueError, AttributeError):
        answer = scrub.data(wechat.response.json())
    return CallError(
        call,
        reached="answered",
        errcode=int(wechat.errcode),
        errmsg=errmsg,
        rid=rid.group(1) if rid else "",
        answer=answer if isinstance(answer, dict) else {},
    )


def _summary(kwargs):
    """Return what a record keeps of a request: bodies of articles stand on the push item already."""
    body = kwargs.get("data")
    if isinstance(body, dict) and "articles" in body:
        body = {
            "articles": [
                {name: value for name, value in article.items() if name != "content"}
                | {"content_characters": len(article.get("content", ""))}
                for article in body["articles"]
            ]
        }
    summary = {"body": scrub.data(body)} if body else {}
    for field, (name, content, mime) in (kwargs.get("files") or {}).items():
        summary[field] = {"name": name, "bytes": len(content), "type": mime}
    return summary


def from_settings(**options):
    """Return the Client of the configured account, or None while WECHAT_APPID is not set."""
    if not settings.WECHAT_APPID:
        return None
    return Client(
        settings.WECHAT_APPID,
        settings.WECHAT_SECRET,
        settings.WECHAT_API_BASE,
        proxy=settings.OUTBOUND_PROXY,
        **options,
    )
