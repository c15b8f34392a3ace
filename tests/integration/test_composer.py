"""The composer: order, choices, time, reach; nothing is lost, two people never overwrite each other unawares."""

from datetime import time, timedelta

from django.urls import reverse

import pytest

from articles.models import ArticlePage
from publish import composing, planning, publishing, services
from publish.errors import ChangedMeanwhileError
from publish.models import Account, Delivery, Outgoing, Publication, Push, PushItem, QuietDate, Rung
from publish.models.planning import ChannelSettings
from publish.states import State, move
from tests.tools import published
from tests.tools.planning import EVENING, TODAY, person, said


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planned_site")]
TOMORROW = planning.at(TODAY + timedelta(days=1), time(20, 30))
ALTERNATIVES = [
    {"title": "另一个标题", "digest": "另一段摘要", "cover": None},
    {"title": "第三个标题", "digest": "", "cover": None},
]


@pytest.fixture
def composed(librarian, signed):
    """A push of three pieces, the first with three signed titles."""
    first = signed(title="第一篇", push={"title": "", "digest": "", "alternatives": ALTERNATIVES})
    return composing.start(librarian, [first, signed(title="第二篇"), signed(title="第三篇")])


def address(push, name="compose"):
    return reverse(f"publish_calendar:{name}", args=[push.pk])


def form(push, **changes):
    """What the composer's form holds for ``push`` as it is stored, plus ``changes``."""
    push.refresh_from_db()
    data = {
        "version": push.version,
        "arranged": "1",
        "item": [str(item.publication_id) for item in push.items.all()],
        "asked": push.asked,
        "theme": push.theme,
        "when": "now",
        "action": "save",
    }
    data |= {f"choice-{item.publication_id}": item.choice for item in push.items.all()}
    if push.scheduled_for:
        data |= {
            "when": "minute",
            "minute": f"{push.scheduled_for.astimezone(planning.SHANGHAI):%Y-%m-%dT%H:%M}",
        }
    return data | changes


def save(client, push, **changes):
    return client.post(address(push), form(push, **changes), follow=True)


def order(push):
    return list(push.items.values_list("publication__title", flat=True))


# --- arranging ------------------------------------------------------------------------------------


def test_order_by_buttons_and_by_dragging(desk, composed):
    pks = [item.publication_id for item in composed.items.all()]
    save(desk, composed, action=f"down:{pks[0]}")
    assert order(composed) == ["第二篇", "第一篇", "第三篇"]
    save(desk, composed, action=f"up:{pks[2]}")
    assert order(composed) == ["第二篇", "第三篇", "第一篇"]
    save(desk, composed, action=f"up:{pks[1]}")
    assert order(composed) == ["第二篇", "第三篇", "第一篇"], "the lead goes no higher"
    # Dragging sends the fields in their new order.
    save(desk, composed, item=[pks[0], pks[1], pks[2]])
    assert order(composed) == ["第一篇", "第二篇", "第三篇"]
    assert list(composed.items.values_list("order", flat=True)) == [1, 2, 3]


def test_add_and_remove(desk, composed, signed):
    extra = signed(title="新来的")
    answer = save(desk, composed, action=f"add:{extra.pk}")
    assert order(composed)[-1] == "新来的"
    assert extra.pk not in [row.pk for row in answer.context["pieces"].page.object_list]
    assert Delivery.objects.get(publication=extra, channel="wechat").push == composed
    save(desk, composed, action=f"remove:{extra.pk}")
    assert "新来的" not in order(composed)
    delivery = Delivery.objects.get(publication=extra, channel="wechat")
    assert delivery.push is None and delivery.state == State.READY
    assert extra in services.board()


def test_the_choice_of_the_day_is_kept_through_every_button(desk, composed):
    first = composed.items.first().publication
    save(desk, composed, **{f"choice-{first.pk}": "1", "action": f"down:{first.pk}"})
    assert composed.items.get(publication=first).choice == 1
    page = desk.get(address(composed))
    assert "另一个标题" in page.content.decode()
    assert [row.chosen.title for row in page.context["rows"]] == ["第二篇", "另一个标题", "第三篇"]


