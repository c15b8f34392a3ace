"""The fault matrix: every fault at every call of a push, with one worker and with three.

``python -m tests.faults.matrix`` runs it and prints it as a table (on SQLite a thin diagonal, on PostgreSQL whole:
``python -m tests.tools.with_postgres python -m tests.faults.matrix``). A time-out is a connection that is cut: what the
worker learns is the same, that nobody knows, without the waiting.
"""

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


def calls_of(fault, *, whole):
    """Return the calls at which ``fault`` is tried: all of them, or one in four (a diagonal)."""
    first = list(FAULTS).index(fault)
    return [call for number, call in enumerate(CALLS) if whole or (number - first) % 4 == 0]


def table(results):
    """Return ``{(workers, fault, call): text}`` as the lines of a table."""
    width = max([len(text) for text in results.values()] + [len(call) for call in CALLS]) + 2
    lines = []
    for workers in WORKERS:
        lines.append(f"{f'workers: {workers}':<18}" + "".join(f"{call:<{width}}" for call in CALLS))
        for fault in FAULTS:
            cells = "".join(f"{results.get((workers, fault, call), '·'):<{width}}" for call in CALLS)
            lines.append(f"{fault:<18}{cells}".rstrip())
        lines.append("")
    return lines


class Printer:
    """A pytest plugin that gathers the cells of the matrix and prints them at the end."""

    def __init__(self):
        self.results = {}

    def pytest_runtest_logreport(self, report):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "fault matrix":
                workers, fault, call, text = value
                self.results[workers, fault, call] = text

    def pytest_terminal_summary(self, terminalreporter):
        if self.results:
            terminalreporter.section("fault matrix: first rest → end")
            for line in table(self.results):
                terminalreporter.write_line(line)


if __name__ == "__main__":
    sys.exit(pytest.main(["tests/faults/test_matrix.py", "-q", *sys.argv[1:]], plugins=[Printer()]))
