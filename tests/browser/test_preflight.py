"""The findings beside the editor in a real Chromium: they follow each autosave, lead to what they mean, and mend."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage
from tests.browser.people import Editor, enter, open_panel


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHORT = "在家量血压要注意什么？坐下来休息五分钟，早晚各量两次"
LONG = "在家量血压要注意什么？坐下来休息五分钟，早晚各量两次，并且连量七天"


def open_editor(page, hospital, article):
    enter(page, f"{hospital.url}/admin/pages/{article.pk}/edit/", "librarian")
    return Editor(page)


def open_findings(page):
    open_panel(page, "findings")
    panel = page.locator("[data-findings]")
    panel.wait_for()
    return panel


def test_findings_follow_the_writing(hospital, open_page):
    article = hospital.make_article()
    page = open_page()
    editor = open_editor(page, hospital, article)
    panel = open_findings(page)
    counter = page.locator("[data-side-panel-toggle=findings] [data-side-panel-toggle-counter]")
    before = int(panel.locator("[data-findings-pressing]").get_attribute("data-findings-pressing"))
    shorten = panel.locator(f"a[href='/admin/fixes/{article.pk}/shorten.title/']")
    expect(shorten).to_have_count(0)

    with page.expect_response(re.compile("/admin/findings/")):
        editor.fill(title=LONG)
    shorten.wait_for()
    assert int(counter.inner_text()) == before + 1

    # The place leads to the field, on its tab.
    page.locator("[role=tab]").nth(1).click()
    panel.locator("a[href='#id_title']").first.click()
    page.wait_for_function("() => document.activeElement.id === 'id_title'")

    # A block that is meant gets the focus inside it.
    link = panel.locator("a[href^='#block-']").first
    block = link.get_attribute("href")[1:]
    link.click()
    page.wait_for_function("id => document.getElementById(id).contains(document.activeElement)", arg=block)

    # Of one that was deleted a moment ago the finding says so, and leads nowhere else.
    page.route(
        "**/edit/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.locator(f"#{block} > .w-panel__header [data-streamfield-action=DELETE]").click()
    page.locator(f"#{block}").wait_for(state="hidden")
    link.click()
    panel.locator("[data-gone]").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"#{block}"
    page.unroute("**/edit/")

    shorten.click()
    page.locator("form textarea[name=text]").wait_for()
    expect(page.locator("textarea[name=text]")).to_have_value(SHORT)
    page.locator("form:has(textarea[name=text]) button.button").click()
    page.locator(".messages .success").wait_for()
    Editor(page)
    expect(page.locator("#id_push_title")).to_have_value(SHORT)
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    assert (draft.title, draft.push_title) == (LONG, SHORT)
    expect(open_findings(page).locator(f"a[href='/admin/fixes/{article.pk}/shorten.title/']")).to_have_count(
        0
    )


def test_a_new_article_is_checked_from_its_first_autosave(hospital, open_page):
    page = open_page()
    enter(
        page,
        f"{hospital.url}/admin/pages/add/articles/articlepage/{hospital.topic.pk}/?start=empty",
        "librarian",
    )
    editor = Editor(page)
    panel = open_findings(page)
    counter = page.locator("[data-side-panel-toggle=findings] [data-side-panel-toggle-counter]")
    expect(panel.locator(".xl-finding")).to_have_count(0)
    expect(counter).to_be_hidden()
    # At once: what is typed in the first two seconds counts, too, though Wagtail does not look yet.
    with page.expect_response(re.compile("/admin/findings/")) as answer:
        editor.fill(title=LONG)
    article = ArticlePage.objects.get()
    assert answer.value.url == f"{hospital.url}/admin/findings/{article.pk}/"
    expect(page).to_have_url(f"{hospital.url}/admin/pages/{article.pk}/edit/")
    panel.locator("a[href='#id_summary']").wait_for()
    shorten = panel.locator(f"a[href='/admin/fixes/{article.pk}/shorten.title/']")
    expect(shorten).to_have_count(1)
    expect(panel.locator(".xl-finding:not(.xl-finding--info)")).to_have_count(int(counter.inner_text()))

    # The same editor, now of a stored article: later autosaves are followed as well.
    with page.expect_response(answer.value.url):
        editor.fill(title=SHORT, summary="量得准，医生才好判断。")
    panel.locator("a[href='#id_summary']").wait_for(state="detached")
    expect(shorten).to_have_count(0)
    assert ArticlePage.objects.get().pk == article.pk


def test_what_wagtail_takes_for_stored_too_early_is_autosaved(hospital, open_page):
    """A second baseline right after typing, as a slow machine brings it about, loses nothing."""
    article = hospital.make_article()
    page = open_page()
    open_editor(page, hospital, article)
    open_findings(page)
    watch = """window.wagtail.app.getControllerForElementAndIdentifier(
        document.querySelector("[data-edit-form]"), "w-unsaved")"""
    # The first baseline comes by itself; wait_for_function would need what our content policy forbids.
    page.evaluate(
        f"new Promise(done => {{ const look = () => {watch}.initialFormData ? done() : setTimeout(look, 50); look(); }})"
    )
    with page.expect_response(re.compile("/admin/findings/")):
        page.evaluate(
            f"""text => {{
                document.querySelector("#id_title").select();
                document.execCommand("insertText", false, text);
                {watch}.setInitialFormData();
            }}""",
            LONG,
        )
    assert ArticlePage.objects.get().get_latest_revision_as_object().title == LONG


def test_on_a_phone_a_finding_leads_back_to_the_text(hospital, open_page):
    article = hospital.make_article(title=LONG)
    page = open_page(width=375, height=667)
    open_editor(page, hospital, article)
    panel = open_findings(page)
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")
    panel.locator("a[href='#id_title']").first.click()
    page.wait_for_function("() => document.activeElement.id === 'id_title'")
    panel.wait_for(state="hidden")