@pytest.mark.parametrize("choice", ["3", "99", "x", "-1"])
def test_a_choice_nobody_signed_is_refused_or_the_main_one(desk, composed, choice):
    first = composed.items.first().publication
    answer = save(desk, composed, **{f"choice-{first.pk}": choice})
    assert answer.status_code == 200
    assert composed.items.get(publication=first).choice == 0
    assert [level for level, _s in said(answer)] == (["error"] if choice in ("3", "99") else [])


def test_time_reach_and_look_are_saved(desk, composed):
    save(desk, composed, when="slot", slot="2026-11-17T20:30", asked="publish", theme="calm")
    composed.refresh_from_db()
    assert (composed.scheduled_for, composed.asked, composed.theme) == (TOMORROW, Rung.PUBLISH, "calm")
    assert composed.composing
    save(desk, composed, when="minute", minute="2026-11-18T07:05")
    composed.refresh_from_db()
    assert f"{composed.scheduled_for.astimezone(planning.SHANGHAI):%m-%d %H:%M}" == "11-18 07:05"
    save(desk, composed, when="now")
    composed.refresh_from_db()
    assert composed.scheduled_for is None


def test_searching_the_board_saves_first(desk, composed, signed):
    signed(title="给孩子刷牙")
    pks = [item.publication_id for item in composed.items.all()]
    answer = save(desk, composed, item=pks[::-1], action="find", q="刷牙")
    assert order(composed) == ["第三篇", "第二篇", "第一篇"]
    assert [row.title for row in answer.context["pieces"].page.object_list] == ["给孩子刷牙"]


@pytest.mark.parametrize(
    "changes",
    [
        {"when": "minute", "minute": "gestern"},
        {"when": "minute", "minute": "2026-11-15T08:00"},
        {"when": "slot"},
        {"asked": "everything"},
        {"theme": "<script>"},
        {"theme": "../../etc"},
        {"item": ["1", "1"]},
        {"action": "add:999999"},
        {"version": "x"},
        {"version": ""},
    ],
)
def test_nonsense_is_a_sentence_and_what_was_typed_stays(desk, composed, signed, changes):
    before = list(Push.objects.values()), list(PushItem.objects.values())
    pks = [item.publication_id for item in composed.items.all()]
    answer = desk.post(address(composed), form(composed, **({"item": pks[::-1]} | changes)))
    assert answer.status_code == 200 and [level for level, _s in said(answer)] == ["error"]
    assert (list(Push.objects.values()), list(PushItem.objects.values())) == before
    if "item" not in changes:
        shown = [row.publication.title for row in answer.context["rows"]]
        assert shown[:3] == ["第三篇", "第二篇", "第一篇"]
    if changes.get("minute"):
        assert f'value="{changes["minute"]}"' in answer.content.decode()


def test_eight_at_most(desk, composed, signed):
    for _n in range(5):
        save(desk, composed, action=f"add:{signed().pk}")
    assert composed.items.count() == 8
    ninth = signed()
    answer = save(desk, composed, action=f"add:{ninth.pk}")
    assert said(answer)[0][0] == "error" and composed.items.count() == 8


def test_a_piece_of_another_push_is_refused(desk, composed, signed, librarian):
    taken = signed(title="别人的")
    composing.start(librarian, [taken])
    answer = save(desk, composed, action=f"add:{taken.pk}")
    assert "别人的" in said(answer)[0][1] and composed.items.count() == 3


def test_a_piece_that_readers_do_not_see_is_refused(desk, composed, signed):
    gone = signed()
    Publication.objects.filter(pk=gone.pk).update(state="withdrawn")
    assert said(save(desk, composed, action=f"add:{gone.pk}"))[0][0] == "error"
    assert composed.items.count() == 3


# --- two people ---------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_who_was_first(desk, composed, colleague):
    mine = form(composed)
    stored = composing.Arrangement.of(composed)
    composing.arrange(
        composed, colleague, composed.version, composing.Arrangement(stored.pieces[:1], Rung.PUBLISH)
    )
    answer = desk.post(address(composed), mine | {"asked": "draft"})
    level, sentence = said(answer)[0]
    assert level == "error" and "colleague" in sentence
    # Both are kept: theirs in the database, mine on the page, to be saved over theirs knowingly.
    assert composed.items.count() == 1
    assert len(answer.context["rows"]) == 3 and answer.context["wanted"].asked == "draft"
    composed.refresh_from_db()
    again = desk.post(address(composed), mine | {"asked": "draft", "version": composed.version})
    assert again.status_code == 302
    assert composed.items.count() == 3


