"""Pre-flight in the editor: pictures and bodies as they lie in the library, the live panel, one-click fixes."""

import io
import json

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest
from PIL import Image

from articles import findings
from articles.models import ArticlePage, Institution, LibraryImage, PushAlternative, Reference
from publish import fixes
from publish.models.planning import ChannelSettings
from publish.wechat.images.notes import facts_of
from tests.factories import World, make_image, raw_body


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    cache.clear()  # pictures of other tests have the same numbers
    return World()


@pytest.fixture
def librarian(client, world):
    client.force_login(world.librarian)
    return client


def stored(kind="JPEG", mode="RGB", size=(1200, 800), frames=1, name="file.jpg"):
    """Put a picture into the library as an older version kept it, past the intake."""
    pictures = [
        Image.new(mode, size, (number * 40,) * len(mode) if mode != "P" else number)
        for number in range(frames)
    ]
    out = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(out, kind, **more)
    image = make_image("旧图")
    kept = default_storage.save(f"original_images/{name}", ContentFile(out.getvalue()))
    LibraryImage.objects.filter(pk=image.pk).update(
        file=kept, width=size[0], height=size[1], file_hash="", file_size=None
    )
    return LibraryImage.objects.get(pk=image.pk)


def codes(article, prefix=""):
    return [one.code for one in findings.check(article) if one.code.startswith(prefix)]


def draft(article):
    return ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()


def revise(article, user, **changes):
    page = draft(article)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=user)
    return draft(article)


# --- rules that look at the library and render the body -------------------------------------------


def test_a_sound_article_has_no_stop(world):
    article = world.make_article()
    assert [one for one in findings.check(article) if one.stops] == []


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"mode": "CMYK"}, "pictures.colours"),
        ({"kind": "WEBP", "name": "a.webp", "size": (900, 600)}, "pictures.kind"),
        ({"kind": "GIF", "name": "a.gif", "frames": 3}, "pictures.animation"),
        ({"kind": "GIF", "name": "a.gif", "size": (900, 600)}, "pictures.kind"),
        ({"size": (200, 150)}, "pictures.narrow"),
        ({"kind": "BMP", "name": "a.bmp", "size": (900, 700)}, "pictures.smaller"),
    ],
)
def test_pictures_of_the_body(world, how, code):
    article = world.make_article(body=json.dumps(raw_body(stored(**how))))
    results = [one for one in findings.check(article) if one.code == code]
    assert len(results) == 1
    block = next(child for child in article.body if child.block_type == "image")
    assert results[0].anchor == f"block-{block.id}-section"


def test_pictures_together(world):
    heavy = stored("BMP", name="a.bmp", size=(900, 700))
    article = world.make_article(body=json.dumps(raw_body(heavy)))
    assert "pictures.together" in codes(article)
    assert "pictures.together" not in codes(world.make_article())


def test_a_lost_file_stops(world):
    image = make_image()
    image.file.storage.delete(image.file.name)
    article = world.make_article(body=json.dumps(raw_body(image)))
    assert [one.level for one in findings.check(article) if one.code == "pictures.unreadable"] == ["stop"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1200, 511), []), ((1200, 1200), ["cover.crop"]), ((400, 170), ["pictures.small_cover"])],
)
def test_covers(world, size, expected):
    article = world.make_article(cover=stored(size=size))
    assert [code for code in codes(article) if "cover" in code] == expected


def test_covers_of_alternatives(world):
    article = world.make_article(cover=stored(size=(1200, 511)))
    article.push_alternatives = [PushAlternative(title="短"), PushAlternative(cover=stored(size=(900, 900)))]
    article.save_revision(user=world.librarian)
    found = [one for one in findings.check(draft(article)) if one.code == "cover.crop"]
    assert [one.anchor for one in found] == ["id_push_alternatives-1-cover"]


