"""The fault matrix: every fault at every call of a push, with one worker and with three.

``python -m tests.faults.matrix`` runs the whole and prints a line a fault: where the push first rested after it, and its
end. ``make bench`` does so on PostgreSQL; ``make test`` tries a thin diagonal on both databases. A time-out is a
connection that is cut: what the worker learns is the same, that nobody knows, without the waiting.
"""

import os
import sys

import pytest


# Call: how the push is asked for, and the path in WeChat.
CALLS = {
    "token": ("publish", "stable_token"),
    "uploadimg": ("publish", "media/uploadimg"),
    "cover": ("publish", "material/add_material"),
    "draft": ("publish", "draft/add"),
    "submit": ("publish", "freepublish/submit"),
    "sendall": ("mass", "message/mass/sendall"),
    "poll": ("publish", "freepublish/get"),
    "poll mass": ("mass", "message/mass/get"),
}
FAULTS = {
    "SIGKILL": None,
    "time-out before": {"kind": "drop_before"},
    "time-out after": {"kind": "drop_after"},
    "-1": {"kind": "error", "errcode": -1},
    "45009": {"kind": "error", "errcode": 45009},
    "45011": {"kind": "error", "errcode": 45011},
    # Every token is dead, and the new one is refused once more: another process was quicker.
    "40001 race": {"kind": "error", "errcode": 40001},
    "malformed": {"kind": "malformed", "effect": True},
}
WORKERS = (1, 3)
WHOLE = "XINGLIN_FAULT_MATRIX"


def calls_of(fault):
    """Return the calls at which ``fault`` is tried: all of them, or one in four (a diagonal)."""
    whole = os.environ.get(WHOLE) == "whole"
    first = list(FAULTS).index(fault)
    return [call for number, call in enumerate(CALLS) if whole or (number - first) % 4 == 0]


def row(workers, fault, cells):
    """Return one line of the matrix. ``cells``: {call: (state in which the push first rested, its end)}."""
    width = 1 + max(len(call) for call in CALLS) + len("NEEDS_PERSON > DONE") + 2
    texts = (f"{call} {first} > {end}".ljust(width) for call, (first, end) in cells.items())
    return f"{workers} worker(s), {fault:<16}" + "".join(texts).rstrip()


if __name__ == "__main__":
    os.environ[WHOLE] = "whole"
    sys.exit(pytest.main(["tests/faults/test_matrix.py", "-q", *sys.argv[1:]]))
