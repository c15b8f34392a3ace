"""`manage.py deliver` as a process: it wakes by itself, stops when told, and says how it ended."""

import signal
import subprocess
import sys
import time

from django.conf import settings

import pytest

from publish import services
from publish.models import Heartbeat
from publish.states import State
from tests.conftest import ROOT
from tests.tools.channel import sign


@pytest.fixture
def env(channel, command_env):
    return command_env | {"WECHAT_API_BASE": settings.WECHAT_API_BASE, "WECHAT_MODE": "publish"}


def until(what, seconds=60):
    """Wait until ``what()`` is true; the time is only there to end a test that hangs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    pytest.fail("nothing happened")


def test_wakes_sends_and_stops(channel, env):
    """A push made while it idles goes out; SIGTERM ends it with 0 and nothing half done."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "deliver"], cwd=ROOT, env=env, stderr=subprocess.PIPE
    ) as process:
        try:
            until(lambda: Heartbeat.objects.filter(stopped_at=None).exists())
            push = services.create_push([sign()], mode="publish")
            until(lambda: push.refresh_from_db() or push.state == State.WAITING)
        finally:
            process.send_signal(signal.SIGTERM)
            _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert not Heartbeat.objects.filter(stopped_at=None).exists()
    push.refresh_from_db()
    assert (push.lease_worker, push.intent) == ("", "")


def test_once_says_how_it_ended(channel, env, manage):
    """0 when all is well; 1 when something ended FAILED or NEEDS_PERSON, and only then."""
    good = services.create_push([sign("good")], mode="publish")
    assert manage("deliver", "--once", env=env).returncode == 0
    good.refresh_from_db()
    assert good.state == State.WAITING
    services.create_push([sign("long", title="字" * 33)], mode="publish")
    ended = manage("deliver", "--once", env=env)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert manage("deliver", "--once", env=env).returncode == 0