def test_saving_nothing_new_is_no_change(desk, composed):
    version = composed.version
    save(desk, composed)
    composed.refresh_from_db()
    assert composed.version == version


def test_a_worker_that_has_begun_is_not_overtaken(composed, librarian):
    composing.release(composed, librarian, composed.version)
    mine = Push.objects.get(pk=composed.pk)
    move(composed, State.SENDING, by="w/1/x", lease_worker="w/1/x", lease_until=EVENING)
    with pytest.raises(ChangedMeanwhileError):
        composing._save(mine, theme="calm")


# --- planning and sending ------------------------------------------------------------------------------


def test_no_worker_takes_what_is_composed_or_not_yet_due(composed, librarian, clock):
    from publish.deliver import claim

    account = composed.account
    assert claim(account, "host/1/a", EVENING) is None
    save_when(composed, librarian, TOMORROW)
    composing.release(composed, librarian, composed.version)
    assert claim(account, "host/1/a", EVENING) is None
    assert claim(account, "host/1/a", TOMORROW).pk == composed.pk


def save_when(push, user, when):
    stored = composing.Arrangement.of(push)
    composing.arrange(
        push, user, push.version, composing.Arrangement(stored.pieces, stored.asked, stored.theme, when)
    )


def test_plan_after_a_confirmation_that_says_what_happens(desk, composed):
    answer = save(desk, composed, when="slot", slot="2026-11-17T20:30", action="check")
    html = answer.content.decode()
    assert answer.request["PATH_INFO"] == address(composed, "confirm")
    assert answer.context["mass"] and "2026-11-17" in html
    composed.refresh_from_db()
    assert composed.composing, "nothing happens by looking"
    answer = desk.post(address(composed, "confirm"), {"version": composed.version}, follow=True)
    composed.refresh_from_db()
    assert not composed.composing and composed.due_at == TOMORROW and composed.state == State.READY
    assert said(answer)[0][0] == "success"


def test_send_now(desk, composed):
    answer = desk.post(address(composed, "confirm"), {"version": composed.version})
    composed.refresh_from_db()
    assert not composed.composing and composed.scheduled_for is None
    assert answer.url == composed.get_absolute_url()


def test_never_before_its_minute(composed, librarian):
    """Whatever has made a planned push due again: a worker that was stopped, a restored backup."""
    from publish.deliver import claim

    save_when(composed, librarian, TOMORROW)
    composing.release(composed, librarian, composed.version)
    Push.objects.filter(pk=composed.pk).update(due_at=EVENING)
    assert claim(composed.account, "host/1/a", EVENING) is None
    assert claim(composed.account, "host/1/a", TOMORROW).pk == composed.pk


def test_pressing_twice_sends_once(desk, composed):
    for _press in range(2):
        desk.post(address(composed, "confirm"), {"version": composed.version})
    assert Push.objects.count() == 1
    assert not Push.objects.get().composing


@pytest.mark.parametrize(
    ("mode", "may", "asked", "ai", "rung"),
    [
        ("mass", "mass", "mass", "none", "mass"),
        ("publish", "mass", "mass", "none", "publish"),
        ("mass", "publish", "mass", "polish", "publish"),
        ("mass", "draft", "mass", "none", "draft"),
        ("mass", "mass", "publish", "none", "publish"),
        ("mass", "mass", "mass", "draft", "draft"),
    ],
)
def test_the_lowest_of_three_rungs_is_explained(
    desk, librarian, signed, settings, mode, may, asked, ai, rung
):
    settings.WECHAT_MODE = mode
    push = composing.start(librarian, [signed(ai={"use": ai, "note": ""})])
    Account.objects.update_or_create(appid=push.account, defaults={"may": may})
    Push.objects.filter(pk=push.pk).update(asked=asked)
    page = desk.get(address(push))
    assert page.context["reach"].rung == rung
    confirm = desk.get(address(push, "confirm"))
    assert confirm.context["mass"] == (rung == "mass")


