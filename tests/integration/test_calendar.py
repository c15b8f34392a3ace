"""The push calendar: slots, gaps, days that are taken or quiet, the board beside it, and who may move what."""

from datetime import UTC, date, datetime, time, timedelta

from django.urls import reverse

import pytest

from articles.models import ArticlePage, Department
from publish import composing, planning, services
from publish.errors import PushRefusedError
from publish.models import ExternalPush, Outgoing, Publication, Push, PushItem, QuietDate, Rung
from publish.models.planning import ChannelSettings, PushSlot
from publish.states import State
from tests.tools import published
from tests.tools.planning import EVENING, TODAY, person, said


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planned_site")]
ACCOUNT = "wx0123456789abcdef"


@pytest.fixture(autouse=True)
def account(settings):
    settings.WECHAT_APPID = ACCOUNT


def tomorrow(days=1, clock=time(20, 30)):
    return planning.at(TODAY + timedelta(days=days), clock)


def planned(publication, when, user, **changes):
    push = composing.start(user, [publication], when)
    if changes:
        Push.objects.filter(pk=push.pk).update(**changes)
        push.refresh_from_db()
    composing.release(push, user, push.version)
    return push


def calendar(client, **query):
    return client.get(reverse("publish_calendar:index"), query)


def day_of(page, day):
    return next(one for one in page.context["days"] if one.date == day)


def post(client, name, *args, **data):
    return client.post(reverse(f"publish_calendar:{name}", args=args), data, follow=True)


# --- what is shown --------------------------------------------------------------------------------


def test_half_past_eight_every_day_unless_set_otherwise(desk):
    page = calendar(desk, view="week")
    assert [slot.moment for slot in day_of(page, TODAY).slots] == [EVENING]
    channel = ChannelSettings.load()
    channel.slots = [PushSlot(time=time(7, 30)), PushSlot(weekday=2, time=time(12))]
    channel.save()
    page = calendar(desk, view="week")
    assert [[f"{slot.moment:%H:%M}" for slot in one.slots] for one in page.context["days"][:3]] == [
        ["07:30"],
        ["07:30"],
        ["07:30", "12:00"],
    ]


def test_a_month_and_a_week(desk):
    month = calendar(desk).context["days"]
    assert (month[0].date, month[-1].date) == (date(2026, 10, 26), date(2026, 12, 6))
    week = calendar(desk, view="week", day="2026-12-31").context["days"]
    assert (week[0].date, week[-1].date) == (date(2026, 12, 28), date(2027, 1, 3))
    assert [one.date for one in month if one.today] == [TODAY]


@pytest.mark.parametrize("query", [{"day": "x"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"view": "year"}, {"topic": "x", "p": "-3", "department": "²"}])  # fmt: skip
def test_nonsense_in_the_address_shows_today(desk, query):
    page = calendar(desk, **query)
    assert page.status_code == 200
    assert any(one.today for one in page.context["days"])


def test_a_gap_is_a_slot_that_nobody_has_planned(desk, librarian, signed):
    planned(signed(), tomorrow(1), librarian)
    ExternalPush.objects.create(account=ACCOUNT, day=TODAY + timedelta(days=2), note="院庆")
    QuietDate.objects.create(
        name="国家公祭日", first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=3)
    )
    planned(signed(), tomorrow(4, time(9)), librarian)
    page = calendar(desk, view="week")
    gaps = {one.date.day - TODAY.day: [slot.gap for slot in one.slots] for one in page.context["days"]}
    assert gaps == {0: [True], 1: [False], 2: [False], 3: [False], 4: [False], 5: [True], 6: [True]}
    html = page.content.decode()
    assert "院庆" in html and "国家公祭日" in html


def test_states_stand_on_their_days(desk, librarian, signed):
    sent = services.create_push([signed(title="昨天发出")], mode="publish")
    Push.objects.filter(pk=sent.pk).update(
        state=State.DONE, finished_at=datetime(2026, 11, 15, 16, 30, tzinfo=UTC)
    )
    failed = services.create_push([signed(title="没有发出")], mode="publish")
    Push.objects.filter(pk=failed.pk).update(state=State.FAILED)
    gone = services.create_push([signed(title="已取消的")], mode="publish")
    services.cancel(gone, librarian)
    page = calendar(desk)
    # 16:30 UTC is past midnight in Shanghai.
    assert [push.pk for push in day_of(page, TODAY).others] == [sent.pk, failed.pk]
    assert "已取消的" not in "".join(str(push.title) for one in page.context["days"] for push in one.others)


