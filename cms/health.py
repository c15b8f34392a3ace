"""/healthz: what a monitor, or a person in a hurry, asks first."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min
from django.http import JsonResponse
from django.utils import timezone

from publish.models.pushes import Heartbeat, Outgoing, Push
from publish.states import State


# Seconds. A worker writes its heartbeat every few seconds, also while it waits for WeChat.
WORKER_SILENT = 120
DELIVERY_LATE = 900
DUE = (State.READY, State.RETRY_AT, State.WAITING, State.SENDING)

_state = {"migrated": False}


def healthz(request):
    """Answer 200 when all is well, else 503; JSON with one entry for each part."""
    report = {"database": database()}
    if report["database"]["ok"]:
        report["migrations"] = migrations()
        if report["migrations"]["ok"]:
            now = timezone.now()
            report["worker"] = worker(now)
            report["delivery"] = delivery(now)
    ok = all(part["ok"] for part in report.values())
    return JsonResponse(
        {"status": "ok" if ok else "failing", **report},
        status=200 if ok else 503,
        headers={"Cache-Control": "no-store"},
    )


def database():
    """Say whether the database answers, and which kind it is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        # The reason may name hosts and accounts; it belongs in the log, not in an open answer.
        return {"ok": False, "vendor": connection.vendor}
    return {"ok": True, "vendor": connection.vendor}


def migrations():
    """Count the migrations not yet applied. Once none is left, this process need not look again."""
    if not _state["migrated"]:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:
            return {"ok": False, "pending": pending}
        _state["migrated"] = True
    return {"ok": True, "pending": 0}


def worker(now):
    """Give the age of the youngest heartbeat, in seconds; None when no worker ever ran.

    A worker that was stopped on purpose, or never started, is no failure by itself: what it leaves
    undone is (see ``delivery``).
    """
    latest = Heartbeat.objects.filter(stopped_at=None).aggregate(at=Max("seen_at"))["at"]
    age = None if latest is None else _seconds(now - latest)
    return {"ok": age is None or age <= WORKER_SILENT, "heartbeat_age": age}


def delivery(now):
    """Give the age of the oldest delivery that is due, in seconds; None when nothing is due.

    While outgoing work is paused by a person or by a restored backup, late is as it should be.
    """
    oldest = Push.objects.filter(state__in=DUE, due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    age = None if oldest is None else _seconds(now - oldest)
    paused = Outgoing.objects.filter(paused=True).exists()
    return {"ok": age is None or age <= DELIVERY_LATE or paused, "oldest_due_age": age, "paused": paused}


def _seconds(span):
    return max(0, int(span.total_seconds()))