def quiet(**fields):
    return QuietDate.objects.create(name="公祭日", first=TODAY, last=TODAY + timedelta(days=1), **fields)


@pytest.mark.parametrize("when", [None, TOMORROW])
def test_a_quiet_date_keeps_it_back(desk, composed, librarian, when):
    if when:
        save_when(composed, librarian, when)
    quiet()
    assert "公祭日" in desk.get(address(composed)).content.decode()
    answer = desk.post(address(composed, "confirm"), {"version": composed.version}, follow=True)
    assert "公祭日" in said(answer)[0][1]
    assert Push.objects.get().composing


def test_the_festive_look_rests_on_quiet_dates(composed):
    quiet(no_push=False)
    assert composing.problems(composed) == []
    channel = ChannelSettings.load()
    channel.theme = "festive"
    channel.save()
    assert [p for p in composing.problems(composed) if "公祭日" in p], "also when it is the usual look"
    Push.objects.filter(pk=composed.pk).update(theme="calm")
    composed.refresh_from_db()
    assert composing.problems(composed) == []
    Push.objects.filter(pk=composed.pk).update(theme="festive")
    composed.refresh_from_db()
    assert composing.problems(composed)
    quiet_one = QuietDate.objects.get()
    quiet_one.no_festive = False
    quiet_one.save()
    assert composing.problems(composed) == []


def test_an_empty_push_cannot_go(desk, librarian):
    push = composing.start(librarian)
    assert desk.get(address(push)).status_code == 200
    desk.post(address(push, "confirm"), {"version": push.version})
    assert Push.objects.get().composing


def test_what_is_planned_is_opened_changed_and_taken_back(desk, composed, librarian):
    save_when(composed, librarian, TOMORROW)
    composing.release(composed, librarian, composed.version)
    pks = [item.publication_id for item in composed.items.all()]
    save(desk, composed, item=pks[::-1], minute="2026-11-18T08:00", when="minute")
    composed.refresh_from_db()
    assert order(composed)[0] == "第三篇" and not composed.composing
    assert f"{composed.due_at.astimezone(planning.SHANGHAI):%m-%d %H:%M}" == "11-18 08:00"
    # What would make it unfit is refused, and it stays as it was planned.
    for changes in ({"item": []}, {"when": "now"}, {"theme": "no-such"}):
        before = list(PushItem.objects.values())
        assert said(save(desk, composed, **changes))[0][0] == "error"
        composed.refresh_from_db()
        assert list(PushItem.objects.values()) == before and composed.scheduled_for
    save(desk, composed, action="take-back")
    composed.refresh_from_db()
    assert composed.composing


def test_cancelling_gives_the_pieces_back(desk, composed):
    desk.post(address(composed, "cancel"))
    composed.refresh_from_db()
    assert composed.state == State.CANCELLED
    assert services.board().count() == 3
    assert desk.get(address(composed)).url == composed.get_absolute_url()


def test_what_cannot_be_changed_any_more_leads_to_the_ledger(desk, signed):
    push = services.create_push([signed()], mode="publish")
    assert desk.get(address(push)).url == push.get_absolute_url()
    answer = desk.post(address(push), {"action": "save", "version": 0})
    assert answer.url == push.get_absolute_url()


def test_pushes_of_another_account_are_not_there(desk, composed):
    Push.objects.filter(pk=composed.pk).update(account="wx-other")
    for name in ("compose", "confirm"):
        assert desk.get(address(composed, name)).status_code in (302, 404)
        assert desk.post(address(composed, name), {"version": 0}).status_code in (302, 404)
    assert Push.objects.get().composing


# --- a piece changes meanwhile ------------------------------------------------------------------------


def test_a_newer_version_takes_its_place(composed, librarian, signed):
    save_when(composed, librarian, TOMORROW)
    composing.release(composed, librarian, composed.version)
    version = composed.version
    newer = published.publish("article-1", title="第一篇，更正", ai={"use": "none", "note": ""})
    composed.refresh_from_db()
    assert composed.state == State.READY and composed.version > version
    assert order(composed) == ["第一篇，更正", "第二篇", "第三篇"]
    assert newer.deliveries.get(channel="wechat").push == composed
    assert newer not in services.board()