def test_the_topics_calendar_shows_them_to_those_who_may_look(
    client, django_user_model, librarian, signed, django_assert_max_num_queries
):
    def planned_on(name, *rights):
        client.force_login(person(django_user_model, name, "articles.view_idea", *rights))
        page = client.get(reverse("topics_calendar:index"), {"day": f"{tomorrow():%Y-%m-%d}"})
        return page.text, next(one for one in page.context["days"] if one["date"] == tomorrow().date())[
            "planned"
        ]

    push = planned(signed(title="晚上<b>要发的</b>"), tomorrow(), librarian)
    composed = composing.start(librarian, [signed(title="还在编的")], tomorrow(1, time(7, 30)))
    _text, shown = planned_on("writer")
    assert shown == []
    text, shown = planned_on("planner", "publish.view_push")
    assert [one.address for one in shown] == [
        reverse("publish_calendar:compose", args=[composed.pk]),
        push.get_absolute_url(),
    ]
    assert [one.state[:5] for one in shown] == ["07:30", "20:30"]
    assert "晚上&lt;b&gt;要发的" in text and f'href="{push.get_absolute_url()}"' in text
    for days in range(2, 7):
        planned(signed(), tomorrow(days), librarian)
    with django_assert_max_num_queries(35):
        client.get(reverse("topics_calendar:index"))


def test_queries_do_not_grow_with_pushes(desk, librarian, signed, django_assert_max_num_queries):
    def count():
        found = []
        for address in (
            reverse("publish_calendar:index"),
            reverse("publish_calendar:index") + "?view=week",
            reverse("publish_board:index"),
        ):
            desk.get(address)
            with django_assert_max_num_queries(80) as queries:
                desk.get(address)
            found.append(len(queries))
        return found

    def fill(days):
        for number in days:
            planned(signed(), tomorrow(number), librarian)
            composing.start(librarian, [signed(), signed()])
            services.create_push([signed()], mode="publish")
            ExternalPush.objects.create(account=ACCOUNT, day=TODAY - timedelta(days=number))
            QuietDate.objects.create(name=f"静默{number}", first=TODAY - timedelta(days=1), last=TODAY)
            signed()

    QuietDate.objects.all().delete()
    planned(signed(), tomorrow(1), librarian)
    composing.start(librarian, [signed(), signed()])
    services.create_push([signed()], mode="publish")
    ExternalPush.objects.create(account=ACCOUNT, day=TODAY - timedelta(days=1))
    signed()
    before = count()
    for number in range(2, 7):
        planned(signed(), tomorrow(number), librarian)
        composing.start(librarian, [signed(), signed()])
        services.create_push([signed()], mode="publish")
        ExternalPush.objects.create(account=ACCOUNT, day=TODAY - timedelta(days=number))
        signed()
    assert count() == before


def test_the_board_beside_it_is_searched_and_filtered(desk, signed):
    other = Department.objects.create(name="口腔科")
    tooth = signed(title="给孩子刷牙")
    ArticlePage.objects.filter(pk=tooth.article_id).update(department=other)
    heart = signed(title="在家量血压")
    for address in (reverse("publish_calendar:index"), reverse("publish_board:index")):
        shown = [
            [row.pk for row in desk.get(address, query).context["pieces"].page.object_list]
            for query in (
                {},
                {"q": "刷牙"},
                {"department": other.pk},
                {"topic": heart.topic_id},
                {"q": "没有"},
            )
        ]
        assert shown == [[tooth.pk, heart.pk], [tooth.pk], [tooth.pk], [tooth.pk, heart.pk], []]
    assert "没有" in desk.get(reverse("publish_calendar:index"), {"q": "没有"}).content.decode()


