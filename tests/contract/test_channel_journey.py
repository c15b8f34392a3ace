"""The way of a push from signature to phone: product and sandbox over a socket."""

import itertools
import logging
from datetime import datetime

from django.db import transaction

import pytest

from articles.models import ArticlePage
from publish import jobs, services
from publish.deliver import Worker
from publish.models import (
    AccessToken,
    Account,
    Attempt,
    Delivery,
    Heartbeat,
    JobRun,
    Leftover,
    Move,
    Outcome,
    Outgoing,
    Push,
    Rung,
    UploadedMedia,
)
from publish.services import PushRefusedError
from publish.states import State
from publish.wechat import article, client, errors, reasons, token
from publish.wechat.errors import CallError
from tests.tools import published
from tests.tools.channel import NO_AI, sign


@pytest.fixture
def chief(django_user_model):
    return django_user_model.objects.create_user(username="chief", password="x")


@pytest.fixture
def new_push(channel):
    """Return make(mode="publish", **changes): a push of one signed article."""
    count = iter(range(1, 100))

    def make(mode="publish", **changes):
        return services.create_push([sign(f"article-{next(count)}", **changes)], mode=mode)

    return make


def after_work(channel, push):
    channel.work()
    push.refresh_from_db()
    return push


# --- the three rungs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "route"), [("publish", "published"), ("mass", "mass_sends")])
def test_push_arrives_once(channel, new_push, mode, route):
    push = after_work(channel, new_push(mode))
    assert (push.state, push.rung) == (State.WAITING, mode)
    channel.finish_jobs()
    channel.advance(minutes=2)
    assert channel.work() is False
    push.refresh_from_db()
    assert push.state == State.DONE and push.finished_at
    assert channel.sandbox.state()[route]
    assert len(channel.published_items()) == 1 and channel.drafts == []
    item = push.items.get()
    sent = channel.published_items()[0]
    assert sent["title"] == item.title and sent["content"] == item.content
    assert sent["content_source_url"] == item.content_source_url
    assert sent["need_open_comment"] == 0
    assert {crop["ratio"] for crop in sent["cover_info"]["crop_percent_list"]} == {"2.35_1", "1_1"}
    assert [(move.old, move.new) for move in push.moves.all()] == [
        (State.READY, State.SENDING),
        (State.SENDING, State.WAITING),
        (State.WAITING, State.DONE),
    ]


RUNGS = [
    # asked, WECHAT_MODE, what the account may -> the rung and the reason when it stops at the draft
    ("publish", "mass", "mass", "publish", ""),
    ("mass", "publish", "mass", "publish", ""),
    ("mass", "mass", "publish", "publish", ""),
    ("mass", "draft", "mass", "draft", "by_hand"),
    ("draft", "mass", "mass", "draft", "by_hand"),
    ("publish", "mass", "draft", "draft", "capability"),
]


@pytest.mark.parametrize(("asked", "mode", "may", "rung", "reason"), RUNGS)
def test_the_lowest_rung_wins(channel, new_push, settings, asked, mode, may, rung, reason):
    settings.WECHAT_MODE = mode
    Account.objects.create(appid=settings.WECHAT_APPID, may=may)
    push = after_work(channel, new_push(asked))
    assert push.rung == rung
    if rung == "draft":
        assert (push.state, push.reason) == (State.NEEDS_PERSON, reason)
        assert len(channel.drafts) == 1
        assert channel.calls("freepublish/submit") == channel.calls("mass/sendall") == 0
    else:
        assert push.state == State.WAITING


@pytest.mark.parametrize(
    ("use", "stops"), [("none", False), ("polish", False), ("draft", True), ("image", True)]
)
def test_ai_use_beyond_polishing_stops_at_the_draft(channel, new_push, use, stops):
    push = after_work(channel, new_push("publish", ai={"use": use, "note": ""}))
    assert (push.state == State.NEEDS_PERSON and push.reason == "ai_declaration") is stops
    assert (channel.calls("freepublish/submit") == 0) is stops


