"""References and citations in the editor, as a librarian meets them: paste, look up, cite, reorder, see."""

import os
import re

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage, EditorialSettings
from tests.browser.people import Editor, enter, width_of
from tests.support.lookups_double import Double


# A folder to keep pictures of the screens in, for looking at them.
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def double(settings):
    with Double() as running:
        settings.LOOKUP_ADDRESSES = running.settings
        yield running


def paste(page, text):
    """Give ``text`` to the box and wait for what became of it."""
    page.locator("[data-citing]").evaluate("box => { box.open = true; }")
    page.locator("[data-citing-text]").fill(text)
    # By the keyboard: marks of findings come in above, and move what is under the mouse between press and release.
    page.locator("[data-citing-read]").press("Enter")
    page.locator("[data-citing-entry]").first.wait_for()


def look(page, name, width):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png")


@pytest.mark.parametrize("width", [1280, 375])
def test_paste_cite_and_reorder(hospital, double, open_page, width):
    page = open_page(width=width, height=800)
    article = hospital.make_article(references=False, body="[]")
    enter(
        page,
        f"{hospital.url}{reverse('wagtailadmin_pages:edit', args=[article.pk])}",
        hospital.librarian.username,
    )
    editor = Editor(page)

    # Look-ups off: identifiers are recognised, nothing is asked, a wrong check digit is named.
    paste(page, "PMID 90000001\n10.5555/cn.2024.1\nISBN 978-0-306-40615-8")
    expect(page.locator("[data-citing-entry]")).to_have_count(3)
    expect(page.locator("[data-citing-entries] button")).to_have_count(0)
    assert double.seen == []
    page.locator("[data-citing-drop]").click()

    # Look-ups on.
    EditorialSettings.objects.update_or_create(
        pk=EditorialSettings.load().pk, defaults={"pubmed": True, "doi": True, "open_library": True}
    )
    page.reload()
    paste(page, "PMID 90000001\n10.5555/cn.2024.1\nISBN 978-0-00-000000-2\n90000001")
    printed = page.locator(".xl-citing__printed")
    printed.filter(has_text="Salt at the example table[J]").first.wait_for()
    printed.filter(has_text="示例题名：家庭血压[J]").first.wait_for()
    printed.filter(has_text="Made-up medicine").first.wait_for()
    expect(page.locator("[data-citing-entry] input:not(:checked)")).to_have_count(1)  # the doubled one
    assert width_of(page) <= width
    look(page, "box", width)
    page.locator("[data-citing-take]").click()
    forms = page.locator("[data-inline-panel-child][id^=inline_child_references]:not(.deleted)")
    expect(forms).to_have_count(3)
    keys = [form.locator("input[name^='references-'][name$='-key']").input_value() for form in forms.all()]
    assert len(set(keys)) == 3 and all(re.fullmatch("[0-9a-f]{10}", key) for key in keys)
    look(page, "forms", width)

    # Cite the third and the first.
    block = editor.add_block("paragraph")
    editor.write(block, "少吃盐的人血压低一些")
    block.locator("[contenteditable=true]").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator("button[name=CITE]:visible").first.click()
    dialog = page.locator("[data-cite-dialog]")
    dialog.locator("input").nth(0).check()
    dialog.locator("input").nth(2).check()
    look(page, "dialog", width)
    dialog.locator("[data-cite-done]").click()
    cite = page.locator("[data-cite-keys]")
    expect(cite).to_have_attribute("data-cite-label", "[1,3]")

    # Move the second reference up: the citation follows, and so do the stored text and the preview.
    forms.nth(1).locator("[data-inline-panel-child-move-up]").click()
    page.locator("[data-cite-label='[2,3]']").wait_for(state="attached")
    block.scroll_into_view_if_needed()
    look(page, "text", width)
    with page.expect_event("load"):
        page.locator("footer button.action-save").click()
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    assert [one.key for one in draft.references.all()] == [keys[1], keys[0], keys[2]]
    assert f'data-cite="{keys[0]} {keys[2]}"' in str(draft.body.raw_data)
    assert draft.references.all()[1].pmid == "90000001" and draft.references.all()[1].pmcid == "PMC9000001"
    expect(page.locator("[data-cite-keys]")).to_have_attribute("data-cite-label", "[2,3]")

    page.goto(f"{hospital.url}{reverse('wagtailadmin_pages:view_draft', args=[article.pk])}")
    expect(page.locator("sup.cite")).to_have_text("[2,3]")
    page.locator("sup.cite a").first.click()
    page.wait_for_url("**#ref-2")
    expect(page.locator("#ref-2")).to_contain_text("Salt at the example table")
    look(page, "preview", width)
