"""A new article from a starting point, with a term explained and another said plainly, in a real Chromium."""

import os
import re
from pathlib import Path

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage, GlossaryTerm
from tests.browser.people import PHONE, Editor, enter, open_panel, width_of


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPENING = "牙龈炎很常见。牙龈炎会出血，洁治以后会好转。"


def shot(page, name):
    """Keep a picture where SCREENSHOTS says, for people who look at the screens."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"{name}.png")


def saved(page):
    """Wait for the next autosave that the server has taken."""
    return page.expect_response(lambda answer: "/edit/" in answer.url and answer.request.method == "POST")


def draft_body():
    return str(ArticlePage.objects.get().get_latest_revision_as_object().body.get_prep_value())


def test_from_a_starting_point_to_both_previews(hospital, open_page):
    gum = GlossaryTerm.objects.get(term="牙龈炎")
    page = open_page(width=1280, height=900)
    enter(page, f"{hospital.url}/admin/pages/add/articles/articlepage/{hospital.topic.pk}/", "librarian")
    page.wait_for_url(f"**{reverse('article_new')}?topic={hospital.topic.pk}")
    page.locator("label[for=point-disease]").click()
    page.fill("#id_title", "牙龈总出血怎么办")
    shot(page, "chooser-1280")
    with page.expect_navigation(url=re.compile(r"/edit/")):
        page.locator(".xl-new button[type=submit]").click()
    editor = Editor(page)

    # The guidance stands in its block, and the checklist counts what is written.
    article = ArticlePage.objects.get()
    opening = next(number for number, key in article.guide.items() if key == "opening")
    block = page.locator(f"#block-{opening}-section")
    block.locator("details.xl-hint[data-hint=opening]").wait_for()
    open_panel(page, "guidance")
    item = page.locator(f"[data-hints-list] li:has(a[href='#block-{opening}-section'])")
    expect(item).to_have_attribute("data-written", "false")
    shot(page, "hints-1280")
    with saved(page):
        editor.write(block, OPENING)
    page.locator(f"[data-hints-list] li[data-written=true] a[href='#block-{opening}-section']").wait_for()

    # The panel finds the terms of what is written; one click explains, another says it plainly.
    open_panel(page, "terms")
    term = page.locator(f"[data-terms-list] li[data-term-id='{gum.pk}']")
    term.wait_for()
    expect(term).to_have_attribute("data-explained", "false")
    shot(page, "terms-1280")
    with saved(page):
        term.locator("[data-explain]").click()
    page.locator(f"[data-term-id='{gum.pk}'][data-explained=true]").wait_for()
    expect(block.locator(".xl-term-mark")).to_have_text("牙龈炎")
    cleaning = page.locator("[data-terms-list] li:has-text('洁治')")
    with saved(page):
        cleaning.locator("[data-here]").click()
    cleaning.wait_for(state="detached")
    assert f'<span data-term="{gum.pk}">牙龈炎</span>很常见。牙龈炎会出血，洗牙以后会好转。' in draft_body()

    # By hand: the words are selected, the button opens the search with them in it.
    text = block.locator("[contenteditable=true]").first
    text.click()
    page.keyboard.press("Control+Home")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.locator("[name=TERM]:visible").first.click()
    dialog = page.locator("dialog.xl-term-dialog")
    expect(dialog.locator("input")).to_have_value("牙龈炎")
    dialog.locator(f"[data-choice='{gum.pk}']").wait_for()
    shot(page, "dialog-1280")
    with saved(page):
        dialog.locator(f"[data-choice='{gum.pk}']").click()
    expect(block.locator(".xl-term-mark")).to_have_count(2)
    # And taken away again from the mark itself.
    block.locator(".xl-term-mark").nth(1).click()
    with saved(page):
        dialog.locator("[data-unmark]").click()
    assert draft_body().count("data-term") == 1

    # A plain field takes brackets.
    with saved(page):
        editor.fill(summary="龋齿和牙龈炎都要早看。")
    tooth = page.locator("[data-terms-list] li:has-text('龋齿')")
    with saved(page):
        tooth.locator("[data-brackets]").click()
    expect(page.locator("#id_summary")).to_have_value("龋齿（蛀牙）和牙龈炎都要早看。")
    # It is the browser's own undo that takes this back, and brings it again.
    page.locator("#id_summary").focus()
    for keys, words in (("Control+z", "龋齿和牙龈炎"), ("Control+Shift+z", "龋齿（蛀牙）和牙龈炎")):
        page.keyboard.press(keys)
        expect(page.locator("#id_summary")).to_have_value(f"{words}都要早看。")

    # Both outlets, as the draft stands.
    readers = open_page(**PHONE)
    enter(readers, f"{hospital.url}/admin/pages/{article.pk}/view_draft/", "librarian")
    expect(readers.locator(".term dfn")).to_have_text("牙龈炎")
    assert "洗牙以后" in readers.content()
    shot(readers, "website-375")
    readers.goto(f"{hospital.url}/admin/pages/{article.pk}/view_draft/?mode=wechat")
    assert any("牙龈炎（牙龈发炎：" in frame.content() for frame in readers.frames)
    shot(readers, "wechat-375")

    readers.goto(f"{hospital.url}/admin/pages/{article.pk}/edit/")
    shot(readers, "editor-375")
    readers.goto(f"{hospital.url}{reverse('article_new')}")
    shot(readers, "chooser-375")
    assert width_of(readers) <= 375
    for name in ("index", "import"):
        readers.goto(hospital.url + reverse(f"glossary:{name}"))
        shot(readers, f"glossary-{name}-375")
        page.goto(hospital.url + reverse(f"glossary:{name}"))
        shot(page, f"glossary-{name}-1280")
    page.goto(hospital.url + reverse("glossary:edit", args=[gum.pk]))
    shot(page, "glossary-edit-1280")


def test_readers_open_the_note_without_a_script(hospital, open_page):
    gum = GlossaryTerm.objects.get(term="牙龈炎")
    article = hospital.make_article()
    raw = [dict(block) for block in article.body.get_prep_value()]
    marked = f'<span data-term="{gum.pk}">牙龈炎</span>'
    raw[1] = raw[1] | {"value": f"<p>刷牙出血可能是{marked}。</p><ul><li>早看{marked}。</li></ul>"}
    article.body = article.body.stream_block.to_python(raw)
    article.save_revision(user=hospital.librarian)
    hospital.publish(article)
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto(f"{hospital.url}/a/{article.pk}/")
    box, note = page.get_by_role("checkbox").first, page.locator(".term .note").first
    expect(note).to_be_hidden()
    expect(box).not_to_be_checked()
    label = page.locator(".term label").first
    assert label.bounding_box()["height"] >= 24 and label.bounding_box()["width"] >= 24
    assert box.bounding_box()["height"] >= 24
    shot_of(page, label, "note-closed-375")
    box.focus()
    page.keyboard.press("Space")
    expect(note).to_be_visible()
    expect(box).to_be_checked()
    expect(note).to_contain_text("牙龈发炎")
    expect(page.locator(".term .note").nth(1)).to_be_hidden()
    label.click()
    expect(note).to_be_hidden()
    page.locator(".term label").nth(1).click()
    expect(page.locator(".term .note").nth(1)).to_be_visible()
    assert width_of(page) <= 375
    label.click()
    shot_of(page, label, "note-open-375")
    page.emulate_media(media="print")
    expect(note).to_be_visible()
    expect(page.locator(".term .note").nth(1)).to_be_visible()
    page.emulate_media(media="screen")
    page.goto(f"{hospital.url}/a/{article.pk}/?v=print")
    expect(page.locator(".term .note").first).to_be_visible()


def shot_of(page, locator, name):
    locator.scroll_into_view_if_needed()
    shot(page, name)
