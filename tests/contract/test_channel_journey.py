"""The way of a push from signature to phone: product and sandbox over a socket."""

import pytest

from publish import services
from publish.models import Push
from publish.states import State
from tests.tools.channel import sign


@pytest.mark.parametrize(("mode", "route"), [("publish", "published"), ("mass", "mass_sends")])
def test_push_arrives_once(channel, mode, route):
    push = services.create_push([sign()], mode=mode)
    assert channel.work() is False
    push.refresh_from_db()
    assert push.state == State.WAITING, (push.state, push.reason, push.detail)
    channel.finish_jobs()
    channel.advance(minutes=2)
    channel.work()
    push.refresh_from_db()
    assert push.state == State.DONE
    assert len(channel.out) == 1 and channel.drafts == []
    assert channel.sandbox.state()[route]
    assert Push.objects.count() == 1
