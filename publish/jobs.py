"""Due jobs that `deliver` runs beside the pushes: each slot once, whichever worker comes first.

A room registers a job in its AppConfig.ready: a name, a function that names the slot a moment belongs
to (None: not due), and the work itself, which must be safe to repeat.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from publish.models.pushes import CallbackEvent, Heartbeat, JobRun


logger = logging.getLogger(__name__)

# A job that a killed worker left behind is begun again after this time.
LEASE = timedelta(minutes=10)
TRIES = 3
KEEP_KEYS = timedelta(days=7)


@dataclass(frozen=True)
class Job:
    """``slot(now)`` names the turn or gives None; ``work(now)`` does it. ``remote``: needs WeChat's Context instead."""

    name: str
    slot: object
    work: object
    remote: bool = False


_jobs = {}


def register(name, slot, work, remote=False):
    """Add a job; registering a name again replaces it."""
    _jobs[name] = Job(name, slot, work, remote)


def daily(hour, minute=0):
    """Return a slot function: once a local day, from ``hour``:``minute`` on."""

    def slot(now):
        local = timezone.localtime(now)
        return local.date().isoformat() if (local.hour, local.minute) >= (hour, minute) else None

    return slot


def run_due(worker, now, context=None):
    """Run what is due at ``now``; return whether anything ran. ``context`` is None while WeChat is off or paused."""
    due = [
        (job, slot)
        for job in list(_jobs.values())
        if (slot := job.slot(now)) is not None and (context is not None or not job.remote)
    ]
    # One question for all: most rounds find that everything has had its turn.
    names, slots = zip(*((job.name, slot) for job, slot in due), strict=True) if due else ((), ())
    known = {(run.name, run.slot): run for run in JobRun.objects.filter(name__in=names, slot__in=slots)}
    ran = False
    for job, slot in due:
        run = _claim(job.name, slot, known.get((job.name, slot)), worker, now)
        if run is None:
            continue
        ran = True
        try:
            job.work(context if job.remote else now)
        except Exception:
            logger.exception("job %s failed", job.name)
            continue
        JobRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
    return ran


def _claim(name, slot, run, worker, now):
    """Return the turn's row when it is this worker's to do now. ``run``: that row as it was read, or None."""
    if run is None:
        try:
            with transaction.atomic():
                return JobRun.objects.create(name=name, slot=slot, worker=worker, started_at=now)
        except IntegrityError:
            return None
    if run.ended_at or run.started_at > now - LEASE or run.tries >= TRIES:
        return None
    taken = JobRun.objects.filter(pk=run.pk, started_at=run.started_at, ended_at=None).update(
        worker=worker, started_at=now, tries=run.tries + 1
    )
    return run if taken else None


def tidy(now):
    """Drop what is only needed for a while: keys of followers' messages, old heartbeats and job rows."""
    CallbackEvent.objects.filter(kind__in=["other", "check"], received_at__lt=now - KEEP_KEYS).delete()
    Heartbeat.objects.filter(seen_at__lt=now - KEEP_KEYS).delete()
    JobRun.objects.filter(started_at__lt=now - timedelta(days=90)).delete()


register("tidy", daily(3), tidy)
