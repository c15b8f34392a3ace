"""Finishing by hand: sheet, comparisons before and after, drift until somebody settles it, and the copy page."""

import re
from datetime import timedelta
from html import unescape

from django.urls import reverse

from wagtail.models import ModelLogEntry

import pytest

from publish import copying, handover, services
from publish.models import Account, Attempt, Drift, HandOver, Push
from publish.states import State
from publish.wechat import comparison, hand_over
from tests.tools import published
from tests.tools.channel import NO_AI, channel, sign
from tests.tools.planning import person


__all__ = ["channel"]

ADDRESS = "https://mp.weixin.qq.com/s/AbC"


@pytest.fixture
def librarian(channel, django_user_model):
    return person(django_user_model, "librarian", "publish.view_push", "publish.change_push")


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


@pytest.fixture
def at_draft(channel):
    """Return make(): a push whose draft lies in the sandbox, to be finished by hand."""
    count = iter(range(1, 100))

    def make(items=1, **changes):
        signed = [sign(f"article-{next(count)}", **changes) for _n in range(items)]
        push = services.create_push(signed, mode="draft")
        channel.work()
        push.refresh_from_db()
        assert (push.state, push.reason) == (State.NEEDS_PERSON, "by_hand")
        return push

    return make


def edit(channel, push, index=0, **changes):
    """Somebody types in the draft on WeChat's website."""
    channel.sandbox.control("POST", "website/edit", media_id=push.draft_media_id, index=index, **changes)


def publish_there(channel, push):
    """Somebody publishes the draft there; return the addresses."""
    return channel.sandbox.control("POST", "website/publish", media_id=push.draft_media_id)["urls"]


def act(client, push, action, **data):
    return client.post(
        reverse("publish_hand_over:act", args=[push.pk]), {"action": action} | data, follow=True
    )


def sheet(client, push):
    return client.get(reverse("publish_hand_over:sheet", args=[push.pk]))


def levels(answer):
    return [message.level_tag for message in answer.context["messages"]]


def compared(channel, push, user):
    handover.want_comparison(push, user, channel.now())
    channel.work()
    return HandOver.objects.get(push=push)


def finished(channel, push, user):
    """Publish on WeChat's website, enter the addresses, and let the workers compare."""
    services.mark_done_by_hand(push, publish_there(channel, push), user)
    channel.advance(seconds=1)
    channel.work()
    return HandOver.objects.get(push=push)


# --- the draft, just before ---------------------------------------------------------------------


def test_an_untouched_draft_is_as_signed_for_a_quarter_of_an_hour(channel, at_draft, librarian):
    push = at_draft()
    row = compared(channel, push, librarian)
    assert (row.differences, row.problem, row.wanted_at) == ([], "", None)
    assert handover.freshness(row, channel.now()) == "signed"
    assert handover.freshness(row, channel.now() + timedelta(minutes=16)) == "stale"
    assert not Drift.objects.exists()


def test_a_changed_draft_is_never_called_as_signed(channel, at_draft, librarian, desk):
    push = at_draft()
    body = push.items.get().content.replace("五分钟", "十五分钟", 1)
    assert body != push.items.get().content
    edit(channel, push, content=body, title="别的标题")
    row = compared(channel, push, librarian)
    assert row.differences == ["title", "words"] and handover.freshness(row) == "differs"
    drift = Drift.objects.get()
    assert (drift.place, drift.settled_at) == (Drift.Place.DRAFT, None)
    page = unescape(sheet(desk, push).content.decode())
    shown = page[page.index('class="drift"') :]
    assert re.search(r"<ins>.*?</span>十</ins>", shown) or "十五" in shown
    assert 'class="drift-mark"' in shown


