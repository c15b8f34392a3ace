"""The phone page in Chromium at 375×667: from a link in a chat to a signed article."""

import pytest
from playwright.sync_api import expect

from review import assignments, identity, links
from review.models import Approval, Assignment, TrustedDevice
from tests.browser.people import width_of
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL = {"width": 375, "height": 667, "has_touch": True, "is_mobile": True}
PIN = "274913"
MOST = 100_000
"""Bytes of a page with everything it loads but the article's own pictures."""


@pytest.fixture
def asked(hospital):
    """A text under review that the physician is asked to sign; ``link`` is what stands in the chat."""
    article = hospital.make_article(title="在家量血压的三个要点")
    hospital.assignment = assignments.ask(hospital.submit(article), hospital.physician, hospital.librarian)
    identity.enrol(hospital.physician, PIN, hospital.librarian)
    hospital.link = links.make(hospital.assignment, hospital.librarian)
    return hospital


def known_phone(open_page, hospital, **options):
    """Return a page on a phone that knows the physician."""
    page = open_page(**SMALL, **options)
    page.goto(hospital.link)
    page.locator("input[name=pin-pin]").fill(PIN)
    with page.expect_navigation():
        page.locator("form:has(input[name=pin-pin]) button").tap()
    assert hospital.link.split("/")[-2] not in page.url
    # Another start of the browser on the same phone: it knows its cookies, and has nothing loaded yet.
    return open_page(**SMALL, **options, storage_state=page.context.storage_state())


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_link_to_a_signed_article(asked, open_page, scripts, record_property):
    page = known_phone(open_page, asked, java_script_enabled=scripts)
    loaded = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(asked.link)  # the first tap, in the chat
    frame = page.frame_locator(".looks__frame")
    frame.get_by_text("坐下休息").first.wait_for()
    assert width_of(page) == SMALL["width"]
    pictures = {"image"}
    size = sum(one.sizes()["responseBodySize"] for one in loaded if one.resource_type not in pictures)
    record_property(f"phone page, scripts {scripts}", f"{size} bytes")
    assert size <= MOST

    yes = page.locator("#decision input[value=yes]")
    for number in range(yes.count()):
        yes.nth(number).check()
    assert width_of(page) == SMALL["width"]
    with page.expect_navigation():
        page.locator("button[value=sign]").tap()  # the second
    expect(page.locator(".note--success")).to_have_count(1)
    assert Approval.objects.get().signatures[0]["username"] == asked.physician.username
    # Going back and tapping once more changes nothing.
    page.go_back()
    assert Approval.objects.count() == 1


def test_every_way_of_looking_fits_the_screen(asked, open_page):
    page = known_phone(open_page, asked)
    page.goto(asked.link)
    for look in ("website-dark", "website-large", "wechat", "wechat-dark", "wechat-large"):
        with page.expect_navigation():
            page.locator(f".looks__links a[href*='look={look}#']").tap()
        page.frame_locator(".looks__frame").get_by_text("坐下休息").first.wait_for()
        assert width_of(page) == SMALL["width"], look
        expect(page.locator(".looks__links [aria-current]")).to_have_attribute("href", f"?look={look}#text")
    small = [
        button.inner_text()
        for button in page.locator(
            "a:not(.skip):visible, button:visible, summary:visible, .choice:visible"
        ).all()
        if 0 < button.bounding_box()["height"] < 44
    ]
    assert small == [], small


def test_what_was_typed_outlives_a_lost_network(asked, open_page):
    page = known_phone(open_page, asked)
    page.goto(asked.link)
    page.locator("#decision input[value=no]").first.check()
    page.fill("#id_comment", "第二段请写明服药前")
    page.context.set_offline(True)
    page.locator("button[value=return]").tap()
    expect(page.locator("[data-offline]")).to_be_visible()
    assert Assignment.objects.get().answer == "asked"
    page.context.set_offline(False)
    page.goto(asked.link)
    expect(page.locator("#id_comment")).to_have_value("第二段请写明服药前")
    expect(page.locator("#decision input[value=no]").first).to_be_checked()
    expect(page.locator("[data-kept]")).to_be_visible()
    with page.expect_navigation():
        page.locator("button[value=return]").tap()
    asked.assignment.task_state.refresh_from_db()
    assert asked.assignment.task_state.status == "rejected"
    assert page.evaluate("Object.keys(localStorage)") == []


def test_axe_on_the_phone_pages(asked, open_page):
    page = open_page(**SMALL)
    page.goto(asked.link)
    assert violations(page) == [], "door"
    assert width_of(page) == SMALL["width"]
    page.locator("input[name=pin-pin]").fill("000000")
    with page.expect_navigation():
        page.locator("form:has(input[name=pin-pin]) button").tap()
    assert violations(page) == [], "door with an error"
    page.goto(f"{asked.link[:-4]}/")
    assert violations(page) == [], "closed"
    page = known_phone(open_page, asked)
    page.goto(asked.link)
    page.frame_locator(".looks__frame").locator("h1").first.wait_for()
    for fold in page.locator("details > summary").all():
        fold.tap()
    assert violations(page) == [], "text"
    with page.expect_navigation():
        page.locator("button[value=return]").tap()
    assert violations(page) == [], "text with errors"
    with page.expect_navigation():
        page.locator("a[href$='/pass-on/']").tap()
    assert violations(page) == [], "passing on"
    with page.expect_navigation():
        page.locator("form.leave button").tap()
    assert violations(page) == [], "signed out"
    assert TrustedDevice.objects.get().revoked_at
