"""The first hour: the welcome says where one stands and what is next, and goes when it is put away; help is at hand."""

from django.urls import reverse

from wagtail.models import WorkflowState

import pytest

from cms import welcome
from cms.help import pages
from tests.factories import World


pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    world = World()
    client.force_login(world.librarian)
    return world


def standing(user):
    places = welcome.way(user)
    return {place.name: place.count for place in places}, welcome.next_step(places)[0]


def test_the_welcome_follows_an_article_on_its_way(desk, client):
    nothing = {"draft": 0, "review": 0, "returned": 0, "board": 0, "push": 0}
    assert standing(desk.librarian) == (nothing, "")
    page = desk.make_article()
    assert standing(desk.librarian) == (nothing | {"draft": 1}, "draft")
    step = desk.submit(page)
    assert standing(desk.librarian) == (nothing | {"review": 1}, "review")
    runs = WorkflowState.objects.filter(pk=step.workflow_state_id)
    runs.update(status=WorkflowState.STATUS_NEEDS_CHANGES)
    assert standing(desk.librarian) == (nothing | {"returned": 1}, "returned")
    runs.update(status=WorkflowState.STATUS_IN_PROGRESS)
    desk.sign(step)
    assert standing(desk.librarian) == (nothing | {"board": 1}, "board")
    for place in welcome.way(desk.librarian):
        assert client.get(place.url).status_code == 200, place.name


def test_the_welcome_goes_and_comes_back_and_is_for_those_who_write(desk, client):
    home, put_away = reverse("wagtailadmin_home"), reverse("welcome")
    assert 'data-place="draft"' in client.get(home).content.decode()
    assert client.get(put_away).status_code == 405
    assert client.post(put_away).url == home
    assert "data-place=" not in client.get(home).content.decode()
    assert client.post(put_away, {"show": "1"}).url == home
    assert 'data-place="draft"' in client.get(home).content.decode()
    client.force_login(desk.physician)
    assert "data-place=" not in client.get(home).content.decode()
    assert client.post(put_away).status_code == 302
    desk.physician.refresh_from_db()
    assert not getattr(desk.physician, "wagtail_userprofile", None) or not (
        desk.physician.wagtail_userprofile.dismissibles.get(welcome.DISMISSED)
    )


def test_everyone_at_the_desk_reads_the_help(desk, client):
    for user in (desk.librarian, desk.physician, desk.chief, desk.admin):
        client.force_login(user)
        index = client.get(reverse("help:index")).content.decode()
        for page in pages.pages():
            assert reverse("help:page", args=[page.name]) in index
    for page in pages.pages():
        assert page.title in client.get(reverse("help:page", args=[page.name])).content.decode()
    assert client.get(reverse("help:page", args=["nothing"])).status_code == 404
    hits = client.get(reverse("help:index"), {"q": '撤稿"<script>'})
    assert (hits.status_code, hits.context["found"]) == (200, [])
    client.logout()
    assert client.get(reverse("help:index")).status_code == 302
