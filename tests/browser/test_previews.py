"""The phone page of a preview, and the panel of those who send it, in Chromium."""

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from publish import previews, services
from publish.models import Preview, PreviewReader
from tests.browser.people import PHONE, enter, width_of
from tests.tools.axe import violations


@pytest.fixture
def preview(hospital):
    """A preview of a push of two articles for a colleague whom the link is handed over to."""
    for name, ways in (
        ("王主任", {}),
        ("李护士", {"email": "li@example.cn"}),
        ("赵馆员", {"wxname": "zhao"}),
    ):
        PreviewReader.objects.create(name=name, **ways)
    publications = [hospital.publish(), hospital.publish(title="少吃盐，血压更听话")]
    push = services.create_push(publications, mode="publish", user=hospital.librarian)
    push.composing = True
    push.save(update_fields=["composing"])
    previews.send(push, hospital.librarian)
    return Preview.objects.get(reader__name="王主任")


def is_read(preview):
    preview.refresh_from_db()
    return preview.read_at is not None


def test_a_touch_tells_that_it_was_read(preview, open_page):
    """Opening does not; touching does, once."""
    page = open_page(**PHONE)
    page.goto(previews.link_of(preview))
    assert not is_read(preview)
    with page.expect_response(lambda answer: answer.url.endswith("/read/")) as answer:
        page.touchscreen.tap(100, 300)
    assert answer.value.status == 204 and is_read(preview)
    assert width_of(page) == 375


@pytest.mark.parametrize("query", ["", "?dark=1", "?size=largest", "?size=largest&dark=1"])
def test_nothing_is_wider_than_the_phone_or_hard_to_read(preview, open_page, query):
    page = open_page(**PHONE)
    page.goto(previews.link_of(preview) + query)
    assert width_of(page) == 375
    expect(page.locator(".wechat-body")).to_have_count(2)
    assert violations(page) == []


def test_the_answer_works_without_scripts_and_reaches_the_librarian(hospital, preview, open_page):
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto(previews.link_of(preview))
    page.fill("#comment", "第二段里的“袖带”请加一张图。")
    page.click(".answer button")
    expect(page.locator(".answer [role=status]")).to_have_count(1)
    assert is_read(preview)

    desk = open_page()
    enter(desk, hospital.url + reverse("publish_calendar:compose", args=[preview.push_id]), "librarian")
    expect(desk.locator(".previews")).to_contain_text("请加一张图")
    expect(desk.locator(f"#preview-{preview.pk}")).to_have_value(previews.link_of(preview))