def test_a_newer_version_that_wants_out_at_once_waits_in_its_push(composed, signed):
    page = ArticlePage.objects.get(slug="article-1")
    ArticlePage.objects.filter(pk=page.pk).update(release="publish")
    published.publish("article-1", title="第一篇，更正", ai={"use": "none", "note": ""})
    assert Push.objects.count() == 1 and order(composed)[0] == "第一篇，更正"


def test_a_withdrawn_piece_leaves_and_the_others_stay(composed, librarian):
    first = composed.items.first().publication
    publishing.withdraw(first, reason="数字有误", user=librarian)
    composed.refresh_from_db()
    assert composed.state == State.READY and order(composed) == ["第二篇", "第三篇"]


def test_a_planned_push_with_nothing_left_is_cancelled(librarian, signed):
    piece = signed()
    push = composing.start(librarian, [piece], TOMORROW)
    composing.release(push, librarian, push.version)
    publishing.withdraw(piece, reason="数字有误", user=librarian)
    push.refresh_from_db()
    assert push.state == State.CANCELLED


def test_a_restored_database_asks_before_it_sends_what_was_composed(composed, librarian):
    from publish import instance

    instance.suspend("restored", EVENING)
    composed.refresh_from_db()
    assert composed.composing and composed.state == State.READY
    Outgoing.objects.update(paused=False)
    composing.release(composed, librarian, composed.version)
    assert Push.objects.get().state == State.UNKNOWN


# --- looks --------------------------------------------------------------------------------------------


def test_lookers_see_and_change_nothing(client, django_user_model, composed):
    client.force_login(person(django_user_model, "viewer", "publish.view_push"))
    html = client.get(address(composed)).content.decode()
    assert 'name="action"' not in html and "第一篇" in html
    assert "<button" not in client.get(address(composed, "confirm")).content.decode().split("comp--confirm")[1].split("</main")[0]  # fmt: skip


def test_queries_do_not_grow_with_the_board(desk, composed, signed, django_assert_max_num_queries):
    def count():
        desk.get(address(composed))
        with django_assert_max_num_queries(80) as queries:
            desk.get(address(composed))
        return len(queries)

    signed()
    before = count()
    for _n in range(6):
        signed()
    assert count() == before


def test_the_card_shows_the_chosen_words(desk, composed):
    first = composed.items.first().publication
    answer = save(desk, composed, **{f"choice-{first.pk}": "2"})
    html = answer.content.decode()
    card = html.split('class="comp-phone"')[1].split("</section>")[0]
    assert "第三个标题" in card and card.index("第三个标题") < card.index("第二篇")


def test_the_channels_settings_offer_the_installed_looks(client, django_user_model):
    client.force_login(person(django_user_model, "chief", "publish.change_channelsettings"))
    page = reverse("wagtailsettings:edit", args=["publish", "channelsettings"])
    channel = ChannelSettings.load()
    page = client.get(page, follow=True)
    assert page.status_code == 200
    edit = page.request["PATH_INFO"]
    form = page.context["form"]
    assert [value for value, _label in form.fields["theme"].choices] == composing.registry.themes()
    data = {
        "theme": "calm",
        "watermark": "示例医院",
        "late_minutes": "45",
        "edit_times": "3",
        "edit_characters": "20",
        "duty_person": "",
        "slots-TOTAL_FORMS": "1",
        "slots-INITIAL_FORMS": "0",
        "slots-MIN_NUM_FORMS": "0",
        "slots-MAX_NUM_FORMS": "1000",
        "slots-0-weekday": "4",
        "slots-0-time": "19:00",
        "slots-0-ORDER": "1",
    }
    assert client.post(edit, data).status_code == 302
    channel = ChannelSettings.objects.get()
    assert channel.watermark == "示例医院" and planning.slot_times()[4] == [time(19)]
    assert planning.slot_times()[0] == [], "a day without a slot has none"
    assert client.post(edit, data | {"theme": "../evil"}).status_code == 200
    assert ChannelSettings.objects.get().theme == "calm"
