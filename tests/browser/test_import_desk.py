"""A librarian drops a Word file onto the page, watches it come in, and looks at both sides on a desk and on a phone."""

import base64

from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.translation import gettext as _

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage, ImportJob
from tests.browser.people import PHONE, enter, width_of
from tests.fixtures import make_desk_files as desk
from tests.fixtures import make_import_files as files
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    carried.items.add(new File([bytes], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}"""
PASTE = """([html, text]) => {
  const carried = new DataTransfer();
  carried.setData("text/html", html);
  carried.setData("text/plain", text);
  const field = document.querySelector("[data-import-paste] textarea");
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: carried }));
}"""


def carried(*names):
    data = [(name, (desk.FOLDER if (desk.FOLDER / name).exists() else files.FOLDER) / name) for name in names]
    return [(name, base64.b64encode(path.read_bytes()).decode()) for name, path in data]


def test_files_are_dropped_and_pasted_and_both_sides_looked_at(hospital, open_page, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    page = open_page(width=1280, height=900)
    enter(page, f"{hospital.url}{reverse('articles_import')}?topic={hospital.topic.pk}", "librarian")
    assert violations(page) == []
    page.evaluate(DROP, carried("changes-and-comments.docx", "macros.docm", "lists-and-tables.docx"))
    page.locator("[data-import-rows] [data-state=done]").nth(1).wait_for()
    refused = page.locator("[data-import-rows] [data-state=refused]")
    refused.wait_for()
    expect(refused.locator(".xl-imports__why")).to_contain_text("macros.docm")
    assert sorted(ImportJob.objects.values_list("state", flat=True)) == ["done", "done"]
    page.screenshot(path=tmp_path / "import-1280.png", full_page=True)

    page.evaluate(PASTE, [desk.CLIPBOARD, "膝盖疼，先练大腿"])
    page.locator("[data-import-pasted]:not([hidden])").wait_for()
    page.locator("[data-import-submit]").click()
    page.locator("[data-import-rows] [data-state=done]").nth(2).wait_for()
    assert ImportJob.objects.get(pasted=True).article.title == "膝盖疼，先练大腿"
    assert (
        page.evaluate(
            "document.querySelectorAll('[data-import-paste] h1, [data-import-paste] script').length"
        )
        == 0
    )

    job = ImportJob.objects.get(file_name="changes-and-comments.docx")
    address = f"{hospital.url}{reverse('articles_import_job', args=[job.pk])}"
    page.goto(address)
    frame = page.frame_locator("[data-came-in]")
    frame.get_by_text("先停下来").wait_for()
    link = page.locator("[data-jump-left]").first
    mark = link.get_attribute("data-jump-left")
    link.click()
    frame.locator(f"#{mark}:target").wait_for()
    block = job.article.body[0].id
    expect(page.locator(f"#became-{block} a[href$='#block-{block}-section']")).to_have_count(1)
    assert violations(page) == []
    page.screenshot(path=tmp_path / "job-1280.png", full_page=True)

    for shown, name in (
        (address, "job"),
        (f"{hospital.url}{reverse('articles_imports')}", "list"),
        (f"{hospital.url}{reverse('articles_import')}", "import"),
    ):
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        page.goto(shown)
        assert width_of(page) == PHONE["width"], name
        page.screenshot(path=tmp_path / f"{name}-375.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{hospital.url}{reverse('articles_imports')}")
    assert violations(page) == []
    page.screenshot(path=tmp_path / "list-1280.png", full_page=True)
    assert ArticlePage.objects.get(pk=job.article_id).wagtail_admin_comments.count() == 3

    page.goto(f"{hospital.url}{reverse('articles_import')}?topic={hospital.topic.pk}")
    Session.objects.all().delete()  # signed out by time, or the account was switched off
    page.evaluate(DROP, carried("notes.docx"))
    why = page.locator("[data-import-rows] [data-state=refused] .xl-imports__why:not([hidden])")
    why.wait_for()
    assert why.inner_text() == _("You are signed out. Reload this page, sign in and send the file once more.")
