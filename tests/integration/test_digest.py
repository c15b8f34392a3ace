"""P1: the digest changes with whatever a reader can see, and with nothing else."""

import json
from datetime import UTC, datetime

from django.core.files.base import ContentFile

import pytest

from articles.digest import canonical_bytes, digest
from articles.models import (
    ArticlePage,
    Department,
    LibraryImage,
    PushAlternative,
    Recording,
    Reference,
    Series,
    TopicPage,
)
from articles.snapshot import build
from tests.factories import World, make_image, make_recording, make_user, picture_bytes, raw_body
from tests.support import sounds
from tests.tools.consents import make_consent, make_reprint


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def article(world):
    return world.make_article()


def digest_of(article):
    return digest(build(ArticlePage.objects.get(pk=article.pk)))


def body_with(article, block_type, change):
    raw = json.loads(json.dumps(list(article.body.raw_data)))
    for block in raw:
        if block["type"] == block_type:
            change(block["value"])
    return json.dumps(raw)


def first(value, key, text):
    value[key][0]["value"] = text


VISIBLE = {
    "title": lambda a: setattr(a, "title", "另一个题目"),
    "seo_title": lambda a: setattr(a, "seo_title", "搜索题目"),
    "search_description": lambda a: setattr(a, "search_description", "搜索说明"),
    "summary": lambda a: setattr(a, "summary", "另一段摘要"),
    "key_message": lambda a: setattr(a, "key_message", "另一句话"),
    "audience": lambda a: setattr(a, "audience", "older"),
    "department": lambda a: setattr(a, "department", Department.objects.get(name="口腔科")),
    "author_name": lambda a: setattr(a, "author_name", "赵示例"),
    "author_title": lambda a: setattr(a, "author_title", "主任医师"),
    "author_department": lambda a: setattr(a, "author_department", "老年科"),
    "source_type": lambda a: setattr(a, "source_type", "quoted"),
    "source_line": lambda a: setattr(a, "source_line", "示例来源"),
    "ai_use": lambda a: setattr(a, "ai_use", "draft"),
    "ai_note": lambda a: setattr(a, "ai_note", "某工具，李示例核对"),
    "cover": lambda a: setattr(a, "cover", make_image("别的封面", colour="#123456")),
    "recording": lambda a: setattr(a, "recording", make_recording()),
    "share_text": lambda a: setattr(a, "share_text", "分享语"),
    "push_title": lambda a: setattr(a, "push_title", "微信题目"),
    "push_digest": lambda a: setattr(a, "push_digest", "微信摘要"),
    "alternative title": lambda a: setattr(a, "push_alternatives", [PushAlternative(title="另一个微信题目")]),
    "alternative digest": lambda a: setattr(
        a, "push_alternatives", [PushAlternative(digest="另一段微信摘要")]
    ),
    "alternative cover": lambda a: setattr(
        a, "push_alternatives", [PushAlternative(cover=make_image("另一张封面", colour="#654321"))]
    ),
    "correction_note": lambda a: setattr(a, "correction_note", "原文的次数写错了，现已改正。"),
    "changes_note": lambda a: setattr(a, "changes_note", "补充了新的测量方法。"),
    "review_months": lambda a: setattr(a, "review_months", 12),
    "references": lambda a: setattr(a, "references", [Reference(kind="manual", manual="另一条文献.")]),
    "reference order": lambda a: setattr(
        a, "references", [*a.references.all(), Reference(kind="manual", manual="第二条.")]
    ),
}
BLOCKS = {
    "heading text": ("heading", lambda v: v.update(text="新标题")),
    "heading level": ("heading", lambda v: v.update(level="3")),
    "image alt": ("image", lambda v: v.update(alt="新替代文字")),
    "image caption": ("image", lambda v: v.update(caption="新图注")),
    "image credit": ("image", lambda v: v.update(credit="新来源")),
    "key points title": ("key_points", lambda v: v.update(title="新")),
    "key points": ("key_points", lambda v: first(v, "points", "新要点")),
    "steps title": ("steps", lambda v: v.update(title="新")),
    "steps": ("steps", lambda v: first(v, "steps", "<p>新的一步。</p>")),
    "do": ("do_dont", lambda v: first(v, "do", "新")),
    "dont": ("do_dont", lambda v: first(v, "dont", "新")),
    "care level": ("care_card", lambda v: v.update(level="self_care")),
    "care title": ("care_card", lambda v: v.update(title="新")),
    "care text": ("care_card", lambda v: v.update(text="<p>新</p>")),
    "question": ("question_answer", lambda v: v.update(question="新？")),
    "answer": ("question_answer", lambda v: v.update(answer="<p>新</p>")),
    "table caption": ("table", lambda v: v.update(caption="新")),
    "table head": ("table", lambda v: v["columns"][0].update(heading="新")),
    "table cell": ("table", lambda v: v["rows"][1]["values"].__setitem__(1, "新")),
    "quote": ("quote", lambda v: v.update(text="新")),
    "attribution": ("quote", lambda v: v.update(attribution="新")),
}


