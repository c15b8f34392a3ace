"""The worker's part in lighter pictures (articles.formats): after each signature, and by night for what is older.

A row is made with the publication. A thread of the worker does it, behind everything else the machine has to do: a picture
takes up to a second, and no push is to wait for that.
"""

import logging
import os
import threading
from contextlib import suppress
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from articles import formats
from publish import jobs
from publish.models import JobRun, Publication


logger = logging.getLogger(__name__)

NAME = "formats"
LEASE = timedelta(minutes=10)
TRIES = 3
A_NIGHT = 200  # older articles looked at in one
PAUSE = 2.0  # seconds between looks while there is nothing to do
NICE = 15


class Maker(threading.Thread):
    """Makes what waits until ``stop`` (an Event) is set; the picture at hand may be left to the next worker."""

    def __init__(self, worker, clock, stop):
        super().__init__(name="formats", daemon=True)
        self.worker, self.clock, self.stop = worker, clock, stop

    def run(self):
        with suppress(OSError):  # Linux knows the priority of a thread
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self.stop.is_set():
            if not self._turn():
                self.stop.wait(PAUSE)
        connection.close()

    def _turn(self):
        try:
            return take(self.worker, self.clock())
        except DatabaseError as error:
            logger.error("database: %s", type(error).__name__)
            connection.close()
            return False


def want(publication):
    """Have lighter pictures made for ``publication``; call inside the transaction that makes it live."""
    if formats.wanted(publication.snapshot):
        _row(publication.pk, timezone.now()).save()


def _row(pk, now):
    return JobRun(name=NAME, slot=str(pk), worker="", started_at=now, tries=0)


def take(worker, now):
    """Make the formats of one picture that waits; return whether there was anything to do."""
    row = _claim(worker, now)
    if row is None:
        return False
    publication = Publication.objects.live().filter(pk=row.slot).select_related("approval").first()
    pictures = formats.wanted(publication.snapshot) if publication else []
    failed = False
    for value, kind in pictures:
        try:
            if formats.make(value, kind):
                JobRun.objects.filter(pk=row.pk, worker=worker).update(worker="", tries=row.tries)
                return True
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever storage and encoders raise; readers have the JPEG
            failed = True
            logger.warning(
                "publication %s: no lighter copy of %s: %s", row.slot, value["sha256"][:12], repr(error)[:200]
            )
    if not failed:
        JobRun.objects.filter(pk=row.pk).update(ended_at=now)
    return True


def _claim(worker, now):
    """Return a row that waits, or that a killed worker left, claimed; its ``tries`` are those before. Or None."""
    waiting = JobRun.objects.filter(name=NAME, ended_at=None, tries__lt=TRIES)
    for row in waiting.filter(Q(worker="") | Q(started_at__lt=now - LEASE)).order_by("-pk")[:5]:
        same = JobRun.objects.filter(pk=row.pk, worker=row.worker, started_at=row.started_at, tries=row.tries)
        if same.update(worker=worker, started_at=now, tries=row.tries + 1):
            return row
    return None


def complete(now):
    """Let the newest live articles that have no row get one; safe to repeat."""
    known = JobRun.objects.filter(name=NAME).values("slot")
    missing = Publication.objects.live().annotate(slot=Cast("pk", CharField())).exclude(slot__in=known)
    pks = missing.order_by("-pk").values_list("pk", flat=True)[:A_NIGHT]
    JobRun.objects.bulk_create([_row(pk, now) for pk in pks], ignore_conflicts=True)


jobs.register("formats-of-older", jobs.daily(2), complete)
