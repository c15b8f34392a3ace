"""Connection page, hand-over sheet and copy page in Chromium: progress, clipboard, keyboard, phone, axe."""

import pytest
from playwright.sync_api import expect

from publish import services
from publish.deliver import Worker
from publish.models import Push
from tests.browser.people import PHONE, enter, width_of
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(hospital, sandbox, settings):
    """A hospital whose signed article lies as a draft in the sandbox."""
    settings.WECHAT_MODE = "draft"
    publication = hospital.publish(hospital.make_article(title="高血压患者的日常管理"))
    hospital.push = services.create_push([publication], mode="draft")
    Worker().run_once()
    hospital.push.refresh_from_db()
    hospital.sandbox = sandbox
    return hospital


@pytest.fixture
def opened(desk, open_page):
    """Return opened(path, **options): the page as the librarian sees it."""

    def opened(path, **options):
        page = open_page(**options)
        enter(page, desk.url + path, "librarian")
        return page

    return opened


def test_a_check_fills_the_page_as_it_goes(desk, opened):
    page = opened("/admin/connection/")
    expect(page.locator(".connection-step")).to_have_count(12)
    page.locator(".connection form button").press("Enter")
    page.locator("[data-progress-url]").wait_for()
    Worker().run_once()
    page.locator("meter").nth(9).wait_for()
    page.locator(".connection-step--ok").nth(8).wait_for()
    assert violations(page) == []


def test_the_refused_address_is_copied(desk, opened):
    desk.sandbox.set(ip_block=40164, ip="203.0.113.7")
    page = opened("/admin/connection/", **PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".connection form button").click()
    page.locator("[data-progress-url]").wait_for()
    Worker().run_once()
    page.locator("#our-address").wait_for()
    page.locator("[data-copy=our-address]").click()
    assert page.evaluate("navigator.clipboard.readText()") == "203.0.113.7"
    assert page.locator("[data-copy=our-address] + [role=status]").inner_text()
    assert width_of(page) <= 375
    assert violations(page) == []


def test_the_draft_is_compared_before_ones_eyes(desk, opened):
    page = opened(f"/admin/hand-over/{desk.push.pk}/", **PHONE)
    page.locator("button[value=compare]").click()
    page.locator("[data-progress-url]").wait_for()
    Worker().run_once()
    page.locator("#compared .push-note--good").wait_for()
    assert width_of(page) <= 375
    assert violations(page) == []


def test_text_changed_there_is_seen_and_settled(desk, opened):
    push = desk.push
    body = push.items.get().content.replace("五分钟", "十分钟", 1)
    desk.sandbox.control("POST", "website/edit", media_id=push.draft_media_id, content=body)
    urls = desk.sandbox.control("POST", "website/publish", media_id=push.draft_media_id)["urls"]
    page = opened(f"/admin/hand-over/{push.pk}/", **PHONE)
    page.fill("#address-1", urls[0])
    page.locator("button[value=done_by_hand]").click()
    Worker().run_once()
    page.locator(".drift del").first.wait_for()
    assert page.locator(".drift ins").first.inner_text().endswith("十")
    assert (
        page.locator(".drift del").first.evaluate("e => getComputedStyle(e).textDecorationLine")
        == "line-through"
    )
    assert width_of(page) <= 375
    assert violations(page) == []
    page.locator(".drift select").select_option("harmless")
    page.locator(".drift input[name=note]").fill("已在微信改回")
    page.locator(".drift form button").click()
    page.locator(".drift .push-note--good").wait_for()
    assert Push.objects.get(pk=push.pk).state == "DONE"


def test_the_body_is_copied_with_its_layout(desk, opened):
    item = desk.push.items.get()
    page = opened(f"/admin/hand-over/copy/{item.publication_id}/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy-as=html]").press("Enter")
    assert page.locator(".copy-body [role=status]").inner_text()
    assert violations(page) == []
    # Pasted as into WeChat's editor: the paste event carries the very bytes that the API gets.
    page.evaluate(
        """() => {
            const box = document.createElement("div");
            box.contentEditable = "true";
            document.body.append(box);
            box.addEventListener("paste", (event) => {
                event.preventDefault();
                window.pasted = event.clipboardData.getData("text/html");
            });
            box.focus();
        }"""
    )
    page.keyboard.press("Control+V")
    page.wait_for_function("() => window.pasted")
    assert item.content in page.evaluate("window.pasted")


def test_the_list_on_a_phone(desk, opened):
    page = opened("/admin/hand-over/", **PHONE)
    expect(page.locator(".push-board li")).to_have_count(1)
    assert width_of(page) <= 375
    assert violations(page) == []
    page.goto(f"{desk.url}/admin/hand-over/copy/{desk.push.items.get().publication_id}/")
    assert width_of(page) <= 375
    assert violations(page) == []