@pytest.mark.parametrize(
    ("mode", "call", "left"),
    [("publish", "freepublish/submit", "draft"), ("mass", "message/mass/sendall", "publish")],
)
def test_a_right_that_is_missing(channel, new_push, chief, mode, call, left):
    """48001: one rung down, remembered, nothing lost, and a person can have it tried again."""
    channel.sandbox.set(revoked=[f"/cgi-bin/{call}"])
    push = after_work(channel, new_push(mode))
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "capability")
    assert len(channel.drafts) == 1 and reasons.explain(push)
    assert Account.objects.get().may == left
    assert push.send_day is None
    later = after_work(channel, new_push(mode))
    assert channel.calls(call) == 1, "asked again although the account may not"
    assert later.state == {"draft": State.NEEDS_PERSON, "publish": State.WAITING}[left]
    channel.sandbox.set(revoked=[])
    services.retry(push, chief)
    channel.settle(push)
    assert push.state == State.DONE
    assert Account.objects.get().may == Rung.MASS


def test_a_personal_account_is_finished_by_hand(channel, new_push, chief):
    channel.sandbox.control("POST", "profile", profile="personal")
    push = after_work(channel, new_push("publish"))
    assert (push.state, push.reason, len(channel.drafts)) == (State.NEEDS_PERSON, "capability", 1)
    media_id = channel.drafts[0]["id"]
    urls = channel.sandbox.control("POST", "website/publish", media_id=media_id)["urls"]
    services.mark_done_by_hand(push, urls[0], chief)
    channel.settle(push)
    assert push.state == State.DONE and channel.drafts == []


# --- several items, pictures, limits ------------------------------------------------------------------


def test_eight_articles_in_order(channel):
    titles = [f"第{n}篇" for n in range(1, 9)]
    push = services.create_push(
        [sign(f"a{n}", title=title) for n, title in enumerate(titles)], mode="publish"
    )
    after_work(channel, push)
    assert [article["title"] for article in channel.drafts[0]["articles"]] == titles
    assert all(item.digest == "" for item in push.items.all()), "digests are for single articles only"
    channel.finish_jobs()
    channel.advance(minutes=2)
    channel.settle(push)
    assert push.state == State.DONE
    assert len({item.address for item in push.items.all()}) == 8
    assert len(channel.published_items()) == 8


def test_nothing_is_uploaded_twice(channel, new_push):
    after_work(channel, new_push())
    uploads = channel.calls("media/uploadimg"), channel.calls("material/add_material")
    assert uploads[0] >= 1 and uploads[1] == 1
    after_work(channel, new_push(title="另一篇，同样的图"))
    assert (channel.calls("media/uploadimg"), channel.calls("material/add_material")) == uploads


def test_a_cover_deleted_in_wechat_is_added_anew(channel, new_push):
    after_work(channel, new_push())
    UploadedMedia.objects.filter(kind="cover").update(media_id="gone")
    push = after_work(channel, new_push())
    assert push.state == State.WAITING
    assert channel.calls("material/add_material") == 2
    codes = Attempt.objects.filter(push=push, call="draft/add").values_list("errcode", flat=True)
    assert list(codes) == [errors.BAD_MEDIA, None]


def test_an_article_without_cover_gets_a_drawn_one(channel, new_push):
    push = after_work(channel, new_push(cover=None))
    assert push.state == State.WAITING


def test_what_does_not_fit_is_refused_before_any_call(channel, new_push):
    push = after_work(channel, new_push(title="字" * 33))
    assert (push.state, push.reason) == (State.FAILED, "content")
    assert "字字字" in reasons.explain(push)
    assert not Attempt.objects.filter(push=push).exists() and channel.calls("media/uploadimg") == 0
    assert not push.items.get().holds, "the piece is back on the board"


