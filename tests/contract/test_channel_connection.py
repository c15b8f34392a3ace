"""The connection check: product and sandbox over a socket; every profile, every refusal, every kill."""

from datetime import timedelta

import pytest

from publish import connection, services
from publish.models import Account, Attempt, CallbackEvent, ConnectionCheck, Rung
from publish.states import State
from publish.wechat.connection import STEPS
from tests.tools.channel import sign


@pytest.fixture
def person(django_user_model):
    return django_user_model.objects.create_user(username="admin", password="x")


@pytest.fixture
def check(channel, person):
    """Return check(): ask for one, let a worker make it, and give {step: result}."""

    def make():
        asked = connection.ask(person, channel.now())
        channel.work()
        asked.refresh_from_db()
        assert asked.ended_at
        return {result["step"]: result for result in asked.results}

    return make


def outcomes(results):
    return {name: result["outcome"] for name, result in results.items()}


def account():
    return Account.objects.get()


def test_a_verified_account_is_in_order(channel, check, live_server):
    callback = f"{live_server.url}/wechat/callback/"
    channel.sandbox.set(callback=callback)
    channel.sandbox.control("POST", "callbacks/verify")
    found = check()
    assert list(found) == list(STEPS)
    assert set(outcomes(found).values()) == {"ok"}
    assert (account().may, account().may_comment, account().lowered_at) == (Rung.MASS, True, None)
    assert account().checked_at
    rows = {row["call"]: row for row in found["quota"]["detail"]["rows"]}
    assert rows["freepublish/delete"]["limit"] == 10
    assert rows["draft/add"]["remain"] == rows["draft/add"]["limit"] - rows["draft/add"]["used"]


def test_the_check_changes_nothing_in_wechat(channel, check):
    before = channel.sandbox.state()
    check()
    after = channel.sandbox.state()
    for part in ("drafts", "published", "mass_sends"):
        assert after[part] == before[part]


@pytest.mark.parametrize("profile", ["personal", "unverified"])
def test_what_a_small_account_lacks_is_no_error(channel, check, profile):
    channel.sandbox.set(profile=profile)
    found = outcomes(check())
    assert (found["draft"], found["publish"], found["mass"], found["comment"]) == (
        "ok",
        "missing",
        "missing",
        "missing",
    )
    assert (account().may, account().may_comment, account().lowered_at) == (Rung.DRAFT, False, None)


def test_a_right_lost_lowers_and_found_again_raises(channel, check):
    check()
    channel.sandbox.set(revoked=["mass"])
    assert outcomes(check())["mass"] == "missing"
    assert account().may == Rung.PUBLISH and account().lowered_at
    channel.sandbox.set(revoked=[], banned=["mass"])
    assert outcomes(check())["mass"] == "missing"
    assert account().may == Rung.PUBLISH
    channel.sandbox.set(banned=[])
    check()
    assert account().may == Rung.MASS and account().lowered_at is None


def test_what_cannot_be_known_leaves_the_rung_alone(channel, check):
    Account.objects.create(appid="wx0000000000000000", may=Rung.PUBLISH)
    channel.sandbox.fault("message/mass/speed/get", "error", errcode=-1, errmsg="system error")
    found = check()
    assert found["mass"]["outcome"] == "bad"
    assert account().may == Rung.PUBLISH


CREDENTIALS = [(40013, "credentials"), (40125, "credentials"), (40243, "credentials"), (50007, "credentials")]
ADDRESSES = [(89503, "address"), (89506, "address"), (89507, "address")]


@pytest.mark.parametrize(("code", "step"), CREDENTIALS + ADDRESSES)
def test_each_refusal_stands_at_its_step(channel, check, code, step):
    channel.sandbox.fault("stable_token", "error", errcode=code, errmsg="no rid: 1-2", times=0)
    found = check()
    assert (found[step]["outcome"], found[step]["errcode"]) == ("bad", code)
    assert {found[name]["outcome"] for name in ("token", "draft", "publish", "mass", "comment", "quota")} == {
        "skipped"
    }
    shown = {one.name: one for one in connection.steps(connection.checks().first())}
    assert shown[step].todo and shown[step].word == connection.WORDS["bad"]