def test_a_draft_put_right_again_settles_its_drift(channel, at_draft, librarian):
    push = at_draft()
    title = push.items.get().title
    edit(channel, push, title="别的标题")
    compared(channel, push, librarian)
    edit(channel, push, title=title)
    row = compared(channel, push, librarian)
    assert handover.freshness(row) == "signed"
    drift = Drift.objects.get()
    assert (drift.settlement, drift.settled_by) == (Drift.Settlement.MENDED, librarian)


def test_making_the_draft_anew_settles_its_drift(channel, at_draft, librarian):
    push = at_draft()
    edit(channel, push, title="别的标题")
    compared(channel, push, librarian)
    services.retry(push, librarian, anew=True)
    assert Drift.objects.get().settled_by == librarian
    assert handover.freshness(HandOver.objects.get()) == "none"
    channel.work()
    assert not handover.open_drifts().exists() and len(channel.drafts) == 1


def test_the_worker_names_a_drift_it_meets_itself(channel, librarian):
    """A draft that was edited between making and publishing stops there, with the difference kept."""
    push = services.create_push([sign()], mode="publish")

    def somebody_types(point):
        if point == "saved:draft":
            push.refresh_from_db()
            edit(channel, push, author="张三")

    channel.worker(reached=somebody_types).run_once()
    push.refresh_from_db()
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "drift")
    drift = Drift.objects.get()
    assert [one["field"] for one in drift.differences] == ["author"]
    assert drift.differences[0]["there"] == "张三"


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"kind": "error", "errcode": 45009}, "45009"),
        ({"kind": "drop_before"}, "no_answer"),
        ({"kind": "malformed"}, "no_answer"),
        ({"kind": "error", "errcode": 40007}, "draft_gone"),
    ],
)
def test_a_comparison_that_fails_says_so(channel, at_draft, librarian, desk, fault, problem):
    push = at_draft()
    compared(channel, push, librarian)
    channel.sandbox.fault("draft/get", **fault)
    row = compared(channel, push, librarian)
    assert row.problem == problem and handover.freshness(row) == "problem"
    page = sheet(desk, push)
    assert page.context["problem"] and "%(" not in page.context["problem"]


def test_two_clicks_make_one_call(channel, at_draft, librarian, desk):
    push = at_draft()
    before = channel.calls("draft/get")
    for _click in range(2):
        assert levels(act(desk, push, "compare")) == ["success"]
    channel.advance(seconds=1)
    channel.work()
    assert channel.calls("draft/get") == before + 1


def test_a_worker_killed_in_the_middle_is_followed_by_another(channel, at_draft, librarian):
    push = at_draft()
    handover.want_comparison(push, librarian, channel.now())

    def die(point):
        if point == "sent:draft/get":
            raise SystemExit

    with pytest.raises(SystemExit):
        channel.worker(reached=die).run_once()
    assert handover.freshness(HandOver.objects.get()) == "asked"
    channel.advance(minutes=4)
    channel.work()
    assert handover.freshness(HandOver.objects.get(), channel.now()) == "signed"


def test_comparing_goes_on_while_outgoing_is_paused(channel, at_draft, librarian):
    push = at_draft()
    services.pause(librarian)
    assert handover.freshness(compared(channel, push, librarian)) == "signed"


def test_a_fault_of_our_own_is_said_and_not_repeated(channel, at_draft, librarian, desk, monkeypatch):
    push = at_draft()
    monkeypatch.setattr(comparison, "compare", lambda *a, **k: 1 / 0)
    row = compared(channel, push, librarian)
    assert (row.problem, row.wanted_at) == ("internal", None)
    assert sheet(desk, push).context["problem"]
    services.mark_done_by_hand(push, publish_there(channel, push), librarian)
    channel.advance(seconds=1)
    channel.work()
    row.refresh_from_db()
    assert (row.final_problem, row.final_due_at, row.final_at) == ("internal", None, None)


# --- the published article ----------------------------------------------------------------------


