"""Followers and tags: limits, codes, and whom a message reaches."""

import pytest

from .sandbox_driver import Driver, code


FIRST = "oSandboxFollower0000000000001"


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def tag(wechat, name):
    return wechat.post("tags/create", {"tag": {"name": name}})


def test_the_followers_at_the_start(wechat):
    answer = wechat.get("user/get", next_openid="")
    assert (answer["total"], answer["count"], answer["data"]["openid"][0]) == (1280, 1280, FIRST)
    rest = wechat.get("user/get", next_openid=answer["data"]["openid"][1277])
    assert (rest["count"], rest["next_openid"]) == (2, answer["next_openid"])
    assert wechat.get("user/get", next_openid=answer["next_openid"]) == {
        "total": 1280,
        "count": 0,
        "next_openid": "",
    }
    assert wechat.get("tags/get")["tags"] == [
        {"id": 2, "name": "星标组", "count": 120},
        {"id": 100, "name": "慢病随访", "count": 36},
    ]


def test_ten_thousand_a_page(wechat):
    wechat.control("POST", "followers", {"add": 10_000 - 1280 + 1})
    page = wechat.get("user/get")
    assert (page["total"], page["count"]) == (10_001, 10_000)
    assert wechat.get("user/get", next_openid=page["next_openid"])["count"] == 1


def test_what_is_told_about_a_follower(wechat):
    told = wechat.get("user/info", openid=FIRST)
    assert (told["subscribe"], told["tagid_list"]) == (1, [2, 100])
    assert not {"nickname", "headimgurl", "sex", "city"} & set(told)
    wechat.control("POST", "followers", {"openid": FIRST, "follows": False})
    assert wechat.get("user/info", openid=FIRST) == {"subscribe": 0, "openid": FIRST}
    assert code(wechat.get("user/info", openid="oNobody")) == 40003


@pytest.mark.parametrize(("number", "expected"), [(0, 40032), (100, 0), (101, 40032)])
def test_several_at_once(wechat, number, expected):
    asked = [{"openid": FIRST}] * number
    assert code(wechat.post("user/info/batchget", {"user_list": asked})) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("字" * 30, 0), ("字" * 31, 45158), ("", 45157), ("慢病随访", 45157), (None, 45157)],
)
def test_names_of_tags(wechat, name, expected):
    assert code(tag(wechat, name)) == expected


def test_a_hundred_tags(wechat):
    codes = [code(tag(wechat, f"标签{number}")) for number in range(99)]
    assert (set(codes[:98]), codes[98]) == ({0}, 45056)


def test_changing_and_deleting_tags(wechat):
    number = tag(wechat, "糖尿病")["tag"]["id"]
    assert code(wechat.post("tags/update", {"tag": {"id": number, "name": "高血压"}})) == 0
    assert code(wechat.post("tags/update", {"tag": {"id": 2, "name": "甲"}})) == 45058
    assert code(wechat.post("tags/delete", {"tag": {"id": 2}})) == 45058
    assert code(wechat.post("tags/delete", {"tag": {"id": 999}})) == 45159
    wechat.sandbox.set(limits={"tag_followers_to_delete": 35})
    assert code(wechat.post("tags/delete", {"tag": {"id": 100}})) == 45057
    assert code(wechat.post("tags/delete", {"tag": {"id": number}})) == 0


def test_tagging(wechat):
    openids = wechat.get("user/get")["data"]["openid"]
    number = tag(wechat, "糖尿病")["tag"]["id"]

    def give(listed, tagid=number):
        return code(wechat.post("tags/members/batchtagging", {"openid_list": listed, "tagid": tagid}))

    assert give(openids[:51]) == 40032
    assert give([]) == 40032
    assert give(["oNobody"]) == 40003
    assert give(openids[:1], 999) == 45159
    assert give(openids[200:250]) == 0
    assert give(openids[200:250]) == 0
    page = wechat.post("user/tag/get", {"tagid": number, "next_openid": ""})
    assert page["data"]["openid"] == openids[200:250]
    assert wechat.post("tags/getidlist", {"openid": openids[200]}) == {"tagid_list": [number]}
    taken = {"openid_list": openids[200:201], "tagid": number}
    assert code(wechat.post("tags/members/batchuntagging", taken)) == 0
    assert wechat.post("tags/getidlist", {"openid": openids[200]}) == {"tagid_list": []}


def test_twenty_tags_for_one(wechat):
    numbers = [tag(wechat, f"标签{number}")["tag"]["id"] for number in range(21)]
    openid = wechat.get("user/get")["data"]["openid"][500]
    codes = [
        code(wechat.post("tags/members/batchtagging", {"openid_list": [openid], "tagid": number}))
        for number in numbers
    ]
    assert (set(codes[:20]), codes[20]) == ({0}, 45059)


@pytest.mark.parametrize("path", ["tags/create", "user/tag/get", "tags/get", "user/get"])
def test_only_verified_accounts(wechat, path):
    wechat.sandbox.set(profile="unverified")
    call = wechat.get if path in ("tags/get", "user/get") else lambda path: wechat.post(path, {})
    assert code(call(path)) == 48001


def reached(wechat, **query):
    found = wechat.control("GET", "followers", limit=5000, **query)["followers"]
    return {row["openid"]: row["messages"] for row in found}


def test_a_message_to_a_tag_reaches_only_its_followers(wechat):
    wechat.sandbox.set(mass_per_day=2)
    one = wechat.sendall(filter={"is_to_all": False, "tag_id": 100}, clientmsgid="a")["msg_id"]
    wechat.finish()
    wechat.control("POST", "followers", {"openid": "oNewcomer", "tags": [100]})
    all_ = wechat.sendall(clientmsgid="b")["msg_id"]
    wechat.finish()
    messages = reached(wechat)
    assert sum(one in got for got in messages.values()) == 36
    assert sum(all_ in got for got in messages.values()) == 1281
    assert messages["oNewcomer"] == [all_]


def test_those_who_left_are_not_reached(wechat):
    wechat.control("POST", "followers", {"openid": FIRST, "follows": False})
    msg_id = wechat.sendall()["msg_id"]
    wechat.finish()
    assert reached(wechat, openid=FIRST) == {FIRST: []}
    body = {"touser": FIRST, "msgtype": "text", "text": {"content": "x"}}
    assert code(wechat.post("message/mass/preview", body)) == 40003
    assert code(wechat.post("message/mass/preview", {**body, "towxname": "sandbox_reader"})) == 40132
    assert wechat.sandbox.state()["mass_sends"][0]["msg_id"] == msg_id


@pytest.mark.parametrize(
    "body", [{"add": 0}, {"add": "x"}, {}, {"openid": ""}, {"openid": "a", "tags": [7]}, {"colour": 1}]
)
def test_changes_that_make_no_sense(wechat, body):
    assert wechat.send("POST", "_sandbox/followers", json=body).status_code == 400