@pytest.mark.parametrize("code", [40164, 61004])
@pytest.mark.parametrize("proxy", ["", "proxied"])
def test_the_offending_address_is_shown(channel, check, settings, code, proxy):
    """WeChat names the address it saw; behind a proxy that is the proxy's."""
    channel.sandbox.set(ip_block=code, ip="203.0.113.7")
    if proxy:
        settings.OUTBOUND_PROXY = channel.sandbox.base_url.replace("http://", "http://user:secret@")
    found = check()
    assert (found["credentials"]["outcome"], found["address"]["outcome"]) == ("skipped", "bad")
    shown = {one.name: one for one in connection.steps(connection.checks().first())}["address"]
    assert shown.address == "203.0.113.7" and shown.errcode == code
    assert "secret" not in connection.proxy()


def test_a_wrong_secret_is_found_though_a_token_still_lives(channel, check, settings):
    check()
    settings.WECHAT_SECRET = "another-secret"
    found = check()
    assert (found["credentials"]["outcome"], found["credentials"]["errcode"]) == ("bad", 40125)


def test_wechat_out_of_reach(channel, check, settings):
    settings.WECHAT_API_BASE = "http://127.0.0.1:9"
    found = check()
    assert found["reach"]["outcome"] == "bad" and found["reach"]["detail"]["reached"] == "no"
    assert set(list(outcomes(found).values())[2:]) == {"skipped"}
    assert not Account.objects.exclude(may=Rung.MASS).exists()


def test_a_secret_that_is_not_set_is_said_without_a_call(channel, person, settings):
    settings.WECHAT_SECRET = ""
    asked = connection.ask(person, channel.now())
    channel.worker().round()
    asked.refresh_from_db()
    found = asked.results[0]
    assert (found["outcome"], found["detail"]["absent"]) == ("bad", ["WECHAT_SECRET"])
    assert asked.ended_at and {result["outcome"] for result in asked.results[1:]} == {"skipped"}
    assert channel.sandbox.requests() == []


def test_a_token_that_is_refused_for_good(channel, check):
    channel.sandbox.fault("get_api_domain_ip", "error", errcode=40001, errmsg="invalid credential", times=0)
    found = check()
    assert found["token"]["outcome"] == "bad" and found["draft"]["outcome"] == "skipped"


def test_callbacks_never_received_are_explained(channel, check, live_server):
    found = check()
    assert found["callback"]["outcome"] == "missing" and found["callback"]["detail"]["last"] == ""
    channel.sandbox.set(callback=f"{live_server.url}/wechat/callback/")
    CallbackEvent.objects.create(account=account().appid, key="k", signature="s", kind="check")
    channel.sandbox.control("POST", "callbacks/verify")
    assert check()["callback"]["outcome"] == "ok"


def test_callbacks_that_stopped(channel, check):
    CallbackEvent.objects.create(account="wx0000000000000000", key="k", signature="s", kind="check")
    channel.sandbox.set(callback="http://127.0.0.1:9/wechat/callback/")
    found = check()
    assert found["callback"]["outcome"] == "bad" and found["callback"]["detail"]["unreachable"]


def test_a_used_up_quota_is_named(channel, check):
    channel.sandbox.set(daily={"/cgi-bin/freepublish/delete": 0, "/cgi-bin/draft/add": 1000})
    channel.sandbox.set(daily={"/cgi-bin/freepublish/batchget": 1})
    found = check()
    assert found["quota"]["outcome"] == "bad"
    assert [row["call"] for row in found["quota"]["detail"]["rows"] if row["remain"] == 0] == [
        "freepublish/batchget"
    ]


def test_an_answer_nobody_foresaw_does_not_end_the_check(channel, check, monkeypatch):
    monkeypatch.setattr("publish.wechat.client.Upkeep.callback", lambda self: {"dns": 7, "ping": 7})
    found = check()
    assert found["callback"]["outcome"] == "bad" and found["quota"]["outcome"] == "ok"
    assert all(step.todo for step in connection.steps(connection.checks().first()) if step.name == "callback")


