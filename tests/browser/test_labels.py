"""No screen that a role reaches speaks English once scripts have drawn it; tests.integration.test_labels asks the server."""

from django.urls import reverse

import pytest

from tests.browser.people import Editor, enter
from tests.support.labels import assert_chinese, english


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ["librarian", "physician", "chief", "admin"]


def drawn(page):
    """Return the English labels of what the browser holds now."""
    return english(page.content())


@pytest.mark.parametrize("role", ROLES)
def test_the_side_menu(hospital, open_page, role):
    page = open_page()
    enter(page, f"{hospital.url}/admin/", role)
    page.locator("#wagtail-sidebar nav").first.wait_for()
    screens = {"home": drawn(page)}
    for button in page.locator(
        "#wagtail-sidebar button[aria-haspopup], #wagtail-sidebar button[aria-expanded]"
    ).all():
        if button.is_visible():
            button.click()
            screens[button.inner_text()] = drawn(page)
    assert_chinese(screens)


def test_the_editor(hospital, open_page):
    article = hospital.make_article()
    page = open_page()
    enter(page, hospital.url + reverse("wagtailadmin_pages:edit", args=[article.pk]), "librarian")
    editor = Editor(page)
    screens = {"editor": drawn(page)}
    for toggle in page.locator("[data-side-panel-toggle]").all():
        if toggle.is_visible():
            toggle.click()
            name = toggle.get_attribute("aria-label")
            page.locator(f"[data-side-panel={toggle.get_attribute('data-side-panel-toggle')}]").wait_for()
            screens[name] = drawn(page)
    block = editor.add_block("paragraph")
    screens["menu of blocks"] = drawn(page)
    editor.write(block, "坐下休息五分钟再量。")
    screens["rich text"] = drawn(page)
    editor.add_block("table")
    screens["table"] = drawn(page)
    editor.add_block("image").locator("[data-chooser-action-choose]:visible").click()
    page.locator(".modal [data-chooser-modal-choice]").first.wait_for()
    screens["chooser of pictures"] = drawn(page)
    assert_chinese(screens)
