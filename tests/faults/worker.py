"""Delivery workers that kill themselves at a named point: ``python -m tests.faults.worker``.

Django is loaded once; each line on standard input ({"point", "nth", "offset", "workers", "settings", "var_dir"})
forks so many workers that do what is due under these settings; one that reaches the point for the nth time sends
itself SIGKILL. Their exit statuses (negative: the signal) are answered as one line of JSON.
"""

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import django
from django.test.utils import override_settings


def main():
    django.setup()
    from django.utils import timezone

    from publish.deliver import Worker
    from tests import samples
    from themes import wechat

    # Templates and libraries are loaded once, here, and not by each forked worker. No database.
    wechat.render(samples.SNAPSHOT, samples.FACTS, lambda image: "http://mmbiz.qpic.cn/x/0")
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        order = json.loads(line)
        pids = [_fork(order, Worker, timezone) for _worker in range(order["workers"])]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print(json.dumps(codes), flush=True)  # noqa: T201


def _fork(order, worker_class, timezone):
    pid = os.fork()
    if pid:
        return pid
    # In the child alone: the parent serves many tests, each with folders and a sandbox of its own.
    override_settings(VAR_DIR=Path(order["var_dir"]), **order["settings"]).enable()
    offset = timedelta(seconds=order["offset"])
    left = order["nth"]

    def reached(point):
        nonlocal left
        if point == order["point"]:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    bad = worker_class(clock=lambda: timezone.now() + offset, reached=reached).run_once()
    os._exit(1 if bad else 0)


if __name__ == "__main__":
    main()
