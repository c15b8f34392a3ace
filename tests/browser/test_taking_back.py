"""Ledger, deletions, withdrawals and corrections in Chromium: what two people see, at both widths, without a violation."""

import json
import os
from pathlib import Path

from django.urls import reverse

import pytest

from publish import corrections, deletions, publishing, services
from publish.models import Deletion, Push
from publish.states import State
from tests.browser.people import PHONE, enter, width_of
from tests.factories import make_image, raw_body
from tests.tools.axe import violations
from tests.tools.channel import Channel


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("XINGLIN_PICTURES")


def publish_again(world, publication, **changes):
    """Take a changed text of the same article through review."""
    page = publication.article
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=world.librarian)
    world.sign(world.submit(page))
    return page.publications.live().get()


@pytest.fixture
def world(hospital, sandbox, settings):
    """An article out in WeChat and corrected since, one withdrawn, a deletion that waits, a push that nobody knows of."""
    settings.WECHAT_MODE = "mass"
    world, world.channel = hospital, Channel(sandbox)
    body = raw_body(make_image("坐姿"))
    wrong = world.publish(world.make_article(title="在家量血压，怎样量才准", body=json.dumps(body)))
    world.push = services.create_push([wrong], mode="publish", user=world.librarian)
    world.channel.settle(world.push)
    assert world.push.state == State.DONE
    body[1]["value"] = body[1]["value"].replace("五分钟", "十分钟")
    corrected = publish_again(
        world, wrong, body=json.dumps(body), correction_note="原文写“休息五分钟”，应为“休息十分钟”。"
    )
    world.correction = corrected.correction
    corrections.choose(world.correction, world.push.items.get(), "edit", user=world.librarian)
    gone = world.publish(world.make_article(title="旧的说法"))
    other = services.create_push([gone], mode="mass", user=world.librarian)
    world.channel.settle(other)
    world.withdrawal = publishing.withdraw(gone, reason="剂量写错，请勿照做。", user=world.chief)
    world.deletion = deletions.ask(other.items.get(), user=world.librarian, reason="剂量写错，请勿照做。")
    lost = services.create_push([world.publish(world.make_article(title="不知道到没到"))], mode="publish")
    sandbox.fault("freepublish/submit", "drop_before")
    world.channel.work()
    world.channel.advance(seconds=61)
    world.channel.work()
    lost.refresh_from_db()
    world.lost = lost
    return world


def screens(world):
    return {
        "ledger": reverse("publish_ledger:index"),
        "push": world.push.get_absolute_url(),
        "unknown": world.lost.get_absolute_url(),
        "deliveries": reverse("deliveries:index"),
        "deletions": reverse("wechat_deletions:index"),
        "deletion": reverse("wechat_deletions:inspect", args=[world.deletion.pk]),
        "withdrawal": reverse("withdrawals:inspect", args=[world.withdrawal.pk]),
        "corrections": reverse("corrections:index"),
        "correction": reverse("corrections:inspect", args=[world.correction.pk]),
        "begin": reverse("corrections:begin", args=[world.correction.publication.article_id]),
        "ask": reverse("wechat_deletions:ask", args=[world.push.items.get().pk]),
        "home": "/admin/",
        "article": world.correction.publication.path,
        "notice": world.withdrawal.publication.permanent_path,
    }


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_every_screen(world, open_page, options):
    page = open_page(**options)
    enter(page, f"{world.url}/admin/", "chief")
    wrong = []
    for name, path in screens(world).items():
        page.goto(world.url + path)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            for details in page.locator("main details, #main details").all():
                details.evaluate("element => { element.open = true }")
            page.screenshot(path=f"{PICTURES}/{name}-{page.viewport_size['width']}.png", full_page=True)
        if width_of(page) > page.viewport_size["width"]:
            wrong.append(f"{name}: {width_of(page)} px wide")
        if name not in ("home",):
            wrong += [f"{name}: {line}" for line in violations(page)]
    assert wrong == []


def test_the_second_person_confirms_by_keyboard(world, open_page):
    page = open_page(**PHONE)
    enter(page, f"{world.url}/admin/", "chief")
    page.click(".xl-finding a[href*='wechat-deletions']")
    summary = page.locator("summary.button")
    summary.focus()
    page.keyboard.press("Enter")
    confirm = page.locator("button[value=confirm]")
    confirm.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    world.deletion.refresh_from_db()
    assert (world.deletion.state, world.deletion.confirmed_by) == (Deletion.State.READY, world.chief)


def test_the_page_of_a_push_follows_it(world, open_page):
    push = services.create_push(
        [world.publish(world.make_article(title="正在路上"))], mode="publish", user=world.librarian
    )
    page = open_page()
    enter(page, world.url + push.get_absolute_url(), "librarian")
    before = page.locator("[data-live=head]").inner_text()
    world.channel.settle(push)
    assert Push.objects.get(pk=push.pk).state == State.DONE
    page.locator("[data-live=head] .push-state--good").wait_for()
    assert page.locator("[data-live=head]").inner_text() != before


def test_correct_leads_to_the_note_in_the_editor(world, open_page):
    page = open_page()
    enter(page, world.url + screens(world)["begin"], "librarian")
    page.click("main a.button, .push a.button")
    page.locator("#id_correction_note").wait_for(state="visible")
