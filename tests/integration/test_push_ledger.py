"""The ledger and the board: who may do what, what each state offers, and refusals as sentences."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest

from publish import services
from publish.models import Attempt, CallbackEvent, Deletion, Leftover, Outgoing, Push, PushItem, Rung, Stray
from publish.states import HOLDING, State
from publish.wechat import reasons
from tests.tools import recorded
from tests.tools.channel import NO_AI
from tests.tools.planning import person
from tests.tools.published import publish
from tests.tools.roots import plant_roots


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roots():
    recorded.once(plant_roots)


@pytest.fixture
def signed():
    count = iter(range(1, 100))

    def sign(**changes):
        return publish(f"article-{next(count)}", ai=NO_AI, **changes)

    return sign


@pytest.fixture
def librarian(roots, django_user_model):
    return person(django_user_model, "librarian", "publish.view_push", "publish.change_push")


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def put(push, state, **changes):
    """Set a push into a state as the worker would have left it (constraints of the database hold)."""
    if state == State.SENDING:
        changes = {"lease_worker": "w/1/x", "lease_until": timezone.now() + timedelta(minutes=2)} | changes
    if state == State.WAITING:
        changes = {"publish_id": "100"} | changes
    if state == State.UNKNOWN:
        changes = {"intent": "draft", "intent_at": timezone.now()} | changes
    Push.objects.filter(pk=push.pk).update(state=state, **changes)
    PushItem.objects.filter(push=push).update(holds=state in HOLDING)
    push.refresh_from_db()
    return push


def act(client, push, action, **data):
    return client.post(reverse("publish_ledger:act", args=[push.pk]), {"action": action} | data, follow=True)


BUTTONS = [
    (State.READY, {}, {"cancel"}),
    (State.SENDING, {}, {"cancel"}),
    (State.SENDING, {"intent": "submit"}, set()),
    (State.WAITING, {}, {"reconcile"}),
    (State.RETRY_AT, {}, {"retry", "cancel"}),
    (State.NEEDS_PERSON, {}, {"retry", "cancel"}),
    (State.NEEDS_PERSON, {"draft_media_id": "D"}, {"retry", "anew", "done_by_hand", "cancel"}),
    (
        State.NEEDS_PERSON,
        {"draft_media_id": "D", "reason": "slot_used", "asked": "mass"},
        {"retry", "anew", "publish_instead", "plan_again", "done_by_hand", "cancel"},
    ),
    (
        State.NEEDS_PERSON,
        {"draft_media_id": "D", "reason": "ai_declaration"},
        {"anew", "done_by_hand", "cancel"},
    ),
    (State.UNKNOWN, {}, {"reconcile", "done_by_hand", "cancel"}),
    (State.UNKNOWN, {"intent": "send", "reason": "cannot_say"}, {"reconcile", "done_by_hand", "not_there"}),
    (State.FAILED, {}, {"retry", "cancel"}),
    (State.DONE, {}, set()),
    (State.CANCELLED, {}, set()),
    (State.WITHDRAWN, {}, set()),
]


@pytest.mark.parametrize(("state", "changes", "expected"), BUTTONS)
def test_each_state_offers_what_makes_sense(desk, signed, state, changes, expected):
    """The page shows exactly these buttons, and pressing any other is refused with a sentence."""
    push = put(services.create_push([signed()], mode="publish"), state, **changes)
    assert set(services.actions(push)) == expected
    page = desk.get(push.get_absolute_url()).content.decode()
    every = {"retry", "anew", "publish_instead", "reconcile", "not_there", "cancel", "done_by_hand"}
    for action in every:
        assert (f'value="{action}"' in page) == (action in expected), action
    for action in every - expected:
        before = Push.objects.values().get(pk=push.pk)
        answer = act(desk, push, action, address="https://mp.weixin.qq.com/s/x")
        assert answer.status_code == 200 and [m.level_tag for m in answer.context["messages"]] == ["error"]
        assert Push.objects.values().get(pk=push.pk) == before, action


@pytest.mark.parametrize(
    "rights", [(), ("publish.view_push",), ("articles.add_articlepage",)], ids=["none", "view", "other"]
)
@pytest.mark.parametrize("where", ["act", "push", "switch", "stray"])
def test_nothing_changes_without_the_right(client, django_user_model, signed, rights, where):
    publication, other = signed(), signed()
    push = services.create_push([publication], mode="publish")
    stray = Stray.objects.create(account=push.account, kind="draft", remote_id="D", key="k", article_pk=1)
    client.force_login(person(django_user_model, "somebody", *rights))
    address = {
        "act": reverse("publish_ledger:act", args=[push.pk]),
        "push": reverse("publish_board:push", args=[other.pk]),
        "switch": reverse("publish_board:switch"),
        "stray": reverse("publish_board:stray", args=[stray.pk]),
    }[where]
    answer = client.post(address, {"action": "cancel" if where == "act" else "ignore", "mode": "publish"})
    assert answer.status_code == 302 and answer.url == reverse("wagtailadmin_home")
    push.refresh_from_db()
    stray.refresh_from_db()
    assert push.state == State.READY and not push.cancel_wanted
    assert Push.objects.count() == 1 and not Outgoing.current().paused and stray.settled_at is None


@pytest.mark.parametrize("name", ["publish_ledger:index", "publish_ledger:inspect", "publish_board:index"])
def test_who_may_look(client, django_user_model, signed, name):
    push = services.create_push([signed()], mode="publish")
    address = reverse(name, args=[push.pk] if name.endswith("inspect") else [])
    assert client.get(address).status_code == 302  # to the login
    client.force_login(person(django_user_model, "nobody"))
    assert client.get(address).status_code == 302
    client.force_login(person(django_user_model, "viewer", "publish.view_push"))
    answer = client.get(address)
    assert answer.status_code == 200
    assert b'name="action"' not in answer.content


@pytest.mark.parametrize("name", ["act", "push", "switch", "stray"])
def test_actions_are_post_only(desk, signed, name):
    push = services.create_push([signed()], mode="publish")
    stray = Stray.objects.create(account=push.account, kind="draft", remote_id="D", key="k", article_pk=1)
    pk = {"act": [push.pk], "push": [push.items.get().publication_id], "switch": [], "stray": [stray.pk]}[
        name
    ]
    room = "publish_ledger" if name == "act" else "publish_board"
    assert desk.get(reverse(f"{room}:{name}", args=pk)).status_code == 405


def test_nobody_adds_edits_or_deletes_through_a_form(admin_client, signed):
    services.create_push([signed()], mode="publish")
    page = admin_client.get(reverse("publish_ledger:index")).content.decode()
    for word in ("/new/", "/edit/", "/delete/"):
        assert f"push-ledger{word}" not in page
    assert admin_client.get("/admin/push-ledger/new/").status_code == 404


def test_board_shows_what_no_push_carries(desk, signed):
    waiting, pushed, gone = signed(title="在板上"), signed(title="推过了"), signed(title="失败过")
    services.create_push([pushed], mode="publish")
    put(services.create_push([gone], mode="publish"), State.FAILED)
    page = desk.get(reverse("publish_board:index"))
    assert [p.pk for p in page.context["page"].object_list] == [waiting.pk, gone.pk]


def test_push_from_the_board(desk, librarian, signed):
    publication = signed()
    answer = desk.post(reverse("publish_board:push", args=[publication.pk]), {"mode": "draft"})
    push = Push.objects.get()
    assert answer.url == push.get_absolute_url()
    assert (push.asked, push.created_by, push.state) == (Rung.DRAFT, librarian, State.READY)
    again = desk.post(reverse("publish_board:push", args=[publication.pk]), {"mode": "draft"}, follow=True)
    assert [m.level_tag for m in again.context["messages"]][-1] == "error"
    assert Push.objects.count() == 1


@pytest.mark.parametrize("mode", ["", "everything"])
def test_an_unknown_mode_is_refused(desk, signed, mode):
    answer = desk.post(reverse("publish_board:push", args=[signed().pk]), {"mode": mode}, follow=True)
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    assert not Push.objects.exists()


def test_finish_by_hand(desk, signed):
    """The sheet, the final address, and the draft that is not left behind."""
    push = put(
        services.create_push([signed()], mode="draft"),
        State.NEEDS_PERSON,
        draft_media_id="D1",
        reason="by_hand",
    )
    page = desk.get(push.get_absolute_url())
    assert len(page.context["hand_steps"]) >= 5
    answer = act(desk, push, "done_by_hand", address=" https://mp.weixin.qq.com/s/AbC ")
    assert [m.level_tag for m in answer.context["messages"]] == ["success"]
    push.refresh_from_db()
    assert push.state == State.DONE
    assert push.items.get().address == push.deliveries.get().address == "https://mp.weixin.qq.com/s/AbC"
    assert push.deliveries.get().state == State.DONE
    assert Leftover.objects.get().media_id == "D1"
    assert push.moves.last().by == "librarian"


@pytest.mark.parametrize(
    "address",
    ["", "AbC", "https://example.com/s/AbC", "javascript:alert(1)", "https://mp.weixin.qq.com/s/x?tempkey=1",
     "https://mp.weixin.qq.com.evil.example/s/x"],
)  # fmt: skip
def test_a_wrong_address_is_refused(desk, signed, address):
    push = put(
        services.create_push([signed()], mode="draft"),
        State.NEEDS_PERSON,
        draft_media_id="D1",
        reason="by_hand",
    )
    answer = act(desk, push, "done_by_hand", address=address)
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    push.refresh_from_db()
    assert push.state == State.NEEDS_PERSON and push.items.get().address == ""


def test_ai_use_adds_the_declaration_to_the_sheet(desk, signed):
    plain = put(services.create_push([signed()], mode="draft"), State.NEEDS_PERSON, draft_media_id="D1")
    drafted = publish("with-ai", ai={"use": "draft", "note": "初稿"})
    helped = put(services.create_push([drafted], mode="draft"), State.NEEDS_PERSON, draft_media_id="D2")
    count = [len(desk.get(push.get_absolute_url()).context["hand_steps"]) for push in (plain, helped)]
    assert count[1] == count[0] + 1


def test_retry_after_failure_makes_everything_anew(desk, signed):
    push = services.create_push([signed()], mode="publish")
    push.items.update(content="old", thumb_media_id="T")
    put(push, State.FAILED, draft_media_id="D1", publish_id="7", failures=4, step="draft")
    act(desk, push, "retry")
    push.refresh_from_db()
    assert (push.state, push.draft_media_id, push.publish_id, push.failures) == (State.READY, "", "", 0)
    assert push.items.get().content == "" and push.items.get().holds


def test_retry_is_refused_when_a_newer_version_was_signed(desk):
    publication = publish("piece", ai=NO_AI)
    push = put(services.create_push([publication], mode="publish"), State.FAILED)
    publish("piece", ai=NO_AI, title="新的标题")
    push.refresh_from_db()
    assert push.state == State.CANCELLED
    assert [p.title for p in services.board()] == ["新的标题"]


def test_pause_and_resume(desk, librarian):
    desk.post(reverse("publish_board:switch"), {"action": "pause"})
    assert Outgoing.current().paused and Outgoing.current().changed_by == librarian
    page = desk.get(reverse("publish_board:index"))
    assert b'value="resume"' in page.content
    desk.post(reverse("publish_board:switch"), {"action": "resume"})
    assert not Outgoing.current().paused


def test_every_record_is_shown(desk, signed):
    push = services.create_push([signed()], mode="publish")
    Attempt.objects.create(
        account=push.account, push=push, call="draft/add", worker="w", started_at=timezone.now(),
        outcome="refused", errcode=40164, errmsg="invalid ip 203.0.113.7", rid="6123-abc",
    )  # fmt: skip
    page = desk.get(push.get_absolute_url()).content.decode()
    assert "6123-abc" in page and "203.0.113.7" in page


def test_every_reason_can_be_shown(desk, signed):
    """One push walks through all of them: what differs is the sentence alone."""
    push = services.create_push([signed()], mode="publish")
    wrong = {}
    for name in sorted(reasons.SENTENCES):
        put(push, State.NEEDS_PERSON, reason=name, detail="title")
        page = desk.get(push.get_absolute_url())
        explanation = page.context["explanation"] if page.status_code == 200 else ""
        if not explanation or "%(" in explanation:
            wrong[name] = (page.status_code, explanation)
    assert not wrong


def test_queries_do_not_grow_with_rows(desk, signed, django_assert_max_num_queries):
    services.create_push([signed()], mode="publish")
    addresses = [reverse("publish_ledger:index"), reverse("publish_board:index")]
    signed()

    def count(address):
        with django_assert_max_num_queries(100) as queries:
            desk.get(address)
        return len(queries)

    before = [count(address) for address in addresses for _again in range(2)][1::2]
    for _n in range(8):
        services.create_push([signed()], mode="publish")
        signed()
    assert [count(address) for address in addresses] == before


def test_search_and_filter(desk, signed):
    found = services.create_push([signed(title="给孩子刷牙")], mode="publish")
    put(services.create_push([signed(title="在家量血压")], mode="publish"), State.DONE)
    page = desk.get(reverse("publish_ledger:index"), {"q": "刷牙"})
    assert [push.pk for push in page.context["object_list"]] == [found.pk]
    page = desk.get(reverse("publish_ledger:index"), {"state": "READY"})
    assert [push.pk for push in page.context["object_list"]] == [found.pk]


# --- what WeChat kept, told and answered ----------------------------------------------------------


def asked(push, call, answer, **changes):
    return Attempt.objects.create(
        account=push.account, push=push, call=call, started_at=timezone.now(), ended_at=timezone.now(),
        **({"outcome": "ok", "answer": answer} | changes),
    )  # fmt: skip


@pytest.fixture
def sent(signed):
    """A push whose one item was sent with a picture, a link and a style."""
    push = put(services.create_push([signed()], mode="publish"), State.WAITING)
    push.items.update(
        title="标题",
        content='<p style="color:#123">甲乙丙</p><img src="http://mmbiz.qpic.cn/a/0"><a href="https://x.cn/">去</a>',
    )
    return push


def test_what_wechat_dropped_is_shown(desk, sent):
    item = sent.items.get()
    held = {"title": item.title, "content": "<p>甲丙</p>", "content_source_url": item.content_source_url}
    asked(sent, "draft/get", {"news_item": [held | {"content": item.content}]})
    kept = desk.get(sent.get_absolute_url()).context["items"][0].kept
    assert kept.as_sent
    asked(sent, "draft/get", {"news_item": [held]})
    answer = desk.get(sent.get_absolute_url())
    kept = answer.context["items"][0].kept
    lost = " ".join(what for _kind, what in kept.lost)
    assert "mmbiz.qpic.cn/a" in lost and "x.cn/" in lost and "color" in lost and "<img>" in lost
    assert {one["field"] for one in kept.differences} == {"words", "pictures", "links"}
    assert "mmbiz.qpic.cn/a" in answer.content.decode()


@pytest.mark.parametrize(
    "answer", [{}, {"news_item": None}, {"news_item": ["x"]}, {"news_item": [{"content": 5}]}]
)
def test_answers_that_say_nothing(desk, sent, answer):
    asked(sent, "draft/get", answer)
    page = desk.get(sent.get_absolute_url())
    assert page.status_code == 200 and page.context["items"][0].kept is None


def test_unknown_shows_what_wechat_reports(desk, sent, settings):
    push = put(sent, State.UNKNOWN)
    ours = f"{settings.SITE_URL}/a/{push.items.get().publication.article_id}/?p={push.key}"
    entries = [
        {"media_id": "D8", "update_time": "nonsense", "content": {"news_item": [{"title": "<b>别人的", "content_source_url": ""}]}},
        {"media_id": "D9", "update_time": 1790000000, "content": {"news_item": [{"title": "我们的", "content_source_url": ours}]}},
    ]  # fmt: skip
    asked(push, "draft/batchget", {"item": entries, "total_count": 2})
    answer = desk.get(push.get_absolute_url())
    (report,) = answer.context["reports"]
    assert [(entry["remote_id"], entry["ours"]) for entry in report.entries] == [("D9", True), ("D8", False)]
    assert "&lt;b&gt;别人的" in answer.content.decode()


def test_counts_of_a_mass_send_are_shown(desk, sent):
    CallbackEvent.objects.create(
        account=sent.account, key="k", signature="s", kind="MASSSENDJOBFINISH", push=sent,
        payload={"status": "send success", "counts": {"SentCount": 4711, "TotalCount": 5000}, "addresses": {}},
    )  # fmt: skip
    assert "4711" in desk.get(sent.get_absolute_url()).content.decode()


def test_the_body_as_sent_comes_from_here(desk, client, sent, django_user_model):
    """P8: nothing is fetched from WeChat, nothing runs."""
    address = reverse("publish_ledger:body", args=[sent.items.get().pk])
    answer = desk.get(address)
    assert "甲乙丙" in answer.content.decode() and "mmbiz.qpic.cn" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    client.force_login(person(django_user_model, "nobody"))
    assert (
        client.get(address).status_code
        == client.get(reverse("publish_ledger:mark", args=[sent.pk])).status_code
        == 302
    )


def test_the_mark_follows_the_push(desk, sent):
    address = reverse("publish_ledger:mark", args=[sent.pk])
    before = desk.get(address).json()
    assert before["under_way"] and desk.get(address).json() == before
    asked(sent, "freepublish/get", {"publish_status": 1})
    assert desk.get(address).json()["mark"] != before["mark"]


def test_an_unplanned_end_by_hand_wants_a_note(desk, librarian, signed):
    push = put(services.create_push([signed()], mode="publish"), State.UNKNOWN)
    given = {"address": "https://mp.weixin.qq.com/s/AbC"}
    answer = act(desk, push, "done_by_hand", **given, note="  ")
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    answer = act(desk, push, "done_by_hand", **given, note="在手机上看到了<b>")
    push.refresh_from_db()
    assert (push.state, push.detail, push.moves.last().by) == (
        State.DONE,
        "在手机上看到了<b>",
        librarian.username,
    )
    assert "在手机上看到了&lt;b&gt;" in answer.content.decode()


# --- lists ------------------------------------------------------------------------------------------


def test_what_needs_me(desk, librarian, signed):
    mine = put(services.create_push([signed()], mode="publish"), State.NEEDS_PERSON)
    put(services.create_push([signed()], mode="publish"), State.DONE)
    page = desk.get(reverse("publish_ledger:index"), {"needs": "me"})
    assert [push.pk for push in page.context["object_list"]] == [mine.pk]
    assert page.context["needing"] == 1
    assert {state["value"]: state["number"] for state in page.context["states"]} == {
        "NEEDS_PERSON": 1,
        "DONE": 1,
    }


@pytest.mark.parametrize("name", ["publish_ledger:index", "deliveries:index"])
def test_exports_hold_no_formulas(desk, signed, name):
    services.create_push([signed(title="=HYPERLINK(1)")], mode="publish")
    answer = desk.get(reverse(name), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text


@pytest.mark.parametrize(
    "query", [{"created_at_from": "x"}, {"state": "?"}, {"account": "x"}, {"needs": "all"}, {"q": "%"}]
)
@pytest.mark.parametrize(
    "name", ["publish_ledger:index", "deliveries:index", "wechat_deletions:index", "corrections:index"]
)
def test_nonsense_in_filters(desk, signed, name, query):
    services.create_push([signed()], mode="publish")
    assert desk.get(reverse(name), query).status_code == 200


def test_every_delivery_is_listed(desk, signed):
    publication = signed(title="在板上")
    page = desk.get(reverse("deliveries:index"), {"q": "在板上"})
    assert {row.channel for row in page.context["object_list"]} == {"website", "wechat"}
    for row in publication.deliveries.all():
        assert desk.get(reverse("deliveries:inspect", args=[row.pk])).status_code == 200


def test_queries_of_the_other_lists_do_not_grow(desk, librarian, signed, django_assert_max_num_queries):
    def add():
        push = put(services.create_push([signed(body=[], correction="")], mode="publish"), State.DONE)
        Deletion.objects.create(item=push.items.get(), account=push.account, reason="x", asked_by=librarian)
        page = push.items.get().publication.article
        publish(page.slug, ai=NO_AI, body=[], correction="更正了一处")

    def count(name):
        with django_assert_max_num_queries(100) as queries:
            assert desk.get(reverse(name)).status_code == 200
        return len(queries)

    names = ["deliveries:index", "wechat_deletions:index", "corrections:index", "publish_ledger:index"]
    add()
    add()
    before = [count(name) for name in names for _again in range(2)][1::2]
    for _n in range(6):
        add()
    assert [count(name) for name in names] == before


@pytest.mark.parametrize("name", ["wechat_deletions", "corrections", "deliveries"])
def test_lists_are_for_lookers(client, django_user_model, name):
    client.force_login(person(django_user_model, "nobody"))
    assert client.get(reverse(f"{name}:index")).status_code == 302
    client.force_login(person(django_user_model, "viewer", "publish.view_push"))
    assert client.get(reverse(f"{name}:index")).status_code == 200


def test_viewers_press_nothing(client, django_user_model, librarian, signed):
    """Forged posts of somebody who may only look change nothing."""
    push = put(services.create_push([signed()], mode="publish"), State.DONE)
    item = push.items.get()
    deletion = Deletion.objects.create(item=item, account=push.account, reason="x", asked_by=librarian)
    client.force_login(person(django_user_model, "viewer", "publish.view_push"))
    for action in ("confirm", "tick", "call_off", "try_again", "", "x" * 999):
        client.post(reverse("wechat_deletions:act", args=[deletion.pk]), {"action": action})
    assert client.get(reverse("wechat_deletions:ask", args=[item.pk])).status_code == 302
    deletion.refresh_from_db()
    assert deletion.state == "wanted"
