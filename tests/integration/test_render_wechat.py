"""manage.py render_wechat: the signed body, the draft when nothing is signed, and its exit codes."""

from io import StringIO

from django.conf import settings
from django.core.management import CommandError, call_command

import pytest

from articles import copies
from articles.models import TopicPage
from publish.models import ChannelSettings, Publication, UploadedMedia
from publish.wechat import images, preview
from tests import samples
from tests.support.wechat_rules import complaints
from tests.tools import published
from themes.registry import themes
from themes.tokens import tokens


pytestmark = pytest.mark.django_db


def rendered(*arguments):
    """Return what the command wrote to stdout and to stderr."""
    out, err = StringIO(), StringIO()
    call_command("render_wechat", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_signed_body_by_number_and_by_slug():
    publication = published.publish("home-blood-pressure")
    by_number = rendered(str(publication.article_id))
    assert rendered("home-blood-pressure") == by_number
    html, said = by_number
    assert said == ""
    assert html.endswith("</section>\n")
    assert html.count("\n") == 1
    assert complaints(html.strip()) == []
    assert samples.SNAPSHOT["key_message"] in html


def test_draft_changed_after_signing_is_not_what_comes_out():
    publication = published.publish("home-blood-pressure")
    before = rendered("home-blood-pressure")
    page = publication.article
    page.key_message = "改过而未签发的要点"
    page.save_revision(clean=False)
    assert rendered("home-blood-pressure") == before


def test_unsigned_article_gives_its_latest_draft_and_says_so():
    page = published.article("draft-only")
    page.key_message = "最新草稿的要点"
    page.save_revision(clean=False)
    html, said = rendered("draft-only")
    assert "最新草稿的要点" in html
    assert "draft" in said
    assert complaints(html.strip()) == []


def test_withdrawn_article_is_not_shown_as_signed():
    publication = published.publish("home-blood-pressure")
    Publication.objects.filter(pk=publication.pk).update(state=Publication.State.WITHDRAWN)
    html, said = rendered("home-blood-pressure")
    assert "draft" in said
    assert samples.SNAPSHOT["key_message"] not in html


def test_uploaded_picture_shows_its_address_and_others_their_hash():
    published.publish("home-blood-pressure")
    html, _ = rendered("home-blood-pressure")
    assert f'src="local:{samples.FIGURE["sha256"]}"' in html
    address = "http://mmbiz.qpic.cn/mmbiz_png/abc/0?wx_fmt=png"
    row = {"kind": UploadedMedia.Kind.CONTENT, "sha256": samples.FIGURE["sha256"], "url": address}
    UploadedMedia.objects.create(account="wx-of-somebody-else", recipe=images.RECIPE, **row)
    UploadedMedia.objects.create(account=settings.WECHAT_APPID, recipe=images.RECIPE + 1, **row)
    assert rendered("home-blood-pressure")[0] == html
    UploadedMedia.objects.create(account=settings.WECHAT_APPID, recipe=images.RECIPE, **row)
    assert f'src="{address}"' in rendered("home-blood-pressure")[0]


def test_unknown_article_is_exit_1():
    for name in ("no-such", "999999", "9" * 40, "①"):
        with pytest.raises(CommandError) as refusal:
            rendered(name)
        assert refusal.value.returncode == 1
        assert name in str(refusal.value)


def test_slug_in_two_topics_is_exit_2_and_a_number_helps():
    first = published.publish("same-slug").article
    other = published.home().add_child(instance=TopicPage(title="口腔健康", slug="oral-health"))
    second = other.add_child(
        instance=type(first)(title="另一篇", slug="same-slug", department=first.department)
    )
    with pytest.raises(CommandError) as refusal:
        rendered("same-slug")
    assert refusal.value.returncode == 2
    assert str(first.pk) in str(refusal.value)
    assert str(second.pk) in str(refusal.value)
    assert samples.SNAPSHOT["key_message"] in rendered(str(first.pk))[0]


def test_unknown_theme_is_a_sentence():
    published.publish("home-blood-pressure")
    with pytest.raises(CommandError, match="calm") as refusal:
        rendered("home-blood-pressure", "--theme", "no-such")
    assert refusal.value.returncode == 2


def test_every_look_can_be_asked_for_and_one_is_usual():
    published.publish("home-blood-pressure")
    told = {theme: rendered("home-blood-pressure", "--theme", theme)[0] for theme in themes()}
    assert len(set(told.values())) == len(told)
    assert rendered("home-blood-pressure")[0] == told["calm"]
    ChannelSettings.objects.update_or_create(defaults={"theme": "large"})
    assert rendered("home-blood-pressure")[0] == told["large"]
    ChannelSettings.objects.update(theme="gone")
    with pytest.raises(CommandError, match="gone") as refusal:
        rendered("home-blood-pressure")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(("chosen", "shown"), [("large", "large"), ("gone", "calm")])
def test_preview_has_the_look_of_the_channel(rf, chosen, shown):
    page = published.article("draft-only")
    ChannelSettings.objects.update_or_create(defaults={"theme": chosen})
    html = preview.render(samples.snapshot(), page, rf.get("/")).content.decode()
    assert f"font-size:{tokens(shown)['size']['body']}px" in html


def test_preview_shows_the_draft_in_wechats_frame(rf):
    page = published.article("draft-only")
    response = preview.render(samples.snapshot(), page, rf.get("/"))
    html = response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert samples.SNAPSHOT["title"] in html
    assert copies.url(samples.FIGURE, "full") in html
    assert "local:" not in html
    assert "themes/wechat-frame.css" in html