def long_body(characters):
    sentence = "每天早晚各量一次血压，把数字记在本子上。"
    paragraphs = [
        {"type": "paragraph", "value": f"<p>{sentence * 20}</p>"}
        for _ in range(round(characters / len(sentence) / 20))
    ]
    return json.dumps(raw_body(make_image()) + paragraphs)


def test_the_body_is_measured_as_wechat_gets_it(world):
    """The finding agrees with what would be refused before the first call."""
    article = world.make_article(body=long_body(21_000))
    assert "wechat.content" in codes(article)
    assert codes(world.make_article(body=long_body(5_000)), "wechat.content") == []
    near = world.make_article(body=long_body(17_000))
    assert codes(near, "wechat.content") in (["wechat.content_near"], ["wechat.content"])


@pytest.mark.parametrize("colour", ["#0F766E", "#1f3a8a"])
def test_a_readable_colour_is_not_mentioned(world, colour):
    Institution.objects.update_or_create(pk=Institution.load().pk, defaults={"colour": colour})
    assert codes(world.make_article(), "wechat.contrast") == []


def test_a_glaring_colour_is_told(world):
    institution = Institution.load()
    institution.colour = "#FFE600"
    institution.save()
    assert "wechat.colour" in codes(world.make_article())


def queries_of(article):
    page = draft(article)
    with CaptureQueriesContext(connection) as caught:
        findings.check(page)
    return len(caught)


def test_queries_do_not_grow_with_the_article(world):
    small = world.make_article()
    small.push_alternatives = [PushAlternative(title="短", cover=make_image("另一封面"))]
    body = [block for number in range(12) for block in raw_body(make_image(f"图{number}"))]
    large = world.make_article(body=json.dumps(body))
    large.push_alternatives = [
        PushAlternative(title=f"短{number}", cover=make_image("封面")) for number in range(3)
    ]
    large.references = [
        Reference(kind="web", authors="世界卫生组织", title=f"文{number}", url="https://www.who.int/")
        for number in range(12)
    ]
    for article in (small, large):
        article.save_revision(user=world.librarian)
    findings.check(draft(large))  # what is read once: the institution, the headers of pictures
    assert queries_of(large) == queries_of(small)


def test_a_layout_too_deep_is_told(world, settings, tmp_path):
    def plant(levels):
        block = tmp_path / "themes" / "deep" / "wechat" / "blocks" / "quote.html"
        block.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "themes" / "deep" / "tokens.toml").write_text('label = "深"')
        block.write_text("<section>" * levels + "{{ block.text }}" + "</section>" * levels)

    plant(14)
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    article = world.make_article()
    assert "wechat.depth" not in codes(article)
    chosen = ChannelSettings.load()
    chosen.theme = "deep"
    chosen.save()
    assert "wechat.depth" in codes(article)


def test_physicians_are_not_asked_about_technical_matters(world, client):
    narrow = make_image("小图", width=200, height=150)
    article = world.make_article(body=json.dumps(raw_body(narrow)))
    assert {"pictures.narrow", "wechat.link"} <= set(codes(article))
    client.force_login(world.physician)
    page = client.get(reverse("review:text", args=[world.submit(article).pk]))
    shown = [one.code for one in page.context["findings"]]
    assert "wechat.link" in shown and "pictures.narrow" not in shown


def test_what_stops_is_everyones_matter():
    told = findings.Finding("x", findings.STOP, "", "", technical=True)
    assert told.concerns_reviewers


# --- the panel ------------------------------------------------------------------------------------


def test_panel_in_the_editor(librarian, world):
    article = world.make_article(title="长" * 40)
    page = librarian.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    html = page.content.decode()
    assert f'data-findings-url="/admin/findings/{article.pk}/"' in html
    assert 'href="#id_title" data-finding-anchor' in html
    assert f"/admin/fixes/{article.pk}/shorten.title/" in html
    add = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", world.topic.pk])
    new = librarian.get(f"{add}?start=empty")
    assert 'data-findings-url="/admin/findings/0/"' in new.content.decode()


