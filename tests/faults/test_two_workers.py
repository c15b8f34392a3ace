"""P3: several workers at once, as processes over one database."""

from datetime import timedelta

import pytest

from publish import services
from publish.deliver import claim, free_expired
from publish.models import Attempt, Push
from publish.states import StaleRowError, State, move, save
from publish.wechat import steps
from tests.tools.channel import sign


def test_three_workers_send_each_push_once(channel, doomed):
    """Every draft is made once and submitted once, and the token is fetched once."""
    pushes = [services.create_push([sign(f"article-{n}")], mode="publish") for n in range(6)]
    assert doomed(workers=3) == [0, 0, 0]
    assert {push.state for push in Push.objects.all()} == {State.WAITING}
    assert channel.calls("draft/add") == channel.calls("freepublish/submit") == len(pushes)
    assert channel.calls("stable_token") == 1
    channel.finish_jobs()
    channel.advance(minutes=2)
    assert doomed(workers=3) == [0, 0, 0]
    assert {push.state for push in Push.objects.all()} == {State.DONE}
    assert len(channel.published_items()) == len(pushes) and channel.drafts == []


def test_only_one_mass_send_a_day(channel, doomed):
    """Two pushes want the day's slot: one gets it, the other asks a person before any call is made."""
    services.create_push([sign("first")], mode="mass")
    second = services.create_push([sign("second")], mode="publish")
    # As if two had been asked for before either was known.
    Push.objects.filter(pk=second.pk).update(asked="mass")
    assert sorted(doomed(workers=2)) == [0, 1]
    states = {push.state: push.reason for push in Push.objects.all()}
    assert states == {State.WAITING: "accepted", State.NEEDS_PERSON: "slot_used"}
    assert channel.calls("message/mass/sendall") == 1


def test_claims_are_exclusive(channel):
    services.create_push([sign()], mode="publish")
    account = Push.objects.get().account
    mine = claim(account, "host/1/a", channel.now())
    assert mine.state == State.SENDING
    assert claim(account, "host/2/b", channel.now()) is None


@pytest.mark.parametrize("intent", ["", "draft", "submit", "send"])
def test_an_expired_lease(channel, intent):
    """Without an intent the push is ready again; with one nobody knows, and it is never READY."""
    services.create_push([sign()], mode="publish")
    push = claim(Push.objects.get().account, "elsewhere/1/a", channel.now())
    if intent:
        save(push, intent=intent, intent_at=channel.now())
    free_expired("here", channel.now(), "here/1/b")
    assert Push.objects.get().state == State.SENDING
    free_expired("here", channel.now() + steps.LEASE + timedelta(seconds=1), "here/1/b")
    assert Push.objects.get().state == (State.UNKNOWN if intent else State.READY)


def test_a_worker_that_lost_its_lease_writes_nothing(channel):
    """It woke up too late: whatever it still wants to save is refused."""
    services.create_push([sign()], mode="publish")
    late = claim(Push.objects.get().account, "elsewhere/1/a", channel.now())
    free_expired("here", channel.now() + timedelta(hours=1), "here/1/b")
    with pytest.raises(StaleRowError):
        save(late, draft_media_id="x")
    with pytest.raises(StaleRowError):
        move(late, State.WAITING, by="late", publish_id="1")
    assert Push.objects.get().state == State.READY
    assert not Attempt.objects.exists()
