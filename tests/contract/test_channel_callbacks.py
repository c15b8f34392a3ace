"""/wechat/callback/: WeChat's events, in every form, repeated, reordered, forged."""

import base64
import hashlib
import json
from datetime import timedelta

from django.test import Client as Browser

import pytest
import requests
from wechatpy.crypto import PrpCrypto

from publish import services
from publish.models import CallbackEvent, Push
from publish.sandbox import callbacks as sandbox_callbacks
from publish.states import State
from tests.tools.channel import sign


ADDRESS = "/wechat/callback/"


@pytest.fixture
def phone_line(channel, live_server):
    """The sandbox calls the product back over a socket."""
    channel.sandbox.set(callback=live_server.url + ADDRESS)
    return channel


def waiting_push(channel, mode="publish", slug="home-blood-pressure"):
    push = services.create_push([sign(slug)], mode=mode)
    channel.work()
    push.refresh_from_db()
    assert push.state == State.WAITING
    return push


def post(body, *, nonce="n1", mode="plain", query=None, settings=None, stamp="1795300000"):
    """Send a signed event the way WeChat does; returns the response."""
    token = settings.WECHAT_TOKEN

    def sign_parts(*parts):
        return hashlib.sha1(
            "".join(sorted([token, stamp, nonce, *parts])).encode(), usedforsecurity=False
        ).hexdigest()

    asked = {"signature": sign_parts(), "timestamp": stamp, "nonce": nonce}
    if mode != "plain":
        key = base64.b64decode(settings.WECHAT_AES_KEY + "=")
        sealed = PrpCrypto(key).encrypt(body, settings.WECHAT_APPID).decode()
        asked |= {"encrypt_type": "aes", "msg_signature": sign_parts(sealed)}
        body = (
            json.dumps({"ToUserName": "gh", "Encrypt": sealed})
            if body.startswith("{")
            else f"<xml><Encrypt>{sealed}</Encrypt></xml>"
        )
    asked |= query or {}
    return Browser().post(
        f"{ADDRESS}?{'&'.join(f'{k}={v}' for k, v in asked.items())}", body, content_type="text/xml"
    )


def publish_event(publish_id, status=0, created=1795300000, article_id="A1"):
    detail = (
        f"<article_id><![CDATA[{article_id}\n]]></article_id><article_detail><count>1</count><item><idx>1</idx>"
        f"<article_url><![CDATA[https://mp.weixin.qq.com/s/one]]></article_url></item></article_detail>"
        if status == 0
        else "<fail_idx>1</fail_idx><fail_idx>2</fail_idx>"
    )
    return (
        f"<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>{publish_id}</publish_id>"
        f"<publish_status>{status}</publish_status>{detail}</PublishEventInfo></xml>"
    )


def test_address_check(phone_line):
    assert phone_line.sandbox.control("POST", "callbacks/verify")["ok"] is True


@pytest.mark.parametrize("form", ["plain", "compatible", "aes"])
@pytest.mark.parametrize("mode", ["publish", "mass"])
def test_result_arrives_by_callback(phone_line, mode, form):
    """No poll is needed, and the address comes with the event."""
    phone_line.sandbox.set(callback_mode=form)
    push = waiting_push(phone_line, mode)
    phone_line.finish_jobs()
    answers = phone_line.sandbox.deliver()
    assert [answer["state"] for answer in answers] == ["delivered"]
    phone_line.work()
    push.refresh_from_db()
    assert push.state == State.DONE
    assert push.items.get().address.startswith("http://mp.weixin.qq.com/s/")
    assert push.deliveries.get().address == push.items.get().address
    assert phone_line.calls("freepublish/get") == phone_line.calls("mass/get") == 0


def test_repeated_callback_changes_nothing(phone_line):
    push = waiting_push(phone_line)
    phone_line.finish_jobs()
    phone_line.sandbox.deliver()
    phone_line.work()
    moves = push.moves.count()
    phone_line.sandbox.repeat(times=3)
    phone_line.work()
    assert CallbackEvent.objects.filter(kind="PUBLISHJOBFINISH").count() == 1
    assert push.moves.count() == moves


