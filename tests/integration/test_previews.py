"""The preview list: sent once, by WeChat or as a phone page; read and answered; nothing given away."""

from datetime import timedelta

from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from cms import roles, site_setup
from publish import previews, services
from publish.errors import PushRefusedError
from publish.models import Account, Leftover, Preview, PreviewReader, Push, PushItem, Rung, Stray
from publish.states import State
from publish.wechat import previews as sending
from publish.wechat import reconcile, steps
from tests.factories import make_user
from tests.tools.channel import channel, sign
from tests.tools.published import publish


__all__ = ["channel"]
Via, Sent = Preview.Via, Preview.State
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def librarian(channel):
    site_setup.set_up()
    return make_user("librarian", roles.LIBRARIAN, "林", "晓示")


@pytest.fixture
def readers(channel):
    """One who follows, one with a mail address, one with neither; and one who is off the list."""
    return {
        "follower": PreviewReader.objects.create(name="甲", wxname="sandbox_reader"),
        "mailed": PreviewReader.objects.create(name="乙", email="yi@example.cn"),
        "nothing": PreviewReader.objects.create(name="丙"),
        "off": PreviewReader.objects.create(name="丁", email="ding@example.cn", active=False),
    }


@pytest.fixture
def push(channel, readers):
    """A push of two articles that somebody is putting together."""
    push = services.create_push([sign("lead", title="头条"), sign("second", title="次条")], mode="mass")
    Push.objects.filter(pk=push.pk).update(composing=True)
    push.refresh_from_db()
    return push


def by_name(push):
    return {preview.reader.name: preview for preview in push.previews.select_related("reader")}


def sent_by_wechat(channel):
    return channel.sandbox.state()["previews"]


# --- sending ------------------------------------------------------------------------------------------


def test_each_reader_gets_it_once_by_the_way_that_reaches_them(channel, push, librarian):
    assert previews.send(push, librarian) == 3
    channel.work()
    found = by_name(push)
    assert {name: (p.via, p.state) for name, p in found.items()} == {
        "甲": (Via.WECHAT, Sent.SENT),
        "乙": (Via.PAGE, Sent.SENT),
        "丙": (Via.PAGE, Sent.SENT),
    }
    assert len(sent_by_wechat(channel)) == 1
    assert [message.to for message in mail.outbox] == [["yi@example.cn"]]
    assert previews.link_of(found["乙"]) in mail.outbox[0].body and "次条" in mail.outbox[0].body
    lines = {line.preview.reader.name: line for line in previews.lines(push)}
    assert lines["丙"].to_hand_over and not lines["乙"].to_hand_over
    push.refresh_from_db()
    assert (push.state, push.draft_media_id, push.step) == (State.READY, "", ""), (
        "the push itself has not begun"
    )


def test_a_second_click_sends_nothing(channel, push, librarian):
    previews.send(push, librarian)
    assert previews.send(push, librarian) == 0
    channel.work()
    assert previews.send(push, librarian) == 0
    channel.work()
    assert len(sent_by_wechat(channel)) == len(mail.outbox) == 1
    PreviewReader.objects.create(name="戊")
    assert previews.send(push, librarian) == 1, "only who was added since"


def test_a_changed_push_is_another_version(channel, push, librarian):
    """What was said of the earlier version stays with it."""
    previews.send(push, librarian)
    channel.work()
    previews.comment(by_name(push)["乙"], "头条太长")
    first, second = push.items.all()
    PushItem.objects.filter(pk=first.pk).update(order=8)
    PushItem.objects.filter(pk=second.pk).update(order=1)
    PushItem.objects.filter(pk=first.pk).update(order=2)
    lines = previews.lines(Push.objects.get(pk=push.pk))
    assert len(lines) == 3 and not any(line.current for line in lines)
    assert previews.send(Push.objects.get(pk=push.pk), librarian) == 3
    channel.work()
    lines = previews.lines(Push.objects.get(pk=push.pk))
    assert [line.current for line in lines] == [True] * 3 + [False] * 3
    assert [line.preview.comment for line in lines if line.preview.comment] == ["头条太长"]
    assert len(sent_by_wechat(channel)) == 2


