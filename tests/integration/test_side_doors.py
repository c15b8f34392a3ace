"""P1: after signing, nothing but a new signature changes what any reader gets."""

import json
import re
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Page, Revision

import pytest

from articles import copies
from articles.errors import AliasRefusedError, ArticleKeptError, ImageHeldError, NotSignedError
from articles.models import ArticlePage, Department, Institution, LibraryImage, TopicPage
from publish.models import Publication
from tests.factories import PASSWORD, World, edit_data, make_image, picture_bytes
from themes import wechat


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def publication(world):
    return world.publish(slug="daily-care")


def but_for_the_day(seen):
    """Return what readers saw without the days of the feed and the map: a text that was away and is back moves them."""
    days = re.compile(rb"<(updated|lastmod)>[^<]*</\1>")
    return {
        place: (value[0], days.sub(b"", value[1])) if place in ("/feed/", "/sitemap.xml") else value
        for place, value in seen.items()
    }


def readers_see(publication):
    """Everything a reader can get of a publication: pages, lists, feed, sitemap, search, pictures, WeChat body."""
    client = Client()
    live = Publication.objects.live().get(article=publication.article_id)
    addresses = [
        "/",
        "/blood-pressure/",
        live.path,
        f"{live.path}?v=leaflet",
        f"/a/{live.article_id}/",
        "/search/?q=高血压",
        "/feed/",
        "/sitemap.xml",
    ]
    seen = {}
    for address in addresses:
        response = client.get(address, follow=True)
        seen[address] = (response.status_code, response.content)
        assert response.status_code == 200, (address, response.status_code)
    body = wechat.render(
        live.snapshot, live.facts(Institution.load()), lambda image: f"http://mmbiz.qpic.cn/{image['sha256']}"
    )
    pictures = [
        live.snapshot["cover"],
        *(b["value"]["image"] for b in live.snapshot["body"] if b["type"] == "image"),
    ]
    return seen | {
        "wechat": body,
        "pictures": [copies.read(p) for p in pictures] + [copies.rendition(p, "full") for p in pictures],
    }


def log_in(user):
    client = Client()
    assert client.login(username=user.username, password=PASSWORD) or client.force_login(user) is None
    return client


def changed_draft(article, user, title="没有人签过的题目"):
    article = ArticlePage.objects.get(pk=article.pk)
    article.title = title
    article.summary = "没有人签过的摘要"
    return article.save_revision(user=user)


def second_revision(world, publication):
    changed_draft(publication.article, world.librarian)


def revision_rewritten_in_place(world, publication):
    Revision.objects.filter(pk=publication.approval.revision_id).update(
        content=publication.article.latest_revision.content | {"title": "改写"}
    )
    article = ArticlePage.objects.get(pk=publication.article_id)
    article.title = "改写"
    article.save_revision(user=world.librarian, overwrite_revision=article.latest_revision, clean=False)


def superusers_publish(world, publication):
    changed_draft(publication.article, world.root)
    article = ArticlePage.objects.get(pk=publication.article_id)
    client = Client()
    client.force_login(world.root)
    data = edit_data(article, title="超级用户改的", **{"action-publish": "1"})
    response = client.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), data)
    assert response.status_code == 302
    assert article.revisions.order_by("-pk").first().as_object().title == "超级用户改的"


def scheduled_publishing(world, publication):
    revision = changed_draft(publication.article, world.librarian)
    past = timezone.now() - timedelta(hours=1)
    Revision.objects.filter(pk=revision.pk).update(
        approved_go_live_at=past, content=revision.content | {"go_live_at": past.isoformat()}
    )
    Page.objects.filter(pk=publication.article_id).update(go_live_at=past)
    call_command("publish_scheduled")


def scheduled_expiry(world, publication):
    Page.objects.filter(pk=publication.article_id).update(expire_at=timezone.now() - timedelta(hours=1))
    call_command("publish_scheduled")
    assert Page.objects.get(pk=publication.article_id).live


