"""Planned pushes in the worker: at their minute, on their day, in their look, with the administrator asked."""

from datetime import datetime, time, timedelta

from django.core import mail
from django.utils import timezone

import pytest

from publish import errands, planning, services
from publish.models import ChannelSettings, ExternalPush, JobRun, Leftover, Push, QuietDate, Rung
from publish.services import PushRefusedError
from publish.states import State
from publish.wechat import reasons
from publish.wechat.errors import SHANGHAI
from tests import samples
from tests.tools.channel import channel, sign


__all__ = ["channel"]
REMOTE = (
    "draft/add",
    "freepublish/submit",
    "message/mass/sendall",
    "media/uploadimg",
    "material/add_material",
)


@pytest.fixture
def chief(django_user_model):
    return django_user_model.objects.create_user(
        username="chief", password="x", last_name="张", first_name="三", email="zhang@example.cn"
    )


@pytest.fixture(autouse=True)
def noon(channel):
    """Begin at noon in Shanghai, so that no test crosses midnight unasked; both clocks go on from there."""
    start = datetime.combine(
        planning.shanghai_day(timezone.now()) + timedelta(days=1), time(12), tzinfo=SHANGHAI
    )
    channel.advance(seconds=(start - channel.now()).total_seconds())


@pytest.fixture
def planned(channel):
    """Return make(minutes=60, mode="mass", **changes): a push planned so many minutes from now."""
    count = iter(range(1, 100))

    def make(minutes=60, mode="mass", **changes):
        when = channel.now() + timedelta(minutes=minutes)
        push = services.create_push(
            [sign(f"article-{next(count)}")], mode=mode, due_at=when, now=channel.now()
        )
        Push.objects.filter(pk=push.pk).update(scheduled_for=when, **changes)
        push.refresh_from_db()
        return push

    return make


def after_work(channel, push):
    channel.work()
    push.refresh_from_db()
    return push


def calls(channel):
    return sum(channel.calls(path) for path in REMOTE)


# --- when ---------------------------------------------------------------------------------------------


def test_what_is_being_composed_is_left_alone(channel, planned):
    push = planned(minutes=-1, composing=True)
    assert after_work(channel, push).state == State.READY
    assert calls(channel) == 0


def test_goes_at_its_minute_and_not_before(channel, planned):
    push = planned(minutes=60)
    channel.advance(minutes=59)
    assert after_work(channel, push).state == State.READY and calls(channel) == 0
    channel.advance(minutes=1, seconds=1)
    assert after_work(channel, push).state == State.WAITING


def test_a_worker_that_was_down_sends_a_little_late(channel, planned):
    push = planned(minutes=60)
    channel.advance(minutes=60 + 59)
    assert after_work(channel, push).state == State.WAITING


def test_a_missed_slot_asks_a_person(channel, planned, chief):
    """Later than the set time nothing is called; the person sends it now, or plans it again."""
    push, other = planned(minutes=60), planned(minutes=60, mode="publish")
    channel.advance(minutes=60 + 61)
    for one in (push, other):
        assert after_work(channel, one).state == State.NEEDS_PERSON
        assert one.reason == "slot_missed" and one.detail in reasons.explain(one)
        assert {"retry", "plan_again", "cancel"} <= set(services.actions(one))
    assert calls(channel) == 0
    services.retry(push, chief)
    assert push.scheduled_for is None
    assert after_work(channel, push).state == State.WAITING
    services.plan_again(other, chief)
    assert (other.state, other.composing, other.scheduled_for) == (State.READY, True, None)
    assert after_work(channel, other).state == State.READY
    with pytest.raises(PushRefusedError):
        services.plan_again(other, chief)


def test_a_quota_that_lasts_past_the_slot_asks_a_person(channel, planned):
    """45009 waits for midnight: by then the evening's push is too late to go out by itself."""
    push = planned(minutes=1)
    channel.sandbox.fault("message/mass/sendall", "error", errcode=45009)
    channel.advance(minutes=2)
    assert after_work(channel, push).state == State.RETRY_AT
    channel.advance(seconds=(push.due_at - channel.now()).total_seconds() + 1)
    assert after_work(channel, push).reason == "slot_missed"
    assert channel.calls("message/mass/sendall") == 1 and push.send_day is None


@pytest.mark.parametrize("minutes", [1, 24 * 60])
def test_how_late_is_too_late_is_a_setting(channel, planned, minutes):
    ChannelSettings.objects.update_or_create(defaults={"late_minutes": minutes})
    push = planned(minutes=1)
    channel.advance(hours=2)
    assert after_work(channel, push).state == (State.NEEDS_PERSON if minutes == 1 else State.WAITING)


def test_a_faulty_errand_keeps_nothing_waiting(channel, planned, monkeypatch):
    monkeypatch.setattr(errands, "_errands", dict(errands._errands))

    def broken(ctx):
        raise ValueError("a fault of the program")

    errands.register("duty", broken)
    asked = []
    errands.register("last", lambda ctx: asked.append(ctx) or False)
    assert after_work(channel, planned(minutes=-1)).state == State.WAITING
    assert asked