def test_text_changed_in_the_draft_asks_a_person(channel, new_push, chief):
    """Before it goes further the draft is compared with what was signed."""
    channel.sandbox.set(revoked=["freepublish"])
    push = after_work(channel, new_push())
    channel.sandbox.set(revoked=[])
    channel.sandbox.control("POST", "website/edit", media_id=push.draft_media_id, content="<p>改过的正文</p>")
    services.retry(push, chief)
    after_work(channel, push)
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "drift")
    assert "words" in push.detail
    assert channel.calls("freepublish/submit") == 1, "only the first, refused one"
    services.retry(push, chief, anew=True)
    channel.settle(push)
    assert push.state == State.DONE
    assert "改过的正文" not in channel.published_items()[0]["content"] and channel.drafts == []


def test_a_draft_published_by_a_colleague_is_found(channel, new_push, chief):
    channel.sandbox.set(revoked=["freepublish"])
    push = after_work(channel, new_push())
    channel.sandbox.set(revoked=[])
    channel.sandbox.control("POST", "website/publish", media_id=push.draft_media_id)
    services.retry(push, chief)
    channel.settle(push)
    assert (push.state, push.reason) == (State.DONE, "found")
    assert push.items.get().address and len(channel.published_items()) == 1


def test_a_draft_that_vanished_asks_a_person(channel, new_push, chief, settings):
    settings.WECHAT_MODE = "draft"
    push = after_work(channel, new_push())
    channel.sandbox.account.store.run("update drafts set state = 'deleted'")
    settings.WECHAT_MODE = "publish"
    services.retry(push, chief)
    after_work(channel, push)
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "draft_gone")
    services.retry(push, chief)
    channel.settle(push)
    assert push.state == State.DONE and len(channel.published_items()) == 1


# --- errors -------------------------------------------------------------------------------------------

ENDS = [
    ("draft/add", 45009, State.RETRY_AT), ("draft/add", 45011, State.RETRY_AT), ("draft/add", 45003, State.FAILED),
    ("draft/add", 53402, State.FAILED), ("draft/add", 40164, State.NEEDS_PERSON), ("draft/add", 48004, State.NEEDS_PERSON),
    ("draft/add", 99999, State.NEEDS_PERSON), ("stable_token", 40125, State.NEEDS_PERSON), ("stable_token", 40243, State.NEEDS_PERSON),
    ("stable_token", 89503, State.RETRY_AT), ("media/uploadimg", 40009, State.FAILED), ("media/uploadimg", -1, State.RETRY_AT),
    ("freepublish/submit", 53503, State.NEEDS_PERSON), ("draft/get", 45011, State.RETRY_AT),
]  # fmt: skip


@pytest.mark.parametrize(("call", "code", "state"), ENDS)
def test_each_kind_of_error_ends_where_it_should(channel, new_push, call, code, state):
    channel.sandbox.fault(call, "error", errcode=code)
    push = after_work(channel, new_push())
    assert (push.state, push.errcode, push.intent) == (state, code, "")
    assert reasons.explain(push)
    attempt = Attempt.objects.filter(outcome=Outcome.REFUSED).get()
    assert attempt.call == call and attempt.rid and attempt.errcode == code
    if state == State.RETRY_AT:
        assert push.due_at > channel.now()
        channel.offset = push.due_at - channel.now() + channel.offset
        channel.settle(push)
        assert push.state == State.DONE and len(channel.published_items()) == 1


def test_an_unreachable_wechat_is_tried_again_and_then_given_up(channel, new_push, settings):
    settings.WECHAT_API_BASE = "http://127.0.0.1:9"
    push = after_work(channel, new_push())
    assert (push.state, push.reason, push.detail) == (State.RETRY_AT, "retry", "unreachable")
    assert reasons.explain(push) == str(errors.UNREACHABLE.sentence)
    tried = 1
    while push.state == State.RETRY_AT:
        channel.offset += push.due_at - channel.now()
        after_work(channel, push)
        tried += 1
    assert (push.state, push.reason, tried) == (State.NEEDS_PERSON, "gave_up", 9)


