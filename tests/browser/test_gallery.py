"""排版样张 in Chromium: every block in every look fits a phone at the largest type, and reads by day and by night."""

import pytest
from playwright.sync_api import expect

from articles.models import Institution
from publish import gallery
from tests.browser.people import PHONE, enter, width_of
from tests.contract.sandbox_driver import Driver
from tests.tools.axe import violations
from themes.registry import themes
from themes.wechat import render


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 780}
# What sticks out of the column, also where something hides it; `root` is the body of the article.
STICKS_OUT = """root => {
  const edge = root.getBoundingClientRect().right + 0.5, left = root.getBoundingClientRect().left - 0.5;
  const found = [...root.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.right > edge || (box.left < left && box.width);
  }).map(element => element.outerHTML.slice(0, 120));
  if (root.scrollWidth > root.clientWidth) found.push(`scrolls: ${root.scrollWidth} of ${root.clientWidth}`);
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls');
  return found;
}"""
# The lowest contrast of a text node with the ground below it.
FAINTEST = """root => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
  };
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let worst = [99, ''];
  while (walk.nextNode()) {
    if (!walk.currentNode.data.trim()) continue;
    const element = walk.currentNode.parentElement;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    if (contrast < worst[0]) worst = [contrast, walk.currentNode.data.slice(0, 40)];
  }
  return worst;
}"""


@pytest.mark.parametrize("theme", themes())
def test_every_block_fits_and_reads(hospital, open_page, theme):
    page = open_page(**NARROW)
    for colour in ("#0F766E", "#c8102e", "#ffd200"):
        institution = Institution(colour=colour)
        for dark in (False, True):
            html = gallery.page(None, institution, theme, dark=dark, size="largest")
            page.goto(f"{hospital.url}/static/themes/wechat-frame.css")  # for addresses of this site
            page.set_content(html, wait_until="load")
            body = page.locator(".wechat-body").element_handle()
            assert page.evaluate(STICKS_OUT, body) == []
            contrast, words = page.evaluate(FAINTEST, body)
            assert contrast >= 4.5, (words, colour, dark)


def test_every_block_fits_the_phone_of_the_sandbox(db, open_page):
    page = open_page(**NARROW)
    with Driver() as driver:
        picture = driver.body_picture()
        text = gallery.text(None, Institution())
        articles = [driver.article(content=render(*text, lambda image: picture, theme)) for theme in themes()]
        media_id = driver.add(*articles)
        for index, theme in enumerate(themes()):
            page.goto(f"{driver.sandbox.base_url}/phone/draft/{media_id}/{index}?size=largest&dark=1")
            body = page.locator(".rich")
            assert "√" in body.inner_text(), theme
            assert page.evaluate(STICKS_OUT, body.element_handle()) == [], theme


def test_what_sticks_out_is_seen(open_page):
    """The measure itself: a long word in a table, as it was before words broke there."""
    page = open_page(**NARROW)
    cell = (
        "<p>x</p><table><tr><td>Chlorhexidinedigluconate</td><td>Chlorhexidinedigluconate</td></tr></table>"
    )
    page.set_content(f"<div style='overflow:hidden;font-size:30px'>{cell}</div>")
    assert page.evaluate(STICKS_OUT, page.locator("div").element_handle())
    page.set_content("<div style='background:#fff'><p style='color:#888'>x</p></div>")
    contrast, _words = page.evaluate(FAINTEST, page.locator("div").element_handle())
    assert contrast < 4.5


@pytest.mark.parametrize("screen", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_the_gallery_shows_the_frames(hospital, open_page, screen):
    live = hospital.publish(hospital.make_article(title="少吃盐，从认识隐形盐开始"))
    page = open_page(**screen)
    enter(page, f"{hospital.url}/admin/wechat-gallery/", "physician")
    expect(page.locator("iframe")).to_have_count(len(themes()))
    frame = page.frame_locator("iframe").first
    frame.locator(".wechat-body").wait_for()
    assert frame.locator(".wechat-body img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert width_of(page) <= screen["width"]
    assert page.evaluate(STICKS_OUT, page.locator(".gallery").element_handle()) == []
    assert violations(page) == []

    page.select_option("#gallery-article", str(live.pk))
    with page.expect_navigation():
        page.locator(".gallery-form button").click()
    with page.expect_navigation():
        page.locator(".gallery-switches a").nth(1).click()
    with page.expect_navigation():
        page.locator(".gallery-switches a").last.click()
    frame = page.frame_locator("iframe").first
    expect(frame.locator("h1")).to_have_text(live.title)
    expect(frame.locator("body")).to_have_attribute("class", "size-largest dark")
    assert frame.locator(".wechat-body img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    expect(page.locator(".gallery-switches [aria-current]")).to_have_count(2)
    assert violations(page) == []
    # What stands in the frames, which axe may not enter.
    for address in [page.locator("iframe").nth(at).get_attribute("src") for at in range(len(themes()))]:
        page.goto(hospital.url + address)
        assert violations(page) == [], address