# --- on which day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["publish", "mass"])
def test_a_quiet_date_stops_it(channel, planned, chief, mode):
    push = planned(minutes=5, mode=mode)
    today = planning.shanghai_day(channel.now())
    QuietDate.objects.create(name="公祭日", first=today, last=today)
    channel.advance(minutes=6)
    assert after_work(channel, push).reason == "quiet_day"
    assert "公祭日" in reasons.explain(push) and calls(channel) == 0
    channel.advance(days=1)
    services.retry(push, chief)
    assert after_work(channel, push).state == State.WAITING


def test_a_draft_for_the_hand_may_be_made_on_a_quiet_date(channel, planned):
    """It goes nowhere by itself; its look must fit all the same."""
    push, festive = planned(minutes=5, mode="draft"), planned(minutes=5, mode="draft", theme="festive")
    today = planning.shanghai_day(channel.now())
    QuietDate.objects.create(name="公祭日", first=today, last=today)
    channel.advance(minutes=6)
    assert after_work(channel, push).reason == "by_hand"
    assert after_work(channel, festive).reason == "quiet_look"
    assert len(channel.drafts) == 1


def test_a_day_used_on_wechats_website_is_refused_before_any_call(channel, planned, chief):
    push = planned(minutes=5)
    ExternalPush.objects.create(account=push.account, day=planning.shanghai_day(channel.now()))
    channel.advance(minutes=6)
    assert after_work(channel, push).reason == "slot_used"
    assert calls(channel) == 0 and push.send_day is None
    assert "publish_instead" in services.actions(push)
    services.retry(push, chief, publish_instead=True)
    channel.settle(push)
    assert (push.state, push.rung) == (State.DONE, Rung.PUBLISH)


def test_the_day_is_asked_about_again_right_before_the_send(channel, planned):
    """A colleague marks the day while the draft is made."""
    push = planned(minutes=5)
    channel.advance(minutes=6)

    def reached(point):
        if point == "saved:compared":
            ExternalPush.objects.create(account=push.account, day=planning.shanghai_day(channel.now()))

    channel.worker(reached=reached).run_once()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "slot_used")
    assert channel.calls("message/mass/sendall") == 0 and len(channel.drafts) == 1


@pytest.mark.parametrize("code", [45028, 45062])
def test_wechat_says_that_the_day_is_used(channel, planned, chief, code):
    """The piece goes back to the board, the day is known as used, the draft is deleted, nothing is tried again."""
    push = planned(minutes=5)
    publication = push.items.get().publication
    if code == 45028:
        channel.sandbox.control("POST", "website/mass")
    else:
        channel.sandbox.fault("message/mass/sendall", "error", errcode=code)
    channel.advance(minutes=6)
    assert after_work(channel, push).state == State.FAILED
    assert (push.errcode, push.send_day) == (code, None)
    used = ExternalPush.objects.get()
    assert (used.day, used.source) == (planning.shanghai_day(channel.now()), ExternalPush.Source.WECHAT)
    assert list(services.board(push.account)) == [publication]
    assert channel.drafts == [] and not Leftover.objects.filter(deleted_at=None).exists()
    channel.advance(hours=30)
    channel.work()
    assert channel.calls("message/mass/sendall") == 1
    again = services.create_push([publication], mode="mass", user=chief, now=channel.now())
    channel.settle(again)
    assert again.state == State.DONE


def test_two_of_a_day(channel, planned):
    """The second asks a person, before any call for it is made."""
    first, second = planned(minutes=5), Push.objects.none()
    second = services.create_push(
        [sign("second")], mode="draft", due_at=channel.now() + timedelta(minutes=10)
    )
    Push.objects.filter(pk=second.pk).update(asked=Rung.MASS)
    channel.advance(minutes=11)
    channel.work()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.reason) == (State.WAITING, State.NEEDS_PERSON, "slot_used")
    assert first.title in reasons.explain(second)
    assert channel.calls("draft/add") == 1


# --- what ---------------------------------------------------------------------------------------------


def test_the_chosen_title_digest_and_look_go_out(channel, planned):
    """Of the signed ones; the account's look where the push has none of its own."""
    push_values = samples.SNAPSHOT["push"] | {
        "alternatives": [{"title": "量血压，先坐五分钟", "digest": "三句话讲清楚", "cover": samples.FIGURE}]
    }
    publication = sign("chosen", push=push_values)
    push = services.create_push([publication], mode="publish")
    push.items.update(choice=1)
    plain = services.create_push([sign("plain")], mode="publish")
    ChannelSettings.objects.update_or_create(defaults={"theme": "large"})
    Push.objects.filter(pk=push.pk).update(theme="calm")
    channel.work()
    item, other = push.items.get(), plain.items.get()
    assert (item.title, item.digest) == ("量血压，先坐五分钟", "三句话讲清楚")
    assert item.thumb_media_id != other.thumb_media_id, "the chosen cover"
    assert (item.content != other.content) and len(other.content) > 1000


