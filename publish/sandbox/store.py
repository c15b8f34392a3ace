"""What the sandbox remembers: one SQLite file and a folder of uploaded bytes.

Every effect of a call is one transaction, so a SIGKILL leaves either all of it or nothing. Files are named by their
SHA-256 and stand complete before the row that names them is committed.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path


SCHEMA = """
create table if not exists meta (name text primary key, value text not null);
create table if not exists counters (name text primary key, value integer not null);
create table if not exists usage (path text, period text, used integer not null, primary key (path, period));
create table if not exists tokens (
    token text primary key, world text not null, number integer not null,
    created integer not null, expires integer not null, dead integer not null default 0);
create table if not exists media (
    id text primary key, number integer not null, kind text not null, permanent integer not null, name text not null,
    sha text not null, size integer not null, format text not null, width integer, height integer,
    title text not null default '', introduction text not null default '', url text not null default '',
    created integer not null, deleted integer not null default 0);
create table if not exists pictures (
    path text primary key, number integer not null, sha text not null, format text not null, created integer not null);
create table if not exists drafts (
    id text primary key, number integer not null, created integer not null, updated integer not null,
    state text not null, tempkey text not null);
create table if not exists autosaved (draft text primary key);
create table if not exists draft_items (
    draft text not null, idx integer not null, data text not null, dropped text not null, primary key (draft, idx));
create table if not exists publish_jobs (
    id text primary key, number integer not null, draft text not null, submitted integer not null, due integer not null,
    status integer not null, fail_idx text not null default '[]', article_id text not null default '',
    script text not null default '{}');
create table if not exists masses (
    msg_id integer primary key, msg_data_id integer, origin text not null, draft text not null default '',
    msgtype text not null, branch text not null, to_all integer not null, tag integer, clientmsgid text not null,
    submitted integer not null, due integer not null, state text not null,
    status text not null default '', article_id text not null default '', finished integer,
    script text not null default '{}');
create table if not exists articles (
    token text primary key, number integer not null, article_id text not null, idx integer not null,
    route text not null, msg_id integer, data text not null, published integer not null,
    deleted integer not null default 0, banned integer not null default 0);
create table if not exists previews (
    msg_id integer primary key, reader text not null, msgtype text not null, branch text not null, at integer not null);
create table if not exists confirmations (key text primary key, state text not null, at integer not null);
create table if not exists publish_data (msg_data_id integer primary key, job text not null);
create table if not exists threads (token text primary key, open integer not null);
create table if not exists comments (
    id integer primary key, token text not null, openid text not null default '', content text not null,
    created integer not null, elected integer not null default 0, deleted text not null default '',
    reply text not null default '', replied integer);
create table if not exists followers (
    number integer primary key, openid text not null unique, name text not null, remark text not null,
    since integer not null, follows integer not null);
create table if not exists tags (id integer primary key, name text not null unique);
create table if not exists followers_tags (openid text not null, tag integer not null, primary key (openid, tag));
create table if not exists inbox (msg_id integer not null, openid text not null, primary key (msg_id, openid));
create table if not exists messages (callback integer primary key, openid text not null, content text not null);
create table if not exists scripts (id integer primary key, kind text not null, data text not null);
create table if not exists faults (
    id integer primary key, path text not null, skip integer not null, times integer not null, data text not null);
create table if not exists callbacks (
    id integer primary key, event text not null, body text not null, created integer not null, tries integer not null,
    next_try real not null, state text not null, answers text not null default '[]');
create table if not exists requests (
    id integer primary key, at integer not null, method text not null, path text not null, query text not null,
    body text not null, status integer, errcode integer, answer text not null, rid text not null, fault text not null,
    ip text not null);
"""


class StoreInUseError(Exception):
    """Another process holds this store."""


class Store:
    """The remembered state. ``path`` is a folder (made when absent); without one a temporary folder is used and
    removed on close. Raises StoreInUseError when another process has the folder open."""

    def __init__(self, path=None, reset=False):
        self._temporary = path is None
        self.root = Path(tempfile.mkdtemp(prefix="wechat-sandbox-") if path is None else path)
        self.root.mkdir(parents=True, exist_ok=True)
        self._guard = open(self.root / "lock", "w")  # noqa: SIM115 - held open as long as the store is
        try:
            fcntl.flock(self._guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._guard.close()
            raise StoreInUseError(f"the store {self.root} is in use by another process") from error
        self.files = self.root / "files"
        if reset:
            for name in ("sandbox.sqlite3", "sandbox.sqlite3-wal", "sandbox.sqlite3-shm"):
                (self.root / name).unlink(missing_ok=True)
            shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            self.root / "sandbox.sqlite3", check_same_thread=False, isolation_level=None, timeout=20
        )
        self._db.row_factory = sqlite3.Row
        if self._temporary:
            # nobody opens it a second time, so nothing has to reach the disk
            self._db.execute("pragma journal_mode=memory")
            self._db.execute("pragma synchronous=off")
        else:
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
        self._db.executescript(f"begin;{SCHEMA}commit;")

    def close(self):
        """Close the file; a temporary store is removed."""
        with self._lock:
            self._db.close()
            self._guard.close()
        if self._temporary:
            shutil.rmtree(self.root, ignore_errors=True)

    @contextmanager
    def transaction(self):
        """One effect. Nested use takes part in the outer one; other threads wait."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("begin immediate")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            else:
                self._db.execute("commit")
            finally:
                self._depth = 0

    @contextmanager
    def savepoint(self):
        """Inside a transaction: what fails here is undone, what stood before stays."""
        self._db.execute("savepoint part")
        try:
            yield
        except BaseException:
            self._db.execute("rollback to part")
            self._db.execute("release part")
            raise
        else:
            self._db.execute("release part")

    def run(self, sql, *values):
        """Execute one statement; returns the number of rows it touched."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def rows(self, sql, *values):
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql, *values):
        """The first row or None."""
        with self._lock:
            return self._db.execute(sql, values).fetchone()

    def value(self, sql, *values):
        """The first column of the first row, or None."""
        found = self.row(sql, *values)
        return None if found is None else found[0]

    def insert(self, table, **values):
        """Insert one row; dicts and lists are kept as JSON."""
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        packed = [dump(value) if isinstance(value, dict | list) else value for value in values.values()]
        self.run(f"insert into {table} ({names}) values ({marks})", *packed)  # noqa: S608 - names are our own

    def number(self, name):
        """The next number of a series, from 1; kept in the store, so ids never repeat."""
        with self.transaction():
            self.run(
                "insert into counters values (?, 1) on conflict (name) do update set value = value + 1", name
            )
            return self.value("select value from counters where name = ?", name)

    def get(self, name, default=None):
        """A remembered value (JSON)."""
        found = self.value("select value from meta where name = ?", name)
        return default if found is None else json.loads(found)

    def put(self, name, value):
        with self.transaction():
            self.run(
                "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value",
                name,
                dump(value),
            )

    def keep_file(self, data):
        """Write bytes under their SHA-256 and return it. An interrupted write leaves no half file under that name."""
        sha = hashlib.sha256(data).hexdigest()
        target = self.files / sha
        if not target.exists():
            handle, temporary = tempfile.mkstemp(dir=self.files, prefix=".part-")
            with os.fdopen(handle, "wb") as part:
                part.write(data)
                part.flush()
                if not self._temporary:
                    os.fsync(part.fileno())
            os.replace(temporary, target)
        return sha

    def read_file(self, sha):
        return (self.files / sha).read_bytes()


def dump(value):
    """JSON as it is kept and answered: readable Chinese."""
    return json.dumps(value, ensure_ascii=False)
