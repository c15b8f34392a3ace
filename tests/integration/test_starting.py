"""Starting points: a draft that is laid out, guidance until it is written, and no stop finding when it is followed."""

from django.urls import reverse

import pytest

from articles import findings
from articles.choices import Audience, Subject
from articles.models import ArticlePage, Reference, TopicPage
from articles.snapshot import block_text, build
from articles.starting import draft, points
from articles.starting.panel import guidance_of
from tests.factories import World, make_image


pytestmark = pytest.mark.django_db
KEYS = {"disease", "examination", "medicine", "vaccine", "seasonal", "myth", "surgery"}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def librarian(world, client):
    client.force_login(world.librarian)
    return client


def found(page, code):
    return [one for one in findings.check(page) if one.code == code]


def followed(page, point, world):
    """Fill a draft in as its guidance shows: the examples, an author, a reference, a cover."""
    for one in point.fields:
        setattr(page, one.key, one.example)
    page.body = page.body.stream_block.to_python(draft.body_of(point, example=True)[0])
    page.guide = {
        child.id: block.guidance.key
        for child, block in zip(page.body, point.blocks, strict=True)
        if block.guidance
    }
    page.author_name, page.author_title, page.department = "李示例", "主治医师", world.department
    page.cover = make_image("封面")
    page.references = [
        Reference(kind="web", authors="世界卫生组织", title="健康主题", url="https://www.who.int/zh")
    ]


def test_each_starting_point_followed_has_no_stop_finding_and_leaves_nothing_empty(world):
    assert {point.key for point in points.all_points()} == KEYS
    for point in points.all_points():
        page = draft.create(
            point, title="草稿", topic=TopicPage.objects.get(pk=world.topic.pk), user=world.librarian
        )
        empty = found(page, "starting.empty")
        asked = [block for block in point.blocks if block.guidance]
        assert len(empty) == len(asked) == len(page.guide)
        assert {one.level for one in empty} == {findings.STOP}
        followed(page, point, world)
        page.save_revision(user=world.librarian)
        page = page.get_latest_revision_as_object()
        stops = [one for one in findings.check(page) if one.stops]
        assert not stops, (point.key, stops)
        assert not found(page, "starting.empty")
        page.full_clean()


def test_presets_are_values_an_article_knows():
    for point in points.all_points():
        assert point.audience in Audience.values and set(point.subjects) <= set(Subject.values)
        assert 1 <= point.review_months <= 36
        keys = [block.guidance.key for block in point.blocks if block.guidance]
        assert len(keys) == len(set(keys)) and all(
            block.guidance.write for block in point.blocks if block.guidance
        )
        for one in point.fields:
            assert len(one.example) <= ArticlePage._meta.get_field(one.key).max_length


def test_one_part_left_empty_is_a_warning_that_leads_to_its_block(world):
    point = points.get("disease")
    page = draft.create(point, title="草稿", topic=world.topic, user=world.librarian)
    followed(page, point, world)
    body = [dict(one) for one in page.body.get_prep_value()]
    blank = next(one for one in body if page.guide.get(one["id"]) == "signs")
    blank["value"] = {"title": "", "points": []}
    page.body = page.body.stream_block.to_python(body)
    (one,) = found(page, "starting.empty")
    assert (one.level, one.anchor) == (findings.WARN, findings.block_anchor(blank["id"]))
    # A title that stood there from the beginning is nobody's writing.
    snapshot = build(page)
    points_block = next(block for block in snapshot["body"] if block["type"] == "key_points")
    assert block_text({"type": "key_points", "value": {"title": "先看要点", "points": []}}) == "先看要点"
    assert points_block["value"]["title"] == "先看要点"
    # Removed blocks are asked for no more.
    page.body = page.body.stream_block.to_python([one for one in body if one["id"] != blank["id"]])
    assert not found(page, "starting.empty")
    assert blank["id"] not in {one["id"] for one in guidance_of(page, point)["blocks"]}


def test_the_way_to_a_new_article_leads_through_the_starting_points(world, librarian):
    add = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", world.topic.pk])
    chooser = reverse("article_new")
    assert librarian.get(add).url == f"{chooser}?topic={world.topic.pk}"
    page = librarian.get(f"{chooser}?topic={world.topic.pk}")
    assert page.context["form"]["topic"].value() == str(world.topic.pk)
    answer = librarian.post(chooser, {"point": "vaccine", "topic": world.topic.pk, "title": " 打疫苗 之前 "})
    article = ArticlePage.objects.get(title="打疫苗 之前")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert (article.starting_point, article.subjects, article.review_months) == ("vaccine", ["vaccines"], 12)
    assert article.owner == world.librarian and not article.live
    editor = librarian.get(answer.url)
    assert editor.status_code == 200 and b'id="xl-guidance"' in editor.content
    past = librarian.post(chooser, {"point": "empty", "topic": world.topic.pk, "title": ""})
    assert past.url.startswith(add)
    assert b"xl-guidance" not in librarian.get(past.url).content


def test_bad_choices_get_a_sentence_and_make_nothing(world, librarian, client):
    chooser, before = reverse("article_new"), ArticlePage.objects.count()
    for data, field in (
        ({"topic": world.topic.pk, "title": "题"}, "point"),
        ({"point": "../secret", "topic": world.topic.pk, "title": "题"}, "point"),
        ({"point": "disease", "topic": world.home.pk, "title": "题"}, "topic"),
        ({"point": "disease", "topic": world.topic.pk, "title": " "}, "title"),
        ({"point": "disease", "topic": world.topic.pk, "title": "长" * 256}, "title"),
    ):
        answer = librarian.post(chooser, data)
        assert answer.status_code == 200 and answer.context["form"].errors.keys() == {field}
    assert librarian.get(f"{chooser}?topic=²").status_code == 200
    client.force_login(world.physician)
    assert (
        client.post(chooser, {"point": "disease", "topic": world.topic.pk, "title": "题"}).status_code == 302
    )
    assert ArticlePage.objects.count() == before
