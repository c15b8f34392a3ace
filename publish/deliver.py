"""The delivery worker: any number of processes, on any number of machines, over one database.

Each round takes one thing that is due: an event, a push, a draft to delete, a job. A push is claimed
by a lease that is compared and set; a lease that expires after a remote effect may have begun leads
to UNKNOWN, never back to READY.
"""

import hashlib
import logging
import os
import secrets
import signal
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone

from publish import after as _after  # noqa: F401  registers its jobs
from publish import duty, errands, formats, jobs, notify, patient_pictures, refresh
from publish import feedback as _feedback  # noqa: F401  registers its job
from publish import retractions as _retractions  # noqa: F401  registers its job
from publish import words as _words  # noqa: F401  registers its job
from publish.instance import Guard
from publish.models.pushes import AccessToken, Heartbeat, Leftover, Move, Outgoing, Push
from publish.states import MoveRefusedError, StaleRowError, State, move, save
from publish.wechat import callbacks, client, connection, hand_over, previews, reconcile, scrub, steps
from publish.wechat import deletions as _deletions  # noqa: F401  registers its errands


logger = logging.getLogger(__name__)

POLL = 0.5
BEAT = 5.0
AFTER_DATABASE_ERROR = 2.0
PATIENCE = timedelta(seconds=2)

errands.register("duty", duty.take, reads_only=True)
errands.register("connection", connection.take, reads_only=True)
errands.register("previews", previews.take)
errands.register("hand-over", hand_over.take, reads_only=True)
jobs.register("scan", jobs.daily(4), reconcile.scan, remote=True)
jobs.register("patient-pictures", patient_pictures.slot, patient_pictures.forget)


