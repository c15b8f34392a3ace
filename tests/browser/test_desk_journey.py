"""The authoring desk as a new librarian meets it: a physician's Word file comes in, is mended, gets its evidence, and goes to review."""

import json
import os
import re

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage, EditorialSettings, FindingWaiver, ImportJob
from review import services
from tests.browser.people import Editor, enter, open_panel
from tests.browser.test_import_desk import DROP, carried
from tests.browser.test_journey import wait_until
from tests.factories import open_step
from tests.support.lookups_double import Double


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLAIM = "这个方法包治高血压。"
ASIDE = "听来的偏方先问医生。"
PASTED = "PMID 90000001\n10.5555/cn.2024.1\nISBN 978-0-00-000000-2"
# A folder to keep pictures of the screens in, for looking at them.
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def double(settings):
    with Double() as running:
        settings.LOOKUP_ADDRESSES = running.settings
        yield running


def look(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/journey-{name}.png")


def kept(page, words):
    """Wait until the latest draft holds ``words``, by autosave alone."""

    def held():
        content = ArticlePage.objects.get().get_latest_revision().content
        return words in json.dumps(content | {"body": json.loads(content["body"])}, ensure_ascii=False)

    wait_until(page, held, nudge=lambda: None)


def finding(page, code, place=""):
    return page.locator(f"[data-findings] .xl-finding[data-code='{code}']").filter(
        has=page.locator(f"[data-finding-anchor][href='#{place}']" if place else "[data-words]")
    )


def go_to(page, found):
    """Follow a finding to what it means; return the id of the control that is in focus then."""
    found.wait_for()
    found.locator("[data-finding-anchor]").click()
    page.wait_for_function(
        "() => !document.activeElement.closest('[data-findings]') && document.activeElement !== document.body"
    )
    return page.evaluate("document.activeElement.id")


def paste(page, text):
    page.locator("[data-citing]").evaluate("box => { box.open = true; }")
    page.locator("[data-citing-text]").fill(text)
    # By the keyboard: marks of findings come in above, and move what is under the mouse between press and release.
    page.locator("[data-citing-read]").press("Enter")
    entries = page.locator("[data-citing-entry]")
    entries.nth(len(text.splitlines()) - 1).wait_for()
    return entries


@pytest.mark.long
def test_from_a_word_file_to_a_text_under_review(hospital, double, open_page, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    page = open_page(width=1280, height=900)
    enter(page, f"{hospital.url}{reverse('articles_import')}?topic={hospital.topic.pk}", "librarian")

    # The file is dropped; its row tells how far it is, and leads to both sides.
    page.evaluate(DROP, carried("fake-headings.docx"))
    row = page.locator("[data-import-rows] [data-state=done]")
    row.wait_for()
    job = ImportJob.objects.get()
    assert (job.state, job.percent) == ("done", 100)
    look(page, "import")
    with page.expect_navigation():
        row.get_by_role("link").click()
    page.frame_locator("[data-came-in]").get_by_text("别喝咖啡").wait_for()
    expect(page.locator("[data-import-kind] li[data-code]").first).to_be_attached()
    expect(page.locator(".xl-became[data-kind=heading]")).to_have_count(4)
    look(page, "side-by-side")
    with page.expect_navigation():
        page.locator(f".xl-job__actions a[href$='/{job.article_id}/edit/']").click()
    editor = Editor(page)
    article = ArticlePage.objects.get()
    assert article.pk == job.article_id and article.references.count() == 3

    # Two sentences of hers, of which the one must be mended and the other be looked at.
    editor.write(editor.add_block("paragraph"), CLAIM + ASIDE)
    kept(page, ASIDE)
    open_panel(page, "findings")
    stops = page.locator("[data-findings] .xl-finding--stop")
    stops.filter(has_text="包治").wait_for()
    page.locator("[data-findings] .xl-finding--warn[data-quote=偏方]").wait_for()
    look(page, "findings")
    expect(stops).to_have_count(4)
    before = {one.get_attribute("data-code") for one in stops.all()}
    assert {"complete.missing", "care.none"} < before

    # Each finding leads to what it means.
    claim = stops.filter(has_text="包治")
    go_to(page, claim)
    page.wait_for_function("() => getSelection().toString() === '包治'")
    editor.erase(CLAIM + ASIDE)
    claim.wait_for(state="detached")
    page.keyboard.type(ASIDE)
    kept(page, ASIDE)
    for name, words in (
        ("summary", "量得准，医生才好判断。"),
        ("key_message", "静坐五分钟再量，两次都记下来。"),
    ):
        missing = finding(page, "complete.missing", f"id_{name}")
        assert go_to(page, missing) == f"id_{name}"
        page.keyboard.type(words)
        missing.wait_for(state="detached")
    go_to(page, finding(page, "care.none"))
    care = editor.add_block("care_card")
    care.locator("select[name$='-level']").select_option("call_120")
    editor.write(care, "头痛、胸痛或说话不清，立即拨打120。")
    kept(page, "说话不清")
    finding(page, "care.none").wait_for(state="detached")
    expect(stops).to_have_count(0)

    # One passes, with a reason that is asked for.
    aside = page.locator("[data-findings] .xl-finding--warn[data-quote=偏方]")
    with page.expect_navigation():
        aside.locator("p:last-child a").last.click()
    page.locator("main form button[type=submit]").click()
    page.locator("[role=alert]").wait_for()
    assert not FindingWaiver.objects.exists()
    page.fill("#id_reason", "这里劝人不要自己用。")
    with page.expect_navigation(url=re.compile("/edit/")):
        page.locator("main form button[type=submit]").click()
    assert FindingWaiver.objects.get().passage == ASIDE
    editor = Editor(page)
    expect(
        page.locator("[data-findings] .xl-finding--info[data-quote=偏方] .xl-finding__waived")
    ).to_have_count(1)

    # Look-ups off: nothing is asked, and what nobody knows is typed.
    entries = paste(page, PASTED)
    expect(entries).to_have_count(3)
    expect(entries.locator("button")).to_have_count(0)
    assert double.seen == []
    look(page, "pasted-off")
    for number in (0, 1):
        entries.nth(number).locator("input").uncheck()
    page.locator("[data-citing-take]").click()
    assert editor.field("references-3-isbn").input_value()
    expect(editor.field("references-3-title")).to_have_value("")
    details = {
        "authors": "示例作者",
        "title": "示例医学",
        "place": "北京",
        "publisher": "示例出版社",
        "year": "2022",
    }
    editor.fill(**{f"references-3-{name}": value for name, value in details.items()})
    kept(page, "示例出版社")
    kept(page, '"year": "2022"')

    # Look-ups on: the two others come with all details, and the book is known already.
    EditorialSettings.objects.update_or_create(
        pk=EditorialSettings.load().pk, defaults={"pubmed": True, "doi": True, "open_library": True}
    )
    # An autosave on its way would make a version newer than the one that the page is loaded with.
    page.wait_for_function("() => !saving")
    page.reload()
    editor = Editor(page)
    entries = paste(page, PASTED)
    printed = page.locator(".xl-citing__printed")
    printed.filter(has_text="Salt at the example table[J]").wait_for()
    printed.filter(has_text="示例题名：家庭血压[J]").wait_for()
    for number, taken in enumerate([True, True, False]):
        expect(entries.locator("input").nth(number)).to_be_checked(checked=taken)
    assert len(double.seen) >= 2
    look(page, "pasted-on")
    page.locator("[data-citing-take]").click()
    expect(editor.field("references-4-pmid")).to_have_value("90000001")
    expect(editor.field("references-5-doi")).to_have_value("10.5555/cn.2024.1")

    # Her sentence is proved by the paper.
    text = page.locator("[contenteditable=true]").filter(has_text=ASIDE)
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator("button[name=CITE]:visible").first.click()
    dialog = page.locator("[data-cite-dialog]")
    dialog.locator("input").nth(4).check()
    dialog.locator("[data-cite-done]").click()
    expect(text.locator("[data-cite-keys]")).to_have_attribute("data-cite-label", "[5]")
    look(page, "cited")

    editor.submit()
    article.refresh_from_db()
    told = page.locator(".messages, .error-message")
    assert article.current_workflow_state is not None, " ".join(told.all_inner_texts())
    snapshot = services.read(open_step(article)).snapshot
    assert len(snapshot["references"]) == 6
    text = json.dumps(snapshot, ensure_ascii=False)
    for words in ("示例医学", "Salt at the example table", "示例题名：家庭血压", "<sup>[5]</sup>"):
        assert words in text, words
    assert CLAIM not in text and ASIDE[:-1] in text
    look(page, "submitted")