def test_a_look_that_was_taken_away_asks_a_person(channel, planned):
    push = planned(minutes=-1, theme="gone")
    assert after_work(channel, push).reason == "no_theme"
    assert "gone" in reasons.explain(push) and calls(channel) == 0


# --- protection ---------------------------------------------------------------------------------------------


@pytest.fixture
def protected(channel, chief):
    """Return set(style): the account's protection on both sides, and who is told."""
    ChannelSettings.objects.update_or_create(defaults={"protected": True, "duty_person": chief})

    def turn_on(style):
        channel.sandbox.control("POST", "profile", profile="protected")
        channel.sandbox.set(protection=style)

    return turn_on


@pytest.mark.parametrize(("style", "state"), [("job", State.WAITING), ("code", State.RETRY_AT)])
def test_the_administrator_is_waited_for(channel, planned, protected, style, state):
    """Until when and for whom is said on the push; the duty person is told once."""
    protected(style)
    push = planned(minutes=-1)
    asked_at = channel.now()
    assert after_work(channel, push).state == state
    assert push.reason == "admin_confirmation" and push.duty_person.last_name == "张"
    assert timedelta(minutes=30) <= push.confirm_until - asked_at < timedelta(minutes=31)
    assert f"{timezone.localtime(push.confirm_until):%H:%M}" in reasons.explain(push)
    assert push.duty_person.get_full_name() in reasons.explain(push)
    for _minute in range(12):
        channel.advance(minutes=1)
        after_work(channel, push)
    assert push.reason == "admin_confirmation"
    assert [message.to for message in mail.outbox] == [["zhang@example.cn"]]
    assert push.get_absolute_url() in mail.outbox[0].body
    channel.sandbox.control("POST", "mass/confirm", answer="accept")
    channel.settle(push)
    assert push.state == State.DONE and len(mail.outbox) == 1
    assert len(channel.published_items()) == 1 and channel.drafts == []


@pytest.mark.parametrize("style", ["job", "code"])
@pytest.mark.parametrize("answer", ["refuse", "silence"])
def test_refused_or_not_answered(channel, planned, protected, chief, style, answer):
    """A person is asked, the day is free again, and a second try is one of its own for WeChat."""
    protected(style)
    push = after_work(channel, planned(minutes=-1))
    if answer == "refuse":
        channel.sandbox.control("POST", "mass/confirm", answer="refuse")
    for _minute in range(40):
        channel.advance(minutes=1)
        channel.sandbox.run()
        if after_work(channel, push).state == State.NEEDS_PERSON:
            break
    assert (push.state, push.reason, push.send_day) == (State.NEEDS_PERSON, "mass_unconfirmed", None)
    assert not planning.day_taken(push.account, planning.shanghai_day(channel.now()))
    assert channel.out == [] and len(channel.drafts) == 1
    services.retry(push, chief)
    after_work(channel, push)
    assert push.reason == "admin_confirmation", (push.state, push.reason, push.errcode)
    channel.sandbox.control("POST", "mass/confirm", answer="accept")
    channel.settle(push)
    assert push.state == State.DONE and len(channel.published_items()) == 1
    assert len(mail.outbox) == 2, "each try is told of once"


def test_giving_up_while_the_administrator_is_asked_frees_the_day(channel, planned, protected, chief):
    protected("code")
    push = after_work(channel, planned(minutes=-1))
    assert push.send_day
    services.cancel(push, chief)
    assert (push.state, push.send_day) == (State.CANCELLED, None)


def test_a_mail_that_fails_is_said(channel, planned, protected, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    protected("job")
    push = after_work(channel, planned(minutes=-1))
    told = reasons.explain(push)
    channel.work()
    assert JobRun.objects.filter(name="duty", ended_at=None).count() == 1
    JobRun.objects.filter(name="duty").update(ended_at=channel.now())
    assert len(reasons.explain(push)) < len(told)


def test_protection_without_a_duty_person(channel, planned, protected):
    ChannelSettings.objects.update(duty_person=None)
    protected("job")
    push = after_work(channel, planned(minutes=-1))
    assert push.reason == "admin_confirmation" and reasons.explain(push) and mail.outbox == []


def test_a_lower_rung_is_said(channel, planned):
    """A mass send that the account may not make is published, and the ledger says what that means."""
    channel.sandbox.set(revoked=["/cgi-bin/message/mass/sendall"])
    stopped = after_work(channel, planned(minutes=-1))
    assert (stopped.state, stopped.reason) == (State.NEEDS_PERSON, "capability")
    later = planned(minutes=-1)
    channel.settle(later)
    assert (later.state, later.rung, later.reason) == (State.DONE, Rung.PUBLISH, "finished_quietly")
    assert reasons.explain(later) != reasons.explain(stopped)
