"""Fixtures of the fault tests: the sandbox, and worker processes that die where a test wants."""

import json
import subprocess
import sys

from django.conf import settings
from django.db import connection

import pytest

from tests.conftest import ROOT
from tests.tools.channel import channel
from tests.tools.database import url_of


__all__ = ["channel", "doomed"]


@pytest.fixture(scope="session")
def workers_home(django_db_setup, tmp_path_factory):
    """A process that has loaded the program once and forks workers when it is told to."""
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "DATABASE_URL": url_of(connection.settings_dict),
        "LOG_LEVEL": "ERROR",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()
        process.wait(timeout=120)


@pytest.fixture
def doomed(channel, workers_home):
    """Return run(point="", nth=1, workers=1): worker processes that die at a point; gives back the exit status(es)."""

    def run(point="", nth=1, workers=1):
        order = {
            "point": point,
            "nth": nth,
            "offset": channel.offset.total_seconds(),
            "workers": workers,
            "settings": {
                name: str(getattr(settings, name))
                for name in ("WECHAT_API_BASE", "WECHAT_MODE", "MEDIA_ROOT", "SITE_URL")
            },
            "var_dir": str(settings.VAR_DIR),
        }
        workers_home.stdin.write(json.dumps(order) + "\n")
        workers_home.stdin.flush()
        codes = json.loads(workers_home.stdout.readline())
        return codes if workers > 1 else codes[0]

    return run