@pytest.mark.parametrize("name", VISIBLE)
def test_visible_field_changes_the_digest(article, name):
    before = digest_of(article)
    VISIBLE[name](article)
    article.save()
    assert digest_of(article) != before


@pytest.mark.parametrize("name", BLOCKS)
def test_each_value_of_each_block_changes_the_digest(article, name):
    before = digest_of(article)
    block_type, change = BLOCKS[name]
    article.body = body_with(article, block_type, change)
    article.save()
    assert digest_of(article) != before


@pytest.mark.parametrize(
    "source",
    [
        "<p>另一段</p>",
        "<p>坐下休息五分钟再量。每次量两遍。</p>",
        '<p>坐下休息<b>五分钟</b>再量。每次量<a href="https://example.cn/">两遍</a>。</p>',
    ],
)
def test_words_emphasis_and_link_targets_change_the_digest(article, source):
    before = digest_of(article)
    raw = list(article.body.raw_data)
    article.body = json.dumps(
        [block | {"value": source} if block["type"] == "paragraph" else block for block in raw]
    )
    article.save()
    assert digest_of(article) != before


def test_order_of_blocks_changes_the_digest(article):
    before = digest_of(article)
    article.body = json.dumps(list(article.body.raw_data)[::-1])
    article.save()
    assert digest_of(article) != before


REFERENCED = {
    "topic title": lambda a: TopicPage.objects.update(title="新专题"),
    "emergency sentence": lambda a: TopicPage.objects.update(emergency="新的急救句。"),
    "department name": lambda a: Department.objects.filter(pk=a.department_id).update(name="新科室"),
    "cover focal point": lambda a: LibraryImage.objects.filter(pk=a.cover_id).update(
        focal_point_x=100, focal_point_y=100, focal_point_width=10, focal_point_height=10
    ),
    "cover alternative text": lambda a: LibraryImage.objects.filter(pk=a.cover_id).update(description="新"),
    "cover credit": lambda a: LibraryImage.objects.filter(pk=a.cover_id).update(credit="新"),
}


@pytest.mark.parametrize("name", REFERENCED)
def test_referenced_rows_enter_as_values(article, name):
    before = digest_of(article)
    REFERENCED[name](article)
    assert digest_of(article) != before


def test_image_bytes_enter(article):
    before = digest_of(article)
    file = article.cover.file
    name = file.name
    file.storage.delete(name)
    file.storage.save(name, ContentFile(picture_bytes(mark="#ff0000")))
    assert digest_of(article) != before


SOUND = {
    "its bytes": {"data": sounds.mp3(4)},
    "its format": {"data": sounds.m4a(3)},
    "who reads": {"reader": "钱示例"},
}


@pytest.mark.parametrize("name", SOUND)
def test_each_value_of_a_recording_changes_the_digest(article, name):
    article.recording = make_recording()
    article.save()
    before = build(ArticlePage.objects.get(pk=article.pk))
    assert set(before["recording"]) == {"sha256", "format", "seconds", "size", "reader"}
    article.recording = make_recording(**SOUND[name])
    article.save()
    after = build(ArticlePage.objects.get(pk=article.pk))
    assert digest(after) != digest(before)
    # What only colleagues see, and another row of the same content, count for nothing.
    article.recording = make_recording(title="又存了一次", **SOUND[name])
    article.save()
    Recording.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC), title="改名")
    assert digest_of(article) == digest(after)