def test_hostile_titles_and_notes_are_text(desk, librarian, signed):
    planned(signed(title="<script>alert(1)</script>"), tomorrow(1), librarian)
    post(desk, "external", external="2026-11-20", note='"><img src=x onerror=alert(1)>')
    html = calendar(desk).content.decode()
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "&lt;script&gt;alert" in html and "&lt;img src=x" in html


# --- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rights", [(), ("publish.view_push",)], ids=["none", "view"])
def test_nothing_changes_without_the_right(client, django_user_model, librarian, signed, rights):
    push = planned(signed(), tomorrow(1), librarian)
    piece = signed()
    mark = ExternalPush.objects.create(account=ACCOUNT, day=TODAY)
    client.force_login(person(django_user_model, "somebody", *rights))
    before = Push.objects.values().get(pk=push.pk)
    for name, args, data in (
        ("place", [], {"piece": piece.pk, "when": "2026-11-18T20:30"}),
        ("move", [], {"push": push.pk, "when": "2026-11-18T20:30"}),
        ("start", [], {"piece": piece.pk}),
        ("external", [], {"external": "2026-11-18"}),
        ("external_undo", [mark.pk], {}),
        ("compose", [push.pk], {"action": "save", "version": push.version}),
        ("confirm", [push.pk], {"version": push.version}),
        ("cancel", [push.pk], {}),
    ):
        answer = client.post(reverse(f"publish_calendar:{name}", args=args), data)
        assert answer.status_code == 302 and answer.url == reverse("wagtailadmin_home"), name
    assert Push.objects.values().get(pk=push.pk) == before
    assert Push.objects.count() == 1 and ExternalPush.objects.count() == 1
    page = client.get(reverse("publish_calendar:index"))
    if rights:
        assert page.status_code == 200 and b'<form method="post"' not in page.content
    else:
        assert page.status_code == 302


@pytest.mark.parametrize("name", ["place", "move", "start", "external"])
def test_changes_are_post_only(desk, name):
    assert desk.get(reverse(f"publish_calendar:{name}")).status_code == 405


# --- planning by hand ------------------------------------------------------------------------------------


def test_a_piece_goes_onto_a_slot_and_nothing_goes_out_yet(desk, signed):
    piece = signed()
    answer = post(desk, "place", piece=piece.pk, when="2026-11-17T20:30")
    push = Push.objects.get()
    assert push.composing and push.scheduled_for == tomorrow(1)
    assert answer.request["PATH_INFO"] == reverse("publish_calendar:compose", args=[push.pk])
    page = calendar(desk)
    assert [one.pk for one in day_of(page, TODAY + timedelta(days=1)).slots[0].pushes] == [push.pk]
    assert piece.pk not in [row.pk for row in services.board()]


def test_a_second_piece_joins_the_push_of_the_slot(desk, signed):
    first, second = signed(), signed()
    post(desk, "place", piece=first.pk, when="2026-11-17T20:30")
    post(desk, "place", piece=second.pk, when="2026-11-17T20:30")
    assert list(Push.objects.get().items.values_list("publication", flat=True)) == [first.pk, second.pk]


