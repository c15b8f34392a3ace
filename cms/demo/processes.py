"""The processes the demo runs beside itself: sandbox, web, delivery. None outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings


ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT = 60
STOP_TIMEOUT = 10


class ProcessError(RuntimeError):
    """A process of the demo did not come up; the sentence says where its log is."""


def free_port():
    """Return a port that is free now on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    """Return whether nobody listens on ``port``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the demo serves a phone on the same network
        except OSError:
            return False
    return True


class Processes:
    """Started in order, stopped in reverse; each writes a log under the demo's folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.running = []

    def start(self, name, *arguments):
        """Start ``python ARGUMENTS`` and return it; its output goes to NAME.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, *map(str, arguments)],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ,
            )
        process.name = name
        self.running.append(process)
        return process

    def manage(self, name, *arguments):
        """Start a management command."""
        return self.start(name, ROOT / "manage.py", *arguments)

    def wait_for(self, process, address):
        """Wait until ``address`` answers. Raises ProcessError when the process ends or takes too long."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(URLError, OSError), urlopen(address, timeout=5):  # noqa: S310 - http on this machine
                return
            time.sleep(0.1)
        raise ProcessError(f"{process.name} did not start; see {self.folder / process.name}.log")

    def kill(self, process):
        """SIGKILL, as a power cut would."""
        process.kill()
        process.wait()
        self.running.remove(process)

    def stop_all(self):
        """SIGTERM, then SIGKILL for what lingers."""
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.running):
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()


@contextmanager
def processes(folder):
    """Yield Processes; stops them all on the way out, whatever happened."""
    group = Processes(folder)
    try:
        yield group
    finally:
        group.stop_all()


def web(group, port):
    """Serve the site on ``port``, for this machine and a phone on the same network; returns when it answers."""
    process = group.start(
        "web",
        *("-m", "gunicorn", "cms.wsgi:application", "--bind", f"0.0.0.0:{port}", "--threads", "8"),
        *("--log-level", "warning", "--timeout", "120"),
    )
    group.wait_for(process, f"http://127.0.0.1:{port}/healthz?demo")
    return process


def sandbox(group, port, callback):
    """Run the WeChat sandbox; returns when it answers."""
    store = Path(settings.VAR_DIR) / "sandbox"
    process = group.manage(
        "sandbox", "wechat_sandbox", "--port", port, "--store", store, "--callback", callback, "--reset"
    )
    group.wait_for(process, f"http://127.0.0.1:{port}/phone/")
    return process