def invisible_keys(article):
    raw = list(article.body.raw_data)
    changed = [block | {"id": None} for block in raw]
    for block in changed:
        if block["type"] == "paragraph":
            block["value"] = block["value"].replace('data-block-key="a1"', 'data-block-key="zz9"')
    article.body = json.dumps(changed)
    article.save()


INVISIBLE = {
    "slug": lambda a: (setattr(a, "slug", "elsewhere"), a.save()),
    "release choice": lambda a: (setattr(a, "release", "push"), a.save()),
    "author's account": lambda a: (setattr(a, "author_user", make_user("someone")), a.save()),
    "owner": lambda a: ArticlePage.objects.filter(pk=a.pk).update(owner=None),
    "timestamps": lambda a: ArticlePage.objects.filter(pk=a.pk).update(
        first_published_at=datetime(2020, 1, 1, tzinfo=UTC),
        last_published_at=datetime(2020, 1, 1, tzinfo=UTC),
    ),
    "live": lambda a: ArticlePage.objects.filter(pk=a.pk).update(live=True),
    "block ids and editor keys": invisible_keys,
    "topic slug": lambda a: TopicPage.objects.update(slug="other"),
    "topic introduction": lambda a: TopicPage.objects.update(intro="<p>新</p>"),
    "picture title": lambda a: LibraryImage.objects.update(title="新"),
    "picture licence": lambda a: LibraryImage.objects.update(licence="新"),
    "picture source": lambda a: LibraryImage.objects.update(source="新"),
    "picture shows a patient": lambda a: LibraryImage.objects.update(shows_patient=True),
    "picture consent": lambda a: LibraryImage.objects.update(consent=make_consent()),
    "subjects": lambda a: (setattr(a, "subjects", ["medicines"]), a.save()),
    "has_case": lambda a: (setattr(a, "has_case", True), a.save()),
    "consents": lambda a: (setattr(a, "consents", [make_consent()]), a.save()),
    "reprint": lambda a: (setattr(a, "reprint", make_reprint()), a.save()),
    "series": lambda a: (setattr(a, "series", Series.objects.create(title="高血压")), a.save()),
    "place in the series": lambda a: (setattr(a, "series_order", 3), a.save()),
    "starting point": lambda a: (setattr(a, "starting_point", "disease"), a.save()),
    "guidance": lambda a: (setattr(a, "guide", {"x": "what"}), a.save()),
    "keys of references": lambda a: Reference.objects.update(key="0123456789"),
    "a new revision": lambda a: a.save_revision(),
}


@pytest.mark.parametrize("name", INVISIBLE)
def test_what_no_reader_sees_leaves_the_digest_alone(article, name):
    before = digest_of(article)
    INVISIBLE[name](article)
    assert digest_of(article) == before


def test_same_content_elsewhere_has_the_same_digest(world):
    image, cover = make_image("图"), make_image("封面")
    one = world.make_article(body=json.dumps(raw_body(image)), cover=cover)
    two = world.make_article(body=json.dumps(raw_body(image)), cover=cover)
    assert one.pk != two.pk
    assert digest_of(one) == digest_of(two)


def test_every_field_of_an_article_is_either_visible_or_listed_as_invisible():
    fields = (*ArticlePage._meta.local_concrete_fields, *ArticlePage._meta.local_many_to_many)
    own = {field.name for field in fields} - {"page_ptr"}
    invisible = {"author_user", "release", "subjects", "has_case", "consents", "reprint"}
    invisible |= {"series", "series_order", "starting_point", "guide"}
    assert own - invisible <= set(VISIBLE) | {"body"}


@pytest.mark.parametrize("scheme", ["xinglin/1", "xinglin/2", "xinglin/3"])
def test_earlier_schemes_are_digested_as_they_were(scheme):
    assert (
        canonical_bytes({"scheme": scheme, "title": "题"})
        == f'{scheme}\n{{"scheme":"{scheme}","title":"题"}}'.encode()
    )


def test_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="scheme"):
        canonical_bytes({"scheme": "xinglin/0"})
