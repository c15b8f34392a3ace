"""/wechat/callback/: WeChat's address check, and the events it sends us.

An event is checked, stored once and answered at once; `handle` works on it later, in `deliver`.
Plain, compatible and encrypted mode, XML and JSON, current and previous AES key. Of followers'
messages only the key that recognises a repetition is kept (P7). A signature is good once: in plain
mode it does not cover the body, so a second body under it is refused.
"""

import base64
import hashlib
import hmac
import json
import logging
import struct
from datetime import timedelta
from xml.parsers.expat import ExpatError

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

import xmltodict
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException

from publish.models.pushes import CallbackEvent, Push
from publish.states import StaleRowError, State, move
from publish.wechat import reasons, steps
from publish.wechat.errors import CallError


logger = logging.getLogger(__name__)

LARGEST = 64 * 1024
PUBLISHED = "PUBLISHJOBFINISH"
SENT = "MASSSENDJOBFINISH"
JOBS = (PUBLISHED, SENT)
# How long an event waits for its push to learn its remote id.
UNMATCHED = timedelta(days=3)


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
        if request.method == "GET":
            _check_signature(request.GET, request.GET.get("signature", ""))
            answer = request.GET.get("echostr", "")
            if not answer.isascii() or len(answer) > 200:
                raise _BadError("echostr")
            _store({"MsgType": "check", "key": request.GET["signature"]}, request.GET["signature"])
            return _text(answer)
        body = _body(request)
        _store(body, request.GET.get("msg_signature") or request.GET["signature"])
    except _BadError as bad:
        logger.warning("callback refused: %s", bad)
        return HttpResponse(status=403)
    return _text("success")


def _text(text):
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _check_signature(query, given, *more):
    parts = [settings.WECHAT_TOKEN, query.get("timestamp", ""), query.get("nonce", ""), *more]
    if not (query.get("timestamp") and query.get("nonce") and given):
        raise _BadError("signature missing")
    expected = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise _BadError("signature wrong")


def _body(request):
    """Return the event as a dict. Raises _BadError."""
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _BadError("too large")
    if request.GET.get("encrypt_type", "raw") == "raw":
        _check_signature(request.GET, request.GET.get("signature", ""))
        return _parsed(raw)
    outer = _parsed(raw)
    sealed = str(outer.get("Encrypt", ""))
    _check_signature(request.GET, request.GET.get("msg_signature", ""), sealed)
    return _parsed(_opened(sealed))


def _opened(sealed):
    for key in (settings.WECHAT_AES_KEY, settings.WECHAT_AES_KEY_PREVIOUS):
        if not key:
            continue
        try:
            return PrpCrypto(base64.b64decode(key + "=")).decrypt(sealed, settings.WECHAT_APPID).encode()
        except (WeChatException, struct.error, ValueError, IndexError, OverflowError) as error:
            logger.debug("callback: a key does not fit: %s", type(error).__name__)
    raise _BadError("no key opens it")


def _parsed(raw):
    try:
        if raw.lstrip()[:1] == b"{":
            found = json.loads(raw.decode("utf-8"))
        else:
            found = xmltodict.parse(raw, disable_entities=True).get("xml")
    except (ValueError, ExpatError, RecursionError) as error:
        raise _BadError(f"unreadable: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise _BadError("not an event")
    return found


def _store(body, signature):
    """Store one event; a repetition, of the event or of its signature, changes nothing."""
    account = settings.WECHAT_APPID
    kind, fields = _facts(body)
    try:
        with transaction.atomic():
            CallbackEvent.objects.create(
                account=account,
                key=_key(body, kind, fields),
                signature=signature,
                kind=kind,
                handled_at=None if kind in JOBS else timezone.now(),
                **fields,
            )
    except IntegrityError:
        logger.debug("callback: known already")


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
        items = _list(_dict(info.get("article_detail")).get("item"))
        return event, {
            "remote_id": str(info.get("publish_id") or "").strip()[:64],
            "article_id": article_id[:128],
            "payload": {
                "status": _number(info.get("publish_status")),
                "addresses": {
                    str(_number(i.get("idx"))): str(i.get("article_url") or "").strip() for i in items
                },
                "failed": [_number(place) for place in _list(info.get("fail_idx"))],
            },
        }
    results = _list(_dict(_dict(body.get("ArticleUrlResult")).get("ResultList")).get("item"))
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
                "items": [
                    {name: str(value or "") for name, value in item.items()}
                    for item in _list(_dict(copyright_check.get("ResultList")).get("item"))
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
    """Stop waiting for the push of events nobody here knows."""
    CallbackEvent.objects.filter(account=account, handled_at=None, received_at__lt=now - UNMATCHED).update(
        handled_at=now
    )


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