def test_fragment_follows_the_latest_draft(librarian, world):
    article = world.make_article()
    address = reverse("article_findings", args=[article.pk])
    assert "shorten.title" not in librarian.get(address).content.decode()
    revise(article, world.librarian, title="长" * 40)
    answer = librarian.get(address)
    assert "shorten.title" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_fragment_is_for_editors(client, world):
    article = world.make_article()
    address = reverse("article_findings", args=[article.pk])
    assert client.get(address).status_code == 302
    client.force_login(world.physician)
    assert client.get(address).status_code in (302, 403)
    client.force_login(world.librarian)
    assert client.get(reverse("article_findings", args=[article.pk + 999])).status_code == 404


def test_hostile_text_is_shown_as_text(librarian, world):
    article = world.make_article(title="<script>alert(1)</script>根治")
    html = librarian.get(reverse("article_findings", args=[article.pk])).content.decode()
    assert "<script" not in html


# --- fixes ----------------------------------------------------------------------------------------


def propose(client, article, code):
    return client.get(reverse("publish_fixes:propose", args=[article.pk, code]))


def press(client, article, code, **data):
    """Look at the proposal, then press the button; returns the answer with the messages of the next page."""
    shown = propose(client, article, code)
    data = {"draft": shown.context["draft"].mark} | data
    return client.post(reverse("publish_fixes:propose", args=[article.pk, code]), data, follow=True)


def test_shorten_the_title(librarian, world):
    article = world.make_article(title="在家量血压要注意什么？坐下来休息五分钟，早晚各量两次，并且连量七天")
    shown = propose(librarian, article, "shorten.title")
    assert "在家量血压要注意什么？" in shown.content.decode()
    revisions = article.revisions.count()
    press(librarian, article, "shorten.title", text="  在家量血压 ")
    after = draft(article)
    assert (after.push_title, after.title) == ("在家量血压", article.title)
    assert article.revisions.count() == revisions + 1
    assert "wechat.title" not in codes(after)


def test_what_does_not_fit_is_refused_and_kept(librarian, world):
    article = world.make_article(title="长" * 40)
    answer = press(librarian, article, "shorten.title", text="字" * 33)
    assert "字" * 33 in answer.content.decode()
    assert draft(article).push_title == ""


def test_shorten_an_alternative(librarian, world):
    article = world.make_article()
    article.push_alternatives = [PushAlternative(title="短"), PushAlternative(title="字" * 31 + "😀")]
    article.save_revision(user=world.librarian)
    press(librarian, article, "shorten.2.title", text="更短")
    assert [one.title for one in draft(article).push_alternatives.all()] == ["短", "更短"]


def test_remove_links(librarian, world):
    article = world.make_article()
    block = next(child for child in article.body if child.block_type == "paragraph")
    assert "https://www.who.int/" in propose(librarian, article, f"unlink.{block.id}").content.decode()
    press(librarian, article, f"unlink.{block.id}")
    after = next(child for child in draft(article).body if child.id == block.id)
    assert "<a" not in after.value.source and "两遍" in after.value.source
    assert "<b>五分钟</b>" in after.value.source


def test_remove_empty_blocks(librarian, world):
    body = raw_body(make_image())
    empty = [{"type": "paragraph", "value": ""}, {"type": "heading", "value": {"text": "", "level": "2"}}]
    article = world.make_article(body=json.dumps(body + empty))
    kept = [child.id for child in article.body][:-2]
    press(librarian, article, "empty")
    assert [child.id for child in draft(article).body] == kept


def test_convert_a_picture(librarian, world):
    moving = stored("GIF", name="a.gif", frames=2)
    article = world.make_article(body=json.dumps(raw_body(moving)), cover=moving)
    press(librarian, article, f"convert.{moving.pk}")
    after = draft(article)
    shown = next(child.value["image"] for child in after.body if child.block_type == "image")
    assert shown.pk != moving.pk and after.cover_id == shown.pk
    facts = facts_of(shown)
    assert facts.kind in ("JPEG", "PNG") and facts.frames == 1
    assert LibraryImage.objects.filter(pk=moving.pk).exists()
    assert "pictures.animation" not in codes(after)


