"""From an idea to a draft with a colleague's name in a comment, and the comparison, in Chromium."""

from django.urls import reverse
from django.utils import timezone

from wagtail.models import Comment

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage, DraftTask, Idea
from articles.planning import starter
from review.models import Notice
from tests.browser.people import Editor, enter, open_panel, width_of
from tests.tools.axe import violations


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_an_idea_to_a_draft_written_together(hospital, open_page):
    starter.lay()
    idea = Idea.objects.create(
        title="老年人在家量血压",
        topic=hospital.topic,
        department=hospital.department,
        wanted_for=timezone.localdate(),
    )
    page = open_page()
    enter(page, hospital.url + reverse("ideas:index"), "librarian")
    page.locator(f"[data-idea='{idea.pk}'] a[href$='/write/']").click()
    page.locator("input[name=point][value=empty]").check(force=True)
    with page.expect_navigation():
        page.locator("form:has(input[name=point]) button[type=submit]").last.click()
    editor = Editor(page)
    article = ArticlePage.objects.get(title=idea.title)
    idea.refresh_from_db()
    assert idea.article == article

    # Given to a colleague.
    page.goto(hospital.url + reverse("draft_tasks:give", args=[article.pk]))
    page.locator("#id_person").select_option(str(hospital.chief.pk))
    with page.expect_navigation():
        page.locator("main form button.button:not([name])").first.click()
    assert DraftTask.objects.get().person == hospital.chief

    # A comment on the summary, with a name from the list.
    editor = Editor(page)
    summary = editor.field("summary")
    summary.scroll_into_view_if_needed()
    open_panel(page, "comments")
    panel = page.locator("[data-contentpath=summary]")
    panel.hover()
    panel.locator("[data-comment-add]").click()
    box = page.locator("#comments textarea").first
    box.wait_for()
    box.press_sequentially("请看 @陈")
    page.locator("#pl-names [role=option]").first.wait_for()
    box.press("Enter")
    expect(box).to_have_value("请看 @陈示范(chief) ")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url):
        # By the keyboard: comments glide to their place while the page above them still grows.
        page.locator("#comments .comment__button--primary, #comments button[type=submit]").first.press(
            "Enter"
        )
    comment = Comment.objects.get()
    assert comment.text.startswith("请看 @陈示范(chief)")
    assert Notice.objects.filter(kind="desk", key__startswith=f"desk:comment:{comment.pk}:").exists()

    # What changed since, compared.
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url):
        editor.fill(summary="每天早晚各量一次。")
    page.goto(
        hospital.url
        + reverse("wagtailadmin_pages:revisions_compare", args=[article.pk, "earliest", "latest"])
    )
    expect(page.locator("[data-part=summary]")).to_have_attribute("data-state", "added")
    assert violations(page) == []
    for name in ("ideas:index", "topics_calendar:index", "article_comments:index", "draft_tasks:index"):
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 760})
            page.goto(hospital.url + reverse(name))
            assert width_of(page) == width, name
            assert violations(page) == [], (name, width)
