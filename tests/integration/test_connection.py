"""The connection page: who may look and ask, what is shown in each state, and no query more for each row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

import pytest

from publish import connection
from publish.models import Account, Attempt, ConnectionCheck, Heartbeat, Rung
from publish.wechat.connection import STEPS
from tests.tools.roots import plant_roots


APPID = "wx0000000000000000"


@pytest.fixture(autouse=True)
def roots(db):
    plant_roots()


@pytest.fixture
def librarian(django_user_model):
    user = django_user_model.objects.create_user(username="librarian", password="x")
    for right in ("wagtailadmin.access_admin", "publish.view_push", "publish.change_push"):
        label, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return user


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def page(client, name="index", *args):
    return client.get(reverse(f"publish_connection:{name}", args=args))


def made(user, **changes):
    """A finished check; ``changes`` maps steps to what their results say."""
    results = [
        {"step": name, "outcome": "ok", "errcode": None, "errmsg": "", "rid": "", "detail": {}}
        | changes.get(name, {})
        for name in STEPS
    ]
    results[0]["detail"] = {"absent": [], "mode": "publish"}
    now = timezone.now()
    return ConnectionCheck.objects.create(
        account=APPID, wanted_by=user, started_at=now, ended_at=now, results=results
    )


def test_before_the_first_check_the_page_says_what_to_do(desk):
    answer = page(desk)
    assert answer.status_code == 200
    assert [step.outcome for step in answer.context["steps"][:-1]] == ["waiting"] * len(STEPS)
    assert answer.context["sentence"] and not answer.context["under_way"]
    assert reverse("publish_connection:check") in answer.content.decode()


def test_asking_is_kept_with_person_and_time(desk, librarian):
    for _click in range(2):
        desk.post(reverse("publish_connection:check"))
    check = ConnectionCheck.objects.get()
    assert (check.wanted_by, check.account, check.ended_at) == (librarian, APPID, None)
    answer = page(desk)
    assert answer.context["under_way"] and b"data-progress-url" in answer.content
    assert b'http-equiv="refresh"' in answer.content


def test_a_check_nobody_takes_up_is_said(desk, librarian):
    ConnectionCheck.objects.create(
        account=APPID, wanted_by=librarian, wanted_at=timezone.now() - timedelta(minutes=1)
    )
    answer = page(desk)
    assert answer.context["stuck"]
    worker = answer.context["steps"][-1]
    assert (worker.name, worker.outcome) == ("worker", "bad") and worker.todo
    Heartbeat.objects.create(worker="w/1/x")
    assert page(desk).context["steps"][-1].outcome == "ok"


def test_without_an_account_the_page_explains(desk, settings):
    settings.WECHAT_APPID = ""
    answer = page(desk)
    assert not answer.context["channel_on"]
    assert reverse("publish_connection:check") not in answer.content.decode()
    assert desk.post(reverse("publish_connection:check"), follow=True).status_code == 200
    assert not ConnectionCheck.objects.exists()


@pytest.mark.parametrize(
    ("may", "mode", "offered"),
    [
        ("mass", "mass", "mass"),
        ("mass", "draft", "draft"),
        ("publish", "mass", "publish"),
        ("draft", "publish", "draft"),
    ],
)
def test_the_lower_of_both_is_offered(settings, may, mode, offered):
    settings.WECHAT_MODE = mode
    account = Account.objects.create(appid=APPID, may=may, checked_at=timezone.now())
    assert connection.offer() == offered
    assert connection.sentence(connection.offer(), account, mode)


def test_the_last_word_on_drafts_decides_about_copying():
    def answered(call, errcode=None):
        outcome = "ok" if errcode is None else "refused"
        Attempt.objects.create(
            account=APPID, call=call, worker="w", started_at=timezone.now(), outcome=outcome, errcode=errcode
        )

    assert connection.offer() != "copy"
    answered("draft/add", 48001)
    assert connection.offer() == "copy"
    answered("media/uploadimg")
    assert connection.offer() == "copy"
    answered("draft/count")
    assert connection.offer() != "copy"
    answered("material/add_material", 48001)
    assert connection.offer() == "copy"
    answered("draft/add", 45003)
    assert connection.offer() != "copy"


def test_each_outcome_has_its_word_and_its_next_step(desk, librarian):
    made(
        librarian,
        settings={"outcome": "missing"},
        address={
            "outcome": "bad",
            "errcode": 40164,
            "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7",
        },
        draft={"outcome": "missing", "errcode": 48001},
        quota={
            "outcome": "bad",
            "detail": {"rows": [{"call": "draft/add", "limit": 9, "used": 9, "remain": 0}]},
        },
        callback={"outcome": "bad", "detail": {"last": "2026-11-01T00:00:00+00:00", "unreachable": True}},
        token={"outcome": "skipped"},
    )
    answer = page(desk)
    text = answer.content.decode()
    for step in answer.context["steps"]:
        assert str(step.word) and step.sign
        assert bool(step.todo) == (step.outcome in ("bad", "missing")), step.name
    assert 'value="203.0.113.7"' in text and "/wechat/callback/" in text and "<meter" in text
    assert answer.context["blocked"]


def test_older_checks_can_be_read(desk, librarian):
    first, second = made(librarian), made(librarian)
    answer = page(desk, "past", first.pk)
    assert answer.context["check"] == first and answer.context["older"]
    assert page(desk).context["check"] == second
    assert page(desk, "past", 999_999).status_code == 404
    ConnectionCheck.objects.filter(pk=first.pk).update(account="wx-other")
    assert page(desk, "past", first.pk).status_code == 404


@pytest.mark.parametrize("rights", [(), ("publish.view_push",)], ids=["none", "view"])
def test_who_may_look_and_who_may_ask(client, django_user_model, librarian, rights):
    made(librarian)
    user = django_user_model.objects.create_user(username="somebody", password="x")
    for right in ("wagtailadmin.access_admin", *rights):
        label, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    client.force_login(user)
    for name in ("index", "progress"):
        answer = page(client, name)
        assert answer.status_code == (200 if rights else 302)
        assert reverse("publish_connection:check").encode() not in answer.content
    client.post(reverse("publish_connection:check"))
    assert ConnectionCheck.objects.count() == 1
    assert client.get(reverse("publish_connection:check")).status_code == 405


def test_queries_do_not_grow_with_rows(desk, librarian, django_assert_max_num_queries):
    made(librarian)

    def count():
        with django_assert_max_num_queries(60) as queries:
            page(desk)
        return len(queries)

    count()
    before = count()
    for _n in range(8):
        made(librarian)
    assert count() == before


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_ask_once(librarian):
    """Both land in one check: the second waits for the first's row."""
    if database.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time by itself")

    def ask(_number):
        try:
            return connection.ask(librarian).pk
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert Account.objects.get().may == Rung.MASS