def test_what_was_published_by_hand_is_compared_by_itself(channel, at_draft, librarian):
    push = at_draft(items=2)
    row = finished(channel, push, librarian)
    push.refresh_from_db()
    assert row.final_at and row.final_problem == "" and row.final_due_at is None
    assert push.state == State.DONE and push.article_id
    assert not Drift.objects.exists() and not handover.to_compare().exists()


def test_text_changed_there_is_shown_until_settled(channel, at_draft, librarian, desk):
    push = at_draft()
    edit(channel, push, content=push.items.get().content.replace("五分钟", "一分钟", 1))
    finished(channel, push, librarian)
    drift = handover.open_drifts().get()
    assert drift.place == Drift.Place.PUBLISHED and drift.item.push == push
    for address in (
        reverse("publish_hand_over:index"),
        push.get_absolute_url(),
        reverse("wagtailadmin_home"),
    ):
        assert f"#drift-{drift.pk}" in desk.get(address).content.decode(), address
    settle = reverse("publish_hand_over:settle", args=[drift.pk])
    assert levels(desk.post(settle, {"settlement": "harmless"}, follow=True)) == ["error"]
    assert levels(desk.post(settle, {"settlement": "nonsense"}, follow=True)) == ["error"]
    assert handover.open_drifts().exists()
    done = desk.post(settle, {"settlement": "harmless", "note": "错字已改正"}, follow=True)
    assert levels(done) == ["success"]
    drift.refresh_from_db()
    assert (drift.settled_by, drift.settlement, drift.note) == (librarian, "harmless", "错字已改正")
    assert levels(desk.post(settle, {"settlement": "mended"}, follow=True)) == ["error"]
    assert ModelLogEntry.objects.get(action=handover.SETTLED).user == librarian
    assert f"#drift-{drift.pk}" not in desk.get(reverse("wagtailadmin_home")).content.decode()


def test_what_a_person_settled_is_not_opened_again_while_it_stays(channel, at_draft, librarian):
    push = at_draft()
    edit(channel, push, title="别的标题")
    finished(channel, push, librarian)
    handover.settle(Drift.objects.get(), librarian, Drift.Settlement.HARMLESS, "一样的意思")
    handover.want_final(push, librarian, channel.now())
    channel.work()
    assert Drift.objects.count() == 1 and not handover.open_drifts().exists()


def test_it_is_looked_for_until_it_appears(channel, at_draft, librarian):
    """Not in WeChat's list yet: asked again later, more and more rarely, and never sent again."""
    push = at_draft()
    services.mark_done_by_hand(push, ADDRESS, librarian)
    for _round in range(3):
        channel.advance(minutes=6)
        channel.work()
    row = HandOver.objects.get()
    assert row.final_at is None and row.final_problem == "not_seen"
    assert row.final_due_at > channel.now()
    asked = Attempt.objects.filter(call="freepublish/batchget", push=push).count()
    # After 6 and 12 minutes; then after twenty more.
    assert asked == 2


def test_after_two_days_a_person_compares(channel, at_draft, librarian):
    push = at_draft()
    services.mark_done_by_hand(push, ADDRESS, librarian)
    for _round in range(8):
        channel.advance(hours=9)
        channel.work()
    row = HandOver.objects.get()
    assert (row.final_due_at, row.final_at, row.final_problem) == (None, None, "not_seen")
    assert Attempt.objects.filter(call="freepublish/batchget", push=push).count() <= 16


def test_without_the_right_to_read_it_is_compared_by_eye(channel, at_draft, librarian, desk):
    push = at_draft(items=2)
    channel.sandbox.set(profile="unverified")
    row = finished(channel, push, librarian)
    assert row.final_problem == "no_right" and row.final_at is None
    page = sheet(desk, push)
    assert page.context["final_open"] and b"eye-2" in page.content
    assert levels(act(desk, push, "by_eye", **{"eye-1": "same"})) == ["error"]
    assert levels(act(desk, push, "by_eye", **{"eye-1": "same", "eye-2": "differs"})) == ["error"]
    answers = {"eye-1": "same", "eye-2": "differs", "words-2": "第三段少了一句"}
    assert levels(act(desk, push, "by_eye", **answers)) == ["success"]
    row.refresh_from_db()
    assert row.final_at and row.final_problem == "by_eye"
    assert handover.last_seen(push).user == librarian
    drift = handover.open_drifts().get()
    assert drift.item.order == 2 and drift.differences[0]["there"] == "第三段少了一句"
    assert "第三段少了一句" in sheet(desk, push).content.decode()