def test_a_push_is_moved(desk, librarian, signed):
    push = planned(signed(), tomorrow(1), librarian)
    post(desk, "move", push=push.pk, when="2026-11-19T08:00")
    push.refresh_from_db()
    assert push.scheduled_for == push.due_at == tomorrow(3, time(8)) and not push.composing


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("place", {"piece": "0", "when": "2026-11-17T20:30"}),
        ("place", {"piece": "x' or 1=1", "when": "2026-11-17T20:30"}),
        ("place", {"piece": "{piece}", "when": "soon"}),
        ("place", {"piece": "{piece}", "when": "2026-11-15T20:30"}),
        ("place", {"piece": "{piece}"}),
        ("place", {"piece": "{gone}", "when": "2026-11-17T20:30"}),
        ("place", {"piece": "{held}", "when": "2026-11-19T20:30"}),
        ("move", {"push": "9" * 30, "when": "2026-11-17T20:30"}),
        ("move", {"push": "{push}", "when": "2026-11-15T20:30"}),
        ("move", {"push": "{push}", "when": "2026-11-18T20:30"}),
        ("move", {"push": "{push}", "when": "2026-11-20T20:30"}),
        ("move", {"push": "{push}", "when": "2026-11-21T20:30"}),
        ("move", {"push": "{foreign}", "when": "2026-11-19T20:30"}),
        ("move", {"push": "{sending}", "when": "2026-11-19T20:30"}),
        ("start", {"when": "2026-02-30T20:30"}),
        ("start", {"piece": "{held}"}),
        ("external", {"external": "x"}),
        ("external", {"external": "2026-11-20"}),
    ],
)
def test_refusals_are_sentences_and_nothing_is_lost(desk, librarian, signed, name, data):
    """Not there, gone, held, past, taken by a push, by WeChat's website, by a quiet date, of another account, under way."""
    held, piece, gone, second, others, under_way = [signed() for _piece in range(6)]
    Publication.objects.filter(pk=gone.pk).update(state="withdrawn")
    push = planned(held, tomorrow(1), librarian)
    planned(second, tomorrow(2), librarian)
    ExternalPush.objects.create(account=ACCOUNT, day=TODAY + timedelta(days=4))
    QuietDate.objects.create(name="公祭日", first=TODAY + timedelta(days=5), last=TODAY + timedelta(days=5))
    foreign = planned(others, tomorrow(6), librarian)
    Push.objects.filter(pk=foreign.pk).update(account="wx-other")
    sending = services.create_push([under_way], mode="publish")
    Push.objects.filter(pk=sending.pk).update(state=State.SENDING, lease_worker="w/1/x", lease_until=EVENING)
    names = {"held": held, "piece": piece, "gone": gone, "push": push, "foreign": foreign, "sending": sending}
    data = {key: value.format(**{n: o.pk for n, o in names.items()}) for key, value in data.items()}
    before = list(Push.objects.order_by("pk").values()), list(PushItem.objects.order_by("pk").values())
    answer = post(desk, name, **data)
    assert answer.status_code == 200
    assert [level for level, _sentence in said(answer)] == ["error"]
    assert (
        list(Push.objects.order_by("pk").values()),
        list(PushItem.objects.order_by("pk").values()),
    ) == before
    assert ExternalPush.objects.count() == 1


# --- one mass send a day ---------------------------------------------------------------------------------


def test_one_mass_send_a_shanghai_day(librarian, signed):
    first = planned(signed(), tomorrow(1), librarian)
    second = composing.start(librarian, [signed()], tomorrow(1, time(8)))
    with pytest.raises(PushRefusedError):
        composing.release(second, librarian, second.version)
    assert Push.objects.get(pk=second.pk).composing
    services.cancel(first, librarian)
    composing.release(second, librarian, second.version)


def test_midnight_is_shanghais(librarian, signed):
    """23:59 and 00:00 in Shanghai are two days, though one in UTC."""
    planned(signed(), tomorrow(1, time(23, 59)), librarian)
    planned(signed(), tomorrow(2, time(0, 0)), librarian)
    with pytest.raises(PushRefusedError):
        planned(signed(), tomorrow(2, time(23, 59)), librarian)


@pytest.mark.parametrize("how", ["external", "wechat", "planned", "sent", "on its way"])
def test_sending_now_asks_the_same(librarian, signed, how):
    if how in ("external", "wechat"):
        ExternalPush.objects.create(
            account=ACCOUNT, day=TODAY, source="wechat" if how == "wechat" else "person"
        )
    elif how == "planned":
        planned(signed(), EVENING, librarian)
    else:
        push = services.create_push([signed()], mode=Rung.MASS)
        if how == "sent":
            Push.objects.filter(pk=push.pk).update(state=State.DONE, send_day=TODAY)
    piece = signed()
    with pytest.raises(PushRefusedError):
        services.create_push([piece], mode=Rung.MASS)
    composed = composing.start(librarian, [piece])
    with pytest.raises(PushRefusedError):
        composing.release(composed, librarian, composed.version)
    assert not services.slot_free(ACCOUNT, datetime(2026, 11, 16, 10, tzinfo=planning.SHANGHAI))
    assert services.slot_free(ACCOUNT, datetime(2026, 11, 17, 10, tzinfo=planning.SHANGHAI)) == (
        how in ("external", "wechat", "sent")
    )
    composing.arrange(
        composed,
        librarian,
        composed.version,
        composing.Arrangement(((piece.pk, 0),), Rung.PUBLISH),
    )
    composing.release(composed, librarian, composed.version)


