"""Every face through axe, which knows the Web Content Accessibility Guidelines: no violation.

The pages that readers meet stand in test_site_pages.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from articles.models import GlossaryTerm
from publish import services
from publish.models import Push
from publish.states import State
from tests.browser.people import PHONE, Editor, enter, log_in, open_panel, width_of
from tests.factories import make_image, raw_body
from tests.tools.axe import violations
from themes.registry import themes


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_axe_finds_what_is_wrong(open_page):
    page = open_page()
    page.set_content("<img src='data:,'><p style='color: #ccc'>淡得看不清</p>")
    found = {line.split(":")[0] for line in violations(page)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found


@pytest.fixture
def busy_hospital(hospital):
    """One text live, one under review, one draft with findings."""
    hospital.live = hospital.publish(hospital.make_article(title="少吃盐，从认识隐形盐开始"))
    hospital.waiting = hospital.submit(hospital.make_article(title="高血压患者的日常管理"))
    hospital.draft = hospital.make_article(title="还没写完的文章", body="[]", references=False)
    return hospital


@pytest.mark.parametrize("theme", themes())
def test_every_part_of_the_site_in_every_look(hospital, open_page, theme):
    page = open_page(**PHONE)
    enter(page, f"{hospital.url}/admin/site-gallery/", "librarian")
    assert violations(page) == []
    expect(page.locator("iframe")).to_have_count(len(themes()))
    for query in ("", "dark=1", "v=large", "page=article", "page=article&dark=1&v=large"):
        page.goto(f"{hospital.url}/admin/site-gallery/look/{theme}/?{query}")
        assert violations(page) == [], query
        assert width_of(page) == PHONE["width"], query
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") is ("dark" not in query)


def test_login_and_review(busy_hospital, open_page):
    page = open_page(**PHONE)
    page.goto(f"{busy_hospital.url}/review/")
    assert violations(page) == [], "login"
    log_in(page, "physician")
    assert violations(page) == [], "desk"
    text = f"{busy_hospital.url}/review/{busy_hospital.waiting.pk}/"
    page.goto(text)
    page.frame_locator("#website-preview").locator("h1").first.wait_for()
    assert violations(page) == [], "text"
    with page.expect_navigation():
        page.locator("button[value=return]").tap()
    assert violations(page) == [], "text with errors"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(text)
    page.frame_locator("#wechat-preview").locator("h1").first.wait_for()
    assert violations(page) == [], "text on a wide screen"
    # What stands in the frames, which axe may not enter.
    for channel in ("website", "wechat"):
        page.goto(f"{text}{channel}/")
        assert violations(page) == [], channel
    chief = open_page(**PHONE)
    enter(chief, f"{text}call-back/", "chief")
    assert violations(chief) == [], "calling back"
    dossier = f"{busy_hospital.url}/review/dossier/{busy_hospital.live.article_id}/"
    for address in (dossier, f"{dossier}form/1/"):
        chief.goto(address)
        assert violations(chief) == [], address
        assert width_of(chief) == PHONE["width"], address


def test_our_screens_in_the_editors_side(busy_hospital, open_page):
    push = services.create_push([busy_hospital.live], user=busy_hospital.librarian)
    Push.objects.filter(pk=push.pk).update(state=State.NEEDS_PERSON, reason="slot_used")
    page = open_page()
    enter(page, f"{busy_hospital.url}/admin/", "librarian")
    assert violations(page) == [], "home"
    for path in (
        "/admin/articles/import/",
        "/admin/push-board/",
        "/admin/push-ledger/",
        push.get_absolute_url(),
        f"/admin/review-assignments/ask/{busy_hospital.waiting.pk}/",
        "/admin/review-assignments/",
        "/admin/review-notices/",
    ):
        assert page.goto(busy_hospital.url + path).status == 200, path
        assert violations(page) == [], path

    page.goto(f"{busy_hospital.url}/admin/pages/{busy_hospital.draft.pk}/edit/")
    Editor(page)
    open_panel(page, "findings")
    page.locator(".xl-finding").first.wait_for()
    assert violations(page) == [], "findings"


def test_what_opens_in_the_editor(busy_hospital, open_page):
    """Choosers and panels, and the frozen editor of a text under review."""
    page = open_page()
    enter(page, f"{busy_hospital.url}/admin/figures/", "librarian")
    assert violations(page) == [], "figures"
    article = busy_hospital.make_article(title="牙龈出血怎么办", summary="牙龈炎要早看。")
    page.goto(f"{busy_hospital.url}/admin/pages/{article.pk}/edit/")
    editor = Editor(page)
    open_panel(page, "terms")
    page.locator("[data-terms-list] li").first.wait_for()
    assert violations(page, "[data-terms]") == [], "terms"
    text = editor.add_block("paragraph")
    editor.write(text, "牙龈炎")
    # Wagtail's own rich text editors, lists and tables, too: each has a name, also the block that was just added.
    page.locator(".public-DraftEditor-content:not([aria-label])").wait_for(state="detached")
    page.locator("[role=tab]").first.click()
    assert violations(page) == [], "body"
    cell, point = (
        page.locator(f"input[name$='{name}']").get_attribute("aria-label")
        for name in ("-cell-1-0", "-points-1-value")
    )
    assert re.search(r"2\D+1\D*$", cell) and point.endswith(" 2")
    for button, dialog in (("TERM", "dialog.xl-term-dialog"), ("CITE", "[data-cite-dialog]")):
        text.locator("[contenteditable=true]").click()
        page.keyboard.press("Shift+Home")
        page.locator(f"[name={button}]:visible").first.click()
        page.locator(f"{dialog}[open]").wait_for()
        assert violations(page, f"{dialog}[open]") == [], button
        page.locator(f"{dialog} :is([data-close], [data-cite-cancel])").click()
        page.locator(f"{dialog}[open]").wait_for(state="detached")
    page.locator("[data-citing]").evaluate("box => { box.open = true; }")
    page.locator("[data-citing-text]").fill("10.5555/cn.2024.1")
    page.locator("[data-citing-read]").press("Enter")
    page.locator("[data-citing-entry]").wait_for()
    assert violations(page, "[data-citing]") == [], "references"

    page.goto(f"{busy_hospital.url}/admin/pages/{busy_hospital.waiting.revision.object_id}/edit/")
    Editor(page)
    open_panel(page, "findings")
    page.locator("[data-findings] .xl-frozen").wait_for()
    assert violations(page, "[data-findings]") == [], "frozen"


def test_a_note_on_a_term_stands_open(hospital, open_page):
    gum = GlossaryTerm.objects.get(term="牙龈炎")
    marked = f'<p>刷牙出血可能是<span data-term="{gum.pk}">牙龈炎</span>。</p>'
    body = [*raw_body(make_image()), {"type": "paragraph", "value": marked}]
    live = hospital.publish(hospital.make_article(body=json.dumps(body)))
    page = open_page(**PHONE)
    page.goto(f"{hospital.url}/a/{live.article_id}/")
    page.locator(".term label").first.click()
    page.locator(".term .note").first.wait_for()
    assert violations(page) == []


def test_the_phone_of_the_sandbox(busy_hospital, sandbox, manage, open_page):
    services.create_push([busy_hospital.live], mode="draft")
    assert manage("deliver", "--once", env={"SITE_URL": busy_hospital.url}).returncode in (0, 1)
    page = open_page(**PHONE)
    for path in ("/phone/", "/phone/?tab=drafts"):
        page.goto(sandbox.base_url + path)
        assert violations(page) == [], path
    page.get_by_role("link", name=busy_hospital.live.title).first.click()
    page.locator("h1.title").wait_for()
    assert violations(page) == [], "article"