def test_a_deleted_article_is_a_difference(channel, at_draft, librarian):
    push = at_draft(items=2)
    services.mark_done_by_hand(push, publish_there(channel, push), librarian)
    article_id = channel.sandbox.state()["published"][0]["article_id"]
    channel.sandbox.control("POST", "website/delete", article_id=article_id, index=2)
    channel.work()
    drift = handover.open_drifts().get()
    assert drift.item.order == 2 and drift.differences[0]["field"] == "article"


def test_a_draft_published_by_somebody_is_compared_too(channel, librarian):
    """The worker finds the draft gone and the article published: it was finished by hand after all."""
    push = services.create_push([sign()], mode="publish")

    def somebody_publishes(point):
        if point == "saved:draft":
            push.refresh_from_db()
            edit(channel, push, title="别的标题")
            publish_there(channel, push)

    channel.worker(reached=somebody_publishes).run_once()
    push.refresh_from_db()
    channel.work()
    assert (push.state, push.reason) == (State.DONE, "found")
    assert [one["field"] for one in handover.open_drifts().get().differences] == ["title"]


# --- what counts as a difference ----------------------------------------------------------------


BASE = {
    "title": "题",
    "author": "林",
    "digest": "",
    "content": '<p>一。</p><p>二<a href="https://mp.weixin.qq.com/s/x?chksm=1#rd">链</a></p>'
    '<img src="http://mmbiz.qpic.cn/mmbiz_png/a/0?wx_fmt=png">',
    "content_source_url": "https://kepu.example.cn/a/1/?p=k",
    "thumb_media_id": "T",
}


@pytest.mark.parametrize(
    "change",
    [
        {"content": BASE["content"].replace("/a/0?wx_fmt=png", "/a/640?wx_fmt=webp&from=appmsg")},
        {"content": BASE["content"].replace("http://", "https://")},
        {"content": BASE["content"].replace("src=", "data-src=")},
        {"content": BASE["content"].replace("?chksm=1#rd", "?scene=21#wechat_redirect")},
        {"content": BASE["content"].replace("<p>", "<section> \u200b").replace("</p>", "</section>\n")},
        {"digest": "微信自己填的摘要"},
        {"thumb_media_id": "U"},
    ],
)
def test_what_wechat_rewrites_is_no_difference(change):
    assert comparison.compare(BASE, BASE | change, published=True) == []


def test_broken_markup_is_compared_and_never_breaks():
    for hostile in ("<![x[", "<img src='http://[::1'>", "<a href='//['>x</a>", "&#x110000;", "<" * 5000):
        assert comparison.compare(BASE, BASE | {"content": hostile})


def test_articles_put_in_another_order_are_found_by_their_address(channel, at_draft, librarian):
    push = at_draft(items=2)
    first, second = push.items.all()
    sent = hand_over.sent(push)
    held = [sent[second], sent[first]]
    assert comparison.record(sent, held, Drift.Place.DRAFT, channel.now()) == []
    assert comparison.record(sent, held[:1], Drift.Place.DRAFT, channel.now()) == ["article"]


# --- pages, rights, refusals --------------------------------------------------------------------


def test_the_sheet_lists_what_to_do(channel, at_draft, desk):
    plain = sheet(desk, at_draft())
    assert len(plain.context["hand_steps"]) >= 7
    assert plain.context["items"][0][1]["title"] in plain.content.decode()
    push = services.create_push(
        [published.publish("ai", ai={"use": "draft", "note": "初稿"})], mode="publish"
    )
    channel.work()
    assert len(sheet(desk, push).context["hand_steps"]) == len(plain.context["hand_steps"]) + 1


