"""Comparing versions in the admin, and new editions of signed texts."""

from django.urls import reverse

from wagtail.models import PageLogEntry

import pytest

from articles import editions, versions
from articles.models import ArticlePage, DraftTask
from tests.factories import World


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def desk(world, client):
    client.force_login(world.librarian)
    return client


def edited(article, user, **fields):
    """Save a draft of ``article`` with other values."""
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(user=user, log_action=True)


def compare(article, old, new):
    return reverse("wagtailadmin_pages:revisions_compare", args=[article.pk, old, new])


def test_versions_are_compared_with_what_readers_see(world, desk):
    publication = world.publish()
    article = publication.article
    signed = publication.approval.revision_id
    body = publication.article.body.raw_data[:]
    body = [dict(block) for block in body]
    moved = edited(article, world.chief, summary="每天量血压，按时服药。", body=[*body[1:], body[0]])
    page = desk.get(compare(article, "live", "latest"))
    parts = {(part.name, part.state) for _label, part in page.context["fields"]}
    assert parts == {("summary", "changed")}
    blocks = [part for _hidden, run in page.context["body"] for part in run]
    assert [(part.name, part.moved) for part in blocks if part.touched] == [("heading", True)]
    assert "data-moved" in page.text
    assert page.text.count("<del") >= 2
    assert f'value="{signed}"' in page.text
    # Choosing leads to an address of its own; readers' version may stand on either side.
    chosen = desk.get(compare(article, "live", "latest"), {"old": signed, "new": "live"})
    assert chosen.url == compare(article, signed, "live")
    assert "data-same" in desk.get(chosen.url).text
    assert desk.get(compare(article, "earliest", moved.pk)).status_code == 200
    assert (
        compare(article, "live", "latest")
        in desk.get(reverse("wagtailadmin_pages:history", args=[article.pk])).text
    )
    # The row cannot speak for readers: only the signed copy does.
    ArticlePage.objects.filter(pk=article.pk).update(summary="绕过编辑器改的")
    assert versions.snapshot_of(ArticlePage.objects.get(pk=article.pk), "live")["summary"] == publication.snapshot["summary"]  # fmt: skip


def test_comparisons_that_cannot_be(world, desk):
    article, other = world.make_article(), world.make_article()
    latest = article.latest_revision_id
    assert desk.get(compare(article, "live", "latest")).status_code == 302
    assert desk.get(compare(article, other.latest_revision_id, latest)).status_code == 302
    assert desk.get(compare(article, latest, latest), {"old": "9" * 30, "new": "<b>"}).status_code == 200
    desk.force_login(world.physician)
    assert desk.get(compare(article, latest, "latest")).status_code in (302, 403)


def test_a_new_edition_keeps_the_signed_text_until_it_is_signed(world, desk):
    publication = world.publish(changes_note="第一版说过的", correction_note="")
    article = publication.article
    edited(article, world.chief, summary="草稿里改乱了的摘要。")
    begin = reverse("article_edition", args=[article.pk])
    page = desk.get(begin)
    seen = ArticlePage.objects.get(pk=article.pk).latest_revision_id
    form = {"reason": "evidence", "begin_with": "signed", "seen": seen, "person": world.chief.pk}
    assert page.context["drifted"]
    # What is new has to be said; nothing is begun meanwhile.
    assert desk.post(begin, form).context["form"].errors
    assert desk.post(begin, form | {"changes": "新", "seen": seen - 1}).context["form"].errors
    assert ArticlePage.objects.get(pk=article.pk).latest_revision_id == seen
    answer = desk.post(begin, form | {"changes": "按2026年指南改了数值。", "due": "2099-01-01"})
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[article.pk])
    article = ArticlePage.objects.get(pk=article.pk)
    draft = article.get_latest_revision_as_object()
    assert (draft.summary, draft.changes_note) == (publication.snapshot["summary"], "按2026年指南改了数值。")
    assert article.revisions.get(pk=seen).as_object().summary == "草稿里改乱了的摘要。"
    assert DraftTask.objects.get().person == world.chief
    entry = PageLogEntry.objects.get(action=editions.LOG_ACTION)
    assert entry.data["reason"] == "evidence"
    # Readers keep the signed text; then the next version says what is new, on the site and in WeChat.
    assert "第一版说过的" in desk.get(publication.path).text
    assert "按2026年指南" not in desk.get(publication.path).text
    world.sign(world.submit(article))
    page = desk.get(publication.path).text
    assert "按2026年指南改了数值。" in page
    assert "第一版说过的" not in page


def test_editions_that_cannot_be_begun(world, desk):
    draft = world.make_article()
    assert desk.get(reverse("article_edition", args=[draft.pk])).status_code == 302
    article = world.publish().article
    begin = reverse("article_edition", args=[article.pk])
    answer = desk.post(begin, {"reason": "correction"})
    assert answer.url == reverse("corrections:begin", args=[article.pk])
    assert desk.post(begin, {"reason": "routine"}).status_code == 302  # nothing new needs to be said
    world.submit(article)
    before = ArticlePage.objects.get(pk=article.pk).latest_revision_id
    assert desk.post(begin, {"reason": "routine"}).status_code == 302
    with pytest.raises(editions.EditionRefusedError):
        editions.begin(article, world.librarian, reason="routine")
    assert ArticlePage.objects.get(pk=article.pk).latest_revision_id == before
    desk.force_login(world.physician)
    assert desk.get(begin).status_code in (302, 403)
