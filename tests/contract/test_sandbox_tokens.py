"""Tokens: who gets one, how long it lives, how a call without a good one is refused."""

import json

import pytest

from .sandbox_driver import Driver, code


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": None}, 41002),
        ({"secret": None}, 41004),
        ({"appid": "wx1111111111111111"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"force_refresh": "yes"}, 47001),
    ],
)
def test_bad_credentials(wechat, changes, expected):
    assert code(wechat.stable(**changes)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx1"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_bad_credentials_of_the_old_call(wechat, query, expected):
    account = wechat.sandbox.account
    good = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    answer = wechat.send("GET", "cgi-bin/token", params={**good, **query})
    assert code(json.loads(answer.content)) == expected


def test_stable_token_needs_post(wechat):
    assert code(json.loads(wechat.send("GET", "cgi-bin/stable_token").content)) == 43002


@pytest.mark.parametrize("refusal", [40164, 61004])
def test_address_not_on_the_white_list(wechat, refusal):
    wechat.sandbox.set(ip_block=refusal, ip="203.0.113.9")
    answer = wechat.stable()
    assert code(answer) == refusal
    assert "203.0.113.9" in answer["errmsg"]
    wechat.sandbox.set(ip_block=0)
    assert wechat.stable()["expires_in"] == 7200


def test_stable_token_is_the_same_with_less_life(wechat):
    first = wechat.stable()
    assert first["expires_in"] == 7200
    wechat.sandbox.advance(6855)
    assert wechat.stable() == {"access_token": first["access_token"], "expires_in": 345}


def test_stable_token_is_renewed_five_minutes_early_and_both_work(wechat):
    old = wechat.token
    wechat.sandbox.advance(6900)
    assert wechat.stable()["access_token"] == old
    wechat.sandbox.advance(1)
    new = wechat.stable()
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    assert code(wechat.get("draft/count")) == 0
    wechat.sandbox.advance(299)
    assert code(wechat.get("draft/count")) == 42001
    assert code(wechat.get("draft/count", access_token=new["access_token"])) == 0


def test_force_refresh_kills_the_old_token_but_not_within_thirty_seconds(wechat):
    first = wechat.stable(force_refresh=True)["access_token"]
    second = wechat.stable(force_refresh=True)["access_token"]
    assert second != first
    assert code(wechat.get("draft/count", access_token=first)) == 40001
    wechat.sandbox.advance(29)
    assert wechat.stable(force_refresh=True)["access_token"] == second
    wechat.sandbox.advance(1)
    assert wechat.stable(force_refresh=True)["access_token"] != second


def test_force_refresh_twenty_times_a_day(wechat):
    seen = {wechat.stable()["access_token"]}
    for _ in range(21):
        seen.add(wechat.stable(force_refresh=True)["access_token"])
        wechat.sandbox.advance(31)
    assert len(seen) == 21


def test_old_and_stable_tokens_do_not_touch_each_other(wechat):
    account = wechat.sandbox.account
    query = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    stable = wechat.token
    first = json.loads(wechat.send("GET", "cgi-bin/token", params=query).content)["access_token"]
    second = json.loads(wechat.send("GET", "cgi-bin/token", params=query).content)["access_token"]
    assert first != second
    assert [code(wechat.get("draft/count", access_token=token)) for token in (stable, first, second)] == [
        0,
        0,
        0,
    ]
    wechat.sandbox.advance(301)
    assert [code(wechat.get("draft/count", access_token=token)) for token in (stable, first, second)] == [
        0,
        42001,
        0,
    ]


@pytest.mark.parametrize(
    ("token", "expected"),
    [("", 41001), ("short", 40014), ("with space and more text", 40014), ("x" * 120, 40001)],
)
def test_calls_without_a_good_token(wechat, token, expected):
    assert code(wechat.get("draft/count", access_token=token)) == expected


@pytest.mark.parametrize(("action", "expected"), [("invalidate", 40001), ("expire", 42001)])
def test_tokens_spoiled_by_control(wechat, action, expected):
    assert code(wechat.get("draft/count")) == 0
    wechat.control("POST", "tokens", {"action": action})
    assert code(wechat.get("draft/count")) == expected
    wechat.renew()
    assert code(wechat.get("draft/count")) == 0


def test_answers_are_plain_text_without_charset(wechat):
    answer = wechat.send("GET", "cgi-bin/draft/count", params={"access_token": wechat.token})
    assert answer.headers["Content-Type"] == "text/plain"
    assert json.loads(answer.content) == {"total_count": 0}


def test_secrets_and_tokens_stay_out_of_the_log(wechat):
    token = wechat.token
    wechat.get("draft/count")
    log = json.dumps(wechat.control("GET", "requests"))
    assert token not in log
    assert wechat.sandbox.account.secret not in log