def test_the_preview_draft_is_never_taken_for_the_pushs(channel, push, librarian):
    """Not by the daily look at the box, not by the push itself; a day later it is gone."""
    previews.send(push, librarian)
    channel.work()
    (draft,) = channel.drafts
    reconcile.scan(channel.worker().context)
    assert not Stray.objects.exists()
    Push.objects.filter(pk=push.pk).update(composing=False)
    channel.work()
    push.refresh_from_db()
    assert push.state == State.WAITING and push.draft_media_id != draft["id"]
    channel.finish_jobs()
    channel.advance(days=1, minutes=1)
    channel.settle(push)
    assert push.state == State.DONE and channel.drafts == []


@pytest.mark.parametrize("point", ["sent:draft/add", "effect:preview"])
def test_a_worker_that_died_in_between(channel, push, librarian, point):
    """What may have been sent is not sent again; a draft nobody remembers is deleted all the same."""

    class Died(BaseException):
        pass

    def reached(found):
        if found == point:
            raise Died

    previews.send(push, librarian)
    with pytest.raises(Died):
        channel.worker(reached=reached).run_once()
    channel.work()
    assert by_name(push)["甲"].state == Sent.WANTED, "its worker may still be at it"
    channel.advance(seconds=steps.LEASE.total_seconds() + 1)
    channel.work()
    preview = by_name(push)["甲"]
    if point == "effect:preview":
        assert (preview.state, preview.reason) == (Sent.FAILED, "unknown") and previews.problem_of(preview)
    else:
        assert preview.state == Sent.SENT
    assert len(sent_by_wechat(channel)) == 1
    reconcile.scan(channel.worker().context)
    channel.advance(days=1, minutes=1)
    Push.objects.filter(pk=push.pk).update(composing=True)
    channel.work()
    assert channel.drafts == [] and not Stray.objects.exists()
    assert Leftover.objects.filter(deleted_at=None).count() == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "error", "errcode": 45009}, "45009"),
        ({"kind": "error", "errcode": 40132}, "40132"),
        ({"kind": "drop_after"}, "unknown"),
        ({"kind": "error", "errcode": -1}, "unknown"),
    ],
    ids=["quota", "unknown id", "lost answer", "busy"],
)
def test_a_failure_has_its_sentence_and_a_person_tries_again(channel, push, librarian, fault, reason):
    previews.send(push, librarian)
    channel.sandbox.fault("message/mass/preview", **fault)
    channel.work()
    preview = by_name(push)["甲"]
    assert (preview.state, preview.reason) == (Sent.FAILED, reason)
    assert len(previews.problem_of(preview)) > 15
    channel.work()
    assert channel.calls("message/mass/preview") == 1, "never by itself"
    previews.send_again(preview)
    with pytest.raises(PushRefusedError):
        previews.send_again(preview)
    channel.work()
    assert by_name(push)["甲"].state == Sent.SENT


@pytest.mark.parametrize("path", ["draft/add", "media/uploadimg"])
def test_a_draft_that_cannot_be_made(channel, push, librarian, path):
    previews.send(push, librarian)
    channel.sandbox.fault(path, "error", errcode=45009)
    channel.work()
    preview = by_name(push)["甲"]
    assert (preview.state, preview.reason) == (Sent.FAILED, "45009") and previews.problem_of(preview)


