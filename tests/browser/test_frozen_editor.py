"""The editor of a text under review: it is read there, and nothing in it offers a change that would be refused."""

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from tests.browser.people import enter, open_panel


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = '[{"type": "paragraph", "value": "<p>听来的偏方先问医生。</p>"}, {"type": "care_card", "value": {"level": "call_120", "title": "", "text": "<p>胸痛不缓解，立即拨打120。</p>"}}]'
CHANGES = "[data-edit-form] [role=tabpanel] :is(input, textarea, select, button, [contenteditable=true])"


def test_nothing_can_be_typed_or_pressed_that_would_be_lost(hospital, open_page):
    article = hospital.make_article(body=BODY, summary="龋齿要早看。")
    hospital.submit(article)
    page = open_page()
    enter(page, f"{hospital.url}{reverse('wagtailadmin_pages:edit', args=[article.pk])}", "librarian")
    open_panel(page, "terms")
    page.locator("[data-terms-list] li").first.wait_for()
    expect(page.locator("[data-terms] button:visible")).to_have_count(0)
    expect(page.locator("[data-terms] .xl-frozen")).to_be_visible()

    open_panel(page, "findings")
    finding = page.locator("[data-findings] [data-quote=偏方]")
    expect(finding.locator("a:not([data-finding-anchor])")).to_have_count(0)
    # The way to the passage is open, and nothing is typed there.
    finding.locator("[data-finding-anchor]").click()
    page.wait_for_function("() => document.activeElement.matches('.public-DraftEditor-content')")
    page.keyboard.type("abc")
    page.locator("#id_summary").focus()
    page.keyboard.type("abc")
    expect(page.locator("#id_summary")).to_have_value("龋齿要早看。")
    expect(page.get_by_text("abc")).to_have_count(0)
    for tab in page.locator("[role=tab][aria-controls^=tab-]").all():
        tab.click()
        left = page.locator(CHANGES).evaluate_all(
            "all => all.filter(one => one.offsetParent && !one.disabled && !one.readOnly"
            " && !one.matches('[data-panel-toggle], .xl-mark button')).map(one => one.outerHTML.slice(0, 120))"
        )
        assert left == [], tab.inner_text()
