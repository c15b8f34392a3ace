"""The client by itself: time-outs, the proxy, the bodies, and what wechatpy's own would get wrong."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from publish.models import Attempt, Outcome
from publish.wechat import client
from publish.wechat.errors import CallError


@pytest.fixture
def wechat(channel):
    return client.from_settings(clock=channel.now)


@pytest.mark.parametrize("call", ["stable_token", "draft/count"])
def test_nothing_waits_for_ever(channel, wechat, call):
    """wechatpy's token fetch has no time-out at all."""
    wechat.timeout = (1, 0.2)
    channel.sandbox.fault(call, "delay", seconds=5)
    with pytest.raises(CallError) as problem:
        wechat.draft.count()
    assert (problem.value.call, problem.value.reached) == (call, "maybe")
    assert Attempt.objects.get(call=call).outcome == Outcome.NO_ANSWER


def test_uploads_wait_longer(channel, wechat):
    wechat.timeout = (1, 0.2)
    channel.sandbox.fault("media/uploadimg", "delay", seconds=0.5)
    picture = b"\x89PNG" + b"0" * 100
    with pytest.raises(CallError) as problem:
        wechat.pictures.for_body("x.png", picture, "image/png")
    assert problem.value.reached == "answered", "it waited for the refusal of a damaged picture"


def test_everything_goes_through_the_proxy_of_the_settings(channel, settings, monkeypatch):
    """And through no other, whatever the machine's environment says."""
    seen = []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.path.partition("?")[0])
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"access_token":"T","expires_in":7200,"total_count":3}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        settings.OUTBOUND_PROXY = f"http://127.0.0.1:{server.server_port}"
        settings.WECHAT_API_BASE = "http://api.wechat.example"
        client.from_settings().fetch_access_token()
        assert seen and set(seen) == {"http://api.wechat.example/cgi-bin/stable_token"}
        settings.OUTBOUND_PROXY, settings.WECHAT_API_BASE = "", channel.sandbox.base_url
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
        seen.clear()
        assert client.from_settings().tokens.replace("T")
        assert seen == []
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("fault", "reached"),
    [
        ({"kind": "malformed"}, "maybe"),
        ({"kind": "html"}, "maybe"),
        ({"kind": "status", "status": 502}, "maybe"),
        ({"kind": "drop_before"}, "maybe"),
        ({"kind": "error", "errcode": 45009}, "answered"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_every_bad_answer_is_one_kind_of_error(channel, wechat, fault, reached):
    channel.sandbox.fault("draft/count", **fault)
    with pytest.raises(CallError) as problem:
        wechat.draft.count()
    assert problem.value.reached == reached
    assert wechat.draft.count() == 0


def test_a_refused_connection_reached_nobody(channel, settings):
    settings.WECHAT_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(CallError) as problem:
        client.from_settings().draft.count()
    assert problem.value.reached == "no"


@pytest.mark.parametrize(
    "answer", [{}, {"media_id": ""}, {"media_id": None}, {"media_id": True}, [], None, "x"]
)
def test_an_answer_without_what_was_asked_for_tells_nothing(wechat, answer):
    with pytest.raises(CallError) as problem:
        wechat.need(answer, "draft/add", "media_id")
    assert problem.value.unsure


def test_numbers_may_come_as_text(wechat):
    assert wechat.need({"expires_in": "345"}, "stable_token", "expires_in", int) == 345
    assert wechat.need({"publish_id": 100000001}, "freepublish/submit", "publish_id") == "100000001"


def test_redirects_are_not_followed(wechat, monkeypatch):
    """A token must not travel to wherever somebody points."""
    asked = []

    def request(**options):
        asked.append(options["allow_redirects"])
        answer = requests.Response()
        answer.status_code, answer._content = 302, b""
        return answer

    wechat.tokens.get = lambda: "T"
    monkeypatch.setattr(wechat._http, "request", request)
    with pytest.raises(CallError):
        wechat.draft.count()
    assert asked == [False]


def test_deleting_all_articles_by_mistake_is_impossible(wechat):
    with pytest.raises(ValueError, match="counts from 1"):
        wechat.freepublish.delete("A1", 0)


def test_mass_send_body(channel, wechat):
    """The form of 2026: is_to_all and clientmsgid, no group_id."""
    with pytest.raises(CallError):
        wechat.mass.sendall("nothing", "xinglin-0123456789abcdef")
    body = json.loads(channel.sandbox.requests("mass/sendall")[0]["body"])
    assert body["filter"] == {"is_to_all": True}
    assert body["clientmsgid"].isascii() and len(body["clientmsgid"]) <= 32
