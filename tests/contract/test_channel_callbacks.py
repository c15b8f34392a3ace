"""/wechat/callback/: WeChat's events, in every form, repeated, reordered, forged."""

import base64
import hashlib
import json
import logging
import time
from datetime import timedelta

from django.db import connection
from django.test import Client as Browser

import pytest
import requests
import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto

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


def post(body, *, nonce="n1", mode="plain", query=None, settings=None, stamp=None):
    """Send a signed event the way WeChat does; returns the response."""
    token = settings.WECHAT_TOKEN
    stamp = stamp or str(int(time.time()))

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
    stamp = str(int(time.time()))
    parts = [settings.WECHAT_TOKEN, stamp, "n", sealed_with_old]
    signature = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
    answer = Browser().post(
        f"{ADDRESS}?timestamp={stamp}&nonce=n&encrypt_type=aes&msg_signature={signature}",
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
        stamp = str(int(time.time()))
        parts = [settings.WECHAT_TOKEN, stamp, "n", sealed]
        signature = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
        answer = Browser().post(
            f"{ADDRESS}?timestamp={stamp}&nonce=n&encrypt_type=aes&msg_signature={signature}",
            f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(),
            content_type="text/xml",
        )
        assert answer.status_code == 403, sealed
    assert not CallbackEvent.objects.exists()


def test_a_signature_is_good_once(channel, settings):
    """In plain mode it does not cover the body: whoever saw one in a log cannot use it again."""
    push = waiting_push(channel)
    event = "<xml><MsgType>event</MsgType><Event>VIEW</Event><FromUserName>o1</FromUserName></xml>"
    stamp = str(int(time.time()))
    assert post(event, settings=settings, stamp=stamp).content == b"success"
    assert post(publish_event(push.publish_id), settings=settings, stamp=stamp).content == b"success"
    channel.work()
    push.refresh_from_db()
    assert push.state == State.WAITING
    assert not CallbackEvent.objects.filter(kind="PUBLISHJOBFINISH").exists()


def test_a_sealed_request_does_not_sign_a_plain_one(channel, settings):
    """The address of a sealed request shows a plain signature as well: it is used up with it."""
    push = waiting_push(channel)
    stamp = str(int(time.time()))
    event = "<xml><MsgType>event</MsgType><Event>VIEW</Event><FromUserName>o1</FromUserName></xml>"
    post(event, settings=settings, stamp=stamp, mode="aes")
    post(publish_event(push.publish_id), settings=settings, stamp=stamp)
    assert [event.kind for event in CallbackEvent.objects.all()] == ["other"]


@pytest.mark.parametrize("mode", ["plain", "aes"])
def test_an_old_signature_is_refused(channel, settings, mode):
    push = waiting_push(channel)
    stamp = str(int(time.time()) - 24 * 60 * 60 - 1)
    assert post(publish_event(push.publish_id), settings=settings, stamp=stamp, mode=mode).status_code == 403
    stamp = str(int(time.time()) - 60)
    assert post(publish_event(push.publish_id), settings=settings, stamp=stamp, mode=mode).status_code == 200


@pytest.mark.parametrize("stamp", ["soon", "-1", "１７", "1e9", "9" * 30])
def test_a_strange_timestamp_is_refused(channel, settings, stamp):
    assert post(publish_event("1"), settings=settings, stamp=stamp).status_code == 403


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("field", ["publish_id", "article_id"])
def test_text_no_database_takes_is_refused(channel, settings, text, field):
    body = json.dumps(
        {"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": {"publish_id": "1", field: "@"}}
    ).replace("@", text)
    assert post(body, settings=settings).status_code in (200, 403)
    CallbackEvent.objects.count()


# --- followers ------------------------------------------------------------------------------------

SAYS = ("这里不能看病，请勿填写姓名和病情", "胸痛、喘不上气立即拨打 120")


def from_follower(kind="text", *, as_json=False, sender="oFollower", **fields):
    """A follower's message or event as WeChat posts it."""
    body = {"ToUserName": "gh_1", "FromUserName": sender, "CreateTime": 1795300000, "MsgType": kind}
    body |= {"MsgId": 4711} if kind != "event" else {}
    body |= fields
    if as_json:
        return json.dumps(body, ensure_ascii=False)
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in body.items()) + "</xml>"


