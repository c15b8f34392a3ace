"""P3: WeChat's answer is lost; what happened is found out, and nothing is done twice."""

import pytest

from publish import services
from publish.models import Attempt
from publish.states import State
from publish.wechat import reasons
from tests.tools.channel import sign


CALLS = [
    ("publish", "draft/add"),
    ("publish", "freepublish/submit"),
    ("mass", "draft/add"),
    ("mass", "message/mass/sendall"),
]
LOST = [
    {"kind": "drop_after"},
    {"kind": "malformed", "effect": True},
    {"kind": "status", "status": 502, "effect": True},
    {"kind": "error", "errcode": -1, "effect": True},
]
NEVER_SENT = [{"kind": "drop_before"}, {"kind": "status", "status": 502}, {"kind": "error", "errcode": -1}]


def name_of(value):
    return "-".join(str(part) for part in value.values()) if isinstance(value, dict) else None


@pytest.mark.answers
@pytest.mark.parametrize("fault", LOST, ids=name_of)
@pytest.mark.parametrize(("mode", "call"), CALLS)
def test_lost_after_the_effect(channel, mode, call, fault):
    """The effect took place: it is found again and not repeated."""
    push = services.create_push([sign()], mode=mode)
    channel.sandbox.fault(call, **fault)
    channel.worker().round()  # the worker's first round carries the push up to the lost answer
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.UNKNOWN, "no_answer")
    assert Attempt.objects.filter(push=push, call=call).count() == 1
    channel.settle(push)
    assert push.state == State.DONE
    assert len(channel.published_items()) == 1 and channel.drafts == []
    if call != "message/mass/sendall":  # there, the same clientmsgid is how one asks
        assert channel.calls(f"/cgi-bin/{call}") == 1


@pytest.mark.answers
@pytest.mark.parametrize("fault", NEVER_SENT, ids=name_of)
@pytest.mark.parametrize(("mode", "call"), CALLS)
def test_lost_before_the_effect(channel, mode, call, fault):
    """Nothing took place: it is sent again only after two looks a minute apart."""
    push = services.create_push([sign()], mode=mode)
    channel.sandbox.fault(call, **fault)
    channel.work()
    push.refresh_from_db()
    assert push.state == State.UNKNOWN and push.absent_at is not None
    # The product's clock is real time moved on: what is left of the minute is for a slow machine.
    channel.advance(seconds=40)
    channel.work()
    assert channel.calls(f"/cgi-bin/{call}") == 1
    channel.advance(seconds=21)
    channel.work()
    assert channel.calls(f"/cgi-bin/{call}") == 2
    channel.settle(push)
    assert push.state == State.DONE
    assert len(channel.published_items()) == 1 and channel.drafts == []


def test_wechat_cannot_say(channel):
    """A mass send whose draft is gone and whose name WeChat has forgotten stays UNKNOWN, with buttons."""
    push = services.create_push([sign()], mode="mass")
    channel.sandbox.fault("message/mass/sendall", "drop_after")
    channel.sandbox.fault("draft/get", "status", skip=1, times=3)
    channel.work()
    channel.finish_jobs()
    channel.advance(hours=25)
    for _round in range(8):
        channel.work()
        channel.advance(hours=1)
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.UNKNOWN, "cannot_say")
    assert {"reconcile", "done_by_hand", "not_there"} <= set(services.actions(push))
    assert reasons.explain(push)
    assert len(channel.published_items()) == 1
    assert channel.calls("message/mass/sendall") == 1


def test_publishing_refused_after_a_lost_answer(channel):
    """The submission was taken and then failed: the draft is back in the box, so it is submitted again."""
    push = services.create_push([sign()], mode="publish")
    channel.sandbox.script(publish={"status": 3})
    channel.sandbox.fault("freepublish/submit", "drop_after")
    channel.settle(push)
    assert push.state == State.DONE
    assert len(channel.published_items()) == 1 and channel.drafts == []


def test_lost_answer_of_an_upload_is_repeated(channel):
    """Uploads change nothing a reader sees: they are simply sent again, with the whole file."""
    push = services.create_push([sign()], mode="publish")
    channel.sandbox.fault("media/uploadimg", "drop_after")
    channel.work()
    push.refresh_from_db()
    assert push.state == State.RETRY_AT
    channel.settle(push)
    assert push.state == State.DONE
    sizes = {
        row["summary"]["media"]["bytes"]
        for row in Attempt.objects.filter(call="media/uploadimg").values("summary")
    }
    assert len(sizes) == 1 and sizes.pop() > 1000
