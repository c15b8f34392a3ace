"""The calendar and the composer as people use them: by dragging, by keys, without scripts, on a phone."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest
from playwright.sync_api import expect

from publish import composing, planning
from publish.models import ExternalPush, Push, QuietDate
from tests.browser.people import PHONE, enter, width_of
from tests.tools import published
from tests.tools.axe import violations
from tests.tools.channel import NO_AI


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALTERNATIVES = [{"title": "这样吃盐，血压更听话", "digest": "隐形盐藏在哪里。", "cover": None}]


@pytest.fixture
def ward(hospital, settings):
    """Three signed pieces on the board, the first with two titles."""
    settings.WECHAT_MODE = "mass"
    published.keep_pictures()
    push = {"title": "", "digest": "", "alternatives": ALTERNATIVES}
    hospital.pieces = [
        published.publish("salt", title="少吃盐，从认识隐形盐开始", ai=NO_AI, push=push),
        published.publish("pressure", title="在家量血压，怎样量才准", ai=NO_AI),
        published.publish("teeth", title="给孩子刷牙的正确方法", ai=NO_AI),
    ]
    hospital.slot = planning.at(
        planning.shanghai_day(timezone.now()) + timedelta(days=1), planning.DEFAULT_SLOT
    )
    return hospital


def open_calendar(ward, page, query="?view=week"):
    day = planning.shanghai_day(ward.slot).isoformat()
    enter(page, f"{ward.url}{reverse('publish_calendar:index')}{query}&day={day}", "librarian")
    page.locator("[data-calendar]").wait_for()


def slot_of(ward, page):
    return page.locator(f".cal-slot[data-when='{ward.slot:%Y-%m-%dT%H:%M}']")


def saved(page, push, condition):
    """Wait until what the page sent in the background is stored."""
    for _try in range(100):
        push.refresh_from_db()
        if condition(push):
            return
        page.wait_for_timeout(50)
    raise AssertionError("never saved")


def titles(push):
    return list(push.items.values_list("publication__title", flat=True))


def test_a_piece_is_dragged_put_together_and_planned(ward, open_page):
    page = open_page(width=1280, height=1400)
    open_calendar(ward, page)
    page.locator(f"[data-piece='{ward.pieces[0].pk}']").drag_to(slot_of(ward, page))
    page.wait_for_url(re.compile(r"/compose/\d+/$"))
    push = Push.objects.get()
    assert push.composing and push.scheduled_for == ward.slot

    # One more from the board, by the keyboard; then the lead gives way.
    button = page.locator(f"button[value='add:{ward.pieces[1].pk}']")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("[data-row]").nth(1).wait_for()
    down = page.locator(f"#down-{ward.pieces[0].pk}")
    down.focus()
    page.keyboard.press("Enter")
    saved(page, push, lambda push: titles(push)[0] == "在家量血压，怎样量才准")
    page.locator(".comp-lead").filter(has_text="在家量血压").wait_for()
    # The keyboard stays where it was, on the way that is still open.
    assert page.evaluate("document.activeElement.id") == f"up-{ward.pieces[0].pk}"

    rows = page.locator("[data-row]")
    rows.nth(1).locator(".comp-order").drag_to(rows.nth(0), target_position={"x": 20, "y": 4})
    saved(page, push, lambda push: titles(push)[0] == "少吃盐，从认识隐形盐开始")

    page.locator(f"#choice-{ward.pieces[0].pk}-1").check()
    page.locator(".comp-lead").filter(has_text="这样吃盐，血压更听话").wait_for()
    saved(page, push, lambda push: push.items.first().choice == 1)

    page.locator("button[value=check]").click()
    page.locator("#release").wait_for()
    assert violations(page) == []
    page.locator("#release").click()
    page.locator("[data-calendar]").wait_for()
    push.refresh_from_db()
    assert not push.composing and push.due_at == ward.slot

    # It moves to the next evening by dragging.
    open_calendar(ward, page, "?view=month")
    later = ward.slot + timedelta(days=1)
    target = page.locator(f".cal-slot[data-when='{later:%Y-%m-%dT%H:%M}']")
    with page.expect_navigation():
        page.locator(f"[data-push='{push.pk}']").drag_to(target)
    saved(page, push, lambda push: push.scheduled_for == later)


def test_all_of_it_without_a_script(ward, open_page):
    page = open_page(width=1280, height=1400, java_script_enabled=False)
    page.goto(f"{ward.url}{reverse('publish_calendar:index')}")
    page.fill("#id_username", "librarian")
    page.fill("#id_password", "correct horse battery staple")
    page.click("button[type=submit]")
    piece = page.locator(f"[data-piece='{ward.pieces[2].pk}']")
    piece.locator("summary").click()
    piece.locator("select").select_option(f"{ward.slot:%Y-%m-%dT%H:%M}")
    piece.locator("form").first.locator("button").click()
    page.locator(f"button[value='add:{ward.pieces[0].pk}']").click()
    page.locator(f"#choice-{ward.pieces[0].pk}-1").check()
    page.locator(f"#up-{ward.pieces[0].pk}").click()
    push = Push.objects.get()
    assert titles(push) == ["少吃盐，从认识隐形盐开始", "给孩子刷牙的正确方法"]
    assert push.items.first().choice == 1
    page.locator("button[value=check]").click()
    page.locator("#release").click()
    push.refresh_from_db()
    assert not push.composing and push.scheduled_for == ward.slot


def test_the_second_of_two_people_sees_both(ward, open_page):
    push = composing.start(ward.librarian, ward.pieces[:2], ward.slot)
    page = open_page(width=1280, height=1400)
    enter(page, f"{ward.url}{reverse('publish_calendar:compose', args=[push.pk])}", "librarian")
    stored = composing.Arrangement.of(push)
    composing.arrange(
        push, ward.chief, push.version, composing.Arrangement(stored.pieces[:1], "publish", "", ward.slot)
    )
    page.locator(f"#choice-{ward.pieces[0].pk}-1").check()
    page.locator("[role=alert]").filter(has_text="陈").wait_for()
    expect(page.locator("[data-row]"), "mine is still here").to_have_count(2)
    expect(page.locator(f"#choice-{ward.pieces[0].pk}-1")).to_be_checked()
    assert push.items.count() == 1, "and theirs is stored"


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_every_face_fits_and_is_accessible(ward, open_page, settings, device):
    today = planning.shanghai_day(timezone.now())
    planned = composing.start(ward.librarian, ward.pieces[:1], ward.slot)
    composing.release(planned, ward.librarian, planned.version)
    composed = composing.start(ward.librarian, ward.pieces[1:2])
    ExternalPush.objects.create(
        account=settings.WECHAT_APPID, day=today, note="院庆特刊", recorded_by=ward.chief
    )
    ExternalPush.objects.create(account=settings.WECHAT_APPID, day=today + timedelta(days=2), source="wechat")
    QuietDate.objects.create(name="国家公祭日", first=today, last=today + timedelta(days=3), grey=True)
    page = open_page(**device)
    enter(page, f"{ward.url}/admin/", "chief")
    for path in (
        reverse("publish_calendar:index"),
        reverse("publish_calendar:index") + "?view=week",
        reverse("publish_calendar:compose", args=[planned.pk]),
        reverse("publish_calendar:compose", args=[composed.pk]),
        reverse("publish_calendar:confirm", args=[composed.pk]),
        reverse("publish_board:index"),
        reverse("quiet_dates:index"),
        reverse("quiet_dates:import"),
    ):
        assert page.goto(ward.url + path).status == 200, path
        assert violations(page) == [], path
        assert width_of(page) <= page.viewport_size["width"], path
        inner = page.evaluate(
            "Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right))"
        )
        assert inner <= page.viewport_size["width"] + 1, path


def test_a_grey_day_is_grey(ward, open_page):
    today = planning.shanghai_day(timezone.now())
    page = open_page()
    page.goto(ward.url)
    assert page.evaluate("getComputedStyle(document.documentElement).filter") == "none"
    QuietDate.objects.create(name="公祭日", first=today, last=today, grey=True)
    page.goto(ward.url + ward.pieces[0].path)
    assert page.evaluate("getComputedStyle(document.documentElement).filter") == "grayscale(1)"
    assert violations(page) == []
