"""The article page in a real Chromium: contents, figures enlarged, the leaflet on one sheet of paper, the card."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from publish.models import Publication
from tests.integration.test_website_pages import demo_snapshots
from tests.tools import published
from tests.tools.axe import violations
from themes import leaflet, website


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLE = "/blood-pressure/home-blood-pressure/"
PAPERS = {"leaflet": (794, 1123), "leaflet-a5": (559, 794)}  # in CSS pixels
# What of a leaflet does not stand on its sheet as a whole.
LOST = """() => {
    const sheet = document.querySelector(".sheet").getBoundingClientRect();
    return [...document.querySelectorAll(".sheet header, .sheet h1, .parts section, .sheet footer, .sheet footer *")]
        .filter((one) => {
            const box = one.getBoundingClientRect();
            return box.left < sheet.left || box.right > sheet.right + 1 || box.bottom > sheet.bottom
                || (one.matches("section") && box.bottom > one.parentNode.getBoundingClientRect().bottom + 1);
        }).map((one) => one.outerHTML.slice(0, 90));
}"""


@pytest.fixture
def site(live_server, settings):
    settings.SITE_URL = live_server.url
    published.keep_pictures()
    published.publish()
    return live_server.url


def pages_of(page):
    pdf = page.pdf(prefer_css_page_size=True, print_background=False)
    boxes = re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)
    return len(re.findall(rb"/Type /Page\b", pdf)), [round(float(side)) for side in boxes[0].split()[2:]]


def test_contents_fold_on_a_phone_and_stand_beside_the_text_on_a_desk(site, open_page):
    page = open_page(320, 640, java_script_enabled=False)
    page.goto(site + ARTICLE)
    entries = page.locator(".contents a")
    expect(entries.first).to_be_hidden()
    page.locator(".contents summary").click()
    heights = entries.evaluate_all("links => links.map(link => link.getBoundingClientRect().height)")
    assert len(heights) >= 3 and min(heights) >= 44
    name = entries.nth(1).text_content()
    entries.nth(1).click()
    assert page.locator(":target").text_content().endswith(name)
    wide = open_page(1280, 800)
    wide.goto(site + ARTICLE)
    list_, text = wide.locator(".contents ol").bounding_box(), wide.locator(".body").bounding_box()
    assert list_["height"] > 100 and list_["x"] > text["x"] + text["width"]


def test_a_figure_is_a_link_to_its_large_picture(site, open_page):
    page = open_page(320, 640, java_script_enabled=False)
    page.goto(site + ARTICLE)
    link = page.locator("a.zoom")
    expect(link.locator("span")).to_be_visible()
    assert link.bounding_box()["height"] >= 44
    link.click()
    page.wait_for_url("**/full.png")
    page.go_back()
    expect(page).to_have_url(site + ARTICLE)


def test_a_figure_opens_over_the_page_and_closes_in_each_way(site, open_page):
    page = open_page(320, 640, has_touch=True)
    page.goto(site + ARTICLE)
    viewer, picture, link = page.locator("dialog"), page.locator("dialog img"), page.locator("a.zoom")

    def opened(act):
        act()
        picture.wait_for()
        page.wait_for_function("() => document.querySelector('dialog img').naturalWidth > 0")
        return picture.bounding_box()["width"]

    assert opened(link.tap) == 320
    assert viewer.evaluate("one => getComputedStyle(one).width") == "320px"
    assert violations(page) == []
    page.locator("dialog [value='1.5']").tap()
    assert picture.bounding_box()["width"] == 480
    assert viewer.evaluate("one => one.scrollWidth - one.clientWidth") == 160
    page.locator("dialog [value='.667']").tap()
    assert picture.bounding_box()["width"] == pytest.approx(320, abs=1)
    picture.tap()
    viewer.wait_for(state="hidden")
    # Closing goes back in the history, and the browser takes its time over that.
    page.wait_for_function("() => history.state === null")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.evaluate("history.back()")):
        link.focus()
        opened(lambda: page.keyboard.press("Enter"))
        close()
        viewer.wait_for(state="hidden")
        page.wait_for_function("() => history.state === null")
        assert link.evaluate("link => link === document.activeElement")
        expect(page).to_have_url(site + ARTICLE)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def longest(snapshot):
    """Return ``snapshot`` with more than any sheet holds: long words, long blocks, all of them twice."""
    body = [
        {"type": "paragraph", "value": {"html": f"<p>{'很长的一段话，' * 60}</p>"}},
        *snapshot["body"],
        {
            "type": "care_card",
            "value": {"level": "call_120", "title": "马上" * 20, "html": f"<p>{'不等，' * 90}</p>"},
        },
        {
            "type": "steps",
            "value": {"title": "", "steps": ["Electrocardiographically 120/80 mmHg " * 6] * 12},
        },
        {"type": "do_dont", "value": {"do": ["多" * 190] * 4, "dont": ["少，" * 60] * 6}},
        *snapshot["body"],
    ]
    institution_words = {"title": "在家量血压，" * 18, "key_message": "安静坐五分钟；" * 28}
    return snapshot | institution_words | {"body": body}


def test_the_sheet_to_print_splits_no_card(site, open_page):
    page = open_page(794, 1123)
    page.goto(f"{site}{ARTICLE}?v=print")
    sheets, paper = pages_of(page)
    assert (sheets, paper) == (3, [595, 842])
    page.emulate_media(media="print")
    split = page.evaluate(
        """() => [...document.querySelectorAll(".care, .key, .emergency, .choices section, .take-along")]
            .filter((one) => getComputedStyle(one).breakInside !== "avoid").map((one) => one.className)"""
    )
    assert split == []
    for hidden in ("header.site nav", ".actions", ".more", "footer.site", "a.call"):
        expect(page.locator(hidden).first, hidden).to_be_hidden()
    for shown in (".dates", ".proof dl", ".take-along .qr"):
        expect(page.locator(shown), shown).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("view", website.LEAFLETS)
def test_a_leaflet_is_one_sheet_with_whole_blocks(site, open_page, view):
    snapshots = list(demo_snapshots())
    snapshots.append(longest(snapshots[0]))
    for number, snapshot in enumerate(snapshots):
        published.publish(f"demo{number}", snapshot=snapshot)
    width, height = PAPERS[view]
    page = open_page(width, height)
    page.emulate_media(media="print")
    sizes = set()
    for publication in Publication.objects.live():
        page.goto(f"{site}{publication.path}?v={view}")
        assert page.evaluate(LOST) == [], publication.title
        sheets, paper = pages_of(page)
        assert (sheets, paper) == (1, {"leaflet": [595, 842], "leaflet-a5": [420, 595]}[view]), (
            publication.title
        )
        size = page.locator(".sheet").get_attribute("data-size")
        sizes.add(float(size))
        shown = page.locator(".sheet").evaluate("sheet => getComputedStyle(sheet).fontSize")
        assert float(shown.removesuffix("px")) == pytest.approx(float(size) * 96 / 72, abs=0.01)
    assert sizes <= set(leaflet.SIZES[website.LEAFLETS[view]]) and len(sizes) > 1
    phone = open_page(320, 640)
    phone.goto(f"{site}{ARTICLE}?v={view}")
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(phone) == []


def test_the_card_is_a_picture_to_keep(site, open_page):
    page = open_page(320, 640, java_script_enabled=False)
    page.goto(site + ARTICLE)
    page.locator("a[href$='?v=card']").click()
    card = page.locator(".share-card")
    assert card.get_attribute("alt").startswith("分享卡片：在家量血压，怎样量才准。安静坐五分钟")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    answer = page.request.get(site + card.get_attribute("src"))
    with Image.open(BytesIO(answer.body())) as picture:
        assert (picture.format, picture.width) == ("PNG", 750)
    assert len(answer.body()) < 120 * 1024
    page.locator("main .button").click()
    page.wait_for_url(f"**{ARTICLE}")
