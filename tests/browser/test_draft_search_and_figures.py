"""A librarian finds an article by a word of its text, draws a figure, and cuts its cover, in a real Chromium."""

import os
from pathlib import Path

import pytest

from articles.models import ArticlePage, LibraryImage
from tests.browser.people import PHONE, Editor, enter, width_of
from tests.factories import make_image


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name):
    """Keep a picture of the page for people, where SCREENS says; nothing otherwise."""
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_librarian_finds_an_article_draws_a_figure_and_cuts_its_cover(hospital, open_page):
    wide = make_image("大幅照片", width=1800, height=1350)
    found = hospital.make_article(title="高血压患者的日常管理", cover=wide)
    returned = hospital.make_article(title="牙龈出血怎么办")
    hospital.submit(returned)
    hospital.publish(title="签发的一篇")

    page = open_page()
    enter(page, f"{hospital.url}/admin/all-articles/", "librarian")
    look(page, "all-articles-1280")
    page.locator("tbody tr").nth(2).wait_for()
    page.fill("#id_q", "日常管理")
    page.locator(".title-wrapper mark").first.wait_for()
    page.locator("#listing-results tbody tr").nth(1).wait_for(state="detached")
    look(page, "all-articles-found-1280")
    page.locator(".title-wrapper a").click()

    # The cover, cut from the picture that is chosen, comes back into the editor.
    editor = Editor(page)
    link = page.locator(".xl-crop__link")
    link.scroll_into_view_if_needed()
    with page.expect_popup() as opened:
        link.click()
    crop = opened.value
    frame = crop.locator(".xl-crop__frame")
    box = frame.bounding_box()
    before = int(crop.input_value("[name=top]"))
    crop.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    crop.mouse.down()
    crop.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 60, steps=4)
    crop.mouse.up()
    assert int(crop.input_value("[name=top]")) < before
    frame.focus()
    crop.keyboard.press("-")
    assert int(crop.input_value("[name=width]")) == 1790
    look(crop, "crop-1280")
    crop.locator("[data-xl-crop-form] button.button").click()
    crop.locator("[data-xl-made]").wait_for()
    look(crop, "cropped-1280")
    cover = LibraryImage.objects.latest("pk")
    assert (cover.width, cover.height) == (1790, 761)
    page.locator(f"#id_cover[value='{cover.pk}']").wait_for(state="attached")
    crop.close()
    with page.expect_response(lambda answer: "/edit/" in answer.url and answer.request.method == "POST"):
        editor.fill(summary="每天量血压，少盐多动。")
    draft = ArticlePage.objects.get(pk=found.pk).get_latest_revision_as_object()
    assert draft.cover_id == cover.pk

    # A figure: the preview follows the typing, on a phone.
    phone = open_page(**PHONE)
    enter(phone, f"{hospital.url}/admin/figures/new/doses/", "librarian")
    phone.fill("#id_rows-0-medicine", "二甲双胍")
    phone.fill("#id_rows-0-morning", "1片")
    phone.locator("[data-xl-picture][alt*='二甲双胍']").wait_for()
    assert width_of(phone) <= 375
    look(phone, "figure-375")
    phone.locator("button[name=save]").click()
    phone.locator(".messages .success").wait_for()
    assert width_of(phone) <= 375
    look(phone, "figures-375")
    figure = LibraryImage.objects.exclude(drawing=None).get()
    assert figure.drawing["data"]["rows"][0]["morning"] == "1片"
    for address, name in (
        ("all-articles/", "all-articles-375"),
        ("all-articles/?q=没有这样的词zz", "all-articles-none-375"),
        (f"figures/crop/{wide.pk}/", "crop-375"),
    ):
        phone.goto(f"{hospital.url}/admin/{address}")
        assert width_of(phone) <= 375, address
        look(phone, name)
    page.goto(f"{hospital.url}/admin/figures/new/bands/")
    picture = page.locator("[data-xl-picture]:not([hidden])")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 750
    look(page, "bands-1280")
