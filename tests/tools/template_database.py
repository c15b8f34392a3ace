"""The test database, made by the migrations once and copied from then on.

Migrating takes longer than most test files. The copy is kept under the fingerprint of everything the tables follow
from: on SQLite as a file in var/ (git-ignored), on PostgreSQL as a template database of the server.
"""

import fcntl
import gc
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connection
from django.test.utils import setup_databases, teardown_databases


ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("articles", "cms", "publish", "review", "themes")
FOLDER = ROOT / "var" / "test-databases"


def set_up(suffix=""):
    """Give this process its empty test database; return what ``tear_down`` needs. ``suffix``: of the xdist worker."""
    creation = connection.creation
    test = connection.settings_dict.setdefault("TEST", {})
    if suffix:
        test["NAME"] = _with_suffix(creation._get_test_db_name(), suffix)
    name = creation._get_test_db_name()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _locked():
        if connection.vendor == "sqlite":
            return _sqlite(name)
        return _postgresql(name)


def tear_down(made):
    """Remove the test database again."""
    if isinstance(made, list):
        teardown_databases(made, verbosity=0)
    else:
        connection.creation.destroy_test_db(made, verbosity=0)


def _sqlite(name):
    template = FOLDER / f"{fingerprint()}.sqlite3"
    if template.exists():
        os.utime(template)
        shutil.copyfile(template, name)
        return _take(name)
    made = setup_databases(verbosity=0, interactive=False)
    fresh = template.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    fresh.replace(template)
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-3]:
        old.unlink(missing_ok=True)
    return made


def _postgresql(name):
    template = f"xinglin_{fingerprint()}"
    quote = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone():
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(name)}")
            cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}")
            return _take(name)
    made = setup_databases(verbosity=0, interactive=False)
    connection.close()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quote(template)} TEMPLATE {quote(name)}")
    return made


def _take(name):
    """Point the connection at the database ``name``; return the name it had before."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return before


def _with_suffix(name, suffix):
    path = Path(name)
    return str(path.with_name(f"{path.stem}_{suffix}{path.suffix}"))


@contextmanager
def _locked():
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint():
    """Return what identifies the tables: the packages' pins, our models and migrations."""
    found = hashlib.sha256()
    for room in ROOMS:
        for file in sorted([*(ROOT / room).glob("models*/**/*.py"), *(ROOT / room).glob("migrations/*.py")]):
            found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    found.update((ROOT / "requirements" / "base.txt").read_bytes())
    return found.hexdigest()[:20]


def main():
    """Make the copy for the database of DATABASE_URL, so that the run finds it."""
    # Migrating renders models by the thousand; looking for those that are done with, at Python's pace, is a tenth of it.
    gc.set_threshold(100_000, 50, 100)
    django.setup()
    tear_down(set_up(f"prepared_{os.getpid()}"))


if __name__ == "__main__":
    main()
