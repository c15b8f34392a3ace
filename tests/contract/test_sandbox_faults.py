"""Faults before and after the effect, the clock, and a store that outlives its process."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from publish.sandbox.server import Sandbox
from publish.sandbox.store import StoreInUseError

from .sandbox_driver import Driver, code, picture, raw_json


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def wechat():
    with Driver() as driver:
        driver.ready = driver.article()
        yield driver


def drafts(wechat):
    return wechat.sandbox.store.value("select count(*) from drafts")


def attempt(wechat, **how):
    return wechat.send(
        "POST",
        "cgi-bin/draft/add",
        params={"access_token": wechat.token},
        data=json.dumps({"articles": [wechat.ready]}, ensure_ascii=False).encode(),
        **how,
    )


@pytest.mark.parametrize(("kind", "effect"), [("drop_before", 0), ("drop_after", 1)])
def test_cut_connections(wechat, kind, effect):
    wechat.control("POST", "faults", {"path": "draft/add", "kind": kind})
    with pytest.raises(requests.ConnectionError):
        attempt(wechat)
    assert drafts(wechat) == effect
    assert attempt(wechat).status_code == 200
    assert drafts(wechat) == effect + 1


@pytest.mark.parametrize(("when", "effect"), [("before", 0), ("after", 1)])
def test_late_answers(wechat, when, effect):
    wechat.sandbox.fault("/cgi-bin/draft/add", "delay", seconds=30, when=when)
    with pytest.raises(requests.ReadTimeout):
        attempt(wechat, timeout=0.2)
    assert drafts(wechat) == effect


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize(
    ("kind", "how", "status"),
    [
        ("error", {"errcode": -1}, 200),
        ("error", {"errcode": 48001}, 200),
        ("error", {"errcode": 40164}, 200),
        ("malformed", {}, 200),
        ("html", {}, 200),
        ("status", {}, 502),
        ("status", {"status": 503}, 503),
    ],
)
def test_wrong_answers(wechat, kind, how, status, effect):
    wechat.sandbox.fault("draft/add", kind, effect=effect, **how)
    answer = attempt(wechat)
    assert answer.status_code == status
    assert drafts(wechat) == int(effect)
    if kind == "error":
        assert code(json.loads(answer.content)) == how["errcode"]
        assert "{" not in json.loads(answer.content)["errmsg"]
    elif kind == "malformed":
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            json.loads(answer.content)
    else:
        assert "html" in answer.headers["Content-Type"]
    assert "media_id" in json.loads(attempt(wechat).content)


def test_times_skip_and_removal(wechat):
    wechat.sandbox.fault("draft/count", "error", errcode=-1, times=2, skip=1)
    assert [code(wechat.get("draft/count")) for _ in range(4)] == [0, -1, -1, 0]
    wechat.sandbox.fault("*", "error", errcode=45009, times=0)
    assert [code(wechat.get("draft/count")), code(wechat.post("draft/get", {}))] == [45009, 45009]
    assert wechat.control("DELETE", "faults") == {"removed": 1}
    assert code(wechat.get("draft/count")) == 0


def test_a_path_is_not_met_by_its_half(wechat):
    wechat.sandbox.fault("count", "error", errcode=-1)
    assert code(wechat.get("material/get_materialcount")) == 0
    assert code(wechat.get("draft/count")) == -1


def test_faults_stand_in_the_log(wechat):
    wechat.sandbox.fault("draft/count", "status")
    wechat.send("GET", "cgi-bin/draft/count", params={"access_token": wechat.token})
    last = wechat.sandbox.requests("draft/count")[-1]
    assert (last["fault"], last["status"]) == ("status", 502)


@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("POST", "faults", {"path": "x", "kind": "flood"}),
        ("POST", "faults", {"path": "x", "kind": "error"}),
        ("POST", "faults", {"path": "x", "kind": "delay", "colour": 1}),
        ("POST", "settings", {"colour": "red"}),
        ("POST", "settings", {"profile": "king"}),
        ("POST", "settings", {"comments": "no"}),
        ("POST", "quotas", {"daily": {"/none": 1}}),
        ("POST", "clock", {"set": "yesterday"}),
        ("POST", "script", {"publish": {"status": 9}}),
        ("POST", "mass/confirm", {"answer": "perhaps"}),
        ("POST", "callbacks/repeat", {}),
        ("POST", "tokens", {"action": "melt"}),
        ("POST", "website/edit", {"media_id": "x", "title": "y"}),
        ("POST", "website/publish", {"media_id": "x"}),
        ("POST", "nothing", {}),
        ("POST", "profile", {}),
    ],
)
def test_control_calls_that_make_no_sense(wechat, method, name, body):
    answer = wechat.send(method, f"_sandbox/{name}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_clock(wechat):
    shown = wechat.control("POST", "clock", {"set": "2026-12-01T09:30:00", "advance": 90})
    assert (shown["local_time"], shown["frozen"]) == ("2026-12-01T09:31:30+08:00", True)
    assert wechat.control("POST", "clock", {"freeze": False})["frozen"] is False
    assert wechat.control("GET", "clock")["now"] >= shown["now"]
    assert wechat.control("GET", "")["GET /_sandbox/clock"]


def test_settings_over_http(wechat):
    assert wechat.control("POST", "settings", {"comments": False, "publish_delay": 9})["publish_delay"] == 9
    assert wechat.control("GET", "settings")["comments"] is False


def test_reset(wechat):
    wechat.add()
    wechat.sandbox.fault("*", "status")
    wechat.control("POST", "reset")
    state = wechat.control("GET", "state")
    assert (state["drafts"], state["faults"], state["frozen"], state["requests"]) == ([], [], False, 0)


def at_once(call, bodies):
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(call, bodies))


def test_calls_at_the_same_time_do_not_mix(wechat):
    token = wechat.token

    def add(title):
        data = raw_json({"articles": [wechat.ready | {"title": title}]})
        url = f"{wechat.sandbox.base_url}/cgi-bin/draft/add"
        return requests.post(url, params={"access_token": token}, data=data, timeout=10).json()["media_id"]

    titles = [f"draft {number}" for number in range(8)]
    ids = at_once(add, titles)
    assert len(set(ids)) == 8
    assert [wechat.draft(media_id)[0]["title"] for media_id in ids] == titles


def test_only_one_of_several_mass_sends_at_the_same_time(wechat):
    token, media_id = wechat.token, wechat.add(wechat.ready)

    def send(client_id):
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "clientmsgid": client_id,
        }
        url = f"{wechat.sandbox.base_url}/cgi-bin/message/mass/sendall"
        return requests.post(url, params={"access_token": token}, json=body, timeout=10).json()["errcode"]

    assert sorted(at_once(send, ["a", "b", "c", "d"])) == [0, 45028, 45028, 45028]
    assert wechat.finish() == 1


def test_everything_is_there_after_a_restart(tmp_path):
    store = tmp_path / "store"
    with Driver(store=store, profile="protected") as wechat:
        url = wechat.body_picture()
        media_id = wechat.add(wechat.article(content=f'<p>甲<img src="{url}"></p>'))
        publish_id = wechat.post("freepublish/submit", {"media_id": media_id})["publish_id"]
        wechat.sandbox.fault("draft/count", "error", errcode=-1)
        token, before = wechat.token, wechat.sandbox.state()
    with Driver(store=store, clock=None) as wechat:
        assert wechat.sandbox.state() == before
        assert code(wechat.get("draft/count", access_token=token)) == -1
        wechat.finish()
        assert wechat.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 0
        path = url.removeprefix("http://mmbiz.qpic.cn/")
        assert wechat.send("GET", f"phone/mmbiz/{path}").content == picture()
        assert wechat.add() != media_id


def test_a_store_belongs_to_one_process(tmp_path):
    with Driver(store=tmp_path / "store"), pytest.raises(StoreInUseError, match="in use"):
        Sandbox(store=tmp_path / "store")


def test_a_taken_port_is_said(wechat, capsys):
    with pytest.raises(OSError, match="cannot listen"):
        Sandbox(port=wechat.sandbox.port).start()


def start(tmp_path, *arguments, **env):
    """The command as people run it; returns (process, {name: value} of its lines)."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "wechat_sandbox", "--port", "0", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "VAR_DIR": str(tmp_path), **env},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = {}
    for line in process.stdout:
        name, _, value = line.strip().replace("=", " ", 1).partition(" ")
        said[name] = value
        if name == "ready":
            break
    return process, said


