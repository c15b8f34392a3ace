"""Every type of page that readers meet, each loaded once: axe in every look, and the layout on small screens and in large type."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from articles import recordings, sound_files
from articles.models import ArticlePage, Institution, Series, TopicPage
from publish import publishing
from tests import samples
from tests.browser.test_listening import VOICES
from tests.support import sounds
from tests.tools import published, site_pages
from themes import site_style
from themes.registry import folder, themes


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAYOUT = (Path(__file__).parent / "layout_faults.js").read_text("utf-8")
STATUSES = {"not-found": 404, "withdrawn": 410}
LONG_AGO = datetime(2021, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
# The smallest phone; type twice as large as usual on a usual phone and on a desk: width, height, type of the page.
SCREENS = [(320, 640, ""), (375, 667, "200%"), (1280, 800, "200%"), (1280, 800, "")]
# What differs between looks; everything else is asked once.
OF_LOOKS = ["color-contrast", "target-size"]

# The page's own inline style gives way to another theme's, as if the chief librarian had chosen that.
WEAR = """css => {
  const own = document.querySelector("style");
  if (!own) return;
  own.sheet.disabled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
OPEN = """() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const box of document.querySelectorAll(".term input")) box.checked = true;
}"""
ENLARGE = """to => {
  const page = document.documentElement;
  page.style.fontSize = "";
  if (to) page.style.fontSize = parseFloat(getComputedStyle(page).fontSize) * parseFloat(to) / 100 + "px";
}"""
AXE = """async rules => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`));
}"""


@pytest.fixture
def paths(live_server):
    """Return {name of a page type: address} of a site where each part of a page is shown somewhere."""
    published.keep_pictures()
    published.topic()
    TopicPage.objects.update(needs=["medicines"], body_areas=["chest"])
    published.publish()
    article = published.publish(snapshot=_full())
    second = published.publish("second", title="高血压患者的饮食")
    series = Series.objects.create(title="血压")
    ArticlePage.objects.filter(pk__in=[article.article_id, second.article_id]).update(series=series)
    gone = published.publish("gone", title="撤下的文章")
    publishing.withdraw(gone, reason="数字有误")
    found = site_pages.page_types(
        article,
        department=article.department_id,
        withdrawn=gone,
        overdue=published.publish("overdue", signed_at=LONG_AGO, title="很久以前审核的一篇文章"),
    )
    return {name: live_server.url + path for name, path in found.items()}


def _full():
    """Return the sample with a recording, a correction, news, an explained term and citations."""
    sound = sound_files.take(sounds.mp3(240))
    recording = {
        "sha256": sound.sha256,
        "format": "mp3",
        "seconds": 240,
        "size": len(sound.data),
        "reader": "赵示例",
    }
    default_storage.save(recordings.name_of(recording), ContentFile(sound.data))
    full = samples.snapshot(
        scheme="xinglin/4",
        recording=recording,
        correction="第三步的数字写错了，已改正。",
        changes="补充了手腕式血压计。",
        glossary=[{"words": "毫米汞柱", "term": "毫米汞柱", "plain": "", "explanation": "量血压的单位"}],
    )
    full["body"][0]["value"]["html"] += "<p>读数写成<dfn>毫米汞柱</dfn>。<sup>[1,3]</sup></p>"
    return full


def test_the_layout_is_found_wanting_where_it_is(open_page):
    page = open_page(320, 640)
    page.set_content("""<main style="width: 400px"><a href="#">单独的链接</a><p>文字<a href="#">中的链接</a></p>
        <p style="width: 2em; white-space: nowrap">太长的一行</p><p style="height: 1em; overflow: hidden">一<br>二</p>
        <button style="width: 60px; height: 60px">一</button><button style="margin-left: -20px; width: 60px; height: 60px">二""")
    found = {re.sub(r"(?s)( \d+ px)?:.*", "", fault) for fault in page.evaluate(LAYOUT)}
    assert found == {
        "scrolls sideways",
        "cut off below",
        "words beside their box",
        "words below their box",
        "too low for a finger",
        "on top of another",
    }


@pytest.mark.long
def test_axe_finds_nothing_and_nothing_is_cut_off(paths, open_page):
    usual, *others = themes()
    # What stands here for another theme is its style alone; one with pages of its own would need them loaded.
    assert not [theme for theme in others if list((folder(theme) / "web").glob("**/*.html"))]
    styles = {theme: site_style.style(theme, Institution.load().colour) for theme in (*others, usual)}
    page = open_page(375, 667)
    page.add_init_script(f"({VOICES})([['zh-CN', true]])")
    complaints, faults = [], []
    page.on("console", lambda one: complaints.append(one.text))

    def look(*where):
        """Ask of what the page shows now; it ends as it was."""
        faults.extend((*where, one) for one in page.evaluate(AXE))
        for light in ("dark", "light"):
            page.emulate_media(color_scheme=light)
            for theme, style in styles.items():
                page.evaluate(WEAR, style)
                if (theme, light) != (usual, "light"):
                    faults.extend((*where, theme, light, one) for one in page.evaluate(AXE, OF_LOOKS))
        for width, height, size in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(ENLARGE, size)
            faults.extend((*where, width, size, one) for one in page.evaluate(LAYOUT))
        page.evaluate(ENLARGE, "")
        page.set_viewport_size({"width": 375, "height": 667})

    for name, address in paths.items():
        assert page.goto(address).status == STATUSES.get(name, 200), name
        page.evaluate(AXE_SCRIPT)
        page.evaluate(OPEN)
        look(name)
        if name == "article":
            page.locator(".zoom").first.click()
            look("article with its figure over the page")
    assert not faults, "\n".join(" ".join(map(str, fault)) for fault in faults)
    assert not [one for one in complaints if "404" not in one and "410" not in one]