def bulk_publish(world, publication):
    changed_draft(publication.article, world.root)
    client = Client()
    client.force_login(world.root)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(
        f"{address}?id={publication.article_id}&id={world.topic.pk}", {"include_descendants": "on"}
    )
    assert response.status_code in (200, 302)


def copy_keeping_live(world, publication):
    page = Page.objects.get(pk=publication.article_id)
    for source in (page, page.specific):
        copy = source.copy(
            update_attrs={"slug": f"copy-{source.__class__.__name__.lower()}", "title": "副本"},
            keep_live=True,
        )
        assert not Page.objects.get(pk=copy.pk).live
        assert not Publication.objects.filter(article=copy.pk).exists()


def recursive_copy(world, publication):
    copy = Page.objects.get(pk=world.topic.pk).copy(
        recursive=True, update_attrs={"slug": "copied-topic"}, keep_live=True
    )
    assert not ArticlePage.objects.descendant_of(copy).live().exists()
    Page.objects.get(pk=copy.pk).delete()


def alias(world, publication):
    with pytest.raises(AliasRefusedError):
        publication.article.create_alias(update_slug="alias")
    from wagtail.actions.create_alias import CreatePageAliasAction

    with pytest.raises(AliasRefusedError):
        CreatePageAliasAction(
            Page.objects.get(pk=publication.article_id).specific, update_slug="alias"
        ).execute(skip_permission_checks=True)
    assert not Page.objects.exclude(alias_of=None).exists()


def revert(world, publication):
    first = ArticlePage.objects.get(pk=publication.article_id).revisions.order_by("pk").first()
    changed_draft(publication.article, world.librarian)
    client = Client()
    client.force_login(world.librarian)
    data = edit_data(publication.article, title="旧稿", revision=first.pk)
    assert (
        client.post(reverse("wagtailadmin_pages:edit", args=[publication.article_id]), data).status_code
        == 302
    )


def publish_in_a_shell(world, publication):
    revision = changed_draft(publication.article, world.librarian)
    with pytest.raises(NotSignedError):
        revision.publish()
    with pytest.raises(NotSignedError):
        revision.publish(user=world.root, skip_permission_checks=True)
    from wagtail.actions.publish_page_revision import PublishPageRevisionAction

    PublishPageRevisionAction(revision).execute(skip_permission_checks=True)


def save_in_a_shell(world, publication):
    article = ArticlePage.objects.get(pk=publication.article_id)
    article.title, article.summary, article.live = "壳里改的", "壳里改的", True
    article.save()


def base_class_save(world, publication):
    page = Page.objects.get(pk=publication.article_id)
    page.title, page.search_description = "基类改的", "基类改的"
    page.save()


def queryset_update(world, publication):
    ArticlePage.objects.filter(pk=publication.article_id).update(
        title="批量改的", summary="批量改的", key_message="批量改的", slug="elsewhere", live=False, body="[]"
    )
    Page.objects.filter(pk=publication.article_id).update(url_path="/nowhere/")


def image_replaced_on_disk(world, publication):
    for image in LibraryImage.objects.all():
        name = image.file.name
        image.file.storage.delete(name)
        image.file.storage.save(name, ContentFile(picture_bytes(colour="#ff0000")))


def image_replaced_through_the_form(world, publication):
    cover = publication.article.cover
    client = Client()
    client.force_login(world.root)
    data = {
        "title": cover.title,
        "collection": cover.collection_id,
        "tags": "",
        "description": "",
        "credit": "",
        "licence": "CC0",
        "source": "示例医院",
    }
    upload = ContentFile(picture_bytes(colour="#ff0000"), name="other.jpg")
    response = client.post(reverse("wagtailimages:edit", args=[cover.pk]), data | {"file": upload})
    assert response.status_code == 200
    assert LibraryImage.objects.get(pk=cover.pk).file.name == cover.file.name
    assert "as_copy" in response.context["form"].errors