def test_sigkill_leaves_whole_effects_only(tmp_path):
    """Killed while it takes drafts of eight articles: afterwards no draft has fewer, and the next start goes on."""
    store = tmp_path / "store"
    process, said = start(
        tmp_path, "--store", store, "--profile", "personal", WECHAT_APPID="wx3333333333333333"
    )
    try:
        assert said["WECHAT_APPID"] == "wx3333333333333333"
        assert said["profile"] == "personal"
        base = said["ready"] + "/cgi-bin/"
        credentials = {
            "grant_type": "client_credential",
            "appid": said["WECHAT_APPID"],
            "secret": said["WECHAT_SECRET"],
        }
        token = {
            "access_token": requests.post(base + "stable_token", json=credentials, timeout=10).json()[
                "access_token"
            ]
        }
        files = {"media": ("a.jpg", picture())}
        cover = requests.post(
            base + "material/add_material", params={**token, "type": "image"}, files=files, timeout=10
        )
        article = {"title": "a", "content": "b", "thumb_media_id": cover.json()["media_id"]}
        answered, enough = [], threading.Event()

        def hammer():
            with requests.Session() as session, contextlib.suppress(requests.RequestException):
                while True:
                    body = {"articles": [article] * 8}
                    answer = session.post(base + "draft/add", params=token, json=body, timeout=10)
                    answered.append(answer.json()["media_id"])
                    if len(answered) > 8:
                        enough.set()

        threads = [threading.Thread(target=hammer) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert enough.wait(20)
        process.kill()
        for thread in threads:
            thread.join(20)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
    with Driver(store=store, clock=None) as wechat:
        kept = wechat.sandbox.state()["drafts"]
        assert set(answered) <= {draft["id"] for draft in kept}
        assert len(kept) <= len(answered) + 2
        assert {len(draft["articles"]) for draft in kept} == {8}
        assert wechat.sandbox.account.setting("profile") == "personal"


def test_the_command_stops_on_sigterm_and_forgets(tmp_path):
    process, said = start(tmp_path, "--callback", "http://127.0.0.1:1/cb")
    try:
        assert requests.get(said["phone"], timeout=10).status_code == 200
        assert said["callback"] == "http://127.0.0.1:1/cb"
        assert Path(said["store"]).is_dir()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert not Path(said["store"]).exists()
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def test_it_stands_alone():
    """No settings, no model and no room of the product is needed to run it, but WeChat's dark colours."""
    script = (
        "import sys, json\n"
        "from publish.sandbox.server import Sandbox\n"
        "import urllib.request\n"
        "with Sandbox() as sandbox:\n"
        "    page = urllib.request.urlopen(sandbox.base_url + '/phone/').read().decode()\n"
        "from django.conf import settings\n"
        "rooms = [name for name in sys.modules if name.split('.')[0] in ('cms', 'articles', 'review', 'themes')]\n"
        "rooms = sorted(set(rooms) - {'themes', 'themes.dark'})\n"
        "rooms += [name for name in sys.modules if name.startswith('publish.models')]\n"
        "print(json.dumps([settings.configured, rooms, '还没有推送' in page]))\n"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [False, [], True]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("clock", {"advance": 1e300}),
        ("clock", {"advance": "nan"}),
        ("clock", {"set": 10**20}),
        ("clock", {"set": "0001-01-01"}),
        ("settings", {"limits": {"title": "many"}}),
        ("settings", {"limits": {"colour": 1}}),
        ("settings", {"daily": {"/cgi-bin/draft/count": -1}}),
        ("settings", {"revoked": [1]}),
        ("settings", {"speed": 9}),
        ("settings", {"mass_delay": -5}),
        ("quotas", {"daily": {"/cgi-bin/draft/count": "x"}}),
        ("faults", {"path": "draft/count", "kind": "delay", "seconds": "long"}),
        ("faults", {"path": "draft/count", "kind": "status", "status": 9}),
        ("faults", {"path": "draft/count", "kind": "html", "times": -1}),
        ("faults", {"path": "", "kind": "html"}),
        ("faults", {"path": ["draft"], "kind": "html"}),
        ("website/delete", {"article_id": "x", "index": 10**30}),
        ("callbacks/repeat", {"id": 10**30}),
        ("script", {"mass": "send fail"}),
    ],
)
def test_nonsense_that_would_break_the_next_call(wechat, name, body):
    answer = wechat.send("POST", f"_sandbox/{name}", json=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert code(wechat.get("draft/count")) == 0
    assert wechat.send("GET", "panel/time/").status_code == 200


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("message/mass/get", b'{"msg_id": 1000000000000000000000000000000}', 47001),
        ("comment/list", b'{"msg_data_id": 1e999, "begin": 0, "count": 1}', 88001),
        ("tags/delete", b'{"tag": {"id": 99999999999999999999}}', 47001),
        ("tags/create", b'{"tag": {"name": "\\ud800"}}', 47001),
        ("message/mass/preview", b'{"touser": ["a"], "msgtype": "text"}', 47001),
        ("draft/batchget", b'{"offset": NaN, "count": 1}', 40097),
        ("freepublish/get", b'{"publish_id": {}}', 40097),
    ],
)
def test_nonsense_to_the_api_is_refused_and_logged(wechat, path, data, expected):
    assert code(wechat.post(path, data=data)) == expected
    assert wechat.sandbox.requests(path)[-1]["errcode"] == expected


def test_a_scripted_message_may_hold_braces(wechat):
    wechat.sandbox.fault("draft/count", "error", errcode=40164, errmsg="{ip} {x}")
    assert wechat.get("draft/count")["errmsg"].startswith("127.0.0.1 {x}")
