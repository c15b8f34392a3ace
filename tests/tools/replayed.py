"""What a test makes first, put back for the tests after it that make the same from the same beginning.

Signing an article takes 400 milliseconds, putting its rows and files back a few. A step is put back only onto exactly
the rows it was made on: those of the site as ``recorded`` put it there, or of a step before it, with nothing written
since, by this connection or another. Elsewhere, on PostgreSQL and in tests that replace parts of the product
(``monkeypatch``), it is made.
"""

import os
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.db import connection, connections
from django.db.models import Model
from django.utils import timezone, translation

import time_machine

from articles import registry
from review.signals import article_approved


# Each test has its own; what is made does not depend on them, nor on the settings of the login's guard (AXES_…),
# which change when they are first read.
_OWN = {"VAR_DIR", "MEDIA_ROOT", "WECHAT_API_BASE", "DATABASES"}
# Without a stopped clock, what is put back is at most this old, in seconds.
_OLDEST = 300
_steps = {}
_here = _patches = None
# Whether the database holds what the steps have made, and nothing beside it.
_exactly = True
# Seconds of work that putting steps back has spared this process.
spared = 0.0


class _Step:
    """What one step changed: statements with their rows, files, and what it returned."""

    def __init__(self, before, after, files, value, cost):
        self.cost = cost
        self.statements = list(_statements(before, after))
        self.files = files
        self.value = value
        self.after = after

    def put_back(self):
        database = _database()
        alone = not connection.in_atomic_block
        if alone:
            # Foreign keys are checked at the end, so all rows go in together.
            database.execute("BEGIN IMMEDIATE")
        for statement, rows in self.statements:
            database.executemany(statement, rows)
        if alone:
            database.execute("COMMIT")
        for name, data in self.files.items():
            path = Path(settings.VAR_DIR) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


class _Beginning:
    """The site as ``recorded`` puts it there."""

    after = None


_beginnings = {}


def begin_test(monkeypatch):
    """Forget the test before; while ``monkeypatch`` has replaced something, nothing is put back."""
    global _here, _patches, _exactly
    _here, _patches, _exactly = None, monkeypatch, True


def stand_on(beginning):
    """Say that the database holds exactly what ``beginning`` stands for."""
    if connection.vendor == "sqlite":
        _stand(_beginnings.setdefault(beginning, _Beginning()))


@contextmanager
def aside():
    """Let what is done within write what no step depends on: somebody logs in."""
    global _exactly
    known = _known()
    yield
    if known:
        _exactly = False
        _stand(known)


def worked():
    """Return the seconds that processors have worked for this process and its children."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def step(make, *arguments):
    """Return ``make(*arguments)``, which is plain or an id: made, or put back when it has been made on these rows before."""
    global spared
    known = _known()
    given = known and _plain(arguments)
    if given is None:
        return make(*arguments)
    files = _files()
    key = (known, make.__code__, given, hash(tuple(sorted(files.items()))), *_surroundings())
    if found := _steps.get(key):
        found.put_back()
        spared += found.cost
        _stand(found)
        return found.value
    before = (_exactly and known.after) or _rows()
    mails = len(mail.outbox)
    began = worked() + spared
    with _later() as later:
        value = make(*arguments)
    cost = worked() + spared - began
    if not later and mails == len(mail.outbox):
        now = _files()
        new = {name: data for name, data in now.items() if files.get(name) != data}
        _steps[key] = _Step(before, _rows(), new, value, cost)
        if not _exactly:
            _steps[key].after = None
        _stand(_steps[key])
    return value


@contextmanager
def _later():
    """Yield the list of what is left to be done once the transaction is over; that cannot be put back."""
    connection.ensure_connection()
    wrapper, found = connections[connection.alias], []
    given = wrapper.on_commit

    def on_commit(function, robust=False):
        found.append(function)
        given(function, robust)

    wrapper.on_commit = on_commit
    try:
        yield found
    finally:
        del wrapper.on_commit


def _stand(state):
    global _here
    _here = state, _mark()


def _known():
    if _here is None or connection.vendor != "sqlite":
        return None
    if _patches._setattr or _patches._setitem:
        return None
    state, mark = _here
    return state if mark == _mark() else None


def _mark():
    """What changes with every row written, here or by another connection, and with every savepoint begun or left."""
    database = _database()
    [others] = database.execute("PRAGMA data_version").fetchone()
    return database, database.total_changes, others, tuple(connection.savepoint_ids)


def _database():
    """The driver's own connection: what is put back is not what the test asks, so nobody counts or records it."""
    connection.ensure_connection()
    return connection.connection


def _plain(value):
    """Return ``value`` so that it can be a key, or None when more may be in it than can be seen."""
    if isinstance(value, Model):
        return (value._meta.label, value.pk) if value.pk else None
    if isinstance(value, (str, int, float, bool, date, datetime)) or value is None:
        return (type(value).__name__, str(value))
    if isinstance(value, dict):
        value = sorted(value.items())
    if isinstance(value, (list, tuple)):
        parts = tuple(map(_plain, value))
        return None if None in parts else (type(value).__name__, *parts)
    return None


def _surroundings():
    stopped = time_machine.escape_hatch.is_travelling()
    now = timezone.now()
    hooks = (
        registry.finding_rules,
        registry.signing_guards,
        registry.chain_pickers,
        article_approved.receivers,
    )
    return (
        now if stopped else (timezone.localdate(), int(now.timestamp()) // _OLDEST),
        translation.get_language(),
        tuple(tuple(map(id, found)) for found in hooks),
        repr(
            [
                (name, getattr(settings, name))
                for name in sorted(dir(settings))
                if name.isupper() and name not in _OWN and not name.startswith("AXES_")
            ]
        ),
        connection.settings_dict["NAME"],
    )


def _files():
    folder = Path(settings.VAR_DIR)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@cache
def _tables():
    """Return {table: its columns}; the search's own tables follow by trigger."""
    tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    found = dict(_database().execute(tables).fetchall())
    virtual = tuple(name for name, sql in found.items() if sql.startswith("CREATE VIRTUAL"))
    return {
        name: [row[1] for row in _database().execute(f"PRAGMA table_info({name})")]
        for name in found
        if not name.startswith(virtual)
    }


def _rows():
    """Return {table: {rowid: row}}."""
    found = {}
    for name, columns in _tables().items():
        # The sign keeps SQLite's driver from turning stored values into Python's.
        stored = ", ".join(f'+"{column}"' for column in columns)
        rows = _database().execute(f"SELECT rowid, {stored} FROM {name}")  # noqa: S608
        found[name] = {row[0]: tuple(row[1:]) for row in rows}
    return found


def _statements(before, after):
    for name, rows in after.items():
        old = before[name]
        if gone := [(rowid,) for rowid, row in old.items() if rows.get(rowid) != row]:
            yield f"DELETE FROM {name} WHERE rowid = ?", gone  # noqa: S608
    for name, rows in after.items():
        if new := [(rowid, *row) for rowid, row in rows.items() if before[name].get(rowid) != row]:
            columns = ", ".join(f'"{column}"' for column in _tables()[name])
            marks = ", ".join("?" * len(new[0]))
            yield f"INSERT INTO {name} (rowid, {columns}) VALUES ({marks})", new  # noqa: S608
