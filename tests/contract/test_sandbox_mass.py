"""群发: once a day, clientmsgid, the administrator's confirmation, deletion."""

import pytest

from .sandbox_driver import Driver, code


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def state_of(wechat, msg_id):
    return wechat.post("message/mass/get", {"msg_id": msg_id})


def test_accepted_then_sent(wechat):
    media_id = wechat.add()
    answer = wechat.sendall(media_id, clientmsgid="push-1")
    assert answer["errmsg"] == "send job submission success"
    assert set(answer) == {"errcode", "errmsg", "msg_id", "msg_data_id"}
    msg_id = answer["msg_id"]
    assert state_of(wechat, msg_id) == {"msg_id": msg_id, "msg_status": "SENDING"}
    assert wechat.finish() == 1
    assert state_of(wechat, msg_id) == {"msg_id": msg_id, "msg_status": "SEND_SUCCESS"}
    assert code(wechat.post("draft/get", {"media_id": media_id})) == 40007
    assert wechat.post("freepublish/batchget", {"offset": 0, "count": 1})["total_count"] == 0
    assert code(wechat.post("message/mass/get", {"msg_id": 1})) == 40059


TAG = {"is_to_all": False, "tag_id": 2}
BODIES = [
    ({"filter": TAG}, 0),
    ({"filter": None}, 40152),
    ({"filter": {"is_to_all": False}}, 40152),
    ({"filter": {"is_to_all": False, "group_id": 2}}, 40152),
    ({"filter": {"is_to_all": False, "tag_id": 99}}, 45159),
    ({"msgtype": "fax"}, 40008),
    ({"msgtype": "wxcard", "wxcard": {"card_id": "x"}}, 45113),
    ({"mpnews": None}, 47001),
    ({"mpnews": {"media_id": "x"}}, 40007),
    ({"msgtype": "text", "text": {"content": "停电通知"}}, 0),
    ({"msgtype": "text", "text": {"content": " "}}, 45166),
    ({"msgtype": "voice", "voice": {"media_id": "x"}}, 40007),
    ({"msgtype": "image", "images": {"media_ids": ["x"]}}, 40007),
    ({"clientmsgid": "x" * 32}, 0),
    ({"clientmsgid": "x" * 33}, 45067),
    ({"clientmsgid": "推" * 11}, 45067),
    ({"send_ignore_reprint": 2}, 47001),
]


@pytest.mark.parametrize(("changes", "expected"), BODIES)
def test_bodies(wechat, changes, expected):
    assert code(wechat.sendall(**changes)) == expected


def test_pictures_can_be_sent(wechat):
    image = wechat.cover()
    answer = wechat.sendall(msgtype="image", images={"media_ids": [image], "recommend": "看"})
    assert code(answer) == 0
    assert "msg_data_id" not in answer


def test_once_a_shanghai_day(wechat):
    assert code(wechat.sendall(clientmsgid="a")) == 0
    assert code(wechat.sendall(clientmsgid="b")) == 45028
    wechat.finish()
    assert code(wechat.sendall(clientmsgid="c", filter=TAG)) == 45028
    wechat.sandbox.clock.set("2026-11-23T23:59:59+08:00")
    wechat.renew()
    assert code(wechat.sendall(clientmsgid="d")) == 45028
    wechat.sandbox.advance(1)
    assert code(wechat.sendall(clientmsgid="e")) == 0


def test_a_failed_send_gives_the_day_and_the_draft_back(wechat):
    wechat.sandbox.script(mass={"status": "err(20013)"})
    media_id = wechat.add()
    msg_id = wechat.sendall(media_id, clientmsgid="a")["msg_id"]
    wechat.finish()
    assert state_of(wechat, msg_id)["msg_status"] == "SEND_FAIL"
    assert code(wechat.sendall(media_id, clientmsgid="b")) == 0


def test_the_website_uses_the_same_slot(wechat):
    wechat.control("POST", "website/mass", {"title": "后台群发"})
    assert code(wechat.sendall()) == 45028


def test_client_ids_are_remembered_for_a_day(wechat):
    msg_id = wechat.sendall(clientmsgid="a")["msg_id"]
    assert code(wechat.sendall(clientmsgid="a")) == 45066
    wechat.finish(59)
    again = wechat.sendall("dead by now", clientmsgid="a")
    assert (code(again), again["msg_id"]) == (45065, msg_id)
    wechat.sandbox.advance(86400 - 60)
    wechat.renew()
    assert code(wechat.sendall(clientmsgid="a")) == 45065
    wechat.sandbox.advance(1)
    assert code(wechat.sendall(clientmsgid="a")) == 0


def test_a_slow_job_answers_45065_after_a_minute(wechat):
    wechat.sandbox.set(mass_delay=600)
    msg_id = wechat.sendall(clientmsgid="a")["msg_id"]
    wechat.finish(60)
    assert wechat.sendall(clientmsgid="a")["msg_id"] == msg_id
    assert state_of(wechat, msg_id)["msg_status"] == "SENDING"


