"""The clock of a child process, in its parent's hands: each line on standard input is the time to stand at, in epoch seconds.

Only cms.settings.test follows one (FOLLOW_CLOCK), so that the program under test is `manage.py` as it is. A line on
standard output says that the time has been taken. time.monotonic and waiting are real.
"""

import sys
import threading

import time_machine


def follow():
    """Stand at the first time that is given; then follow in a thread until standard input ends."""
    traveller = time_machine.travel(float(sys.stdin.readline()), tick=False).start()
    threading.Thread(target=_follow, args=(traveller,), daemon=True).start()


def _follow(traveller):
    print("taken", flush=True)
    for line in sys.stdin:
        traveller.move_to(float(line))
        print("taken", flush=True)
