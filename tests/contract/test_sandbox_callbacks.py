"""Events to the callback address: shape, signature, encryption, retries, repetition, order."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from .sandbox_driver import Driver, code


class Receiver:
    """A small HTTP server that keeps what it is sent and answers what it is told."""

    def __init__(self):
        self.posts, self.answers, self.default = [], [], (200, "success")
        self.arrived = threading.Semaphore(0)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((parse_qs(urlsplit(self.path).query), body))
                self._answer(*(receiver.answers.pop(0) if receiver.answers else receiver.default))
                receiver.arrived.release()

            def do_GET(self):
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                check_signature("sandboxtoken", query["signature"], query["timestamp"], query["nonce"])
                self._answer(200, receiver.echo(query["echostr"]))

            def _answer(self, status, text):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # the caller may have gone already
                    self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        self.echo = lambda text: text
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/cb"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.stop()


@pytest.fixture
def wechat(receiver):
    with Driver(callback=receiver.url) as driver:
        yield driver


def opened(wechat, post):
    """The event in an encrypted push, signature and appid checked."""
    query, body = post
    account = wechat.sandbox.account
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
    check_signature(account.token, query["signature"][0], query["timestamp"][0], query["nonce"][0])
    assert query["encrypt_type"] == ["aes"]
    text = crypto.decrypt_message(body, query["msg_signature"][0], query["timestamp"][0], query["nonce"][0])
    return xmltodict.parse(text)["xml"]


def test_publish_event(wechat, receiver):
    media_id = wechat.add(wechat.article(title="一"), wechat.article(title="二"))
    publish_id, answer = wechat.publish(media_id)
    assert receiver.posts == []
    (result,) = wechat.sandbox.deliver()
    assert (result["state"], result["status"], result["answer"]) == ("delivered", 200, "success")
    event = opened(wechat, receiver.posts[0])
    assert (event["MsgType"], event["Event"]) == ("event", "PUBLISHJOBFINISH")
    assert event["ToUserName"].startswith("gh_")
    assert int(event["CreateTime"]) == wechat.sandbox.clock.seconds()
    assert event["PublishEventInfo"] == {
        "publish_id": publish_id,
        "publish_status": "0",
        "article_id": answer["article_id"],
        "article_detail": {
            "count": "2",
            "item": [
                {"idx": str(item["idx"]), "article_url": item["article_url"]}
                for item in answer["article_detail"]["item"]
            ],
        },
    }
    assert wechat.sandbox.deliver() == []


def test_failed_publish_event(wechat, receiver):
    wechat.sandbox.script(publish={"status": 2, "fail_idx": [1, 2]})
    publish_id, _ = wechat.publish(wechat.add(wechat.article(), wechat.article()))
    wechat.sandbox.deliver()
    info = opened(wechat, receiver.posts[0])["PublishEventInfo"]
    assert info == {"publish_id": publish_id, "publish_status": "2", "fail_idx": ["1", "2"]}


def test_mass_event(wechat, receiver):
    msg_id = wechat.sendall(wechat.add(wechat.article(), wechat.article()))["msg_id"]
    wechat.finish()
    wechat.sandbox.deliver()
    event = opened(wechat, receiver.posts[0])
    assert (event["Event"], event["MsgID"], event["Status"]) == (
        "MASSSENDJOBFINISH",
        str(msg_id),
        "send success",
    )
    total, ready, sent, failed = (
        int(event[name]) for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    )
    assert total >= ready == sent + failed > 0
    check = event["CopyrightCheckResult"]
    assert (check["Count"], check["CheckState"]) == ("2", "1")
    assert [item["ArticleIdx"] for item in check["ResultList"]["item"]] == ["1", "2"]
    links = event["ArticleUrlResult"]
    assert links["Count"] == "2"
    assert [item["ArticleUrl"] for item in links["ResultList"]["item"]] == [
        one["url"] for one in wechat.sandbox.state()["mass_sends"][0]["articles"]
    ]


@pytest.mark.parametrize("status", ["send fail", "err(30003)", "err(20013)"])
def test_failed_mass_event(wechat, receiver, status):
    wechat.sandbox.script(mass={"status": status})
    wechat.sendall()
    wechat.finish()
    wechat.sandbox.deliver()
    event = opened(wechat, receiver.posts[0])
    assert (event["Status"], event["SentCount"], event["ArticleUrlResult"]["Count"]) == (status, "0", "0")
    assert event["CopyrightCheckResult"]["CheckState"] == ("3" if status == "err(30003)" else "1")


def test_silent_administrator_event(wechat, receiver):
    wechat.sandbox.set(profile="protected")
    wechat.sendall()
    wechat.finish(1800)
    wechat.sandbox.deliver()
    assert opened(wechat, receiver.posts[0])["Status"] == "err(40002)"


def test_plain_mode(wechat, receiver):
    wechat.sandbox.set(callback_mode="plain")
    wechat.publish()
    wechat.sandbox.deliver()
    query, body = receiver.posts[0]
    assert "encrypt_type" not in query
    check_signature("sandboxtoken", query["signature"][0], query["timestamp"][0], query["nonce"][0])
    assert xmltodict.parse(body)["xml"]["Event"] == "PUBLISHJOBFINISH"


def test_compatible_mode(wechat, receiver):
    wechat.sandbox.set(callback_mode="compatible")
    wechat.publish()
    wechat.sandbox.deliver()
    plain = xmltodict.parse(receiver.posts[0][1])["xml"]
    sealed = opened(wechat, receiver.posts[0])
    assert plain["PublishEventInfo"] == sealed["PublishEventInfo"]


def test_another_token_does_not_open_it(wechat, receiver):
    wechat.publish()
    wechat.sandbox.deliver()
    query, body = receiver.posts[0]
    account = wechat.sandbox.account
    crypto = WeChatCrypto("other", account.aes_key, account.appid)
    with pytest.raises(InvalidSignatureException):
        crypto.decrypt_message(body, query["msg_signature"][0], query["timestamp"][0], query["nonce"][0])


@pytest.mark.parametrize("bad", [(500, "no"), (200, "<html>no"), (302, "")])
def test_three_tries_in_all(wechat, receiver, bad):
    receiver.default = bad
    wechat.publish()
    assert [wechat.sandbox.deliver()[0]["state"] for _ in range(3)] == ["pending", "pending", "given up"]
    assert wechat.sandbox.deliver() == []
    assert len(receiver.posts) == 3
    bodies = {str(opened(wechat, post)) for post in receiver.posts}
    assert len(bodies) == 1


@pytest.mark.parametrize("good", [(200, ""), (200, "success"), (200, "<xml><Encrypt>x</Encrypt></xml>")])
def test_a_second_try_that_succeeds_ends_it(wechat, receiver, good):
    receiver.answers = [(503, "later"), good]
    wechat.publish()
    assert [wechat.sandbox.deliver()[0]["state"] for _ in range(2)] == ["pending", "delivered"]
    assert wechat.sandbox.deliver() == []


def test_repeating_the_last_one(wechat, receiver):
    wechat.publish()
    wechat.sandbox.deliver()
    answer = wechat.control("POST", "callbacks/repeat", {"times": 2})
    assert [one["state"] for one in answer["callbacks"]] == ["delivered", "delivered"]
    assert len({str(opened(wechat, post)) for post in receiver.posts}) == 1
    assert len({post[0]["nonce"][0] for post in receiver.posts}) == 3


def test_an_event_can_be_kept_back(wechat, receiver):
    wechat.sandbox.script(publish={"callback": False})
    assert wechat.publish()[1]["publish_status"] == 0
    assert wechat.sandbox.deliver() == []


def test_nobody_at_the_address(wechat, receiver):
    receiver.stop()
    wechat.publish()
    assert wechat.sandbox.deliver()[0]["answer"] == "ConnectionError"


def test_a_slow_receiver_is_cut_off(wechat, receiver):
    gate = threading.Event()
    receiver.echo = lambda text: (gate.wait(5), text)[1]
    wechat.sandbox.set(callback_timeout=0.05)
    assert wechat.control("POST", "callbacks/verify")["answer"] == "ReadTimeout"
    gate.set()


def test_the_address_is_verified_with_an_echo(wechat, receiver):
    assert wechat.control("POST", "callbacks/verify")["ok"] is True
    receiver.echo = lambda text: "other"
    assert wechat.control("POST", "callbacks/verify")["ok"] is False


@pytest.mark.parametrize(("echo", "loss"), [(lambda text: text, "0%"), (lambda text: "other", "100%")])
def test_the_network_check_really_asks_the_address(wechat, receiver, echo, loss):
    receiver.echo = echo
    answer = wechat.post("callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert answer["dns"] == [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
    (ping,) = answer["ping"]
    assert (ping["ip"], ping["from_operator"], ping["package_loss"]) == ("127.0.0.1", "DEFAULT", loss)
    assert set(wechat.post("callback/check", {"action": "dns", "check_operator": "CAP"})) == {"dns"}
    assert set(wechat.post("callback/check", {"action": "ping", "check_operator": "CAP"})) == {"ping"}


def test_the_network_check_of_an_address_nobody_knows(wechat):
    wechat.sandbox.set(callback="http://nobody.invalid/cb")
    answer = wechat.post("callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert answer == {"dns": [], "ping": []}


def test_the_background_thread_ends_jobs_and_delivers(receiver):
    with Driver(callback=receiver.url, auto=True) as wechat:
        media_id = wechat.add()
        assert code(wechat.post("freepublish/submit", {"media_id": media_id})) == 0
        wechat.control("POST", "clock", {"advance": 2})
        assert receiver.arrived.acquire(timeout=10)
        assert opened(wechat, receiver.posts[0])["Event"] == "PUBLISHJOBFINISH"


def test_no_address_no_delivery():
    with Driver() as wechat:
        wechat.publish()
        assert wechat.sandbox.deliver() == []
        assert wechat.sandbox.state()["callbacks"][0]["state"] == "no address"


@pytest.mark.parametrize("mode", ["plain", "compatible", "aes"])
def test_json_events(wechat, receiver, mode):
    wechat.sandbox.set(callback_mode=mode, callback_format="json")
    publish_id, answer = wechat.publish()
    assert wechat.sandbox.deliver()[0]["state"] == "delivered"
    query, body = receiver.posts[0]
    event = json.loads(body)
    if mode == "aes":
        assert set(event) == {"ToUserName", "Encrypt"}
    if mode != "plain":
        account = wechat.sandbox.account
        crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
        sealed = f"<xml><Encrypt>{event['Encrypt']}</Encrypt></xml>"
        signed = [query[name][0] for name in ("msg_signature", "timestamp", "nonce")]
        event = json.loads(crypto.decrypt_message(sealed, *signed))
    info = event["PublishEventInfo"]
    assert (event["Event"], info["publish_id"], info["publish_status"]) == ("PUBLISHJOBFINISH", publish_id, 0)
    assert info["article_detail"]["item"] == answer["article_detail"]["item"]


FOLLOWER = "oSandboxFollower0000000000001"


def test_a_follower_writes_and_sees_the_reply(wechat, receiver):
    account = wechat.sandbox.account
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
    words = "这里不能看病。"
    plain = f"<xml><MsgType>text</MsgType><Content><![CDATA[{words}]]></Content></xml>"
    receiver.default = (200, crypto.encrypt_message(plain, "n", "1"))
    answer = wechat.control("POST", "messages", {"openid": FOLLOWER, "content": "我头疼"})
    assert (answer["state"], answer["reply"]) == ("delivered", words)
    message = opened(wechat, receiver.posts[0])
    assert (message["FromUserName"], message["MsgType"], message["Content"]) == (FOLLOWER, "text", "我头疼")
    assert receiver.posts[0][0]["openid"] == [FOLLOWER]
    shown = wechat.send("GET", f"phone/?as={FOLLOWER}").text
    assert "我头疼" in shown and words in shown
    assert "我头疼" not in wechat.send("GET", "phone/").text


@pytest.mark.parametrize(
    "answer", ["success", "", "<xml><MsgType>image</MsgType></xml>", "<xml", "{}", "<html>"]
)
def test_answers_that_show_a_follower_nothing(wechat, receiver, answer):
    receiver.default = (200, answer)
    assert wechat.control("POST", "messages", {"openid": FOLLOWER, "content": "x"})["reply"] is None


def test_coming_and_going(wechat, receiver):
    wechat.control("POST", "messages", {"openid": "oNew", "kind": "subscribe"})
    event = opened(wechat, receiver.posts[0])
    assert (event["FromUserName"], event["MsgType"], event["Event"]) == ("oNew", "event", "subscribe")
    assert wechat.get("user/info", openid="oNew")["subscribe"] == 1
    wechat.control("POST", "messages", {"openid": "oNew", "kind": "unsubscribe"})
    assert wechat.get("user/info", openid="oNew")["subscribe"] == 0
    for body in (
        {"openid": "oNew", "content": "x"},
        {"openid": FOLLOWER, "content": " "},
        {"openid": FOLLOWER, "kind": "fax"},
        {"content": "x"},
    ):
        assert wechat.send("POST", "_sandbox/messages", json=body).status_code == 400
    wechat.sandbox.set(callback="")
    assert (
        wechat.send("POST", "_sandbox/messages", json={"openid": FOLLOWER, "content": "x"}).status_code == 400
    )
