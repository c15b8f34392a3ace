"""Nothing typed is lost when the network or the login goes away in the middle, and nothing is stored in another's name."""

import re

from django.contrib.sessions.models import Session
from django.urls import reverse

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from articles.models import ArticlePage
from tests.browser.people import Editor, enter, log_in
from tests.browser.test_journey import wait_until


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# As Word puts it onto the clipboard; a table in a cell, because letters of hospitals are laid out so.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<p class=MsoNormal style="mso-margin-top-alt:auto"><b>粗体</b>一段<o:p></o:p></p>
<table class=MsoTableGrid><tr><td><p>早 1</p></td><td>2 片</td></tr>
<tr><td>晚 1</td><td><table><tr><td>内</td></tr><tr><td>层</td></tr></table></td></tr></table>
<p>完</p><script>window.pasted = 1</script><!--EndFragment--></body></html>"""
PASTE = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "粗体一段");
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def summary():
    return ArticlePage.objects.get().get_latest_revision_as_object().summary


def opened(hospital, page, article):
    enter(page, f"{hospital.url}{reverse('wagtailadmin_pages:edit', args=[article.pk])}", "librarian")
    return Editor(page)


def press_save(page):
    page.locator("footer button.action-save").click(no_wait_after=True)


def test_a_form_stays_when_the_server_is_out_of_reach(hospital, open_page):
    page = open_page()
    editor = opened(hospital, page, hospital.make_article())
    page.context.set_offline(True)
    editor.field("summary").fill("断网时写的摘要。")
    press_save(page)
    page.locator(".xl-unreached[data-state=lost]").wait_for()
    expect(page.locator("#id_summary")).to_have_value("断网时写的摘要。")
    text = page.locator("[contenteditable=true]").first
    text.click()
    page.keyboard.press("Control+End")
    text.evaluate(PASTE, WORD)
    text.get_by_text("早 1 | 2 片").wait_for()
    page.context.set_offline(False)
    with page.expect_event("load"):
        press_save(page)
    body = ArticlePage.objects.get().get_latest_revision_as_object().body.raw_data
    (stored,) = (block["value"] for block in body if "晚 1" in str(block["value"]))
    lines = [line.get_text() for line in BeautifulSoup(stored, "html.parser").find_all(["p", "li"])]
    assert lines[-4:] == ["粗体一段", "早 1 | 2 片", "晚 1 | 内 层", "完"] and "script" not in stored
    assert summary() == "断网时写的摘要。"
    expect(page.locator(".xl-unreached")).to_have_count(0)


def test_logged_out_in_the_middle(hospital, open_page):
    page = open_page()
    editor = opened(hospital, page, hospital.make_article())
    other = page.context.new_page()
    Session.objects.all().delete()
    editor.field("summary").fill("登录过期后写的摘要。")
    press_save(page)
    page.locator(".xl-unreached[data-state=out]").wait_for()

    # Somebody else at the same computer: what is typed here does not become theirs.
    other.goto(f"{hospital.url}/admin/")
    log_in(other, "chief")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    press_save(page)
    page.locator("button.action-save:enabled").wait_for()
    expect(page.locator(".xl-unreached[data-state=out]")).to_have_count(1)
    assert summary() == "每天量血压，按时吃药，少盐多动。"

    # Oneself again: the form's token is an old one, and everything goes out by itself.
    Session.objects.all().delete()
    other.goto(f"{hospital.url}/admin/")
    log_in(other, "librarian")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.locator(".xl-unreached").wait_for(state="detached")
    wait_until(page, lambda: summary() == "登录过期后写的摘要。", nudge=lambda: None)
    with page.expect_navigation(url=re.compile("/review-assignments/")):
        editor.submit()
    assert ArticlePage.objects.get().current_workflow_state is not None