def focal_point_moved(world, publication):
    cover = publication.article.cover
    client = Client()
    client.force_login(world.root)
    data = {
        "title": cover.title, "collection": cover.collection_id, "tags": "", "description": "", "credit": "", "licence": "CC0", "source": "示例医院",
        "focal_point_x": "10", "focal_point_y": "10", "focal_point_width": "5", "focal_point_height": "5",
    }  # fmt: skip
    assert client.post(reverse("wagtailimages:edit", args=[cover.pk]), data).status_code == 200
    assert LibraryImage.objects.get(pk=cover.pk).focal_point_x is None
    LibraryImage.objects.update(focal_point_x=10, focal_point_y=10, focal_point_width=5, focal_point_height=5)


def author_edited(world, publication):
    world.librarian.last_name = "改"
    world.librarian.save()
    physician = world.physician.physician
    physician.name, physician.title = "改名", "改职称"
    physician.save()
    Department.objects.filter(pk=world.department.pk).update(name="改科室")


def topic_row_edited(world, publication):
    TopicPage.objects.filter(pk=world.topic.pk).update(emergency="没有人签过的急救句")


DOORS = [
    second_revision, revision_rewritten_in_place, superusers_publish, scheduled_publishing, scheduled_expiry, bulk_publish,
    copy_keeping_live, recursive_copy, alias, revert, publish_in_a_shell, save_in_a_shell, base_class_save, queryset_update,
    image_replaced_on_disk, image_replaced_through_the_form, focal_point_moved, author_edited, topic_row_edited,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_nothing_a_reader_sees_changes(world, publication, door):
    before = readers_see(publication)
    door(world, publication)
    after = readers_see(publication)
    for place in before:
        assert after[place] == before[place], place


def test_stale_approval_form_changes_nothing(world, publication):
    article = publication.article
    changed_draft(article, world.librarian, "第二稿")
    step = world.submit(article)
    client = Client()
    client.force_login(world.physician)
    page = client.get(reverse("review:text", args=[step.pk]))
    seen = page.context["digest"]
    # The text under review is rewritten behind everybody's back.
    revision = step.revision
    Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"title": "偷换"})
    before = readers_see(publication)
    data = {"decision": "sign", "seen_digest": seen} | {
        f"answer_{code}": "yes" for code in ("evidence", "numbers", "care", "self_medication", "claims")
    }
    response = client.post(reverse("review:text", args=[step.pk]), data)
    assert response.status_code == 409
    assert readers_see(publication) == before


def test_a_refused_schedule_does_not_stop_the_run(world, publication):
    revision = changed_draft(publication.article, world.librarian)
    past = timezone.now() - timedelta(hours=2)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    world.home.title = "新首页"
    later = world.home.save_revision()
    Revision.objects.filter(pk=later.pk).update(approved_go_live_at=past + timedelta(hours=1))
    call_command("publish_scheduled")
    assert Page.objects.get(pk=world.home.pk).title == "新首页"
    assert Revision.objects.get(pk=revision.pk).approved_go_live_at is None


def test_schedule_fields_are_not_offered_and_not_kept(world):
    article = world.make_article()
    form = ArticlePage.get_edit_handler().get_form_class()
    assert not {"go_live_at", "expire_at"} & set(form.base_fields)
    article.go_live_at = article.expire_at = timezone.now()
    article.save()
    article.refresh_from_db()
    assert article.go_live_at is None and article.expire_at is None


