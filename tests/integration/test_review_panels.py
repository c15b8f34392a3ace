"""The home page's panels: late answers and returned texts reach those who follow the text, and nobody else."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from cms import roles
from review import assignments, services
from review.models import Assignment
from tests.factories import World, make_user


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def home(user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).content.decode()


def make_late(world, **fields):
    step = world.submit(world.make_article(**fields))
    assignments.ask(step, world.physician, world.librarian)
    Assignment.objects.filter(task_state=step).update(due_on=timezone.localdate() - timedelta(days=1))
    return step


def give_back(world, **fields):
    step = world.submit(world.make_article(**fields))
    services.send_back(
        step, world.physician, seen_digest=services.read(step).digest, notes=[], reason="请写明用量。"
    )
    return step


def test_late_and_returned_texts_reach_those_who_follow_them(world):
    late, returned = make_late(world, title="迟了的文章"), give_back(world, title="退回的文章")
    addresses = [reverse("review:text", args=[late.pk]), reverse("review:returned", args=[returned.pk])]
    for user in (world.librarian, world.chief):
        shown = home(user)
        assert all(f'href="{address}"' in shown for address in addresses)
    other = home(make_user("li", roles.LIBRARIAN, "李", "别科"))
    assert not any(f'href="{address}"' in other for address in addresses)

    # Submitted again, or decided: nothing is left to follow.
    world.sign(late)
    run = returned.workflow_state
    run.refresh_from_db()
    run.resume(user=world.librarian)
    shown = home(world.librarian)
    assert not any(f'href="{address}"' in shown for address in addresses)


def test_queries_do_not_grow_with_late_and_returned_texts(world):
    make_late(world)
    give_back(world)
    home(world.librarian)
    with CaptureQueriesContext(
        connection,
    ) as few:
        home(world.librarian)
    for _number in range(3):
        make_late(world)
        give_back(world)
    with CaptureQueriesContext(connection) as many:
        home(world.librarian)
    assert len(many) == len(few)
