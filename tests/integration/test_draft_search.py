"""The editors' search: what is found, the same as for readers, by whom; and the list of all articles."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wagtail.models import WorkflowState

import pytest

from articles.draft_search import entries
from articles.draft_search.search import find
from articles.models import ArticlePage, DraftEntry, DraftTask
from publish import publishing, search
from publish.models import Delivery, Publication
from publish.states import State
from tests.factories import World, make_user
from tests.tools import published


pytestmark = pytest.mark.django_db
CASES = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "search" / "chinese.json").read_text(encoding="utf-8")
)


def draft(slug, title, text, parent=None, **fields):
    """An article whose latest draft holds ``title`` and ``text``."""
    page = published.article(slug, parent, title)
    body = [{"type": "paragraph", "value": f"<p>{text}</p>"}]
    for name, value in (
        {"title": title, "summary": "", "key_message": "", "body": json.dumps(body)} | fields
    ).items():
        setattr(page, name, value)
    page.save_revision(clean=False)
    return ArticlePage.objects.get(pk=page.pk)


def long_text():
    """8,000 characters and more; one of them 400 times in a row, a word of its own at the very end."""
    return "血" * 400 + "，" + "这是很长的文章。" * 950 + "最后提到蛔虫病。"


@pytest.fixture
def nine():
    """The articles of the data file as drafts; the signed ones as publications of the same words, too."""
    for one in CASES["articles"]:
        text = long_text() if one.get("repeat") else one["text"]
        if one["signed"]:
            published.publish(one["slug"], snapshot=published.plain(one["title"], text, summary=""))
        draft(one["slug"], one["title"], text)


def for_editors(query):
    slugs = dict(ArticlePage.objects.values_list("pk", "slug"))
    return [slugs[pk] for pk in find(query).ids]


def for_readers(query):
    slugs = dict(Publication.objects.values_list("pk", "article__slug"))
    return [slugs[pk] for pk in search.find(query).ids]


def test_every_query_finds_what_the_data_file_says_for_editors_and_for_readers(nine):
    signed = {one["slug"] for one in CASES["articles"] if one["signed"]}
    expected, found = {}, {}
    for case in CASES["queries"]:
        query = case["q"]
        readers = case.get("public", [slug for slug in case["hits"] if slug in signed])
        expected[query] = (case["hits"], readers)
        found[query] = (for_editors(query), for_readers(query))
    assert len(expected) >= 40
    assert found == expected


def test_search_follows_a_draft_whatever_happens_to_it():
    page = draft("moves", "改稿", "水痘的护理。")
    assert find("水痘").ids == [page.pk]
    with_new_words = ArticlePage.objects.get(pk=page.pk)
    with_new_words.body = json.dumps([{"type": "paragraph", "value": "<p>带状疱疹的护理。</p>"}])
    with_new_words.save_revision(clean=False)
    assert (find("水痘").ids, find("疱疹").ids) == ([], [page.pk])

    revision = page.revisions.order_by("pk").first()
    revision.save()  # an older draft that is touched, as a workflow does, changes nothing
    assert find("水痘").ids == []
    revision.as_object().save_revision(clean=False)
    assert (find("水痘").ids, find("疱疹").ids) == ([page.pk], [])

    copy = ArticlePage.objects.get(pk=page.pk).copy(update_attrs={"slug": "again"})
    assert find("水痘").ids == [copy.pk, page.pk]
    before = {entry.pk: (entry.title, entry.text, entry.tokens) for entry in DraftEntry.objects.all()}
    DraftEntry.objects.all().delete()
    call_command("rebuild_search", stdout=StringIO())
    assert {entry.pk: (entry.title, entry.text, entry.tokens) for entry in DraftEntry.objects.all()} == before
    copy.delete()
    assert find("水痘").ids == [page.pk]


def test_nobody_loses_a_text_because_it_cannot_be_searched(monkeypatch):
    def broken(*args, **kwargs):
        raise KeyError("a block of tomorrow")

    monkeypatch.setattr(entries, "build", broken)
    page = draft("odd", "奇怪的一篇", "风疹。", summary="摘要里有麻疹")
    assert page.get_latest_revision_as_object().title == "奇怪的一篇"
    assert (find("奇怪").ids, find("麻疹").ids, find("风疹").ids) == ([page.pk], [page.pk], [])


def titles_in(response):
    return [row.title for row in response.context["table"].data]


def test_the_list_is_for_those_who_may_edit_and_shows_them_their_topics_only(client):
    world = World()
    ours = world.make_article(title="我们的高血压")
    other = draft("far", "别人的高血压", "另一个专题。", published.topic("外院", "elsewhere"))
    make_user("visitor", "审核医师")
    for username, status in (("visitor", 302), ("physician", 302), ("admin", 302), ("librarian", 200)):
        client.force_login(type(world.librarian).objects.get(username=username))
        response = client.get(reverse("drafts:index"), {"q": "高血压"})
        assert response.status_code == status, username
    assert set(titles_in(response)) == {ours.title, other.title}

    from django.contrib.auth.models import Group

    from wagtail.models import GroupPagePermission

    GroupPagePermission.objects.filter(group=Group.objects.get(name="馆员")).update(page=world.topic)
    client.force_login(type(world.librarian).objects.get(username="librarian"))
    for query in ({}, {"q": "高血压"}, {"q": "别人"}):
        assert other.title not in titles_in(client.get(reverse("drafts:index"), query))
    html = client.get(reverse("drafts:index_results"), {"q": "高血压"}).content.decode()
    assert "<mark>高血压</mark>" in html


@pytest.fixture
def desk(client):
    """One article in each state; the librarian is logged in."""
    world = World()
    client.force_login(world.librarian)
    pages = {"draft": world.make_article(title="草稿一篇")}
    pages["review"] = world.make_article(title="送审一篇")
    step = world.submit(pages["review"])
    pages["returned"] = world.make_article(title="退回一篇")
    returned = world.submit(pages["returned"])
    WorkflowState.objects.filter(pk=returned.workflow_state_id).update(
        status=WorkflowState.STATUS_NEEDS_CHANGES
    )
    signed = world.publish(title="签发一篇")
    pages["signed"] = signed.article
    withdrawn = world.publish(title="撤回一篇")
    pages["withdrawn"] = withdrawn.article
    publishing.withdraw(withdrawn, reason="试验")
    from review.models import Assignment, ReReview

    today = date.today()
    Assignment.objects.create(task_state=step, person=world.physician, due_on=today - timedelta(days=30))
    DraftTask.objects.create(article=pages["draft"], person=world.librarian, due=today + timedelta(days=400))
    ReReview.objects.filter(article=pages["signed"]).update(due_on=today - timedelta(days=9))
    Delivery.objects.filter(publication=signed, channel="wechat").update(state=State.DONE)
    return {"world": world, "pages": pages, "step": step}


def test_each_filter_finds_its_articles(desk, client):
    pages, world = desk["pages"], desk["world"]
    for text, status in (("x", 200), ("9" * 40, 400 if connection.vendor == "sqlite" else 200)):
        assert client.get(reverse("drafts:index"), {"topic": text, "q": "血压"}).status_code == status

    def found(**filters):
        response = client.get(reverse("drafts:index"), filters)
        assert response.status_code == 200
        rows = {row.pk for row in response.context["table"].data}
        return {name for name, page in pages.items() if page.pk in rows}

    everything = set(pages)
    expected = {
        ("state", "draft"): {"draft"},
        ("state", "review"): {"review"},
        ("state", f"step:{desk['step'].task_id}"): {"review"},
        ("state", "returned"): {"returned"},
        ("state", "signed"): {"signed", "withdrawn"},
        ("state", "overdue"): {"signed"},
        ("reviewer", str(world.physician.pk)): {"review"},
        ("due", "overdue"): {"review"},
        ("due", "soon"): set(),
        ("due", "later"): {"draft"},
        ("due", "none"): {"returned", "signed", "withdrawn"},
        ("live", "live"): {"signed"},
        ("live", "withdrawn"): {"withdrawn"},
        ("live", "never"): {"draft", "review", "returned"},
        ("pushed", "yes"): {"signed"},
        ("pushed", "waiting"): set(),
        ("pushed", "no"): everything - {"signed"},
        ("topic", str(world.topic.pk)): everything,
        ("department", str(world.other_department.pk)): set(),
        ("author", "李示"): everything,
        ("author", "nobody"): set(),
        ("q", "送审"): {"review"},
    }
    assert {key: found(**dict([key])) for key in expected} == expected
    assert found(q="一篇", state="review") == {"review"}
    # Whatever stands in the address, the list answers.
    for junk in (
        {"state": "x"},
        {"state": "step:x"},
        {"reviewer": "0"},
        {"topic": "x"},
        {"q": "\x00"},
        {"q": '"†*'},
    ):
        found(**junk)
    for order in ("draft_title", "-by_due", "by_live", "author_name", "topic", "by_state", "nonsense"):
        found(ordering=order)
        found(ordering=order, q="一篇")


def test_the_questions_to_the_database_do_not_grow_with_the_rows(desk, client):
    address = reverse("drafts:index")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
        client.get(address, {"q": "一篇"})
    for number in range(6):
        desk["world"].make_article(title=f"再来一篇{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
        client.get(address, {"q": "一篇"})
    assert len(many) <= len(few)
