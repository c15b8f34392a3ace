"""P3 and P6: a deletion that is interrupted anywhere ends once, and is never repeated before WeChat was asked."""

import pytest

from publish import deletions
from publish.models import Deletion, Push
from publish.states import State
from publish.wechat import steps
from tests.integration.test_deletions import confirmed, out, people, stage, there


__all__ = ["people"]
POINTS = [
    "claimed:deletion-ready",
    "saved:intent-delete",
    "sent:freepublish/delete",
    "effect:delete",
    "saved:delete",
]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker(channel, people, doomed, point):
    push = out(channel)
    deletion = confirmed(people, push.items.get())
    assert doomed(point) == -9
    calls = channel.calls("freepublish/delete")
    assert calls == (0 if point in POINTS[:2] else 1)
    deletion.refresh_from_db()
    if deletion.state == Deletion.State.BEGUN:
        # Nobody touches it before the lease is over; then WeChat is asked first.
        channel.work()
        assert channel.calls("freepublish/delete") == calls
    for _round in range(4):
        channel.advance(seconds=steps.LEASE.total_seconds() + 1)
        channel.work()
    assert stage(deletion) == ("done", "") and there(channel) == []
    assert channel.calls("freepublish/delete") == 1
    push.refresh_from_db()
    assert push.state == State.WITHDRAWN


@pytest.mark.answers
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "malformed", "html", "status"])
@pytest.mark.parametrize("mode", ["publish", "mass"])
def test_a_lost_answer(channel, people, kind, mode):
    """Asked first, and repeated only after it was seen twice, a minute apart."""
    call = {"publish": "freepublish/delete", "mass": "message/mass/delete"}[mode]
    deletion = confirmed(people, out(channel, mode=mode).items.get())
    channel.sandbox.fault(call, kind, **({} if kind.startswith("drop") else {"effect": True}))
    channel.work()
    assert stage(deletion) == ("begun", "no_answer") and deletions.explain(deletion)
    channel.advance(seconds=30)
    channel.work()
    assert channel.calls(call) == 1
    for _round in range(4):
        channel.advance(seconds=61)
        channel.work()
    assert stage(deletion) == ("done", "") and there(channel) == []
    assert channel.calls(call) == (2 if kind == "drop_before" else 1)


def test_one_of_many_in_a_mass_send_cannot_be_told(channel, people):
    """WeChat tells only of the whole send: a person looks, and may have it tried again."""
    push = out(channel, "one", "two", mode="mass")
    deletion = confirmed(people, push.items.get(order=1))
    channel.sandbox.fault("message/mass/delete", "drop_before")
    channel.work()
    channel.advance(seconds=61)
    channel.work()
    assert stage(deletion) == ("by_hand", "cannot_say") and channel.calls("message/mass/delete") == 1
    deletions.try_again(deletion, user=people["librarian"])
    channel.work()
    assert stage(deletion) == ("done", "") and len(there(channel)) == 1


def test_three_workers_delete_once(channel, people, doomed):
    rows = [confirmed(people, out(channel, f"article-{n}").items.get()) for n in range(3)]
    assert doomed(workers=3) == [0, 0, 0]
    assert {stage(row)[0] for row in rows} == {"done"}
    assert channel.calls("freepublish/delete") == len(rows)
    assert {push.state for push in Push.objects.all()} == {State.WITHDRAWN}


def test_called_off_while_a_worker_looks(channel, people):
    """Whoever is first wins; the other is told."""
    deletion = confirmed(people, out(channel).items.get())
    refused = []

    def reached(point):
        if point == "claimed:deletion-ready":
            try:
                deletions.call_off(Deletion.objects.get(pk=deletion.pk), user=people["chief"])
            except deletions.DeletionRefusedError as refusal:
                refused.append(refusal)

    channel.worker(reached=reached).run_once()
    assert refused and stage(deletion) == ("done", "")
