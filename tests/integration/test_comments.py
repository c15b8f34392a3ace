"""Comments in the editor that call a colleague, and two people on one draft."""

from django.urls import reverse

from wagtail.models import Comment, CommentReply

import pytest

from articles import comments
from articles.models import ArticlePage
from cms import roles
from review.models import Notice
from tests.factories import World, edit_data, make_user


JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def desk(world, client):
    client.force_login(world.librarian)
    return client


def told(person):
    rows = Notice.objects.filter(kind="desk", recipient=person)
    return sorted({key.rsplit("/", 1)[0] for key in rows.values_list("key", flat=True)})


def with_comment(article, text, path="summary"):
    return edit_data(article) | {
        "comments-TOTAL_FORMS": "1",
        "comments-0-text": text,
        "comments-0-contentpath": path,
        "comments-0-position": "",
        "comments-0-id": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }


@pytest.mark.parametrize("signed", [False, True])
def test_a_comment_calls_a_colleague_once_also_through_autosave(
    world, desk, django_capture_on_commit_callbacks, signed
):
    article = world.publish().article if signed else world.make_article()
    article = ArticlePage.objects.get(pk=article.pk)
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(edit, with_comment(article, "@陈示范 这个数字对吗？@librarian"), **JSON)
    assert answer.json()["success"], answer.json()
    comment = Comment.objects.get()
    key = f"desk:comment:{comment.pk}:{world.chief.pk}"
    assert told(world.chief) == [key]
    assert told(world.librarian) == []  # who calls oneself needs no notice
    notice = Notice.objects.get(kind="desk")
    assert notice.text.endswith(f"/admin/article-comments/{comment.pk}/")
    assert "这个数字" not in notice.text
    # Saved again, answered, and answered once more.
    with django_capture_on_commit_callbacks(execute=True):
        comment.save()
        for _reply in range(2):
            CommentReply.objects.create(comment=comment, user=world.chief, text="@林晓示 对的")
    assert told(world.chief) == [key]
    replies = CommentReply.objects.values_list("pk", flat=True)
    assert told(world.librarian) == sorted(f"desk:reply:{pk}:{world.librarian.pk}" for pk in replies)
    assert [one.pk for one in comments.calling(world.chief)] == [comment.pk]
    assert [one.pk for one in comments.calling(world.librarian)] == [comment.pk]
    assert comments.calling(world.admin) == []
    assert [one.pk for one in comments.open_comments(world.librarian)] == [comment.pk]
    assert not comments.open_comments(world.physician).exists()


def test_the_way_from_a_notice_to_the_comment(world, desk):
    article = world.make_article()
    comment = Comment.objects.create(
        page=article, user=world.librarian, text="@王示例 请看 <b>这里</b>", contentpath="summary"
    )
    there = reverse("article_comments:open", args=[comment.pk])
    assert desk.get(there).url.endswith(f"/{article.pk}/edit/?comment={comment.pk}")
    names = desk.get(reverse("article_comments:colleagues"), {"q": "王示"}).json()["colleagues"]
    assert names == [{"name": "王示例", "number": "physician"}]
    listed = desk.get(reverse("article_comments:index"), {"of": "all"}).text
    assert "&lt;b&gt;" in listed
    # Called, but without the right to edit: the thread alone.
    desk.force_login(world.physician)
    assert "&lt;b&gt;" in desk.get(there).text
    assert f'data-comment="{comment.pk}"' in desk.get(reverse("article_comments:index")).text
    assert "my-writing" in desk.get(reverse("wagtailadmin_home")).text
    assert desk.get(reverse("article_comments:colleagues")).status_code in (302, 403)
    # Neither called nor allowed to edit.
    desk.force_login(world.admin)
    assert desk.get(there).status_code in (302, 403)
    make_user("gone", roles.LIBRARIAN, "已", "离职", is_active=False)
    assert all(user.is_active for user in comments.people()[0].values())


def test_two_tabs_lose_nothing(world, desk, client):
    article = world.make_article()
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    first = article.latest_revision
    loaded = {"loaded_revision_id": first.pk, "loaded_revision_created_at": first.created_at.isoformat()}

    def post(summary, loaded, **more):
        data = edit_data(ArticlePage.objects.get(pk=article.pk), summary=summary) | loaded
        return desk.post(edit, data | more.pop("data", {}), **more)

    saved = post("甲写的摘要。", loaded, **JSON).json()
    assert saved["success"], saved
    mine = {"overwrite_revision_id": saved["revision_id"], **loaded}
    # Tab two still holds the older text: it does not save by itself over the newer one …
    desk.force_login(world.chief)
    assert post("乙写的摘要。", loaded, **JSON).status_code == 400
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().summary == "甲写的摘要。"
    # … nor is it submitted unseen: both versions are kept, and one is told where they differ.
    answer = post("乙写的摘要。", loaded, data={"action-submit": "1"})
    assert answer.url == edit
    now = ArticlePage.objects.get(pk=article.pk)
    assert now.current_workflow_state is None
    assert now.get_latest_revision_as_object().summary == "乙写的摘要。"
    other = now.revisions.get(pk=saved["revision_id"])
    assert other.as_object().summary == "甲写的摘要。"
    assert f"/revisions/compare/{other.pk}...{now.latest_revision_id}/" in desk.get(edit).text
    # Tab one saves by the button over what it did not see: a version of its own again, nobody's is written over.
    desk.force_login(world.librarian)
    assert post("甲又写的摘要。", mine).status_code == 302
    texts = {one.as_object().summary for one in now.revisions.all()}
    assert {"甲写的摘要。", "乙写的摘要。", "甲又写的摘要。"} <= texts


def test_a_window_left_open_is_told_what_happened(world, desk, clock):
    """Autosave stores nothing there, and says why: somebody saved a newer version, or the text went to review."""
    article = world.make_article()
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    first = article.latest_revision
    late = edit_data(article, summary="在旧窗口里写的。") | {
        "loaded_revision_id": first.pk,
        "loaded_revision_created_at": first.created_at.isoformat(),
    }

    def refused():
        answer = desk.post(edit, late, **JSON)
        assert answer.status_code == 400
        return answer.json()["error_message"]

    article.summary = "在新窗口里写的。"
    article.save_revision(user=world.chief)
    assert str(world.chief) in refused()
    article.save_revision(user=world.librarian)
    assert str(world.chief) not in refused()
    newer = refused()
    world.submit(article)
    assert "2026" in refused() and refused() != newer
    # The button says the same, and the words are still there to be copied.
    page = desk.post(edit, late)
    assert refused() in [str(message).strip() for message in page.context["messages"]]
    assert "在旧窗口里写的。" in page.text
    desk.force_login(world.chief)
    assert str(world.librarian) in refused()
    assert (
        ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().summary == "在新窗口里写的。"
    )