def test_signed_article_and_its_pictures_cannot_be_deleted(world, publication):
    article = ArticlePage.objects.get(pk=publication.article_id)
    with pytest.raises(ArticleKeptError), transaction.atomic():
        article.delete()
    with pytest.raises(ImageHeldError), transaction.atomic():
        article.cover.delete()
    with pytest.raises(ImageHeldError), transaction.atomic():
        LibraryImage.objects.filter(pk=article.cover_id).delete()
    client = Client()
    client.force_login(world.root)
    for address in (
        reverse("wagtailadmin_pages:delete", args=[article.pk]),
        reverse("wagtailadmin_pages:delete", args=[world.topic.pk]),
        reverse("wagtailimages:delete", args=[article.cover_id]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={article.pk}",
        reverse("wagtail_bulk_action", args=["articles", "libraryimage", "delete"])
        + f"?id={article.cover_id}",
    ):
        assert client.post(address).status_code in (200, 302, 403), address
    assert ArticlePage.objects.filter(pk=article.pk).exists()
    assert LibraryImage.objects.filter(pk=article.cover_id).exists()


def test_held_picture_may_be_saved_as_a_copy(world, publication):
    cover = publication.article.cover
    client = Client()
    client.force_login(world.root)
    data = {
        "title": "新封面",
        "collection": cover.collection_id,
        "tags": "",
        "description": "",
        "credit": "",
        "licence": "CC0",
        "source": "示例医院",
        "as_copy": "on",
    }
    upload = ContentFile(picture_bytes(colour="#00ff00"), name="copy.jpg")
    response = client.post(reverse("wagtailimages:edit", args=[cover.pk]), data | {"file": upload})
    assert response.status_code == 302
    copy = LibraryImage.objects.get(title="新封面")
    assert copy.pk != cover.pk
    assert copies.library_bytes(LibraryImage.objects.get(pk=cover.pk)) == picture_bytes()
    focal = data | {
        "title": "换焦点",
        "focal_point_x": "10",
        "focal_point_y": "10",
        "focal_point_width": "5",
        "focal_point_height": "5",
    }
    assert client.post(reverse("wagtailimages:edit", args=[cover.pk]), focal).status_code == 302
    moved = LibraryImage.objects.get(title="换焦点")
    assert moved.focal_point_x == 10 and moved.file.name != cover.file.name
    assert copies.library_bytes(moved) == picture_bytes()


def test_returned_text_lets_its_pictures_go(world):
    from review import services

    article = world.make_article()
    step = world.submit(article)
    with pytest.raises(ImageHeldError), transaction.atomic():
        article.cover.delete()
    services.send_back(step, world.physician, seen_digest=services.read(step).digest, reason="请补充剂量")
    spare = make_image("未用过")
    spare.delete()
    assert not article.cover.objection()


def test_unpublishing_is_a_withdrawal_and_can_be_undone(world, publication):
    from publish import publishing

    before = readers_see(publication)
    ArticlePage.objects.get(pk=publication.article_id).unpublish(user=world.chief)
    publication.refresh_from_db()
    assert publication.state == "withdrawn"
    assert Client().get(publication.path).status_code == 410
    assert Client().get(f"/a/{publication.article_id}/").status_code == 410
    assert "高血压患者的日常管理" not in Client().get("/search/?q=高血压").content.decode()
    publishing.undo_withdrawal(publication.withdrawals.get(), user=world.chief)
    assert but_for_the_day(readers_see(publication)) == but_for_the_day(before)


def test_moves_and_slug_changes_leave_redirects(world, publication, django_capture_on_commit_callbacks):
    client = Client()
    old = publication.path
    other = world.make_topic("心脏健康", "heart", emergency="")
    ArticlePage.objects.get(pk=publication.article_id).move(other, pos="last-child")
    publication.refresh_from_db()
    assert publication.path == "/heart/daily-care/"
    assert client.get(publication.path).status_code == 200
    response = client.get(old)
    assert response.status_code in (301, 302)
    assert client.get(old, follow=True).redirect_chain[-1][0].endswith(publication.path)
    other = TopicPage.objects.get(pk=other.pk)
    other.slug = "hearts"
    with django_capture_on_commit_callbacks(execute=True):
        other.save()
    publication.refresh_from_db()
    assert publication.path == "/hearts/daily-care/"
    assert client.get("/heart/daily-care/", follow=True).status_code == 200
    article = ArticlePage.objects.get(pk=publication.article_id)
    article.slug = "care-every-day"
    article.save_revision(user=world.librarian)
    with django_capture_on_commit_callbacks(execute=True):
        world.sign(world.submit(article))
    assert client.get("/hearts/care-every-day/").status_code == 200
    assert client.get("/hearts/daily-care/", follow=True).status_code == 200


def test_preview_links_need_rights(world):
    article = world.make_article()
    step = world.submit(article)
    for address in (
        reverse("wagtailadmin_pages:view_draft", args=[article.pk]),
        reverse("review:preview", args=[step.pk, "website"]),
        reverse("review:preview", args=[step.pk, "wechat"]),
        reverse("review:text", args=[step.pk]),
    ):
        response = Client().get(address)
        assert response.status_code == 302 and "/login/" in response["Location"], address
    stranger = Client()
    stranger.force_login(world.admin)
    assert stranger.get(reverse("review:text", args=[step.pk])).status_code == 403


def test_documents_are_not_public(world):
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(
        title="内部", file=ContentFile(b"internal", name="internal.pdf")
    )
    assert Client().get(document.url).status_code in (302, 403, 404)


def test_nobody_holds_the_publish_right_on_articles(world):
    article = world.make_article()
    for user in (world.librarian, world.physician, world.chief, world.admin, world.root):
        assert not article.permissions_for_user(user).can_publish()
        assert not Page.objects.get(pk=article.pk).permissions_for_user(user).can_publish()
        assert not world.topic.permissions_for_user(user).can_publish_subpage()
    assert not article.permissions_for_user(world.physician).can_edit()


def test_drafts_are_nowhere_public(world):
    article = world.make_article(slug="draft-only", title="未签发的草稿题目")
    client = Client()
    assert client.get("/blood-pressure/draft-only/").status_code == 404
    assert client.get(f"/a/{article.pk}/").status_code == 404
    for address in ("/", "/blood-pressure/", "/search/?q=未签发", "/feed/", "/sitemap.xml"):
        content = client.get(address).content.decode()
        assert "未签发的草稿" not in content and "draft-only" not in content, address


def test_json_of_snapshot_survives_the_database(world, publication):
    from articles.digest import digest

    stored = Publication.objects.get(pk=publication.pk)
    assert digest(stored.snapshot) == stored.approval.digest
    assert json.loads(json.dumps(stored.snapshot)) == stored.snapshot


def test_chief_withdraws_with_a_reason_and_puts_back(world, publication):
    before = readers_see(publication)
    client = Client()
    client.force_login(world.chief)
    unpublish = client.get(reverse("wagtailadmin_pages:unpublish", args=[publication.article_id]))
    assert unpublish["Location"] == reverse("withdrawals:withdraw", args=[publication.article_id])
    assert client.get(unpublish["Location"]).status_code == 200
    assert client.post(unpublish["Location"], {"reason": " "}).status_code == 200
    publication.refresh_from_db()
    assert publication.state == "live"
    client.post(unpublish["Location"], {"reason": "剂量有误"})
    assert Client().get(publication.path).status_code == 410
    assert not ArticlePage.objects.get(pk=publication.article_id).live
    assert "剂量有误" in client.get(reverse("withdrawals:index")).content.decode()
    client.post(reverse("withdrawals:put_back", args=[publication.withdrawals.get().pk]))
    assert but_for_the_day(readers_see(publication)) == but_for_the_day(before)
    assert set(publication.deliveries.filter(channel="website").values_list("state", flat=True)) == {"DONE"}


@pytest.mark.parametrize("who", ["librarian", "physician", "admin"])
def test_others_do_not_withdraw(world, publication, who):
    client = Client()
    client.force_login(getattr(world, who))
    client.post(reverse("withdrawals:withdraw", args=[publication.article_id]), {"reason": "想撤"})
    client.post(reverse("wagtailadmin_pages:unpublish", args=[publication.article_id]))
    publication.refresh_from_db()
    assert publication.state == "live" and not publication.withdrawals.exists()


def test_renaming_a_topic_leaves_every_article_alone(world, publication):
    """The topic's name above its own list is site chrome; inside signed pages it is part of the snapshot."""
    places = [publication.path, f"/a/{publication.article_id}/", "/feed/", "wechat"]
    before = readers_see(publication)
    TopicPage.objects.filter(pk=world.topic.pk).update(title="改了名的专题", draft_title="改了名的专题")
    after = readers_see(publication)
    for place in places:
        assert after[place] == before[place], place