def opened(answer, settings, *, as_json=False):
    """Return the reply in ``answer`` as a dict, decrypted and its signature checked where it is sealed."""
    reply = json.loads(answer.content) if as_json else xmltodict.parse(answer.content)["xml"]
    if "Encrypt" not in reply:
        return reply
    crypto = WeChatCrypto(settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY, settings.WECHAT_APPID)
    sealed = f"<xml><Encrypt>{reply['Encrypt']}</Encrypt></xml>"
    text = crypto.decrypt_message(sealed, reply["MsgSignature"], str(reply["TimeStamp"]), reply["Nonce"])
    return json.loads(text) if as_json else xmltodict.parse(text)["xml"]


@pytest.mark.parametrize("mode", ["plain", "aes"])
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "message",
    [{"kind": "text", "Content": "胸口疼怎么办"}, {"kind": "image", "PicUrl": "http://x"}, {"kind": "event", "Event": "subscribe"}],
    ids=["text", "image", "subscribe"],
)  # fmt: skip
def test_followers_get_one_polite_answer(channel, settings, mode, as_json, message):
    answer = post(from_follower(as_json=as_json, **message), settings=settings, mode=mode)
    reply = opened(answer, settings, as_json=as_json)
    assert answer.status_code == 200
    assert (reply["ToUserName"], reply["FromUserName"], reply["MsgType"]) == ("oFollower", "gh_1", "text")
    assert all(words in reply["Content"] for words in SAYS)
    assert "胸口疼怎么办" not in reply["Content"]
    assert str(reply["CreateTime"]) == "1795300000"
    if mode == "plain" and as_json:
        assert isinstance(reply["CreateTime"], int)


@pytest.mark.parametrize("event", ["unsubscribe", "CLICK", "VIEW", "SCAN"])
def test_other_events_get_no_answer(channel, settings, event):
    assert post(from_follower("event", Event=event), settings=settings).content == b"success"


def test_a_repeated_message_gets_the_same_answer(channel, settings):
    message = from_follower(Content="在吗")
    answers = [post(message, settings=settings, nonce=nonce).content for nonce in ("a", "b", "b")]
    assert len(set(answers)) == 1
    assert CallbackEvent.objects.count() == 1


def test_a_reply_cannot_be_broken_out_of(channel, settings):
    sender = "o1]]><Content>坏</Content><![CDATA["
    message = from_follower(sender=sender.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    reply = opened(post(message, settings=settings), settings)
    assert reply["ToUserName"] == sender
    assert all(words in reply["Content"] for words in SAYS)


@pytest.mark.parametrize("mode", ["plain", "aes"])
@pytest.mark.parametrize("as_json", [False, True])
def test_followers_messages_leave_only_a_key(channel, settings, mode, as_json, caplog):
    """Neither who wrote nor what stands in the database or in a log."""
    caplog.set_level(logging.DEBUG)
    message = from_follower(Content="我叫王小明，胸口疼", as_json=as_json)
    for nonce in ("a", "b"):
        post(message, nonce=nonce, settings=settings, mode=mode)
    event = CallbackEvent.objects.get()
    kept = json.dumps(CallbackEvent.objects.values().get(), default=str, ensure_ascii=False)
    assert event.payload == {} and event.handled_at
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("publish"))
    for word in ("王小明", "oFollower", "4711"):
        assert word not in kept and word not in ours


def test_old_keys_are_dropped(channel, settings):
    """A repetition is refused by its age then; the last sign of life and the events of jobs stay."""
    push = waiting_push(channel)
    for number in (1, 2, 3):
        post(from_follower(MsgId=number), settings=settings, nonce=str(number))
    post(publish_event(push.publish_id), settings=settings, nonce="job")
    channel.work()
    post(from_follower(MsgId=4), settings=settings, nonce="4")
    last = CallbackEvent.objects.latest("pk")
    channel.offset += timedelta(days=4)
    channel.work()
    assert [event.kind for event in CallbackEvent.objects.all()] == ["PUBLISHJOBFINISH", "other"]
    assert CallbackEvent.objects.latest("pk") == last