class Worker:
    """One delivery process. ``clock`` gives the time; ``reached`` is told each point a test may stop at."""

    def __init__(self, *, clock=timezone.now, reached=None):
        self.clock = clock
        self.machine = _machine()
        self.name = f"{self.machine}/{os.getpid()}/{secrets.token_hex(4)}"
        self.reached = reached or (lambda point: None)
        self.stop = threading.Event()
        self.guard = Guard()
        self.context = self._context()
        self._beat_at = None

    def _context(self):
        wechat = client.from_settings(worker=self.name, clock=self.clock, reached=self.reached)
        if wechat is None:
            return None
        return steps.Context(
            client=wechat,
            worker=self.name,
            guard=self.guard,
            clock=self.clock,
            reached=self.reached,
            stopping=self.stop.is_set,
        )

    # --- running ------------------------------------------------------------------------------

    def run(self):
        """Work until SIGTERM or SIGINT; the step at hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        logger.info("worker %s started", self.name)
        formats.Maker(self.name, self.clock, self.stop).start()
        while not self.stop.is_set():
            if not self._safe_round():
                self.stop.wait(POLL)
        self._end()

    def run_once(self):
        """Work until nothing is due. Return whether something ended in FAILED or NEEDS_PERSON."""
        while self.round() or formats.take(self.name, self.clock()):
            pass
        self._end()
        ended = Move.objects.filter(by=self.name, new__in=[State.FAILED, State.NEEDS_PERSON])
        return ended.filter(push__state__in=[State.FAILED, State.NEEDS_PERSON]).exists()

    def _safe_round(self):
        try:
            return self.round()
        except DatabaseError as error:
            logger.error("database: %s", scrub.text(error))
            close_old_connections()
            time.sleep(AFTER_DATABASE_ERROR)
            return False

    def round(self):
        """Do one thing that is due; return whether there was one."""
        self._beat()
        free_expired(self.machine, self.clock(), self.name)
        # A send brings hundreds of events a second and many readers: just then the caches must not wait for their end.
        if refresh.take(self.clock() - PATIENCE):
            return True
        if self.context and self._wechat_round():
            return True
        now = self.clock()
        if refresh.take(now) or notify.take(self.guard, now):
            return True
        return jobs.run_due(self.name, now, None if Outgoing.current().paused else self.context)

    def _wechat_round(self):
        outgoing = Outgoing.current()
        if outgoing.scan_wanted:
            return self._wanted_scan()
        return (
            self._events()
            or self._push(outgoing.paused)
            or errands.run_one(self.context, outgoing.paused)
            or (not outgoing.paused and self._leftover())
        )

    def _beat(self):
        now = time.monotonic()
        if self._beat_at is None or now - self._beat_at >= BEAT:
            self._beat_at = now
            Heartbeat.objects.update_or_create(
                worker=self.name, defaults={"seen_at": timezone.now(), "stopped_at": None}
            )
            self.guard.check(self.clock())
            if self.context:
                callbacks.forget(self.context.client.appid, self.clock())

    def _end(self):
        Heartbeat.objects.filter(worker=self.name).update(stopped_at=timezone.now())

    # --- what is due --------------------------------------------------------------------------

    def _wanted_scan(self):
        """After a restored backup: what does WeChat hold that this database does not know? Reads only."""
        Outgoing.objects.update(scan_wanted=False)
        self._guarded(reconcile.scan, self.context)
        return True

    def _events(self):
        events = callbacks.waiting(self.context.client.appid)
        for event in events:
            callbacks.handle(event, self.context)
        return bool(events)

    def _push(self, paused):
        push = claim(self.context.client.appid, self.name, self.clock(), paused)
        if push is None:
            return False
        self.reached(f"claimed:{push.state}")
        act = {State.SENDING: steps.run, State.WAITING: steps.poll, State.UNKNOWN: reconcile.settle}[
            push.state
        ]
        try:
            act(push, self.context)
        except DatabaseError:
            raise
        except Exception as error:
            logger.error("push %s broke: %s", push.pk, scrub.text(repr(error)), exc_info=settings.DEBUG)
            push.refresh_from_db()
            if push.lease_worker == self.name:
                steps.broke(push, self.context)
        return True

    def _leftover(self):
        now = self.clock()
        leftover = Leftover.objects.filter(
            account=self.context.client.appid, deleted_at=None, due_at__lte=now
        ).first()
        if leftover is None:
            return False
        # Deleting a draft twice is harmless; this only keeps two workers from doing the same.
        taken = Leftover.objects.filter(pk=leftover.pk, due_at=leftover.due_at).update(
            due_at=now + steps.LEASE
        )
        if taken:
            leftover.refresh_from_db()
            self._guarded(reconcile.delete_leftover, leftover, self.context)
        return True

    def _guarded(self, work, *arguments):
        try:
            work(*arguments)
        except steps.CallError as error:
            logger.info("%s: %s", work.__name__, error)


def claim(account, worker, now, paused=False):
    """Lease one due push to ``worker`` and return it, or None.

    READY and RETRY_AT go to SENDING, unless somebody is still putting the push together; WAITING and UNKNOWN keep
    their state and are only looked at. While outgoing work is paused nothing that sends is claimed.
    """
    sending = [] if paused else [State.READY, State.RETRY_AT]
    looking = [State.WAITING, State.UNKNOWN]
    due = Push.objects.filter(
        account=account, due_at__lte=now, state__in=sending + looking, composing=False
    ).filter(Q(lease_until=None) | Q(lease_until__lt=now))
    # Whatever has made it due again (a stop, a restored backup): never before its planned minute.
    due = due.exclude(state__in=sending, scheduled_for__gt=now)
    lease = {"lease_worker": worker, "lease_until": now + steps.LEASE}
    for push in due.order_by("due_at", "pk")[:10]:
        try:
            if push.state in looking:
                return save(push, **lease)
            return move(push, State.SENDING, by=worker, now=now, errcode=None, detail="", **lease)
        except StaleRowError:
            continue
    return None


def free_expired(machine, now, by):
    """Take pushes from workers whose lease ran out or whose process is gone from this machine."""
    for token in AccessToken.objects.filter(lease_by__startswith=f"{machine}/"):
        if not _alive(token.lease_by):
            AccessToken.objects.filter(pk=token.pk, lease_by=token.lease_by).update(
                lease_by="", lease_until=None
            )
    leased = Push.objects.exclude(lease_worker="").filter(
        Q(lease_until__lt=now) | Q(lease_worker__startswith=f"{machine}/")
    )
    for push in leased:
        if push.lease_until >= now and _alive(push.lease_worker):
            continue
        given_up = {"lease_worker": "", "lease_until": None, "due_at": now}
        try:
            if push.state != State.SENDING:
                save(push, lease_worker="", lease_until=None)
            elif push.intent:
                move(
                    push,
                    State.UNKNOWN,
                    by=by,
                    reason="lease_expired",
                    now=now,
                    polls=0,
                    absent_at=None,
                    **given_up,
                )
            else:
                move(push, State.READY, by=by, reason="lease_expired", now=now, **given_up)
        except (StaleRowError, MoveRefusedError):
            continue


def _alive(worker):
    """Return whether the process of a worker of this machine still runs."""
    pid = int(worker.split("/")[1])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _machine():
    """Return a name for what shares process numbers with us: this boot, this container."""
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            parts.append(os.readlink(path) if path.endswith("pid") else Path(path).read_text("ascii").strip())
        except OSError:
            parts.append("")
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
    return f"{parts[0][:40]}-{digest}".replace("/", "-")