def test_callbacks_in_any_order(phone_line):
    """Two jobs end; their events come the other way round, one before the worker knows its id."""
    first = waiting_push(phone_line, slug="first")
    second = waiting_push(phone_line, slug="second")
    publish_id, second.publish_id = second.publish_id, ""
    Push.objects.filter(pk=second.pk).update(publish_id="not known yet")
    phone_line.finish_jobs()
    rows = phone_line.sandbox.control("GET", "callbacks")["callbacks"]
    for row in reversed(rows):
        phone_line.sandbox.control("POST", "callbacks/repeat", id=row["id"])
    phone_line.work()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.DONE, State.WAITING)
    Push.objects.filter(pk=second.pk).update(publish_id=publish_id)
    phone_line.work()
    second.refresh_from_db()
    assert second.state == State.DONE


def test_poll_and_callback_agree(phone_line):
    """The poll was quicker: the late event only adds what was missing."""
    push = waiting_push(phone_line, "mass")
    phone_line.finish_jobs()
    phone_line.advance(minutes=2)
    phone_line.work()
    push.refresh_from_db()
    assert push.state == State.DONE and push.items.get().address == ""
    phone_line.sandbox.deliver()
    phone_line.work()
    assert push.items.get().address
    push.refresh_from_db()
    assert push.state == State.DONE


@pytest.mark.parametrize("form", ["plain", "aes"])
@pytest.mark.parametrize("as_json", [False, True])
def test_xml_and_json(channel, settings, form, as_json):
    push = waiting_push(channel)
    body = publish_event(push.publish_id)
    if as_json:
        body = json.dumps(
            {
                "FromUserName": "o1",
                "CreateTime": 1,
                "MsgType": "event",
                "Event": "PUBLISHJOBFINISH",
                "PublishEventInfo": {
                    "publish_id": push.publish_id,
                    "publish_status": 0,
                    "article_id": "A1",
                    "article_detail": {
                        "count": 1,
                        "item": [{"idx": 1, "article_url": "https://mp.weixin.qq.com/s/one"}],
                    },
                },
            }
        )
    answer = post(body, mode=form, settings=settings)
    assert (answer.status_code, answer.content) == (200, b"success")
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.article_id) == (State.DONE, "A1")
    assert push.items.get().address == "https://mp.weixin.qq.com/s/one"


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [(2, State.FAILED, "publish_original"), (3, State.FAILED, "publish_failed"), (4, State.FAILED, "publish_refused"),
     (5, State.NEEDS_PERSON, "deleted_there"), (6, State.NEEDS_PERSON, "banned_there")],
)  # fmt: skip
def test_every_publish_status(channel, settings, status, state, reason):
    push = waiting_push(channel)
    post(publish_event(push.publish_id, status), settings=settings)
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.reason) == (state, reason)
    event = CallbackEvent.objects.get(kind="PUBLISHJOBFINISH")
    assert event.payload["failed"] == [1, 2]


@pytest.mark.parametrize(
    ("status", "state"),
    [("err(20013)", State.FAILED), ("send fail", State.FAILED), ("err(40001)", State.NEEDS_PERSON), ("err(40002)", State.NEEDS_PERSON)],
)  # fmt: skip
def test_a_mass_send_that_fails_frees_the_day(phone_line, status, state):
    phone_line.sandbox.script(mass={"status": status})
    push = waiting_push(phone_line, "mass")
    assert push.send_day is not None
    phone_line.finish_jobs()
    phone_line.sandbox.deliver()
    phone_line.work()
    push.refresh_from_db()
    assert (push.state, push.send_day) == (state, None)


def test_previous_aes_key(channel, settings):
    push = waiting_push(channel)
    old = settings.WECHAT_AES_KEY
    settings.WECHAT_AES_KEY = "9" * 42 + "A"
    settings.WECHAT_AES_KEY_PREVIOUS = old
    key = base64.b64decode(old + "=")
    body = publish_event(push.publish_id)
    settings.WECHAT_AES_KEY, new = old, settings.WECHAT_AES_KEY
    sealed_with_old = PrpCrypto(key).encrypt(body, settings.WECHAT_APPID).decode()
    settings.WECHAT_AES_KEY = new
    parts = [settings.WECHAT_TOKEN, "1", "n", sealed_with_old]
    signature = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
    answer = Browser().post(
        f"{ADDRESS}?timestamp=1&nonce=n&encrypt_type=aes&msg_signature={signature}",
        f"<xml><Encrypt>{sealed_with_old}</Encrypt></xml>",
        content_type="text/xml",
    )
    assert answer.content == b"success"
    assert CallbackEvent.objects.get().remote_id == push.publish_id


