"""排版样张: who may look, what an address may ask for, what the frames allow, and what it costs."""

from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest

from articles.blocks import BodyBlock
from articles.models import Institution
from articles.snapshot import build
from publish import gallery
from publish.models import ChannelSettings
from tests.factories import World, make_user
from themes.registry import themes


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def test_the_sample_holds_every_block_and_every_part(world):
    assert {block["type"] for block in gallery.SAMPLE["body"]} == set(BodyBlock().child_blocks)
    assert gallery.SAMPLE.keys() == build(world.make_article()).keys()


@pytest.mark.parametrize("name", ["librarian", "physician", "chief", "admin"])
def test_everyone_on_the_editors_side_sees_it(world, client, name):
    client.force_login(getattr(world, name))
    page = client.get(reverse("publish_gallery:index"))
    assert page.status_code == 200
    assert page.content.decode().count("<iframe") == len(themes())
    assert reverse("publish_gallery:index") in client.get(reverse("wagtailadmin_home")).content.decode()


def test_nobody_else_does(world, client):
    reader = make_user("reader")
    for address in (reverse("publish_gallery:index"), reverse("publish_gallery:look", args=["calm"])):
        assert client.get(address).status_code == 302
        client.force_login(reader)
        assert client.get(address).status_code == 302
        client.logout()


@pytest.fixture
def librarian(world, client):
    client.force_login(world.librarian)
    return client


@pytest.mark.parametrize("theme", themes())
def test_a_frame_runs_nothing_and_stays_on_our_pages(librarian, theme):
    frame = librarian.get(reverse("publish_gallery:look", args=[theme]), {"dark": "1", "size": "largest"})
    html = frame.content.decode()
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in frame.headers["Cache-Control"]
    assert "<script" not in html
    assert 'class="size-largest dark"' in html
    assert gallery.SAMPLE["key_message"] in html
    for block in gallery.BODY:
        if block[0] == "heading":
            assert block[1]["text"] in html


def test_a_live_article_in_a_look(world, librarian):
    live = world.publish(title="少吃盐，从认识隐形盐开始")
    page = librarian.get(reverse("publish_gallery:index"), {"article": live.pk, "size": "large"})
    assert page.context["publication"] == live
    frame = librarian.get(page.context["looks"][0]["frame"])
    assert live.title in frame.content.decode()
    assert live.snapshot["key_message"] in frame.content.decode()


@pytest.mark.parametrize("view", ["index", "look"])
@pytest.mark.parametrize("state", ["superseded", "withdrawn"])
def test_what_is_not_live_is_not_shown(world, librarian, view, state):
    live = world.publish()
    live.state = state
    live.save()
    address = reverse(f"publish_gallery:{view}", args=["calm"] if view == "look" else [])
    assert librarian.get(address, {"article": live.pk}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"article": "x", "dark": "yes", "size": "huge", "q": "\x00<script>"},
        {"article": "-1"},
        {"article": "１２"},
        {"article": "", "q": "%' or 1=1 --" * 50},
    ],
)
def test_nonsense_shows_the_sample(librarian, query):
    page = librarian.get(reverse("publish_gallery:index"), query)
    assert page.status_code == 200
    assert page.context["publication"] is None
    assert "<script>" not in page.content.decode().partition("gallery-form")[2].partition("gallery-looks")[0]


@pytest.mark.parametrize("article", ["0", "9" * 30])
def test_an_article_that_is_not_there(librarian, article):
    assert librarian.get(reverse("publish_gallery:index"), {"article": article}).status_code == 404


def test_an_unknown_look_is_not_found(librarian):
    assert librarian.get("/admin/wechat-gallery/look/no-such/").status_code == 404


def test_the_hospitals_colour_and_look(world, librarian):
    institution = Institution.load()
    institution.colour = "#FFD200"
    institution.save()
    channel = ChannelSettings.load()
    channel.theme = "large"
    channel.save()
    looks = librarian.get(reverse("publish_gallery:index")).context["looks"]
    assert [look["theme"] for look in looks if look["chosen"]] == ["large"]
    for look in looks:
        assert look["brand"] != "#ffd200"
        frame = librarian.get(look["frame"]).content.decode()
        assert look["brand"] in frame


def test_queries_do_not_grow_with_articles(world, librarian):
    world.publish()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            librarian.get(reverse("publish_gallery:index"))
        return len(captured)

    queries()
    few = queries()
    for _ in range(3):
        world.publish()
    assert queries() == few
    found = librarian.get(reverse("publish_gallery:index"), {"q": "没有这样的标题"})
    assert list(found.context["publications"]) == []


def test_no_permission_is_needed_but_access(world, client):
    user = make_user("visitor")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.get(reverse("publish_gallery:index")).status_code == 200
