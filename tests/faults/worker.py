"""Delivery workers that kill themselves at a named point: ``python -m tests.faults.worker``.

Django is loaded once; each line on standard input ({"point", "nth", "offset"}) forks one worker that
does what is due and, at the nth time it reaches the point, sends itself SIGKILL. Its exit status
(negative: the signal) is answered as one line of JSON.
"""

import json
import os
import signal
import sys
from datetime import timedelta

import django


def main():
    django.setup()
    from django.utils import timezone

    from publish.deliver import Worker

    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            offset = timedelta(seconds=order["offset"])
            left = [order["nth"]]

            def reached(point, order=order, left=left):
                left[0] -= point == order["point"]
                if point == order["point"] and left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            bad = Worker(clock=lambda offset=offset: timezone.now() + offset, reached=reached).run_once()
            os._exit(1 if bad else 0)
        _pid, status = os.waitpid(pid, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
