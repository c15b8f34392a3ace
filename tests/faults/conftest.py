"""Fixtures of the fault tests: the sandbox, and worker processes that die where a test wants."""

import json
import subprocess
import sys

from django.conf import settings

import pytest

from tests.conftest import ROOT
from tests.tools.channel import channel


__all__ = ["channel", "doomed"]


@pytest.fixture
def doomed(channel, command_env):
    """Return run(point="", nth=1, workers=1): worker processes that die at a point; gives back the exit status(es)."""
    env = command_env | {
        "WECHAT_API_BASE": settings.WECHAT_API_BASE,
        "WECHAT_MODE": settings.WECHAT_MODE,
        "LOG_LEVEL": "ERROR",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout.readline() == "ready\n"

        def run(point="", nth=1, workers=1):
            order = {"point": point, "nth": nth, "offset": channel.offset.total_seconds(), "workers": workers}
            server.stdin.write(json.dumps(order) + "\n")
            server.stdin.flush()
            codes = json.loads(server.stdout.readline())
            return codes if workers > 1 else codes[0]

        yield run
        server.stdin.close()
        server.wait(timeout=10)
