"""What tests put back (tests.tools.replayed) is what they would make."""

import itertools
import re

from django.db import connection, transaction

import pytest

from articles.models import TopicPage
from tests import factories
from tests.factories import World
from tests.tools import published, recorded, replayed


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# Wagtail makes its entries in the order of a set, so that their numbers (the first column) differ.
INDEX = "wagtailcore_referenceindex"
# Drawn at random.
OWN = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|\b[0-9a-f]{10}\b")


@pytest.fixture(autouse=True)
def numbers():
    """Begin with nothing to put back; let the factories count on afterwards."""
    if connection.vendor != "sqlite":
        pytest.skip("nothing is put back on PostgreSQL")
    kept = factories._numbers, published._numbers, replayed._steps
    replayed._steps = {}
    yield
    factories._numbers, published._numbers, replayed._steps = kept


def _signed():
    world = World()
    yield
    world.publish()
    world.submit(world.make_article(title="第二篇"))


def _published():
    published.topic()
    yield
    published.publish("one")
    published.publish("two", title="第二篇")


def _round(story, folder, settings, monkeypatch, *, made):
    """Tell ``story`` in ``folder``; return all that is there afterwards, and take it back."""
    settings.VAR_DIR, settings.MEDIA_ROOT = folder, folder / "media"
    replayed.begin_test(monkeypatch)
    # Slugs and revisions of their own, the same in each round.
    factories._numbers, published._numbers = itertools.count(70_001), itertools.count(70_001)
    with transaction.atomic():
        telling = story()
        next(telling)
        if made:
            replayed.begin_test(monkeypatch)
        before = len(replayed._steps)
        next(telling, None)
        found = {
            name: sorted(_comparable(row[name == INDEX :]) for row in rows.values())
            for name, rows in replayed._rows().items()
        }
        with connection.cursor() as cursor:
            # Compares the website's search with the rows it is of; raises when they differ.
            cursor.execute("INSERT INTO publish_search_fts (publish_search_fts) VALUES ('integrity-check')")
            cursor.execute("SELECT rowid, title, body, autocomplete FROM wagtailsearch_indexentry_fts")
            found["the admin's search"] = sorted(map(_comparable, cursor.fetchall()))
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            found["the numbers to come"] = sorted(cursor.fetchall())
        transaction.set_rollback(True)
    files = sorted((OWN.sub("own", name), data) for name, data in replayed._files().items())
    return found, files, len(replayed._steps) - before


def _comparable(row):
    return OWN.sub("own", repr(row))


@pytest.mark.parametrize("story", [_signed, _published])
def test_what_is_put_back_is_what_would_be_made(story, clock, settings, monkeypatch, tmp_path):
    # The first may make the site itself, which is put back without its entries in the admin's search.
    _round(story, tmp_path / "site", settings, monkeypatch, made=True)
    made, files, _new = _round(story, tmp_path / "made", settings, monkeypatch, made=True)
    _round(story, tmp_path / "kept", settings, monkeypatch, made=False)
    again, files_again, new = _round(story, tmp_path / "again", settings, monkeypatch, made=False)
    assert new == 0
    for name in made:
        assert again[name] == made[name], name
    assert files_again == files
    assert made["publish_publication"] and made["publish_searchentry"]


def _first_slug(folder, settings, monkeypatch, change=lambda: None):
    """Return the slug of the first article after ``change``; what is put back has the slug it was made with."""
    settings.VAR_DIR, settings.MEDIA_ROOT = folder, folder / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    replayed.begin_test(monkeypatch)
    with transaction.atomic():
        world = World()
        change()
        slug = world.make_article().slug
        transaction.set_rollback(True)
    return slug


@pytest.mark.parametrize(
    "change",
    [
        lambda clock, settings: TopicPage.objects.update(emergency="x"),
        lambda clock, settings: (settings.MEDIA_ROOT / "more.jpg").write_bytes(b"more"),
        lambda clock, settings: setattr(settings, "SITE_URL", "https://other.example"),
        lambda clock, settings: clock.shift(1),
    ],
    ids=["row", "file", "setting", "time"],
)
def test_nothing_is_put_back_after_a_change(change, clock, settings, monkeypatch, tmp_path):
    kept = [_first_slug(tmp_path / name, settings, monkeypatch) for name in ("site", "made", "again")]
    assert kept[1] == kept[2]
    assert (
        _first_slug(tmp_path / "changed", settings, monkeypatch, lambda: change(clock, settings)) != kept[2]
    )


def test_nothing_is_put_back_when_a_part_is_replaced(clock, settings, monkeypatch, tmp_path):
    kept = [_first_slug(tmp_path / name, settings, monkeypatch) for name in ("site", "made", "again")]
    monkeypatch.setattr(recorded, "KEPT", recorded.KEPT)
    assert kept[1] == kept[2] != _first_slug(tmp_path / "replaced", settings, monkeypatch)
