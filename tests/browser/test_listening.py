"""Listening in a real Chromium: the recording, and where there is none the voice of the reader's own machine.

Only the browser's interface to that voice is stood in for: this machine has none.
"""

from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

import pytest
from playwright.sync_api import expect

from articles import recordings, sound_files
from tests.support import sounds
from tests.tools import published
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLE = "/blood-pressure/home-blood-pressure/"
# What is said stands in ``told``; ``end()`` lets the sentence end, as the voice would.
VOICES = """(langs) => {
  class Said extends EventTarget { constructor(text) { super(); this.text = text; } }
  const speech = {
    voices: langs.map(([lang, localService]) => ({ lang, localService })), told: [], stopped: 0, one: null,
    getVoices() { return this.voices; },
    speak(one) { this.one = one; this.told.push([one.text, one.voice.lang, one.rate]); },
    cancel() { this.stopped++; const one = this.one; this.one = null; if (one) one.onerror(); },
    end() { const one = this.one; this.one = null; one.onend(); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: langs.length ? speech : undefined });
  window.SpeechSynthesisUtterance = Said;
}"""


@pytest.fixture
def site(live_server):
    published.keep_pictures()
    return live_server.url


def opened(open_page, url, *langs, **options):
    page = open_page(375, 667, **options)
    page.add_init_script(
        f"({VOICES})({[list(one) for one in langs]!s})".replace("True", "true").replace("False", "false")
    )
    page.goto(url)
    return page


def told(page):
    return page.evaluate("speechSynthesis.told")


def test_the_readers_machine_reads_pauses_goes_on_and_stops(site, open_page):
    published.publish(glossary=[{"words": "血压", "plain": "", "explanation": "血对血管的压力"}])
    page = opened(open_page, site + ARTICLE, ("en-US", True), ("zh-HK", True), ("zh-CN", True))
    play, stop, slow = (page.locator("p.listen button").nth(place) for place in range(3))
    assert play.bounding_box()["height"] >= 44 and play.inner_text()
    expect(stop).to_be_hidden()
    expect(slow).to_be_hidden()
    play.click()
    assert told(page) == [["在家量血压，怎样量才准", "zh-CN", 1]]
    assert page.locator("p.listen [role=status]").text_content() != ""
    for _sentence in range(3):
        page.evaluate("speechSynthesis.end()")
    assert "核心" in told(page)[1][0] and told(page)[2][0].startswith("不要只凭")
    # Going on begins with the sentence that was broken off; slower from there.
    play.click()
    assert page.evaluate("speechSynthesis.one") is None
    play.click()
    assert told(page)[-1] == told(page)[-2]
    slow.click()
    assert told(page)[-1] == [told(page)[-2][0], "zh-CN", 0.7]
    expect(slow).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    while page.evaluate("!!speechSynthesis.one"):
        page.evaluate("speechSynthesis.end()")
    words = "".join(one[0] for one in told(page))
    assert "手腕式血压计可以用吗" in words and "七天平均的家庭血压" in words
    assert "解释" not in words and "[1]" not in words and "放大" not in words and "参考文献" not in words
    # At the end everything is as it was; leaving the page silences the voice.
    expect(stop).to_be_hidden()
    play.click()
    stop.click()
    assert page.evaluate("speechSynthesis.one") is None
    expect(stop).to_be_hidden()
    play.click()
    before = page.evaluate("speechSynthesis.stopped")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("speechSynthesis.stopped") == before + 1
    assert page.evaluate("speechSynthesis.one") is None
    expect(play).to_be_visible()


@pytest.mark.parametrize(
    "langs", [(), (("en-US", True),), (("zh-CN", False),)], ids=["none", "english", "elsewhere"]
)
def test_without_a_chinese_voice_of_its_own_nothing_is_offered(site, open_page, langs):
    published.publish()
    page = opened(open_page, site + ARTICLE, *langs)
    expect(page.locator(".listen")).to_be_hidden()
    if langs:  # voices come late
        page.evaluate(
            "speechSynthesis.voices = [{lang: 'zh_CN', localService: true}], speechSynthesis.onvoiceschanged()"
        )
        expect(page.locator("p.listen button").first).to_be_visible()


def test_a_recording_plays_and_its_places_are_found_without_script(site, open_page):
    sound = sound_files.take(sounds.mp3(240))
    value = {
        "sha256": sound.sha256,
        "format": "mp3",
        "seconds": 240,
        "size": len(sound.data),
        "reader": "赵示例",
    }
    default_storage.save(recordings.name_of(value), ContentFile(sound.data))
    published.publish(scheme="xinglin/4", recording=value)
    page = opened(open_page, site + ARTICLE, ("zh-CN", True))
    asked = []

    def answer(route):
        # The server of tests hands out media by itself; this is the product's own view.
        path, wanted = urlsplit(route.request.url).path, route.request.headers.get("range", "")
        found = Client().get(path, headers={"Range": wanted})
        asked.append((wanted, found.status_code))
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.getvalue())

    page.route("**/*.mp3", answer)
    expect(page.locator("p.listen")).to_have_count(0)
    expect(page.locator(".listen figcaption")).to_contain_text("赵示例")
    # The player is the browser's own; what is asked here is whether it may load the file and move in it.
    place = page.evaluate(
        """() => new Promise((done, fail) => {
            const player = document.querySelector(".listen audio");
            player.onerror = () => fail(player.error.message);
            player.onloadedmetadata = () => { player.currentTime = 200; };
            player.onseeked = () => done([player.currentTime, Math.round(player.duration)]);
            player.load();
            player.preload = "auto";
        })"""
    )
    assert place == [200, 240]
    assert ("bytes=0-", 206) in asked
    assert violations(page) == []
    silent = open_page(375, 667, java_script_enabled=False)
    silent.goto(site + ARTICLE)
    assert silent.locator(".listen audio").bounding_box()["height"] >= 44
    expect(silent.locator("p.listen")).to_have_count(0)