def test_focal_point_opens_the_pictures_form(librarian, world):
    article = world.make_article()
    answer = librarian.get(reverse("publish_fixes:focus", args=[article.pk, article.cover_id]))
    assert answer.status_code == 302 and f"/admin/images/{article.cover_id}/" in answer.url


def test_nothing_typed_meanwhile_is_lost(librarian, world):
    """Autosave writes over a revision in place: number and time are compared."""
    article = world.make_article(title="长" * 40)
    shown = propose(librarian, article, "shorten.title").context["draft"].mark
    page = draft(article)
    page.summary = "刚刚改过的摘要。"
    page.save_revision(user=world.librarian, overwrite_revision=article.get_latest_revision())
    answer = librarian.post(
        reverse("publish_fixes:propose", args=[article.pk, "shorten.title"]), {"draft": shown, "text": "短"}
    )
    assert answer.status_code == 302
    assert (draft(article).push_title, draft(article).summary) == ("", "刚刚改过的摘要。")


def test_pressed_twice_is_done_once(librarian, world):
    article = world.make_article(title="长" * 40)
    mark = propose(librarian, article, "shorten.title").context["draft"].mark
    address = reverse("publish_fixes:propose", args=[article.pk, "shorten.title"])
    for _ in range(2):
        assert librarian.post(address, {"draft": mark, "text": "短"}).status_code == 302
    assert article.revisions.count() == 2


def test_undo_opens_the_version_before(librarian, world):
    article = world.make_article(title="长" * 40)
    before = article.get_latest_revision().pk
    answer = press(librarian, article, "shorten.title", text="短")
    undo = reverse("wagtailadmin_pages:revisions_revert", args=[article.pk, before])
    assert undo in answer.content.decode()
    assert librarian.get(undo).status_code == 200


def test_a_frozen_text_stays(librarian, world):
    article = world.make_article()
    block = next(child for child in article.body if child.block_type == "paragraph")
    mark = propose(librarian, article, f"unlink.{block.id}").context["draft"].mark
    world.submit(article)
    before = article.revisions.count()
    librarian.post(reverse("publish_fixes:propose", args=[article.pk, f"unlink.{block.id}"]), {"draft": mark})
    root = fixes.latest(article.pk)
    with pytest.raises(fixes.FixRefusedError):
        fixes.apply(root, f"unlink.{block.id}", user=world.root)
    assert article.revisions.count() == before


@pytest.mark.parametrize(
    "code",
    [
        "shorten.title",
        "shorten.9.title",
        "shorten.x",
        "unlink.nobody",
        "convert.0",
        "convert.999999",
        "convert.①",
        "empty",
    ],
)
def test_nothing_to_mend_is_said(librarian, world, code):
    article = world.make_article()
    for method in (librarian.get, librarian.post):
        answer = method(reverse("publish_fixes:propose", args=[article.pk, code]), follow=True)
        assert answer.redirect_chain and answer.status_code == 200
    assert article.revisions.count() == 1


@pytest.mark.parametrize("code", ["nothing", "__class__", "shorten", "focus.x"])
def test_unknown_fixes(librarian, world, code):
    article = world.make_article()
    assert librarian.get(reverse("publish_fixes:propose", args=[article.pk, code])).status_code in (302, 404)


def test_fixes_are_for_editors(client, world):
    article = world.make_article(title="长" * 40)
    client.force_login(world.physician)
    address = reverse("publish_fixes:propose", args=[article.pk, "shorten.title"])
    assert client.get(address).status_code in (302, 403)
    client.post(address, {"draft": fixes.latest(article.pk).mark, "text": "短"})
    assert article.revisions.count() == 1
