"""/wechat/callback/: WeChat's address check, and the events it sends us.

An event is checked, stored once and answered at once; `handle` works on it later, in `deliver`.
Plain, compatible and encrypted mode, XML and JSON, current and previous AES key. Of followers'
messages only the key that recognises a repetition is kept, for a few days (P7), and they get one fixed
answer (`followers`). A time and nonce are good once, in whatever mode: in plain mode the signature does
not cover the body, and every sealed request shows a plain signature too. WeChat tries again within
seconds, so what was signed more than a day ago is refused; older keys need not be kept.
"""

import base64
import hashlib
import hmac
import json
import logging
import struct
import time
from datetime import timedelta
from xml.parsers.expat import ExpatError

from django.conf import settings
from django.db import DataError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

import xmltodict
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException

from publish.models.pushes import CallbackEvent, Push
from publish.states import StaleRowError, State, move
from publish.wechat import followers, inbox, reasons, steps
from publish.wechat.errors import CallError


logger = logging.getLogger(__name__)

LARGEST = 64 * 1024
PUBLISHED = "PUBLISHJOBFINISH"
SENT = "MASSSENDJOBFINISH"
JOBS = (PUBLISHED, SENT)
# How long an event waits for its push to learn its remote id.
UNMATCHED = timedelta(days=3)
OLDEST = 24 * 60 * 60  # seconds


class _BadError(Exception):
    """Not from WeChat, or not readable."""


@csrf_exempt
def receive(request):
    """The view. Refuses with 403 and an empty body; never says why."""
    if not settings.WECHAT_TOKEN or not settings.WECHAT_APPID:
        return HttpResponse(status=404)
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    try:
        return _text(_check(request) if request.method == "GET" else _event(request))
    except _BadError as bad:
        logger.warning("callback refused: %s", bad)
    except (ValueError, DataError) as error:  # NUL, half a surrogate, a number without end
        logger.warning("callback refused: %s", type(error).__name__)
    return HttpResponse(status=403)


def _text(text):
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _check(request):
    """Answer WeChat's question whether this address is ours."""
    _check_signature(request.GET, request.GET.get("signature", ""))
    answer = request.GET.get("echostr", "")
    if not answer.isascii() or len(answer) > 200:
        raise _BadError("echostr")
    _store({"MsgType": "check", "key": request.GET["signature"]}, request.GET["signature"])
    return answer


def _event(request):
    """Store an event and return what WeChat gets: the answer to a follower, or that all is well."""
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _BadError("too large")
    if request.GET.get("encrypt_type", "raw") == "raw":
        key = None
        _check_signature(request.GET, request.GET.get("signature", ""))
        body = _parsed(raw)
    else:
        secret = str(_parsed(raw).get("Encrypt", ""))
        _check_signature(request.GET, request.GET.get("msg_signature", ""), secret)
        key, raw = _opened(secret)
        body = _parsed(raw)
    _store(body, _signature(request.GET))
    if not followers.expects_answer(body):
        return "success"
    as_json = _is_json(raw)
    answer = followers.answer(body, as_json=as_json)
    if key is None:
        return answer
    return followers.sealed(
        answer, as_json=as_json, token=settings.WECHAT_TOKEN, aes_key=key, appid=settings.WECHAT_APPID
    )


def _signature(query, *more):
    parts = [settings.WECHAT_TOKEN, query.get("timestamp", ""), query.get("nonce", ""), *more]
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _check_signature(query, given, *more):
    stamp = query.get("timestamp", "")
    if not (stamp and query.get("nonce") and given):
        raise _BadError("signature missing")
    if not hmac.compare_digest(_signature(query, *more).encode(), given.encode()):
        raise _BadError("signature wrong")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and time.time() - int(stamp) < OLDEST):
        raise _BadError("signed more than a day ago")


def _opened(secret):
    """Return (AES key, text) of an encrypted event. Raises _BadError."""
    for key in (settings.WECHAT_AES_KEY, settings.WECHAT_AES_KEY_PREVIOUS):
        if not key:
            continue
        try:
            text = PrpCrypto(base64.b64decode(key + "=")).decrypt(secret, settings.WECHAT_APPID)
            return key, text.encode()
        except (WeChatException, struct.error, ValueError, IndexError, OverflowError) as error:
            logger.debug("callback: a key does not fit: %s", type(error).__name__)
    raise _BadError("no key opens it")


def _is_json(raw):
    return raw.lstrip()[:1] == b"{"


