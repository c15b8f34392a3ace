"""A follower on the sandbox's phone and the product's polite answer, over real sockets."""

import itertools

import pytest

from publish.models import CallbackEvent


FOLLOWER = "oSandboxFollower0000000000001"


@pytest.mark.parametrize(
    ("mode", "form"), list(itertools.product(("plain", "compatible", "aes"), ("xml", "json")))
)
def test_whoever_writes_reads_that_nobody_is_treated_here(channel, live_server, mode, form):
    sandbox = channel.sandbox
    sandbox.set(callback=f"{live_server.url}/wechat/callback/", callback_mode=mode, callback_format=form)
    words = "我胸痛，身份证号 110101199001011234"
    answers = [
        sandbox.control("POST", "messages", openid=FOLLOWER, content=words),
        sandbox.control("POST", "messages", openid="oNewcomer", kind="subscribe"),
    ]
    for answer in answers:
        assert answer["state"] == "delivered"
        assert "这里不能看病" in answer["reply"] and "120" in answer["reply"]
    kept = str(list(CallbackEvent.objects.values()))
    assert words not in kept and "胸痛" not in kept