def test_without_a_client_id_the_same_message_is_known(wechat):
    media_id = wechat.add()
    msg_id = wechat.sendall(media_id)["msg_id"]
    wechat.finish()
    assert wechat.sendall(media_id)["msg_id"] == msg_id
    assert code(wechat.sendall()) == 45028


@pytest.fixture
def protected():
    with Driver(profile="protected") as driver:
        yield driver


def test_the_administrator_accepts(protected):
    msg_id = protected.sendall(clientmsgid="a")["msg_id"]
    protected.finish(600)
    assert state_of(protected, msg_id)["msg_status"] == "SENDING"
    assert code(protected.sendall(clientmsgid="b")) == 89505
    assert protected.control("POST", "mass/confirm", {"answer": "accept"}) == {"answered": 1}
    protected.finish()
    assert state_of(protected, msg_id)["msg_status"] == "SEND_SUCCESS"


@pytest.mark.parametrize(("answer", "status"), [("refuse", "err(40001)"), (None, "err(40002)")])
def test_the_administrator_refuses_or_is_silent(protected, answer, status):
    media_id = protected.add()
    msg_id = protected.sendall(media_id, clientmsgid="a")["msg_id"]
    if answer:
        protected.control("POST", "mass/confirm", {"answer": answer, "msg_id": msg_id})
    else:
        assert protected.finish(1799) == 0
        assert protected.finish(1) == 1
    assert state_of(protected, msg_id)["msg_status"] == "SEND_FAIL"
    assert protected.sandbox.state()["mass_sends"][0]["status"] == status
    assert protected.draft(media_id)


def test_a_tag_needs_no_administrator(protected):
    msg_id = protected.sendall(filter=TAG)["msg_id"]
    protected.finish()
    assert state_of(protected, msg_id)["msg_status"] == "SEND_SUCCESS"


def test_protection_by_code(protected):
    protected.sandbox.set(protection="code")
    media_id = protected.add()
    assert code(protected.sendall(media_id, clientmsgid="a")) == 89504
    assert code(protected.sendall(media_id, clientmsgid="a")) == 89505
    protected.control("POST", "mass/confirm", {"answer": "refuse"})
    assert code(protected.sendall(media_id, clientmsgid="a")) == 89504
    protected.control("POST", "mass/confirm", {"answer": "accept"})
    assert code(protected.sendall(media_id, clientmsgid="a")) == 0


def test_delete(wechat):
    media_id = wechat.add(wechat.article(title="甲"), wechat.article(title="乙"))
    msg_id = wechat.sendall(media_id)["msg_id"]
    assert code(wechat.post("message/mass/delete", {"msg_id": msg_id, "article_idx": 1})) == 40059
    wechat.finish()
    assert code(wechat.post("message/mass/delete", {"msg_id": msg_id, "article_idx": 3})) == 40060
    assert code(wechat.post("message/mass/delete", {"url": "http://mp.weixin.qq.com/s/none"})) == 40065
    assert code(wechat.post("message/mass/delete", {})) == 40059
    assert wechat.post("message/mass/delete", {"msg_id": msg_id, "article_idx": 2}) == {
        "errcode": 0,
        "errmsg": "ok",
    }
    (send,) = wechat.sandbox.state()["mass_sends"]
    assert [one["deleted"] for one in send["articles"]] == [0, 1]
    wechat.post("message/mass/delete", {"url": send["articles"][0]["url"]})
    assert state_of(wechat, msg_id)["msg_status"] == "DELETE"


def test_text_cannot_be_taken_back(wechat):
    msg_id = wechat.sendall(msgtype="text", text={"content": "停电通知"})["msg_id"]
    wechat.finish()
    assert code(wechat.post("message/mass/delete", {"msg_id": msg_id})) == 40204


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ({"touser": "oSandboxFollower0000000000001"}, 0),
        ({"touser": "oNobody"}, 40003),
        ({"towxname": "sandbox_reader"}, 0),
        ({"towxname": "nobody"}, 40132),
        ({}, 40003),
    ],
)
def test_preview(wechat, reader, expected):
    media_id = wechat.add()
    answer = wechat.post(
        "message/mass/preview", {**reader, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    )
    assert code(answer) == expected
    assert len(wechat.sandbox.state()["previews"]) == int(expected == 0)
    assert wechat.draft(media_id)


@pytest.mark.parametrize(
    ("body", "expected"), [({"speed": 0}, 0), ({"speed": 4}, 0), ({"speed": 5}, 45083), ({}, 45084)]
)
def test_speed(wechat, body, expected):
    assert code(wechat.post("message/mass/speed/set", body)) == expected
    if not expected:
        assert wechat.post("message/mass/speed/get", {}) == {
            "speed": body["speed"],
            "realspeed": {0: 80, 4: 10}[body["speed"]],
        }


def test_lists_of_openids_are_for_service_accounts(wechat):
    assert code(wechat.post("message/mass/send", {"touser": ["a", "b"]})) == 48001
