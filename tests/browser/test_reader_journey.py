"""One reader's whole way, with JavaScript and without: from a QR code over reading, listening and printing to an answer."""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

import pytest
from playwright.sync_api import expect

from articles import recordings, sound_files
from publish import visits
from publish.models import ReaderFeedback, VisitCount
from tests.browser.test_listening import VOICES, told
from tests.support import sounds
from tests.tools import published
from themes import website


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A program that says what it is does not count as a reader.
PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/90.0 Mobile Safari/537.36"
A4 = [b"594.95996", b"841.91998"]


@pytest.fixture
def site(live_server, settings, monkeypatch):
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(visits, "sums", visits.Sums())
    published.keep_pictures()
    return live_server.url


@pytest.fixture
def article(site):
    """The article of the poster, without a recording; another one has one."""
    sound = sound_files.take(sounds.mp3(60))
    value = {
        "sha256": sound.sha256,
        "format": "mp3",
        "seconds": 60,
        "size": len(sound.data),
        "reader": "赵示例",
    }
    default_storage.save(recordings.name_of(value), ContentFile(sound.data))
    published.publish("second", title="高血压患者的饮食", scheme="xinglin/4", recording=value)
    return published.publish()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_a_poster_to_an_answer(site, article, open_page, script):
    page = open_page(375, 667, has_touch=True, user_agent=PHONE, java_script_enabled=script)
    page.add_init_script(f"({VOICES})([['zh-CN', true]])")

    # What the code on the printed sheet holds leads to the article, and the visit counts as one by a code.
    poster = f"{site}{article.permanent_path}?from=qr"
    assert str(website.qr_code(poster)) in page.request.get(f"{site}{article.path}?v=print").text()
    with page.expect_response("**/count/*"):
        page.goto(poster)
    expect(page).to_have_url(site + article.path + ("" if script else "?from=qr"))
    assert visits.sums.write()
    assert VisitCount.objects.values_list("article", "source", "visits").get() == (
        article.article_id,
        "qr",
        1,
    )

    read(page)
    enlarge(page, site + article.path, script)
    listen(page, script)
    print_to_pdf(page, site + article.path)
    search(page, article.path)
    answer(page, article)
    assert page.context.cookies() == []


def read(page):
    """The first screen tells what matters; the contents lead into the text."""
    for what in ("h1", ".key", "a[href='tel:120']"):
        expect(page.locator(what).first, what).to_be_visible()
    page.locator(".contents summary").tap()
    entry = page.locator(".contents a").nth(1)
    heading = entry.text_content()
    entry.tap()
    assert page.locator(":target").text_content().endswith(heading)


def enlarge(page, address, script):
    """A figure over the whole page, or as a picture of its own; then the type of the page."""
    page.locator("a.zoom").first.tap()
    if script:
        page.locator("dialog[open] img").wait_for()
        before = page.locator("dialog img").bounding_box()["width"]
        page.locator("dialog [value='1.5']").tap()
        assert page.locator("dialog img").bounding_box()["width"] == pytest.approx(1.5 * before, abs=1)
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="hidden")
    else:
        page.wait_for_url("**/full.png")
        page.go_back()
    page.locator("header.site a[href$='?v=large']").tap()
    page.wait_for_url(f"{address}?v=large")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    page.locator("header.site nav a").first.tap()
    page.wait_for_url(address)


def listen(page, script):
    """The machine's own voice reads where there is no recording; the recording needs no script."""
    voice = page.locator("p.listen")
    if script:
        voice.locator("button").first.tap()
        assert told(page)[0][:2] == [page.locator("h1").text_content(), "zh-CN"]
        voice.locator("button").nth(1).tap()
        assert page.evaluate("speechSynthesis.one") is None
    else:
        expect(voice).to_be_hidden()
    page.locator(".more .card a").first.tap()
    page.wait_for_url("**/second/")
    assert page.locator(".listen audio[controls]").bounding_box()["height"] >= 44
    expect(page.locator("p.listen")).to_have_count(0)
    page.go_back()


def print_to_pdf(page, address):
    """The sheet of the whole text, then the leaflet: paper of the right size, and one page of it."""
    for view, most in (("print", 6), ("leaflet", 1)):
        page.locator(f".actions a[href$='?v={view}']").tap()
        page.wait_for_url(f"{address}?v={view}")
        page.emulate_media(media="print")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".qr")).to_be_visible()
        expect(page.locator("nav").filter(visible=True)).to_have_count(0)
        pdf = page.pdf(prefer_css_page_size=True)
        assert {tuple(box.split()[2:]) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)} == {tuple(A4)}
        assert 1 <= len(re.findall(rb"/Type /Page\b", pdf)) <= most
        page.emulate_media(media="screen")
        page.goto(address)


def search(page, path):
    """Letters of the pinyin find the article again."""
    page.locator("header.site a[href='/search/']").tap()
    page.locator("#q").fill("liangxueya")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search/?q=liangxueya*")
    page.locator(f".card a[href='{path}']").tap()
    page.wait_for_url(f"**{path}")


def answer(page, article):
    """One tap says that it helped; nothing about the reader is kept."""
    page.locator("a[href$='/feedback/']").tap()
    page.locator("[value=helpful]").check()
    page.locator("main form button").tap()
    page.wait_for_url("**/feedback/thanks/")
    row = ReaderFeedback.objects.get()
    assert (row.publication_id, row.answer, row.words) == (article.pk, "helpful", "")
