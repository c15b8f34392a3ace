"""What tests of the calendar and the composer stand on: a set-up channel, people with few rights, signed pieces."""

from datetime import date, time

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

import pytest

from publish import planning
from tests.tools import published, recorded, replayed
from tests.tools.channel import NO_AI
from tests.tools.roots import plant_roots


TODAY = date(2026, 11, 16)  # the clock's Monday
EVENING = planning.at(TODAY, time(20, 30))


def person(django_user_model, name, *rights):
    """Create a colleague with just these rights."""
    pk = replayed.step(_person, name, *rights)
    return django_user_model.objects.get(pk=pk)


def _person(name, *rights):
    user = get_user_model().objects.create_user(username=name, password="x", last_name=name)
    for right in ("wagtailadmin.access_admin", *rights):
        label, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return user.pk


def said(answer):
    """Return what a followed answer says: (level, sentence) pairs."""
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


@pytest.fixture
def planned_site(db, clock, settings):
    """A verified account on a Monday morning."""
    settings.WECHAT_MODE = "mass"
    recorded.once(plant_roots)
    return clock


@pytest.fixture
def signed(planned_site):
    """Return sign(**changes): one more signed piece."""
    count = iter(range(1, 100))

    def sign(**changes):
        slug = changes.pop("slug", None) or f"article-{next(count)}"
        return published.publish(slug, **({"ai": NO_AI} | changes))

    return sign


@pytest.fixture
def librarian(db, django_user_model):
    return person(django_user_model, "librarian", "publish.view_push", "publish.change_push")


@pytest.fixture
def colleague(db, django_user_model):
    return person(django_user_model, "colleague", "publish.view_push", "publish.change_push")


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client