# --- asking twice, killing, pausing -------------------------------------------------------------


def test_asked_twice_made_once(channel, person):
    first, second = connection.ask(person), connection.ask(person)
    assert first == second
    channel.work()
    assert channel.calls("message/mass/speed/get") == 1


def test_a_killed_check_is_made_again(channel, person):
    """After a worker's death in the middle the next one begins anew, once the lease is over."""
    asked = connection.ask(person, channel.now())

    def die(point):
        if point == "sent:draft/count":
            raise SystemExit

    with pytest.raises(SystemExit):
        channel.worker(reached=die).run_once()
    asked.refresh_from_db()
    assert asked.started_at and not asked.ended_at and len(asked.results) == 5
    channel.work()
    asked.refresh_from_db()
    assert not asked.ended_at
    channel.advance(minutes=6)
    channel.work()
    asked.refresh_from_db()
    assert asked.ended_at and [result["step"] for result in asked.results] == list(STEPS)


def test_a_stopped_worker_hands_the_check_on(channel, person):
    asked = connection.ask(person, channel.now())
    worker = channel.worker()
    worker.context.stopping = lambda: channel.calls("draft/count") > 0
    worker.round()
    asked.refresh_from_db()
    assert asked.started_at is None and not asked.ended_at
    channel.work()
    asked.refresh_from_db()
    assert asked.ended_at


def test_it_goes_on_while_outgoing_is_paused(channel, person, check):
    services.pause(person)
    assert check()["draft"]["outcome"] == "ok"


def test_progress_can_be_seen(channel, person):
    """Each step is stored as it is done."""
    asked, seen = connection.ask(person, channel.now()), []

    def look(point):
        if point.startswith("sent:"):
            seen.append(len(ConnectionCheck.objects.get(pk=asked.pk).results))

    channel.worker(reached=look).run_once()
    assert seen == sorted(seen) and len(set(seen)) >= 6


# --- the lowest rung ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cgi-bin/draft/add", "/cgi-bin/media/uploadimg"])
def test_without_the_right_to_drafts_the_push_waits_for_copying(channel, person, path):
    channel.sandbox.set(revoked=[path])
    push = services.create_push([sign()], mode="mass")
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.reason, push.errcode) == (State.NEEDS_PERSON, "copy", None)
    assert connection.offer() == "copy" and account().may == Rung.DRAFT
    assert "done_by_hand" in services.actions(push)
    services.mark_done_by_hand(push, "https://mp.weixin.qq.com/s/AbC", person)
    push.refresh_from_db()
    assert push.state == State.DONE


def test_the_right_to_drafts_comes_back(channel, person, check):
    channel.sandbox.set(revoked=["/cgi-bin/draft/add", "/cgi-bin/draft/count"])
    push = services.create_push([sign()], mode="publish")
    channel.work()
    assert outcomes(check())["draft"] == "missing" and connection.offer() == "copy"
    channel.sandbox.set(revoked=[])
    assert outcomes(check())["draft"] == "ok"
    assert connection.offer() == "mass" and account().may == Rung.MASS
    push.refresh_from_db()
    services.retry(push, person)
    assert channel.settle(push).state == State.DONE
    assert len(channel.out) == 1


def test_a_mass_right_lost_loses_nothing(channel, person):
    channel.sandbox.set(revoked=["mass"])
    push = services.create_push([sign()], mode="mass")
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "capability")
    assert account().may == Rung.PUBLISH and account().lowered_at
    assert len(channel.drafts) == 1 and push.items.get().holds


def test_every_call_is_recorded_without_secrets(channel, check, settings):
    check()
    assert Attempt.objects.filter(call="stable_token").exists()
    for attempt in Attempt.objects.all():
        assert settings.WECHAT_SECRET not in f"{attempt.summary}{attempt.answer}{attempt.errmsg}"


def test_old_checks_stay(channel, check):
    check()
    channel.advance(hours=1)
    check()
    assert connection.checks().count() == 2
    newest, older = connection.checks()
    assert newest.ended_at - older.ended_at > timedelta(minutes=59)
