"""/healthz: what a monitor, or a person in a hurry, asks first."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse


_state = {"migrated": False}


def healthz(request):
    """Answer 200 when all is well, else 503; JSON with one entry for each part."""
    report = {"database": database()}
    if report["database"]["ok"]:
        report["migrations"] = migrations()
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