def test_the_days_slot_used_on_the_website(channel, new_push, chief):
    """45028: back to the board; a person chooses, and nothing is sent at midnight by itself."""
    channel.sandbox.control("POST", "website/mass")
    push = after_work(channel, new_push("mass"))
    assert (push.state, push.errcode, push.send_day) == (State.FAILED, 45028, None)
    services.retry(push, chief)
    assert after_work(channel, push).reason == "slot_used"
    assert channel.calls("message/mass/sendall") == 1, "the day is known by now"
    assert "publish_instead" in services.actions(push)
    services.retry(push, chief, publish_instead=True)
    channel.settle(push)
    assert (push.state, push.rung) == (State.DONE, Rung.PUBLISH)


def test_mass_send_protection(channel, new_push):
    """The administrator's confirmation is waited for; a refusal asks a person."""
    channel.sandbox.control("POST", "profile", profile="protected")
    push = after_work(channel, new_push("mass"))
    channel.advance(minutes=2)
    assert after_work(channel, push).state == State.WAITING
    channel.sandbox.control("POST", "mass/confirm", answer="accept")
    channel.settle(push)
    assert push.state == State.DONE


# --- token and client ---------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["invalidate", "expire"])
def test_a_dead_token_is_replaced_once(channel, new_push, action):
    after_work(channel, new_push())
    channel.sandbox.control("POST", "tokens", action=action)
    push = after_work(channel, new_push())
    assert push.state == State.WAITING
    assert channel.calls("stable_token") == 2


def test_a_token_that_never_works_ends_the_trying(channel, new_push):
    """wechatpy's own client would fetch tokens without end."""
    channel.sandbox.fault("draft/add", "error", errcode=40001, times=0)
    push = after_work(channel, new_push())
    assert (push.state, push.errcode) == (State.RETRY_AT, 40001)
    assert channel.calls("draft/add") == 2 and channel.calls("stable_token") <= 2


def test_the_token_is_shared_and_renewed_by_one(channel, settings):
    calls = []

    def fetch():
        calls.append(1)
        return f"token-{len(calls)}", 7200

    def tokens(name):
        return token.Tokens("wx1", fetch, name, clock=channel.now, pause=lambda seconds: None)

    assert tokens("a").get() == tokens("b").get() == "token-1"
    assert tokens("b").replace("token-1") == "token-2"
    # a, which still holds the first one, finds that somebody was quicker
    assert tokens("a").replace("token-1") == "token-2"
    AccessToken.objects.update(expires_at=channel.now())
    assert tokens("a").get() == "token-3"
    assert len(calls) == 3


def test_a_lease_on_the_token_is_waited_for(channel):
    AccessToken.objects.create(account="wx1", lease_by="b", lease_until=channel.now() + token.LEASE)

    def other_finishes(_seconds):
        AccessToken.objects.update(
            token="from b", expires_at=channel.now() + token.LEASE * 100, lease_by="", lease_until=None
        )

    waiting = token.Tokens(
        "wx1", lambda: pytest.fail("fetched twice"), "a", clock=channel.now, pause=other_finishes
    )
    assert waiting.get() == "from b"


def test_a_failed_renewal_gives_the_lease_back(channel):
    def fetch():
        raise CallError("stable_token", reached="no")

    with pytest.raises(CallError):
        token.Tokens("wx1", fetch, "a", clock=channel.now).get()
    assert AccessToken.objects.get().lease_by == ""


def test_no_call_inside_a_transaction(channel):
    wechat = client.from_settings()
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        wechat.draft.count()
    assert channel.sandbox.requests() == []


def test_channel_off(channel, settings):
    settings.WECHAT_APPID = ""
    publication = sign()
    assert Worker().run_once() is False
    delivery = Delivery.objects.get(publication=publication, channel="wechat")
    assert (delivery.state, delivery.reason) == (State.READY, "channel_off")
    with pytest.raises(PushRefusedError):
        services.create_push([publication])
    assert channel.sandbox.requests() == []


def test_chinese_goes_out_as_it_is(channel, new_push):
    after_work(channel, new_push())
    body = channel.sandbox.requests("draft/add")[0]["body"]
    assert "在家量血压" in body and "\\u" not in body


