"""Which SQL the product sends in each test, and which tests together have it send all of it.

The run on SQLite writes down the statements of each test (``--statements-to``). The run on PostgreSQL reads that
(``--statements-from``) and takes so many tests that every statement the product sends in any test is sent there, the
cheapest first. A new test that makes it send new SQL is taken by itself; nobody keeps a list. What a test asks for
itself, to prepare or to look, is no promise of the product's.
"""

import json
import os
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from django.db import DatabaseError
from django.db.backends.signals import connection_created
from django.db.models import QuerySet

from tests.tools import replayed


# What transactions and tests.tools.recorded say; neither is a query of ours.
_NOT_OURS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT '", "PRAGMA")
_ALIKE = (
    (re.compile(r"= NULL\b"), "= %s"),
    (re.compile(r"\bLIMIT \d+"), "LIMIT %s"),
    (re.compile(r"(%s|NULL)(, (%s|NULL))+"), "%s"),
    (re.compile(r"(\([^()]*\))(, \1)+"), r"\1"),
    (re.compile(r"""(\([^()]*\)|[\w".]+ = %s)( OR \1)+"""), r"\1"),
    # Which plain columns are read or set makes no difference to a database.
    (re.compile(r"""(?<=^SELECT )"\w+"\."\w+"(, "\w+"\."\w+")*(?= FROM(?!.* GROUP BY ))""", re.DOTALL), "*"),
    (re.compile(r"""(?<= SET )"\w+" = %s(, "\w+" = %s)*"""), "%s"),
)
ROOT = f"{Path(__file__).resolve().parents[2]}/"
_ROOMS = tuple(f"{ROOT}{room}/" for room in ("articles", "cms", "publish", "review", "themes"))
_TESTS = f"{ROOT}tests/"
# What a test costs at least where tables are emptied after it, in seconds.
_LEAST = 0.1


@cache
def shape(sql):
    """Return ``sql`` with its values and any number of them made alike; empty when it is not ours."""
    if sql.startswith(_NOT_OURS):
        return ""
    for pattern, one in _ALIKE:
        sql = pattern.sub(one, sql)
    return sql


def _of_the_product():
    """Return whether the product sends what is sent now: of our code, its own is nearest (or none: another thread's)."""
    frame = sys._getframe(1)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(_ROOMS):
            return True
        if name.startswith(_TESTS) and name != __file__:
            return False
        frame = frame.f_back
    return True


def _now():
    """Return the seconds the processor has worked, and would have worked had no step been put back."""
    return replayed.worked() + replayed.spared


class Recorder:
    """Writes one line a test into a file of this process in ``folder``."""

    def __init__(self, folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.file = (Path(folder) / f"{os.getpid()}.jsonl").open("w")
        self.numbers = {}
        connection_created.connect(self._listen, weak=False)
        self._listen_to_locks()
        self._begin()

    def _begin(self):
        self.sent, self.refused, self.began = set(), False, _now()

    def _listen(self, connection, **kwargs):
        if self._wrap not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._wrap)

    def _listen_to_locks(self):
        """Count each place that locks rows as a statement: SQLite's SQL has no words for it, other databases have rules."""
        lock = QuerySet.select_for_update

        def locking(queryset, *args, **kwargs):
            caller = sys._getframe(1)
            while "/django/db/" in caller.f_code.co_filename:
                caller = caller.f_back
            if _of_the_product():
                self.sent.add(
                    f"-- {queryset.model.__name__} locked in {caller.f_code.co_filename}:{caller.f_lineno}"
                )
            return lock(queryset, *args, **kwargs)

        QuerySet.select_for_update = locking

    def _wrap(self, execute, sql, params, many, context):
        text = shape(str(sql))
        if text not in self.sent and _of_the_product():
            self.sent.add(text)
        try:
            return execute(sql, params, many, context)
        except DatabaseError:
            self.refused = True
            raise

    def pytest_runtest_logstart(self, nodeid, location):
        self._begin()

    def pytest_runtest_logfinish(self, nodeid, location):
        sent = self.sent - {""}
        fresh = {text: len(self.numbers) + at for at, text in enumerate(sorted(sent - set(self.numbers)))}
        self.numbers |= fresh
        line = {
            "test": nodeid,
            "cost": round(_now() - self.began, 3),
            "refused": self.refused,
            "texts": {number: text for text, number in fresh.items()},
            "sent": sorted(self.numbers[text] for text in sent),
        }
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()


def recorded(folder):
    """Return {test: (its statements, its cost, whether the database refused one)} as Recorders wrote it."""
    found = {}
    for file in sorted(Path(folder).glob("*.jsonl")):
        texts = {}
        for line in map(json.loads, file.read_text("utf-8").splitlines()):
            texts |= {int(number): text for number, text in line["texts"].items()}
            sent = frozenset(texts[number] for number in line["sent"])
            found[line["test"]] = (sent, max(line["cost"], _LEAST), line["refused"])
    return found


def enough(tests, given):
    """Return the names of tests that together with ``given`` (names) send whatever any of ``tests`` sends.

    ``tests``: as ``recorded`` returns them. Where the database refused a statement the test is always among them: what a
    refusal leaves of the transaction differs between databases.
    """
    taken = {name for name, (_sent, _cost, refused) in tests.items() if refused}
    must = taken | {name for name in given if name in tests}
    taken = set(must)
    open_ = frozenset().union(*(sent for sent, _cost, _refused in tests.values()))
    for name in must:
        open_ -= tests[name][0]
    left = dict(tests)
    while open_:
        # A test that would bring nothing now brings nothing later.
        left = {name: one for name, one in left.items() if one[0] & open_}
        best = max(left, key=lambda name: len(left[name][0] & open_) / left[name][1])
        taken.add(best)
        open_ -= left[best][0]
    return _without_the_needless(tests, taken, must) - given


def _without_the_needless(tests, taken, must):
    """Leave out of ``taken`` what the others, the ``must`` among them, make needless; the dearest first.

    Each process of the run works this out for itself and must come to the same, so of equals the name decides.
    """
    times = Counter(text for name in taken for text in tests[name][0])
    for name in sorted(taken - must, key=lambda name: (-tests[name][1], name)):
        if all(times[text] > 1 for text in tests[name][0]):
            taken.remove(name)
            times.subtract(tests[name][0])
    return taken
