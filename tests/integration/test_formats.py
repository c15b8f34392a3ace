"""Lighter copies of signed pictures: made by a worker after the signature, shown once they are there."""

import json
import re
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

import pytest

from articles import copies, formats, picture_metadata
from publish import formats as work
from publish import publishing
from publish.models import JobRun
from tests import samples
from tests.support import pictures as p
from tests.tools import published


pytestmark = pytest.mark.django_db
ADDRESS = "/blood-pressure/home-blood-pressure/"


def stored(data):
    value = copies.describe(data, alt="图")
    copies.store(copies.name_of(value, "original"), data)
    return value


def files():
    return [
        name
        for image in (samples.COVER, samples.FIGURE)
        for name in sorted(default_storage.listdir(copies.folder_of(image["sha256"]))[1])
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_each_format_is_the_same_picture_with_its_label_and_lighter(kind):
    """Two widths of a photograph; GB 45438's label of AI-made content may not be lost in any of them."""
    data = p.saved(p.photograph(800, 600), kind, **({"exif": p.exif(label=True)} if kind == "JPEG" else {}))
    value = stored(data)
    assert formats.make(value, formats.BODY) and not formats.make(value, formats.BODY)
    assert formats.made(value, formats.BODY) == {"full": ["avif", "webp"], "small": ["avif", "webp"]}
    for spec in copies.SPECS:
        usual = copies.rendition(value, spec)
        for extension in ("avif", "webp"):
            with default_storage.open(copies.name_of(value, spec, extension), "rb") as file:
                lighter = file.read()
            shown = p.opened(lighter)
            assert shown.format.lower() == extension and shown.size == copies.dimensions(value, spec)
            assert p.telltales(lighter) == [] and len(lighter) < len(usual)
            # The mean colour is that of the copy everybody has.
            assert p.alike(
                *([one.convert("RGB").resize((1, 1)).getpixel((0, 0))] for one in (shown, p.opened(usual)))
            )
            label = picture_metadata.read_label(lighter, shown)
            assert (json.loads(label.aigc) == p.AIGC) if kind == "JPEG" else not label


def test_a_format_that_would_be_heavier_is_left_out():
    """Of a plain colour PNG knows how to say it in fewer bytes than any photograph's format."""
    value = stored(p.saved(p.Image.new("P", (700, 500)), "PNG", optimize=True))
    assert formats.make(value, formats.BODY)
    for spec, kept in formats.made(value, formats.BODY).items():
        for extension in kept:
            assert default_storage.size(copies.name_of(value, spec, extension)) < len(
                copies.rendition(value, spec)
            )


def test_a_page_shows_them_once_a_worker_has_made_them(client, monkeypatch):
    """Nothing is made for a reader's request; two workers share the pictures; what was begun by a dead one is taken up."""
    monkeypatch.setattr(formats, "_ASK_AGAIN", -1)
    published.keep_pictures(lighter=False)
    published.publish()
    before, now = files(), timezone.now()
    html = client.get(ADDRESS).content.decode()
    assert "<source" not in html and files() == before
    dead = JobRun.objects.get(name=work.NAME)
    JobRun.objects.update(worker="dead", started_at=now, tries=1)
    assert not work.take("one", now)
    later = now + work.LEASE + timedelta(seconds=1)
    assert work.take("one", later)
    assert work.take("two", later) and work.take("one", later) and not work.take("two", later)
    dead.refresh_from_db()
    assert dead.ended_at and len(files()) > len(before)
    html = client.get(ADDRESS).content.decode()
    assert re.findall(r'<source type="([^"]+)"', html) == ["image/avif", "image/webp"] * 2
    for address in re.findall(r"(/media/\S+) \d+w", html):
        assert client.get(address).status_code == 200, address
    assert client.get(re.search(r"/media/\S+\.avif", html)[0]).headers["Content-Type"] == "image/avif"
    pictures = re.sub(r"<noscript.*?</noscript>", "", html)  # that one counts
    assert 'width="1200" height="750"' in html and html.count("<picture>") == pictures.count("<img ")
    assert 'type="image/webp"' in client.get("/").content.decode()


def test_a_damaged_picture_keeps_nothing_waiting():
    published.keep_pictures(lighter=False)
    published.publish()
    default_storage.delete(copies.name_of(samples.COVER, "original"))
    now = timezone.now()
    for _ in range(work.TRIES + 1):
        while work.take("one", now):
            pass
        now += work.LEASE + timedelta(seconds=1)
    assert formats.made(samples.FIGURE, formats.BODY)
    row = JobRun.objects.get(name=work.NAME)
    assert row.tries == work.TRIES and not row.ended_at


def test_older_articles_get_theirs_by_night():
    old, gone = published.publish("old"), published.publish("gone")
    JobRun.objects.filter(name=work.NAME).delete()
    publishing.withdraw(gone, reason="数字有误")
    for _ in range(2):
        work.complete(timezone.now())
        assert list(JobRun.objects.filter(name=work.NAME).values_list("slot", flat=True)) == [str(old.pk)]