def test_no_secret_is_written_down(channel, new_push, caplog, settings):
    """Tokens and secrets reach neither the log, at its most talkative, nor the records, nor an exception."""
    caplog.set_level(logging.DEBUG)
    for call in ("draft/add", "media/uploadimg", "draft/get", "freepublish/submit"):
        channel.sandbox.fault(call, "drop_after")
        channel.sandbox.fault(call, "status")
        channel.sandbox.fault(call, "error", errcode=40001)
    push = new_push()
    channel.settle(push, rounds=14)
    assert push.state == State.DONE
    held = AccessToken.objects.get().token
    records = " ".join(str(row) for row in Attempt.objects.values())
    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    for secret in (held, settings.WECHAT_SECRET):
        assert secret not in caplog.text and secret not in records
    wechat = client.from_settings()
    channel.sandbox.fault("draft/count", "drop_before")
    with pytest.raises(CallError) as problem:
        wechat.draft.count()
    assert problem.value.__context__ is None and held not in repr(vars(problem.value))


# --- cancelling, superseding, pausing -----------------------------------------------------------------


def test_a_cancelled_push_leaves_no_draft(channel, new_push, chief, settings):
    settings.WECHAT_MODE = "draft"
    push = after_work(channel, new_push())
    assert len(channel.drafts) == 1
    services.cancel(push, chief)
    channel.settle(push)
    assert push.state == State.CANCELLED and channel.drafts == []
    assert Leftover.objects.get().deleted_at


def test_a_newer_signature_drops_the_older_push(channel, settings):
    settings.WECHAT_MODE = "draft"
    old = after_work(channel, services.create_push([sign("piece")], mode="publish"))
    newer = sign("piece", title="新的一版")
    old.refresh_from_db()
    assert (old.state, old.reason) == (State.CANCELLED, "superseded")
    new = services.create_push([newer], mode="publish")
    after_work(channel, new)
    assert [draft["articles"][0]["title"] for draft in channel.drafts] == ["新的一版"]


def test_cancelled_while_a_worker_is_at_it(channel, new_push, chief):
    """The worker notices between two steps; what it made is deleted."""
    push = new_push()

    def meanwhile(point):
        if point == "saved:draft":
            found = Push.objects.get(pk=push.pk)
            services.cancel(found, chief)

    channel.worker(reached=meanwhile).run_once()
    push.refresh_from_db()
    assert push.state == State.CANCELLED
    assert channel.drafts == [] and channel.calls("freepublish/submit") == 0


def test_withdrawn_while_a_worker_is_at_it(channel, new_push):
    push = new_push()

    def meanwhile(point):
        if point == "saved:draft":
            push.items.get().publication.__class__.objects.update(state="withdrawn")

    channel.worker(reached=meanwhile).run_once()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.CANCELLED, "withdrawn")
    assert channel.drafts == []


def test_cancel_while_nobody_knows(channel, new_push, chief):
    """It is cancelled once WeChat has said what it holds."""
    channel.sandbox.fault("draft/add", "drop_after")
    push = new_push()
    channel.worker().round()
    push.refresh_from_db()
    assert push.state == State.UNKNOWN
    services.cancel(push, chief)
    channel.settle(push)
    assert push.state == State.CANCELLED and channel.drafts == []


def test_the_red_switch_holds_everything(channel, new_push, chief):
    services.pause(chief)
    push = after_work(channel, new_push())
    assert push.state == State.READY and channel.sandbox.requests() == []
    services.resume(chief)
    channel.settle(push)
    assert push.state == State.DONE
    assert not Outgoing.current().paused


def test_paused_in_the_middle(channel, new_push, chief):
    push = new_push()
    channel.worker(reached=lambda point: services.pause(chief) if point == "saved:draft" else None).run_once()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.READY, "paused")
    assert channel.calls("freepublish/submit") == 0
    services.resume(chief)
    channel.settle(push)
    assert push.state == State.DONE and channel.calls("draft/add") == 1