def _parsed(raw):
    try:
        if _is_json(raw):
            found = json.loads(raw.decode("utf-8"))
        else:
            found = xmltodict.parse(raw, disable_entities=True).get("xml")
    except (ValueError, ExpatError, RecursionError) as error:
        raise _BadError(f"unreadable: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise _BadError("not an event")
    return found


def _store(body, signature):
    """Store one event; a repetition, of the event or of its time and nonce, changes nothing."""
    kind, fields = _facts(body)
    event = CallbackEvent(
        account=settings.WECHAT_APPID,
        key=_key(body, kind, fields),
        signature=signature,
        kind=kind,
        handled_at=None if kind in JOBS else timezone.now(),
        **fields,
    )
    inbox.keep(event)


def _key(body, kind, fields):
    """Return what recognises a repetition: MsgId, or sender and time (and the job, which shares its second)."""
    if body.get("MsgId"):
        parts = ["message", body["MsgId"]]
    elif "key" in body:
        parts = ["check", body["key"]]
    else:
        parts = [kind, body.get("FromUserName"), body.get("CreateTime"), fields.get("remote_id", "")]
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def _facts(body):
    """Return (kind, columns) of an event; nothing about followers is taken over."""
    event = str(body.get("Event", "")).upper()
    if str(body.get("MsgType", "")).lower() != "event" or event not in JOBS:
        return ("check" if body.get("MsgType") == "check" else "other"), {}
    if event == PUBLISHED:
        info = _dict(body.get("PublishEventInfo"))
        article_id = "".join(str(info.get("article_id") or "").split())
        detail = _dict(info.get("article_detail"))
        items = _items(detail)
        return event, {
            "remote_id": str(info.get("publish_id") or "").strip()[:64],
            "article_id": article_id[:128],
            "payload": {
                "status": _number(info.get("publish_status")),
                "count": _number(detail.get("count")),
                "addresses": {
                    str(_number(i.get("idx"))): str(i.get("article_url") or "").strip() for i in items
                },
                "failed": [_number(place) for place in _list(info.get("fail_idx"))],
            },
        }
    results = _items(_dict(body.get("ArticleUrlResult")).get("ResultList"))
    copyright_check = _dict(body.get("CopyrightCheckResult"))
    return event, {
        "remote_id": str(body.get("MsgID") or body.get("MsgId") or "").strip()[:64],
        "payload": {
            "status": str(body.get("Status") or "").strip(),
            "counts": {
                n: _number(body.get(n)) for n in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
            },
            "addresses": {
                str(_number(i.get("ArticleIdx"))): str(i.get("ArticleUrl") or "").strip() for i in results
            },
            "copyright": {
                "state": _number(copyright_check.get("CheckState")),
                "count": _number(copyright_check.get("Count")),
                "items": [
                    {name: "" if value is None else str(value) for name, value in item.items()}
                    for item in _items(copyright_check.get("ResultList"))
                ],
            },
        },
    }


def _dict(value):
    return value if isinstance(value, dict) else {}


def _list(value):
    """One element arrives bare, several as a list, none as nothing or blanks."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    values = value if isinstance(value, list) else [value]
    return [entry for entry in values if not isinstance(entry, str) or entry.strip()]


def _items(node):
    """Return the dicts in a list node: below ``item``, or bare as JSON may have them."""
    entries = _list(node.get("item") if isinstance(node, dict) else node)
    return [entry for entry in entries if isinstance(entry, dict)]


def _number(value):
    try:
        return int(str(value).strip())
    except ValueError:
        return 0


# --- in the worker ------------------------------------------------------------------------------


def waiting(account):
    """Return the stored job events whose push is known by now, oldest first."""
    ours = Push.objects.filter(account=account)
    events = CallbackEvent.objects.filter(account=account, handled_at=None)
    return list(
        events.filter(kind=PUBLISHED, remote_id__in=ours.exclude(publish_id="").values("publish_id"))
        | events.filter(kind=SENT, remote_id__in=ours.exclude(msg_id="").values("msg_id"))
    )


def forget(account, now):
    """Stop waiting for the push of events nobody here knows, and drop keys that no repetition can need any more."""
    before = now - UNMATCHED
    ours = CallbackEvent.objects.filter(account=account)
    ours.filter(handled_at=None, received_at__lt=before).update(handled_at=now)
    old = ours.filter(kind="other", received_at__lt=before)
    # The last one stays: it says when WeChat was heard from.
    old.exclude(pk=ours.order_by("-pk").values_list("pk", flat=True).first()).delete()


def handle(event, ctx):
    """Act on one stored event. Events may come twice and in any order."""
    known = {"publish_id": event.remote_id} if event.kind == PUBLISHED else {"msg_id": event.remote_id}
    push = Push.objects.filter(account=event.account, **known).first()
    if push is None:
        return
    try:
        _apply(event, push, ctx)
    except StaleRowError:
        return  # somebody is at it right now; next time
    except CallError as error:
        # The event stands; the worker that asks for the result will come to the same.
        logger.info("push %s: %s", push.pk, error)
        Push.objects.filter(pk=push.pk, lease_worker="").update(due_at=ctx.clock())
    CallbackEvent.objects.filter(pk=event.pk).update(handled_at=ctx.clock(), push=push)


def _apply(event, push, ctx):
    addresses = {int(place): address for place, address in event.payload["addresses"].items() if address}
    status = event.payload["status"]
    good = status in (0, "send success")
    if push.state == State.DONE:
        steps.record_addresses(push, addresses)
        if event.kind == PUBLISHED and status in (5, 6):
            move(push, State.WITHDRAWN, by=ctx.worker, reason=reasons.PUBLISH_STATUS[status], now=ctx.clock())
    elif push.state == State.WAITING or (good and push.state in (State.NEEDS_PERSON, State.FAILED)):
        if event.kind == PUBLISHED:
            steps.take_publish_result(push, ctx, status, event.article_id, addresses)
        else:
            steps.take_mass_result(push, ctx, status, addresses)
