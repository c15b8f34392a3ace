"""The readers' website in a real Chromium: what a phone shows first, by keyboard, without JavaScript, for everybody."""

import pytest
from playwright.sync_api import expect

from publish.models import ReaderFeedback
from tests.tools import published
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLE = "/blood-pressure/home-blood-pressure/"
SCREENS = [(375, 667), (360, 640), (1280, 800)]


@pytest.fixture
def site(live_server):
    published.keep_pictures()
    published.publish()
    published.publish("second", title="高血压患者的饮食")
    return live_server.url


def test_the_first_screen_tells_what_matters(site, open_page):
    for width, height in SCREENS:
        page = open_page(width, height)
        page.goto(site + ARTICLE)
        for place in ("h1", ".dates", ".key", ".emergency"):
            box = page.locator(place).first.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, (width, place)


def test_structured_data_survives_the_policy(site, open_page):
    page = open_page()
    page.goto(site + ARTICLE)
    kind = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@type']"
    )
    assert kind == "MedicalWebPage"


def test_pictures_and_style_arrive(site, open_page):
    page = open_page()
    page.goto(site + ARTICLE)
    page.locator(".body figure img").last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('.body img')].every(image => image.complete)")
    assert page.evaluate("[...document.querySelectorAll('.body img')].every(image => image.naturalWidth > 0)")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
    page.goto(f"{site}{ARTICLE}?v=large")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


def test_the_journey_needs_neither_mouse_nor_script(site, open_page):
    page = open_page(375, 667, java_script_enabled=False)
    page.goto(site + "/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("class", "skip")
    assert page.locator(":focus").bounding_box()["x"] >= 0
    page.locator("#q").focus()
    page.keyboard.type("血压")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    page.locator(".card a").first.focus()
    outline = page.locator(":focus").evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/blood-pressure/**")
    expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_says_what_was_unclear(site, open_page, script):
    page = open_page(320, 640, java_script_enabled=script)
    page.goto(site + ARTICLE)
    page.locator("a[href$='/feedback/']").click()
    page.locator("[value=unclear]").check()
    page.locator("#words").fill("请打13800138000")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[value=unclear]")).to_be_checked()
    expect(page.locator("#words")).to_have_value("请打13800138000")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    if script:  # axe waits for the page's timers, which do not run without scripts
        assert violations(page) == []
    page.locator("#words").fill("第二步看不懂")
    page.locator("#passage").select_option("3")
    page.locator("main form button").click()
    page.wait_for_url("**/feedback/thanks/")
    assert page.context.cookies() == []
    row = ReaderFeedback.objects.get()
    assert (row.answer, row.passage, row.words) == ("unclear", 3, "第二步看不懂")


def test_words_are_suggested_while_typing_and_nothing_needs_them(site, open_page):
    asked = []
    page = open_page(375, 667)
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto(site + "/search/")
    box, options = page.get_by_role("combobox", name="您想了解什么"), page.locator(".q-words li")
    # While an input method composes, the letters are not yet what is meant.
    box.evaluate(
        """(box) => { box.focus(); box.value = "gx";
            box.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true })); }"""
    )
    box.fill("")
    with page.expect_response("**/search/suggest/?q=gxy"):
        box.press_sequentially("gxy")
    options.first.wait_for()
    assert not [url for url in asked if url.endswith("=gx")]
    assert options.first.text_content().startswith("高血压")
    assert violations(page) == []
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("gxy")
    box.press("Enter")
    page.wait_for_url("**/search/?q=gxy*")
    expect(page.get_by_role("status")).to_contain_text("“高血压”")
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("link", name="“gxy”").click()
    page.wait_for_url("**exact=1*")
    expect(page.get_by_role("status")).to_contain_text("“gxy”")

    box = page.get_by_role("combobox", name="您想了解什么")
    with page.expect_response("**/search/suggest/*"):
        box.fill("血")
    options.first.wait_for()
    box.press("ArrowDown")
    chosen = page.locator(".q-words [aria-selected=true]")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    word = chosen.evaluate("item => item.firstChild.data")
    box.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("#q")).to_have_value(word)

    plain = open_page(375, 667, java_script_enabled=False)
    plain.goto(site + "/search/")
    plain.locator("#q").fill("高血亚")
    plain.get_by_role("button", name="搜索").click()
    expect(plain.get_by_role("link", name="高血压患者的饮食")).to_be_visible()