def test_every_field_of_a_mass_send_is_kept(channel, settings):
    """One item or many, XML or JSON: the counts, the originality check of each item, the addresses."""
    checked = {"UserDeclareState": 0, "AuditState": 1, "OriginalArticleUrl": "", "OriginalArticleType": "3",
               "CanReprint": 1, "NeedReplaceContent": 0, "NeedShowReprintSource": 1}  # fmt: skip
    for number in (1, 3):
        items = [{"ArticleIdx": idx} | checked for idx in range(1, number + 1)]
        links = [
            {"ArticleIdx": i["ArticleIdx"], "ArticleUrl": f"http://mp.weixin.qq.com/s/{i['ArticleIdx']}"}
            for i in items
        ]
        body = {
            "ToUserName": "gh", "FromUserName": "o", "CreateTime": number, "MsgType": "event", "Event": "MASSSENDJOBFINISH",
            "MsgID": 1000 + number, "Status": "send success", "TotalCount": 100, "FilterCount": 80, "SentCount": 75, "ErrorCount": 5,
            "CopyrightCheckResult": {"Count": number, "ResultList": {"item": items}, "CheckState": 2},
            "ArticleUrlResult": {"Count": number, "ResultList": {"item": links}},
        }  # fmt: skip
        post(json.dumps(body), settings=settings, nonce=f"j{number}")
        body["MsgID"] += 1000
        post(xmltodict.unparse({"xml": body}), settings=settings, nonce=f"x{number}")
        from_json, from_xml = CallbackEvent.objects.order_by("-pk")[:2]
        assert from_json.payload == from_xml.payload
        payload = from_xml.payload
        assert payload["counts"] == {"TotalCount": 100, "FilterCount": 80, "SentCount": 75, "ErrorCount": 5}
        assert (payload["copyright"]["state"], payload["copyright"]["count"]) == (2, number)
        assert [item["ArticleIdx"] for item in payload["copyright"]["items"]] == [
            str(i + 1) for i in range(number)
        ]
        assert payload["copyright"]["items"][0] == {"ArticleIdx": "1"} | {
            k: str(v) for k, v in checked.items()
        }
        assert len(payload["addresses"]) == number


def test_switched_off(channel, settings):
    settings.WECHAT_TOKEN = ""
    assert Browser().get(ADDRESS).status_code == 404
    settings.WECHAT_TOKEN = "sandboxtoken"
    assert Browser().put(ADDRESS).status_code == 405


def test_an_event_costs_one_statement_and_meets_nothing_for_browsers(
    channel, settings, django_assert_num_queries
):
    """Hundreds come in a second: no session, no transaction, and an answer after which the line stays open."""
    for nonce in ("a", "b"):  # the second time it is known
        with django_assert_num_queries(1):
            answer = post(publish_event("12345"), nonce=nonce, settings=settings)
        assert answer.status_code == 200 and not answer.cookies
        assert answer["Content-Length"] == str(len(answer.content))
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert CallbackEvent.objects.count() == 1


def test_the_rules_for_every_address_hold(channel, settings):
    """A face that is switched off, a host nobody named, a line that is not HTTPS."""

    def ask(**more):
        return Browser().post(
            f"{ADDRESS}?signature=x&timestamp=1&nonce=n", "<xml/>", content_type="text/xml", **more
        )

    assert ask().status_code == 403
    assert ask(headers={"host": "elsewhere.example"}).status_code == 400
    settings.SECURE_SSL_REDIRECT = True
    assert ask().status_code == 301
    assert ask(secure=True).status_code == 403
    settings.FACES = ["site", "admin", "review"]
    assert ask(secure=True).status_code == 404


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no line that could break")
def test_a_broken_line_to_the_database_loses_nothing(channel, settings):
    connection.ensure_connection()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()
    assert post(publish_event("12345"), settings=settings).content == b"success"
    assert CallbackEvent.objects.get().remote_id == "12345"


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