def test_duplicate_drafts_are_deleted_keeping_one(channel, new_push, settings):
    settings.WECHAT_MODE = "draft"
    push = after_work(channel, new_push())
    client.from_settings().draft.add([article.for_draft(item) for item in push.items.all()])
    assert len(channel.drafts) == 2
    Outgoing.objects.update(scan_wanted=True)
    channel.work()
    assert [draft["id"] for draft in channel.drafts] == [push.draft_media_id]


# --- on signing, jobs, worker -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "hour", "asked"),
    [("board", 10, None), ("publish", 10, "publish"), ("publish", 23, "publish"), ("push", 10, "mass"), ("push", 23, None), ("push", 6, None)],
)  # fmt: skip
def test_what_a_signature_sets_off(channel, release, hour, asked):
    """A signature never spends the day's mass send by surprise."""
    page = published.article("piece")
    ArticlePage.objects.filter(pk=page.pk).update(release=release)
    publication = published.publish("piece", ai=NO_AI)
    Delivery.objects.all().delete()
    for push in Push.objects.all():
        push.moves.all().delete()
        push.delete()
    now = datetime(2026, 11, 16, hour, 0, tzinfo=errors.SHANGHAI)
    push = services.open_deliveries(publication, now=now)
    assert (push.asked if push else None) == asked
    states = dict(Delivery.objects.values_list("channel", "state"))
    assert states == {"website": State.DONE, "wechat": State.READY}
    assert (Delivery.objects.get(channel="wechat").push_id is not None) == bool(asked)
    if asked == "mass":
        assert not services.slot_free(push.account, now), "the next signature would be the second mass send"


def test_polls_are_frugal(channel, new_push):
    """1, 2, 4, 8 … minutes, and within the account's hundred a day."""
    after_work(channel, new_push())
    for _minute in range(40):
        channel.advance(minutes=1)
        channel.work()
    assert channel.calls("freepublish/get") == 5


def test_no_result_for_two_days_asks_a_person(channel, new_push, chief):
    push = after_work(channel, new_push())
    channel.advance(hours=49)
    assert (after_work(channel, push).state, push.reason) == (State.NEEDS_PERSON, "no_result")
    channel.finish_jobs()
    services.reconcile_now(push, chief)
    Push.objects.update(state_since=channel.now())
    channel.settle(push)
    assert push.state == State.DONE


def test_a_due_job_runs_once(channel, monkeypatch):
    ran = []
    monkeypatch.setitem(jobs._jobs, "count", jobs.Job("count", lambda now: "today", ran.append))
    for _worker in range(3):
        channel.work()
    assert len(ran) == 1 and JobRun.objects.get(name="count").ended_at


def test_a_job_that_fails_is_tried_again_later(channel, monkeypatch):
    ran = []

    def fail(now):
        ran.append(now)
        raise ValueError("broken")

    monkeypatch.setitem(jobs._jobs, "count", jobs.Job("count", lambda now: "today", fail))
    for _round in range(6):
        channel.work()
        channel.advance(minutes=11)
    assert len(ran) == jobs.TRIES


def test_a_fault_of_our_own_is_not_tried_again(channel, new_push, monkeypatch):
    monkeypatch.setattr("publish.wechat.article.look.render", lambda *a, **k: 1 / 0)
    push = after_work(channel, new_push())
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "internal")


def test_the_worker_shows_that_it_lives(channel):
    worker = channel.worker()
    worker.round()
    beat = Heartbeat.objects.get(worker=worker.name)
    assert beat.stopped_at is None
    worker.run_once()
    beat.refresh_from_db()
    assert beat.stopped_at is not None


def test_every_move_is_recorded(channel, new_push):
    push = after_work(channel, new_push())
    channel.settle(push)
    chain = list(Move.objects.filter(push=push).values_list("old", "new"))
    assert chain[0][0] == State.READY and chain[-1][1] == State.DONE
    assert all(earlier[1] == later[0] for earlier, later in itertools.pairwise(chain))