@pytest.mark.parametrize("known", [True, False])
def test_an_account_without_the_right_uses_the_phone_page(channel, push, librarian, known):
    """Known beforehand, or found out: then the page, by mail where there is an address."""
    PreviewReader.objects.filter(name="甲").update(email="jia@example.cn")
    channel.sandbox.control("POST", "profile", profile="personal")
    if known:
        Account.objects.update_or_create(appid=push.account, defaults={"may": Rung.PUBLISH})
    previews.send(push, librarian)
    channel.work()
    found = by_name(push)["甲"]
    assert (found.via, found.state) == (Via.PAGE, Sent.SENT)
    assert sorted(message.to[0] for message in mail.outbox) == ["jia@example.cn", "yi@example.cn"]
    assert channel.calls("message/mass/preview") == (0 if known else 1)


def test_a_mail_that_fails_is_said_and_not_repeated(channel, push, librarian, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    previews.send(push, librarian)
    channel.work()
    preview = by_name(push)["乙"]
    assert (preview.state, preview.reason) == (Sent.FAILED, "mail_failed") and previews.problem_of(preview)


def test_nothing_goes_out_while_everything_is_held(channel, push, librarian):
    channel.work()
    services.pause(librarian)
    previews.send(push, librarian)
    channel.work()
    assert mail.outbox == [] and sent_by_wechat(channel) == []
    services.resume(librarian)
    channel.work()
    assert len(mail.outbox) == len(sent_by_wechat(channel)) == 1


@pytest.mark.parametrize("state", [State.DONE, State.CANCELLED])
def test_what_is_out_or_given_up_has_no_preview(channel, push, librarian, state):
    Push.objects.filter(pk=push.pk).update(state=state, composing=False)
    with pytest.raises(PushRefusedError):
        previews.send(Push.objects.get(pk=push.pk), librarian)


def test_no_list_no_articles(channel, push, librarian):
    PreviewReader.objects.update(active=False)
    with pytest.raises(PushRefusedError):
        previews.send(push, librarian)
    PreviewReader.objects.update(active=True)
    push.items.all().delete()
    with pytest.raises(PushRefusedError):
        previews.send(Push.objects.get(pk=push.pk), librarian)


# --- the phone page ---------------------------------------------------------------------------------------


@pytest.fixture
def preview(push, librarian):
    previews.send(push, librarian)
    return by_name(push)["丙"]


def address(preview, name="preview"):
    return reverse(name, args=[preview.token])


def test_the_page_shows_the_signed_texts_in_order_and_leaves_no_trace(client, preview):
    answer = client.get(address(preview))
    page = answer.content.decode()
    assert answer.status_code == 200 and page.index("头条") < page.index("次条")
    assert page.count('class="wechat-body"') == 2
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies
    preview.refresh_from_db()
    assert preview.read_at is None, "a program that follows links is no reader"


@pytest.mark.parametrize("query", ["dark=1", "size=large", "size=largest&dark=1", "size=%00&dark=x"])
def test_light_dark_and_large(client, preview, query):
    page = client.get(f"{address(preview)}?{query}").content.decode()
    assert ('class="size-' in page) and (" dark" in page.split("<body", 1)[1][:60]) == ("dark=1" in query)


def test_touching_and_answering(client, preview, librarian):
    """Read once and for all; what is said may be changed, and stays what it is: text."""
    assert client.post(address(preview, "preview_read")).status_code == 204
    preview.refresh_from_db()
    first = preview.read_at
    assert first
    for text in ("第二段太长", HOSTILE, HOSTILE):
        answer = client.post(address(preview), {"comment": text}, follow=True)
        assert answer.status_code == 200
    preview.refresh_from_db()
    assert (preview.comment, preview.read_at) == (HOSTILE, first)
    assert HOSTILE not in answer.content.decode()
    client.force_login(librarian)
    for page in (
        preview.push.get_absolute_url(),
        reverse("publish_calendar:compose", args=[preview.push_id]),
    ):
        shown = client.get(page).content.decode()
        assert HOSTILE not in shown and "&lt;script&gt;" in shown and previews.link_of(preview) in shown


def test_the_form_alone_marks_it_read(client, preview):
    client.post(address(preview), {"comment": "  "})
    preview.refresh_from_db()
    assert preview.read_at and not preview.comment and preview.commented_at is None


def test_a_comment_that_is_too_long_loses_nothing(client, preview):
    text = "字" * (previews.LONGEST_COMMENT + 1)
    answer = client.post(address(preview), {"comment": text})
    assert answer.status_code == 400 and text in answer.content.decode()
    preview.refresh_from_db()
    assert preview.comment == ""


def test_unknown_and_ended_addresses_tell_nothing(client, preview):
    for token in ("x" * 32, "short", "%00" * 32, "é" * 32, preview.token[:-1]):
        assert client.get(f"/preview/{token}/").status_code == 404, token
    Preview.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (
        client.get(address(preview)),
        client.post(address(preview), {"comment": "x"}),
        client.post(address(preview, "preview_read")),
    ):
        assert answer.status_code == 410 and "头条" not in answer.content.decode()
    preview.refresh_from_db()
    assert preview.read_at is None and preview.comment == ""


def test_other_methods_are_refused(client, preview):
    assert client.put(address(preview)).status_code == 405
    assert client.get(address(preview, "preview_read")).status_code == 405


def test_a_text_that_was_replaced_is_not_shown_any_more(client, preview):
    publish("second", title="次条新版")
    page = client.get(address(preview)).content.decode()
    assert page.count('class="wechat-body"') == 1 and "次条新版" not in page


# --- rights, lists ----------------------------------------------------------------------------------------


def test_who_may_send(client, push, librarian, channel):
    outsider = make_user("physician", roles.PHYSICIAN)
    address = reverse("preview_readers:send", args=[push.pk])
    elsewhere = Client()
    elsewhere.force_login(outsider)
    elsewhere.post(address)
    assert not Preview.objects.exists()
    client.force_login(librarian)
    assert client.get(address).status_code == 405
    assert client.post(reverse("preview_readers:send", args=[10**9])).status_code == 404
    answer = client.post(address, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"]
    answer = client.post(address, follow=True)
    assert Preview.objects.count() == 3
    assert (
        client.post(
            reverse("preview_readers:again", args=[Preview.objects.first().pk]), follow=True
        ).status_code
        == 200
    )


def test_the_list_of_readers(client, librarian, push):
    """Add, find, take off; somebody with a record is not deleted."""
    client.force_login(librarian)
    client.post(
        reverse("preview_readers:add"),
        {"name": HOSTILE[:60], "wxname": "", "openid": "", "email": "", "active": "on"},
    )
    page = client.get(reverse("preview_readers:index")).content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert "乙" in client.get(reverse("preview_readers:index") + "?q=yi@example").content.decode()
    previews.send(push, librarian)
    reader = PreviewReader.objects.get(name="乙")
    answer = client.post(reverse("preview_readers:delete", args=[reader.pk]), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert PreviewReader.objects.filter(pk=reader.pk).exists()


def test_queries_do_not_grow_with_readers(client, librarian, push):
    client.force_login(librarian)

    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    pages = [reverse("preview_readers:index"), push.get_absolute_url()]
    previews.send(push, librarian)
    few = [queries(page) for page in [*pages, *pages]][2:]
    for number in range(15):
        PreviewReader.objects.create(name=f"读者{number}")
    previews.send(push, librarian)
    assert [queries(page) for page in pages] == few


def test_sweeping_leaves_what_is_under_way_alone(channel, push, librarian):
    previews.send(push, librarian)
    context = channel.worker().context
    (claimed,) = sending._claim(context, Via.WECHAT)
    assert sending._claim(context, Via.WECHAT) == [], "claimed once"
    sending.free_stale(context)
    assert by_name(push)["甲"].reason == claimed.reason
    channel.advance(seconds=steps.LEASE.total_seconds() + 1)
    sending.free_stale(context)
    assert by_name(push)["甲"].reason == ""
    assert not sending._begin(claimed, context), "it was taken away meanwhile"
