"""`make demo` goes the whole way by itself, twice, and leaves no process behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


# Seconds after which it hangs. It takes two minutes by itself, and several beside all other tests on two processors.
HANGS = 1200


@pytest.fixture
def demo():
    """Return run(**env): the demo command without serving, in a process group of its own."""

    def run(**env):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=inherited | {"DEMO_SERVE": "0"} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, errors = process.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    return run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_demo_goes_the_whole_way(demo):
    port = free_port()
    done = demo(PORT=str(port))
    assert done.returncode == 0, done.stdout + done.stderr
    for step in (
        "导入",
        "检查",
        "拦下",
        "送审",
        "签发",
        "断电",
        "恢复",
        "交人",
        "连接",
        "排期",
        "样张",
        "网站",
        "手机",
        "存证",
        "待办",
        "链接",
    ):
        assert f"  {step} " in done.stdout, step
    assert f"http://127.0.0.1:{port}/" in done.stdout
    assert set(json.loads((ROOT / "var" / "demo.json").read_text())["passwords"]) == {
        "librarian",
        "physician",
        "chief",
        "admin",
    }
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert not [args for args in running() if f"0.0.0.0:{port}" in args]


def running():
    """Return the command lines of all processes."""
    return [
        path.read_bytes().replace(b"\0", b" ").decode()
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.exists()
    ]


def test_busy_port_and_production_are_refused_with_a_sentence(demo):
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - as the demo does
        taken.listen()
        done = demo(PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1 and "busy" in done.stderr and "Traceback" not in done.stderr
    done = demo(DJANGO_SETTINGS_MODULE="cms.settings.production", SECRET_KEY="x" * 60, APPROVAL_KEY="y" * 60,
                ALLOWED_HOSTS="a.example", SITE_URL="https://a.example", DATABASE_URL="sqlite:////tmp/x.sqlite3")  # fmt: skip
    assert done.returncode == 1 and "production" in done.stderr