def test_of_two_on_their_way_the_first_does_not_give_way(librarian, signed):
    """However two came to want one day, the worker lets the earlier one through."""
    early = planned(signed(), tomorrow(1, time(8)), librarian)
    late = planned(signed(), tomorrow(2, time(8)), librarian)
    Push.objects.filter(pk=late.pk).update(scheduled_for=tomorrow(1, time(9)), due_at=tomorrow(1, time(9)))
    for push in (early, late):
        Push.objects.filter(pk=push.pk).update(
            state=State.SENDING, lease_worker="w/1/x", lease_until=tomorrow(9)
        )
        push.refresh_from_db()
    day = TODAY + timedelta(days=1)
    assert planning.day_taken(ACCOUNT, day, but=early) == ""
    assert early.title in planning.day_taken(ACCOUNT, day, but=late)
    assert planning.day_taken("wx-other", day) == ""


def test_a_quiet_date_holds_signatures_and_the_board(signed):
    QuietDate.objects.create(name="公祭日", first=TODAY, last=TODAY)
    piece = signed()
    with pytest.raises(PushRefusedError, match="公祭日"):
        services.create_push([piece], mode=Rung.PUBLISH)
    page = published.article("urgent")
    ArticlePage.objects.filter(pk=page.pk).update(release="push")
    published.publish("urgent")
    assert not Push.objects.exists()


# --- days used on WeChat's website ------------------------------------------------------------------------


def test_a_day_is_marked_and_unmarked(desk, librarian):
    post(desk, "external", external="2026-11-20", note="院庆特刊")
    mark = ExternalPush.objects.get()
    assert (mark.account, mark.day, mark.note, mark.recorded_by) == (
        ACCOUNT,
        date(2026, 11, 20),
        "院庆特刊",
        librarian,
    )
    assert planning.day_taken(ACCOUNT, mark.day)
    post(desk, "external_undo", mark.pk)
    assert not ExternalPush.objects.exists() and planning.day_taken(ACCOUNT, mark.day) == ""


def test_what_wechat_said_stays(desk):
    mark = ExternalPush.objects.create(account=ACCOUNT, day=TODAY, source="wechat")
    assert reverse("publish_calendar:external_undo", args=[mark.pk]) not in calendar(desk).content.decode()
    assert said(post(desk, "external_undo", mark.pk))[0][0] == "error"
    assert ExternalPush.objects.filter(pk=mark.pk).exists()


# --- the red switch -----------------------------------------------------------------------------------------


def test_the_switch_says_who_when_and_why_everywhere(desk, librarian, signed):
    push = composing.start(librarian, [signed()])
    board, here = reverse("publish_board:index"), reverse("publish_calendar:index")
    answer = desk.post(
        reverse("publish_board:switch"),
        {"action": "pause", "reason": "等馆长<b>看过", "next": here},
        follow=True,
    )
    assert answer.request["PATH_INFO"] == here
    outgoing = Outgoing.current()
    assert outgoing.paused and outgoing.changed_by == librarian
    for address in (board, here, reverse("publish_calendar:compose", args=[push.pk])):
        html = desk.get(address).content.decode()
        assert "等馆长&lt;b&gt;看过" in html and 'value="resume"' in html and "librarian" in html, address
    desk.post(reverse("publish_board:switch"), {"action": "resume", "next": "https://evil.example/"})
    assert not Outgoing.current().paused
    assert 'value="resume"' not in desk.get(here).content.decode()


def test_a_typed_reason_never_poses_as_our_own(desk):
    desk.post(reverse("publish_board:switch"), {"action": "pause", "reason": "restored"})
    assert Outgoing.current().reason == "“restored”"
    Outgoing.objects.update(reason="restored")
    desk.post(reverse("publish_board:switch"), {"action": "pause", "reason": "x"})
    assert Outgoing.current().reason == "restored", "what is held already keeps its reason"
    answer = desk.post(reverse("publish_board:switch"), {"action": "resume", "next": "//evil.example/"})
    assert answer.url == reverse("publish_board:index")
