"""Which SQL each test sends, and which tests together send all of it.

The run on SQLite writes down the statements of each test (``--statements-to``). The run on PostgreSQL reads that
(``--statements-from``) and takes so many tests that every statement any test sends is sent there, the cheapest first.
A new test with SQL of its own is taken by itself; nobody keeps a list.
"""

import json
import os
import re
import sys
from functools import cache
from pathlib import Path

from django.db import DatabaseError
from django.db.backends.signals import connection_created
from django.db.models import QuerySet


# What transactions and tests.tools.recorded say; neither is a query of ours.
_NOT_OURS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT '", "PRAGMA")
_ALIKE = (
    (re.compile(r"= NULL\b"), "= %s"),
    (re.compile(r"\bLIMIT \d+"), "LIMIT %s"),
    (re.compile(r"(%s|NULL)(, (%s|NULL))+"), "%s"),
    (re.compile(r"(\([^()]*\))(, \1)+"), r"\1"),
    (re.compile(r"""(\([^()]*\)|[\w".]+ = %s)( OR \1)+"""), r"\1"),
)


@cache
def shape(sql):
    """Return ``sql`` with its values and any number of them made alike; empty when it is not ours."""
    if sql.startswith(_NOT_OURS):
        return ""
    for pattern, one in _ALIKE:
        sql = pattern.sub(one, sql)
    return sql


def _now():
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


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
            self.sent.add(
                f"-- {queryset.model.__name__} locked in {caller.f_code.co_filename}:{caller.f_lineno}"
            )
            return lock(queryset, *args, **kwargs)

        QuerySet.select_for_update = locking

    def _wrap(self, execute, sql, params, many, context):
        self.sent.add(shape(str(sql)))
        try:
            return execute(sql, params, many, context)
        except DatabaseError:
            self.refused = True
            raise

    def pytest_runtest_logstart(self, nodeid, location):
        self._begin()

    def pytest_runtest_logfinish(self, nodeid, location):
        if sent := self.sent - {""}:
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
            found[line["test"]] = (sent, max(line["cost"], 0.01), line["refused"])
    return found


def enough(tests, given):
    """Return the names of tests that together with ``given`` (names) send whatever any of ``tests`` sends.

    ``tests``: as ``recorded`` returns them. Where the database refused a statement the test is always among them: what a
    refusal leaves of the transaction differs between databases.
    """
    taken = {name for name, (_sent, _cost, refused) in tests.items() if refused}
    open_ = frozenset().union(*(sent for sent, _cost, _refused in tests.values()))
    for name in taken | given:
        open_ -= tests[name][0] if name in tests else frozenset()
    left = dict(tests)
    while open_:
        # A test that would bring nothing now brings nothing later.
        left = {name: one for name, one in left.items() if one[0] & open_}
        best = max(left, key=lambda name: len(left[name][0] & open_) / left[name][1])
        taken.add(best)
        open_ -= left[best][0]
    return taken