FORGED = {
    "wrong signature": {"signature": "0" * 40},
    "no signature": {"signature": ""},
    "another time": {"timestamp": "1"},
    "signature in another script": {"signature": "签" * 40},
}


@pytest.mark.parametrize("query", FORGED.values(), ids=FORGED)
def test_forgery_is_refused(channel, settings, query):
    push = waiting_push(channel)
    answer = post(publish_event(push.publish_id), settings=settings, query=query)
    assert (answer.status_code, answer.content) == (403, b"")
    assert not CallbackEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["", "no xml", "<xml>", "{", "[]", "<xml><Encrypt>x</Encrypt></xml>", '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
     "<xml>" + "x" * 70_000 + "</xml>", "{" * 50_000],
    ids=range(9),
)  # fmt: skip
@pytest.mark.parametrize("sealed", [False, True])
def test_unreadable_bodies_are_refused(channel, settings, body, sealed):
    query = {"encrypt_type": "aes"} if sealed else {}
    answer = post(body, settings=settings, query=query)
    assert answer.status_code in (200, 403)
    assert not CallbackEvent.objects.exclude(kind="other").exists()


def test_sealed_garbage_is_refused(channel, settings):
    for sealed in (
        "",
        "AAAA",
        base64.b64encode(b"x" * 32).decode(),
        base64.b64encode(b"\xff" * 160).decode(),
        "签",
    ):
        parts = [settings.WECHAT_TOKEN, "1", "n", sealed]
        signature = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
        answer = Browser().post(
            f"{ADDRESS}?timestamp=1&nonce=n&encrypt_type=aes&msg_signature={signature}",
            f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(),
            content_type="text/xml",
        )
        assert answer.status_code == 403, sealed
    assert not CallbackEvent.objects.exists()


def test_a_signature_is_good_once(channel, settings):
    """In plain mode it does not cover the body: whoever saw one in a log cannot use it again."""
    push = waiting_push(channel)
    message = "<xml><MsgType>text</MsgType><MsgId>7</MsgId><FromUserName>o1</FromUserName><Content>x</Content></xml>"
    assert post(message, settings=settings).content == b"success"
    assert post(publish_event(push.publish_id), settings=settings).content == b"success"
    channel.work()
    push.refresh_from_db()
    assert push.state == State.WAITING
    assert not CallbackEvent.objects.filter(kind="PUBLISHJOBFINISH").exists()


def test_followers_messages_leave_only_a_key(channel, settings):
    message = (
        "<xml><ToUserName>gh</ToUserName><FromUserName>oFollower</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>text</MsgType><Content>我叫王小明，胸口疼</Content><MsgId>4711</MsgId></xml>"
    )
    for nonce in ("a", "b"):
        post(message, nonce=nonce, settings=settings)
    event = CallbackEvent.objects.get()
    kept = json.dumps(CallbackEvent.objects.values().get(), default=str, ensure_ascii=False)
    assert event.payload == {} and event.handled_at
    for word in ("王小明", "oFollower", "4711"):
        assert word not in kept


def test_switched_off(channel, settings):
    settings.WECHAT_TOKEN = ""
    assert Browser().get(ADDRESS).status_code == 404
    settings.WECHAT_TOKEN = "sandboxtoken"
    assert Browser().put(ADDRESS).status_code == 405


def test_deleted_after_it_was_done(channel, settings):
    push = waiting_push(channel)
    post(publish_event(push.publish_id), settings=settings, nonce="a")
    channel.work()
    post(publish_event(push.publish_id, 5, created=1795300099), settings=settings, nonce="b")
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.WITHDRAWN, "deleted_there")


def test_an_event_nobody_knows_is_forgotten(channel, settings):
    post(publish_event("12345"), settings=settings)
    channel.work()
    assert CallbackEvent.objects.get().handled_at is None
    channel.offset += timedelta(days=4)
    channel.work()
    assert CallbackEvent.objects.get().handled_at is not None


def test_the_sandbox_signs_as_documented(channel, live_server):
    """What the sandbox packs, sent by hand over a socket, is taken."""
    channel.sandbox.set(callback=live_server.url + ADDRESS)
    query, body = sandbox_callbacks.pack(channel.sandbox.account, publish_event("1"), "nonce1")
    with requests.Session() as session:
        session.trust_env = False
        assert session.post(live_server.url + ADDRESS, params=query, data=body, timeout=10).text == "success"
