"""Which installation this is, so that a restored backup or a cloned server does not send twice (P3).

A small file under VAR_DIR names the installation and counts the remote effects it has begun; the
database holds the same. They part company when a backup is restored (the file has counted more),
when a database is copied to another machine (no such file there), or when a whole disk is cloned
(another machine id). Then everything outgoing is paused until a named person resumes it.

Several machines that deliver from one database share one name through INSTANCE_ID.
"""

import fcntl
import hashlib
import json
import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from publish import deletions
from publish.models.pushes import Attempt, Instance, Intent, Outgoing, Push, count_effect
from publish.states import StaleRowError, State, move
from review import sending


FILE = "instance.json"
MACHINE_ID = Path("/etc/machine-id")


class Guard:
    """The installation of this process. ``check`` before working, ``count`` before each effect."""

    def __init__(self, folder=None, name=None, machine=None):
        self.folder = Path(folder or settings.VAR_DIR)
        self.name = name or os.environ.get("INSTANCE_ID", "") or self._named()
        self.machine = _machine() if machine is None else machine

    def check(self, now=None):
        """Pause everything outgoing when this database and this installation do not belong together.

        Returns whether outgoing work may go on.
        """
        now = now or timezone.now()
        counted = self._read()["effects"]
        row = Instance.objects.filter(name=self.name).first()
        if row is None:
            first = not counted and not Instance.objects.exists() and not Attempt.objects.exists()
            row = Instance.objects.get_or_create(
                name=self.name,
                defaults={"machine": self.machine, "seen_at": now, "accepted_at": now if first else None},
            )[0]
            self._write(row.effects)
            if not first and row.accepted_at is None:
                suspend("instance_changed", now)
                Instance.objects.filter(pk=row.pk).update(effects=max(row.effects, counted))
        elif row.effects < counted:
            Instance.objects.filter(pk=row.pk).update(effects=counted)
            suspend("restored", now)
        elif self.machine and row.machine and row.machine != self.machine:
            Instance.objects.filter(pk=row.pk).update(machine=self.machine)
            suspend("instance_changed", now)
        return not Outgoing.current().paused

    def count(self):
        """Count one more remote effect in the database; call `confirm` after the commit."""
        return count_effect(self.name)

    def confirm(self, effects):
        """Write the count beside the database, before the remote call begins."""
        self._write(effects)

    def _named(self):
        """Return the name in the file, written by whichever process of this machine comes first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            name = self._read()["name"] or secrets.token_hex(8)
            self._put(name, self._read()["effects"])
        return name

    def _read(self):
        with suppress(OSError, ValueError, TypeError):
            found = json.loads((self.folder / FILE).read_text("utf-8"))
            return {"name": str(found["name"]), "effects": int(found["effects"])}
        return {"name": "", "effects": 0}

    def _write(self, effects):
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            known = self._read()
            self._put(self.name, max(effects, known["effects"]) if known["name"] == self.name else effects)

    def _put(self, name, effects):
        fresh = self.folder / f"{FILE}.{os.getpid()}"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"name": name, "effects": effects}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / FILE)

    @contextmanager
    def _locked(self):
        with (self.folder / f"{FILE}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def suspend(reason, now):
    """Hold everything outgoing and mark all open work as unknown: it must be asked for first."""
    outgoing = Outgoing.current()
    Outgoing.objects.filter(pk=outgoing.pk).update(
        paused=True, reason=reason, changed_at=now, changed_by=None, scan_wanted=True
    )
    # What was only being composed stays so; it is asked for when somebody lets it go.
    Push.objects.filter(composing=True, state=State.READY).update(recheck=True)
    for push in Push.objects.filter(composing=False, state__in=[State.READY, State.RETRY_AT, State.SENDING]):
        with suppress(StaleRowError), transaction.atomic():
            move(
                push,
                State.UNKNOWN,
                by="instance",
                reason="restored",
                now=now,
                intent=push.intent or Intent.RESTORED,
                intent_at=push.intent_at or now,
                lease_worker="",
                lease_until=None,
                due_at=now,
                polls=0,
                absent_at=None,
            )
    Push.objects.filter(state__in=[State.NEEDS_PERSON, State.FAILED]).update(recheck=True)
    deletions.ask_anew()
    sending.doubt()


def _machine():
    """Return a name for this machine, or "" where there is none (most containers)."""
    try:
        found = MACHINE_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(f"xinglin {found}".encode()).hexdigest()[:32] if found else ""
