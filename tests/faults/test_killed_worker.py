"""P3: a worker killed at any point loses nothing and doubles nothing."""

import signal
from collections import Counter

import pytest

from publish import services
from publish.models import Push, UploadedMedia
from publish.states import State
from tests.tools.channel import sign


def points_of_a_journey(channel, mode):
    """Let a healthy worker carry one push and return every point it reached, as (name, nth)."""
    reached = []
    services.create_push([sign("healthy")], mode=mode)
    channel.worker(reached=reached.append).run_once()
    channel.finish_jobs()
    channel.advance(minutes=2)
    channel.worker(reached=reached.append).run_once()
    seen = Counter()
    found = []
    for point in reached:
        seen[point] += 1
        found.append((point, seen[point]))
    return found


# The way a text goes out and the moment its draft dies are WeChat's; rows, leases and transactions are the same.
@pytest.mark.answers
@pytest.mark.parametrize("draft_dies", ["finished", "accepted"])
@pytest.mark.parametrize("mode", ["publish", "mass"])
def test_killed_at_every_point(channel, doomed, mode, draft_dies):
    """After each kill another worker brings the push out exactly once and leaves no draft."""
    channel.sandbox.set(draft_dies=draft_dies)
    points = points_of_a_journey(channel, mode)
    names = {name for name, _nth in points}
    call = {"publish": "submit", "mass": "send"}[mode]
    assert {
        "saved:image",
        "saved:cover",
        "saved:body",
        "saved:intent-draft",
        "effect:draft",
        "saved:draft",
    } <= names
    assert {
        "saved:compared",
        f"saved:intent-{call}",
        f"effect:{call}",
        f"saved:{call}",
        "saved:result",
    } <= names
    if draft_dies == "accepted":  # only between the intent and its record can this matter
        points = points[points.index((f"saved:intent-{call}", 1)) : points.index((f"saved:{call}", 1)) + 1]
    elif mode == "mass":  # up to the draft both ways are one
        points = points[points.index(("saved:draft", 1)) :]

    # Pictures are made and sent anew only where the kill can fall between them.
    uploads = max((i for i, (name, _nth) in enumerate(points) if name == "saved:cover"), default=-1)
    for number, (point, nth) in enumerate(points):
        channel.advance(days=1)
        if number <= uploads:
            UploadedMedia.objects.all().delete()
        push = services.create_push([sign(f"article-{number}")], mode=mode, now=channel.now())
        status = doomed(point, nth)
        if status != -signal.SIGKILL:
            channel.finish_jobs()
            channel.advance(minutes=2)
            status = doomed(point, nth)
        push.refresh_from_db()
        assert status == -signal.SIGKILL, (
            point,
            nth,
            status,
            push.state,
            push.reason,
            push.errcode,
            push.detail,
        )
        channel.settle(push)
        out = [item for item in channel.published_items() if push.key in item["content_source_url"]]
        assert (push.state, len(out), channel.drafts) == (State.DONE, 1, []), (
            point,
            nth,
            push.reason,
            push.detail,
        )
    assert Push.objects.exclude(state=State.DONE).count() == 0