def test_the_final_address_is_taken_on_the_sheet(channel, at_draft, desk):
    push = at_draft()
    assert levels(act(desk, push, "done_by_hand", address="https://example.com/s/x")) == ["error"]
    assert levels(act(desk, push, "done_by_hand", address=ADDRESS)) == ["success"]
    push.refresh_from_db()
    assert push.state == State.DONE and push.items.get().address == ADDRESS
    assert levels(act(desk, push, "done_by_hand", address=ADDRESS)) == ["error"]
    assert levels(act(desk, push, "compare")) == ["error"]


@pytest.mark.parametrize("action", ["", "nonsense", "by_eye", "final"])
def test_what_makes_no_sense_is_refused_with_a_sentence(channel, at_draft, desk, action):
    push = at_draft()
    assert levels(act(desk, push, action)) == ["error"]
    assert push == Push.objects.get(state=State.NEEDS_PERSON)


@pytest.mark.parametrize("rights", [(), ("publish.view_push",)], ids=["none", "view"])
def test_nothing_changes_without_the_right(channel, at_draft, client, django_user_model, librarian, rights):
    push = at_draft()
    edit(channel, push, title="别的标题")
    compared(channel, push, librarian)
    drift = Drift.objects.get()
    client.force_login(person(django_user_model, "somebody", *rights))
    for address, data in (
        (reverse("publish_hand_over:act", args=[push.pk]), {"action": "compare"}),
        (reverse("publish_hand_over:act", args=[push.pk]), {"action": "done_by_hand", "address": ADDRESS}),
        (reverse("publish_hand_over:settle", args=[drift.pk]), {"settlement": "mended"}),
        (reverse("publish_connection:check"), {}),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 302 and answer.url == reverse("wagtailadmin_home")
    drift.refresh_from_db()
    push.refresh_from_db()
    assert drift.settled_at is None and push.state == State.NEEDS_PERSON
    may = bool(rights)
    for name, pk in (
        ("index", []),
        ("sheet", [push.pk]),
        ("progress", [push.pk]),
        ("copy", [push.items.get().publication_id]),
        ("copy_preview", [push.items.get().publication_id]),
    ):
        answer = client.get(reverse(f"publish_hand_over:{name}", args=pk))
        assert answer.status_code == (200 if may else 302), name
        assert b'name="action"' not in answer.content
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (f"#drift-{drift.pk}" in home) == may


@pytest.mark.parametrize("name", ["act", "settle"])
def test_actions_are_post_only(channel, at_draft, desk, name):
    assert desk.get(reverse(f"publish_hand_over:{name}", args=[at_draft().pk])).status_code == 405


@pytest.mark.parametrize("name", ["sheet", "act", "settle", "copy", "copy_preview", "progress"])
def test_made_up_numbers_are_not_found(channel, desk, name):
    ask = desk.post if name in ("act", "settle") else desk.get
    assert ask(reverse(f"publish_hand_over:{name}", args=[999_999])).status_code == 404


def test_hostile_text_in_wechat_stays_text(channel, at_draft, librarian, desk):
    push = at_draft()
    edit(channel, push, title="<script>alert(1)</script>", author='"><img src=x onerror=alert(1)>')
    compared(channel, push, librarian)
    page = sheet(desk, push).content.decode()
    assert "<script>alert(1)" not in page and "<img src=x" not in page and "&lt;script&gt;" in page


def test_the_list_is_searched(channel, at_draft, desk):
    found, other = at_draft(title="给孩子刷牙"), at_draft(title="在家量血压")
    page = desk.get(reverse("publish_hand_over:index"), {"q": "刷牙"})
    assert [push.pk for push, _why in page.context["to_finish"]] == [found.pk]
    page = desk.get(reverse("publish_hand_over:index"))
    assert [push.pk for push, _why in page.context["to_finish"]] == [found.pk, other.pk]


def test_queries_do_not_grow_with_rows(channel, at_draft, librarian, desk, django_assert_max_num_queries):
    addresses = [reverse("publish_hand_over:index"), reverse("wagtailadmin_home")]

    def drifting():
        push = at_draft()
        edit(channel, push, title="别的标题")
        compared(channel, push, librarian)

    def published_by_hand():
        services.mark_done_by_hand(at_draft(), ADDRESS, librarian)

    def count(address):
        with django_assert_max_num_queries(100) as queries:
            desk.get(address)
        return len(queries)

    drifting()
    published_by_hand()
    before = [count(address) for address in addresses for _again in range(2)][1::2]
    for _n in range(3):
        drifting()
        published_by_hand()
    assert [count(address) for address in addresses] == before


# --- the copy page ------------------------------------------------------------------------------


def copy_of(publication):
    return copying.copy_of(publication, copying.item_of(publication))


def test_the_copy_is_what_the_api_gets_byte_for_byte(channel, at_draft, desk):
    push = at_draft()
    item = push.items.get()
    copy = copy_of(item.publication)
    assert copy.sent and copy.content == item.content
    assert channel.drafts and copy.source_address == item.content_source_url
    page = desk.get(reverse("publish_hand_over:copy", args=[item.publication_id])).content.decode()
    body = re.search(r'<textarea id="copy-html"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]
    assert unescape(body) == item.content


def test_before_a_push_the_copy_has_the_same_words_and_our_pictures(channel, settings):
    publication = sign()
    copy = copy_of(publication)
    assert not copy.sent and not copy.complete and "local:" not in copy.content
    assert settings.SITE_URL in copy.content and copy.source_address == publication.permanent_url
    push = services.create_push([publication], mode="draft")
    channel.work()
    sent = push.items.get().content
    assert comparison.Contents(copy.content).words == comparison.Contents(sent).words
    # Only the addresses of the pictures part them.
    blank = re.compile(r'src="[^"]*"')
    assert blank.sub("", copy.content) == blank.sub("", sent)


def test_pictures_that_wechat_has_show_its_address(channel):
    first = sign("one")
    services.create_push([first], mode="draft")
    channel.work()
    second = sign("two")
    copy = copy_of(second)
    assert copy.complete and "mmbiz.qpic.cn" in copy.content and not copy.sent


def test_without_the_right_to_drafts_the_copy_page_is_the_way(channel, desk, librarian):
    channel.sandbox.set(revoked=["/cgi-bin/draft/add"])
    push = services.create_push([sign()], mode="publish")
    channel.work()
    push.refresh_from_db()
    assert push.reason == "copy" and Account.objects.get().may == "draft"
    page = sheet(desk, push)
    copy_page = reverse("publish_hand_over:copy", args=[push.items.get().publication_id])
    assert page.context["can_finish"] and copy_page in page.content.decode()
    assert (
        reverse("publish_hand_over:sheet", args=[push.pk])
        in desk.get(push.get_absolute_url()).content.decode()
    )
    assert push in handover.to_finish()
    assert levels(act(desk, push, "done_by_hand", address=ADDRESS)) == ["success"]
    push.refresh_from_db()
    assert push.state == State.DONE
    channel.work()
    assert HandOver.objects.get().final_at is None


def test_only_what_readers_see_can_be_copied(channel, desk):
    publication = sign("piece")
    published.publish("piece", ai=NO_AI, title="新的标题")
    assert desk.get(reverse("publish_hand_over:copy", args=[publication.pk])).status_code == 404


def test_the_preview_shows_this_sites_pictures_only(channel, at_draft, desk):
    push = at_draft()
    answer = desk.get(reverse("publish_hand_over:copy_preview", args=[push.items.get().publication_id]))
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"] and b"mmbiz.qpic.cn" not in answer.content
