"""/healthz tells a monitor what a person would have to look into."""

from datetime import timedelta

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import pytest

from cms import health
from publish.models.pushes import Heartbeat, Outgoing, Push
from publish.states import State


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setitem(health._state, "migrated", False)


def ask(client):
    response = client.get("/healthz")
    return response.status_code, response.json()


def push(due, state=State.READY):
    return Push.objects.create(account="wx", state=state, due_at=timezone.now() - due)


def test_a_fresh_site_is_well(client, clock):
    assert ask(client) == (
        200,
        {
            "status": "ok",
            "database": {"ok": True, "vendor": connection.vendor},
            "migrations": {"ok": True, "pending": 0},
            "worker": {"ok": True, "heartbeat_age": None},
            "delivery": {"ok": True, "oldest_due_age": None, "paused": False},
        },
    )


def test_the_answer_sets_no_cookie_and_is_not_kept(client):
    response = client.get("/healthz")
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("age", "status"), [(0, 200), (120, 200), (121, 503)])
def test_a_silent_worker_is_told(client, clock, age, status):
    now = timezone.now()
    Heartbeat.objects.create(worker="old", seen_at=now - timedelta(days=3))
    Heartbeat.objects.create(worker="young", seen_at=now - timedelta(seconds=age))
    Heartbeat.objects.create(worker="stopped", seen_at=now, stopped_at=now)
    code, report = ask(client)
    assert (code, report["worker"]["heartbeat_age"]) == (status, age)


def test_a_late_delivery_is_told(client, clock):
    push(timedelta(seconds=-60))
    assert ask(client)[1]["delivery"]["oldest_due_age"] is None
    push(timedelta(seconds=900))
    assert ask(client)[0] == 200
    push(timedelta(seconds=901), State.RETRY_AT)
    code, report = ask(client)
    assert (code, report["status"], report["delivery"]["oldest_due_age"]) == (503, "failing", 901)


def test_what_waits_for_a_person_is_not_late(client, clock):
    for state in (State.NEEDS_PERSON, State.DONE, State.FAILED, State.CANCELLED):
        push(timedelta(days=9), state)
    assert ask(client)[0] == 200


def test_paused_work_is_not_late(client, clock):
    push(timedelta(days=1))
    outgoing = Outgoing.current()
    outgoing.paused = True
    outgoing.save()
    code, report = ask(client)
    assert (code, report["delivery"]["paused"]) == (200, True)


def test_a_migration_not_applied_is_told(client):
    [leaf] = MigrationLoader(connection).graph.leaf_nodes("publish")
    MigrationRecorder(connection).record_unapplied(*leaf)
    code, report = ask(client)
    assert (code, report["migrations"]) == (503, {"ok": False, "pending": 1})
    assert "worker" not in report, "tables that may not exist were asked"
    MigrationRecorder(connection).record_applied(*leaf)
    assert ask(client)[0] == 200


def test_a_database_that_does_not_answer_is_told(client, monkeypatch):
    from django.db import OperationalError

    def refuse():
        raise OperationalError("password of postgres@10.0.0.5 refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "failing", "database": {"ok": False, "vendor": connection.vendor}}
