"""Quotas: by day, by minute, by month; looking and setting back."""

import pytest

from .sandbox_driver import Driver, code


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


DOCUMENTED = {
    "draft/add": 1000,
    "draft/get": 500,
    "draft/delete": 1000,
    "draft/update": 1000,
    "draft/count": 1000,
    "draft/batchget": 1000,
    "freepublish/submit": 100,
    "freepublish/get": 100,
    "freepublish/delete": 10,
    "freepublish/getarticle": 100,
    "freepublish/batchget": 100,
    "message/mass/sendall": 100,
    "message/mass/preview": 100,
    "message/mass/delete": 10,
    "token": 2000,
    "stable_token": 500_000,
    "material/add_material": 100_000,
}


@pytest.mark.parametrize(("path", "limit"), DOCUMENTED.items())
def test_documented_daily_quotas(wechat, path, limit):
    answer = wechat.post("openapi/quota/get", {"cgi_path": f"/cgi-bin/{path}"})
    used = int(path == "stable_token")
    assert answer["quota"] == {"daily_limit": limit, "used": used, "remain": limit - used}


@pytest.mark.parametrize("path", ["freepublish/get", "freepublish/delete"])
def test_the_whole_quota_of_a_day(wechat, path):
    limit = DOCUMENTED[path]
    codes = [code(wechat.post(path, {})) for _ in range(limit + 1)]
    assert set(codes[:limit]) == {40097 if path == "freepublish/get" else 53600}
    assert codes[limit] == 45009
    wechat.sandbox.clock.set("2026-11-24T00:00:00+08:00")
    wechat.renew()
    assert code(wechat.post(path, {})) != 45009


@pytest.mark.parametrize("path", sorted(DOCUMENTED.keys() - {"token", "stable_token"}))
def test_quotas_turned_down(wechat, path):
    wechat.control("POST", "quotas", {"daily": {f"/cgi-bin/{path}": 1}})
    assert code(wechat.post(path, {"offset": 0, "count": 1})) != 45009
    assert code(wechat.post(path, {"offset": 0, "count": 1})) == 45009
    wechat.control("POST", "quotas", {"clear": True})
    assert code(wechat.post(path, {"offset": 0, "count": 1})) != 45009


def test_token_quota(wechat):
    wechat.control("POST", "quotas", {"daily": {"/cgi-bin/stable_token": 1}})
    assert code(wechat.stable()) == 0
    assert code(wechat.stable()) == 45009


def test_sixty_mass_requests_a_minute(wechat):
    codes = [code(wechat.sendall("none", clientmsgid="x")) for _ in range(61)]
    assert set(codes[:60]) == {40007}
    assert codes[60] == 45011
    wechat.sandbox.advance(60)
    assert code(wechat.sendall("none", clientmsgid="x")) == 40007


def test_a_call_refused_for_its_token_costs_nothing(wechat):
    wechat.get("draft/count", access_token="x" * 40)
    assert wechat.sandbox.account.used("/cgi-bin/draft/count", "2026-11-23") == 0


def test_clear_quota_ten_times_a_month(wechat):
    wechat.control("POST", "quotas", {"daily": {"/cgi-bin/draft/count": 1}})
    account = wechat.sandbox.account
    for number in range(10):
        assert code(wechat.get("draft/count")) == 0
        assert code(wechat.get("draft/count")) == 45009
        if number % 2:
            answer = wechat.post("clear_quota", {"appid": account.appid})
        else:
            answer = wechat.post("clear_quota/v2", {"appid": account.appid, "appsecret": account.secret})
        assert answer == {"errcode": 0, "errmsg": "ok"}
    assert code(wechat.post("clear_quota", {"appid": account.appid})) == 48006
    wechat.sandbox.clock.set("2026-12-01T00:00:00+08:00")
    wechat.renew()
    assert code(wechat.post("clear_quota", {"appid": account.appid})) == 0


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("clear_quota", {"appid": "x"}, 40013),
        ("clear_quota/v2", {"appid": "x"}, 40013),
        ("clear_quota/v2", {"appid": "wx0000000000000000", "appsecret": "x"}, 40125),
        ("openapi/quota/get", {"cgi_path": "/cgi-bin/none"}, 76021),
        ("openapi/quota/get", {"cgi_path": "draft/add"}, 76021),
        ("openapi/quota/clear", {"cgi_path": "/cgi-bin/draft/add"}, 0),
        ("openapi/rid/get", {"rid": "x"}, 76001),
        ("callback/check", {"action": "all", "check_operator": "DEFAULT"}, 40201),
        ("callback/check", {"action": "fax", "check_operator": "DEFAULT"}, 40202),
        ("callback/check", {"action": "dns", "check_operator": "x"}, 40203),
    ],
)
def test_calls_around_the_account(wechat, path, body, expected):
    assert code(wechat.post(path, body)) == expected


def test_quota_of_a_call_the_account_may_not_use(wechat):
    wechat.sandbox.set(profile="personal")
    assert code(wechat.post("openapi/quota/get", {"cgi_path": "/cgi-bin/freepublish/submit"})) == 76022


def test_an_error_can_be_looked_up_by_its_rid(wechat):
    message = wechat.post("draft/get", {"media_id": "x"})["errmsg"]
    found = wechat.post("openapi/rid/get", {"rid": message.rsplit("rid: ", 1)[1]})["request"]
    assert '"x"' in found["request_body"]
    assert "40007" in found["response_body"]
    assert wechat.token not in str(found)


def test_addresses(wechat):
    assert wechat.get("getcallbackip") == {"ip_list": ["127.0.0.1"]}
