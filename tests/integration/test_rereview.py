"""复审: when a signed article is due again, who hears of it, and what readers are told meanwhile."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse

import pytest

from articles.models import ArticlePage
from publish import after, composing, deletions, jobs, overdue, publishing, services
from publish.errors import PushRefusedError
from publish.models import OverdueCopy, Publication, Push
from publish.states import State
from review import rereview
from review import services as services_of_review
from review.forms import DecisionForm
from review.models import Notice, ReReview, ReviewTaskState
from tests.factories import World, all_yes, make_user, open_step
from tests.tools import published
from tests.tools.channel import channel, sign


__all__ = ["channel"]
pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def world():
    return World()


def html(response):
    return response.content.decode()


def sign_again(publication, *, whole=True, signed_at, **changes):
    """Return the Publication of a newer signature, over the whole text or over a small change only."""
    snapshot = publication.snapshot | changes
    approval = published.approve(publication.article, snapshot, signed_at)
    approval.signatures[0]["whole"] = whole
    with transaction.atomic():
        return publishing.publish_approval(approval, publication.article)


# --- the date -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "subjects", "due"),
    [
        (24, [], date(2028, 11, 16)),
        (24, ["medicines"], date(2027, 11, 16)),
        (6, ["vaccines"], date(2027, 5, 16)),
        (36, ["children"], date(2029, 11, 16)),
        (99, [], date(2029, 11, 16)),
    ],
)
def test_the_interval_is_the_articles_and_never_longer_than_allowed(months, subjects, due):
    article = published.article("measuring")
    article.subjects = subjects
    article.save()
    publication = published.publish("measuring", review_months=months)
    row = rereview.due_of(publication.article)
    assert (row.due_on, publication.valid_until, row.signed_on) == (due, due, date(2026, 11, 16))


def test_a_small_correction_does_not_move_the_date():
    first = published.publish()
    later = published.SIGNED_AT + timedelta(days=300)
    corrected = sign_again(first, whole=False, signed_at=later, summary="改了一个字。")
    assert corrected.valid_until == first.valid_until == rereview.due_of(first.article).due_on
    whole = sign_again(first, signed_at=later)
    assert whole.valid_until == rereview.due_of(first.article).due_on == date(2029, 9, 12)
    assert ReReview.objects.count() == 1


def test_a_withdrawn_article_waits_without_being_due(world):
    publication = published.publish()
    withdrawal = publishing.withdraw(publication, reason="有误", user=world.chief)
    assert not rereview.queue(date(2030, 1, 1)).exists()
    publishing.undo_withdrawal(withdrawal, user=world.chief)
    assert [row.due_on for row in rereview.queue(date(2030, 1, 1))] == [publication.valid_until]


# --- what readers are told ------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_overdue_page_says_so_and_leaves_search_engines(client, time_machine):
    """The page changes by itself at midnight, and a cache that asks again is not told “not modified”."""
    publication = published.publish()
    time_machine.move_to(datetime(2028, 11, 16, 23, 50, tzinfo=SHANGHAI), tick=False)
    fresh = client.get(publication.path)
    assert "noindex" not in html(fresh) and 'class="overdue"' not in html(fresh)
    assert publication.path in html(client.get("/sitemap.xml"))
    time_machine.move_to(datetime(2028, 11, 17, 0, 1, tzinfo=SHANGHAI), tick=False)
    overdue = client.get(publication.path, headers={"if-none-match": fresh["ETag"]})
    assert overdue.status_code == 200 and overdue["ETag"] != fresh["ETag"]
    assert 'content="noindex"' in html(overdue) and 'class="overdue"' in html(overdue)
    assert publication.path not in html(client.get("/sitemap.xml"))
    sign_again(publication, signed_at=datetime(2028, 11, 17, 0, 5, tzinfo=SHANGHAI))
    assert 'class="overdue"' not in html(client.get(publication.path))


@pytest.mark.one_database
def test_lists_and_search_mark_what_is_overdue_and_it_is_not_pushed(client, time_machine, settings):
    settings.WECHAT_APPID = "wx0000000000000000"
    publication = published.publish(title="在家量血压")
    lists = ("/", "/blood-pressure/", "/search/?q=血压")
    last_day = date(2028, 11, 16)
    time_machine.move_to(datetime(2028, 11, 16, 9, 0, tzinfo=SHANGHAI), tick=False)
    assert not any(">内容可能已过时<" in html(client.get(path)) for path in lists)
    composing.refuse_unfit(publication, settings.WECHAT_APPID)
    push = composing.start(None, [publication])
    assert composing.problems(push) == []
    push.scheduled_for = datetime(2028, 11, 17, 9, 0, tzinfo=SHANGHAI)
    assert [one for one in composing.problems(push) if last_day.isoformat() in one]
    time_machine.move_to(datetime(2028, 11, 17, 9, 0, tzinfo=SHANGHAI), tick=False)
    assert all(">内容可能已过时<" in html(client.get(path)) for path in lists)
    with pytest.raises(PushRefusedError):
        composing.refuse_unfit(publication, settings.WECHAT_APPID)


# --- the review of the unchanged text ---------------------------------------------------------------------


def test_a_button_opens_the_review_of_the_unchanged_text(world, client, time_machine):
    publication = world.publish()
    row = rereview.due_of(publication.article)
    time_machine.move_to(datetime(2028, 12, 24, 9, 0, tzinfo=SHANGHAI), tick=False)
    client.force_login(world.librarian)
    address = reverse("rereviews:begin", args=[row.pk])
    assert client.get(address).status_code == 405
    client.post(address)
    client.post(address)  # once more, by a second click
    assert ReviewTaskState.objects.filter(status="in_progress").count() == 1
    step = open_step(publication.article)
    reading = services_of_review.read(step)
    post = {"decision": "sign", "seen_digest": reading.digest}
    post |= {f"answer_{code}": answer for code, answer in all_yes(step).items()}
    # Over a text that has not changed there is no small correction to sign.
    assert not DecisionForm(post, task_state=step).is_valid()
    assert DecisionForm(post | {"whole": "on"}, task_state=step).is_valid()
    world.sign(step)
    live = Publication.objects.live().get()
    assert live.number == 2 and live.approval.digest == publication.approval.digest
    assert live.valid_until == rereview.due_of(live.article).due_on == date(2030, 12, 24)
    # Nobody is sent the same words again by a signature alone.
    assert not Push.objects.exists()


@pytest.mark.parametrize("stumble", ["draft", "withdrawn", "stranger"])
def test_what_stands_in_the_way_is_said(world, client, stumble):
    publication = world.publish()
    row, user = rereview.due_of(publication.article), world.librarian
    if stumble == "draft":
        article = ArticlePage.objects.get(pk=publication.article_id)
        article.title = "改过的标题"
        article.save_revision(user=world.librarian)
    elif stumble == "withdrawn":
        publishing.withdraw(publication, reason="有误", user=world.chief)
    else:
        user = make_user("stranger", "审核医师")
    client.force_login(user)
    answer = client.post(reverse("rereviews:begin", args=[row.pk]))
    assert answer.status_code == 302 and list(get_messages(answer.wsgi_request))
    assert not ReviewTaskState.objects.filter(status="in_progress").exists()


# --- the queue --------------------------------------------------------------------------------------------


def test_the_queue_is_filtered_and_searched(world, client, time_machine):
    for slug, title, months in (
        ("far", "远", 36),
        ("soon", "近", 25),
        ("near", "更近", 24),
        ("past", "过期", 12),
    ):
        published.publish(slug, title=title, review_months=months)
        ArticlePage.objects.filter(slug=slug).update(title=title)
    time_machine.move_to(datetime(2028, 10, 20, 9, 0, tzinfo=SHANGHAI), tick=False)
    client.force_login(world.librarian)

    def shown(**query):
        rows = client.get(reverse("rereviews:index"), query).context["object_list"]
        return [row.article.title for row in rows]

    assert shown() == ["过期", "更近", "近", "远"]
    assert shown(due="overdue") == ["过期"]
    assert shown(due="30") == ["更近"]
    assert shown(due="60") == ["更近", "近"]
    assert shown(q="近") == ["更近", "近"]
    assert len(shown(topic=world.topic.pk)) == 4
    assert shown(topic=world.make_topic("口腔", "teeth", "").pk) == []
    assert shown(department=world.other_department.pk) == []
    page = html(client.get(reverse("rereviews:index"), {"due": "nonsense", "topic": "x"}))
    assert "xl-standing--bad" in page


def test_queries_of_the_queue_do_not_grow(world, client, django_assert_max_num_queries):
    client.force_login(world.librarian)
    counts = []
    for size in (2, 6):
        for number in range(size):
            published.publish(f"piece-{size}-{number}")
        with django_assert_max_num_queries(60) as queries:
            assert client.get(reverse("rereviews:index")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- copies in WeChat ---------------------------------------------------------------------------------------


@pytest.fixture
def copy_in_wechat(channel, world):
    """A signed article that is out in WeChat."""
    push = services.create_push([sign("measuring")], mode="publish")
    channel.settle(push)
    assert push.state == State.DONE
    return push.items.get()


LONG_AFTER = date(2028, 12, 1)


def test_a_copy_waits_until_a_person_settles_it(copy_in_wechat, world, client):
    assert not overdue.open_copies().exists()
    Publication.objects.update(valid_until=date(2026, 11, 1))
    client.force_login(world.librarian)
    address = reverse("overdue_copies:copy", args=[copy_in_wechat.pk])
    assert address in html(client.get(reverse("overdue_copies:index")))
    empty = client.post(address, {"settlement": "left", "note": " "})
    assert empty.status_code == 200 and empty.context["form"].errors["note"]
    client.post(address, {"settlement": "left", "note": "内容仍然正确，下周复审"})
    row = OverdueCopy.objects.get()
    assert (row.settled_by, row.due_on) == (world.librarian, date(2026, 11, 1))
    assert not overdue.open_copies().exists()
    client.post(address, {"settlement": "edited", "note": "再来一次"})
    assert OverdueCopy.objects.count() == 1
    # A later date that passes is another task.
    Publication.objects.update(valid_until=date(2026, 11, 10))
    assert overdue.open_copies().get() == copy_in_wechat


def test_a_copy_leaves_the_list_with_its_cause(copy_in_wechat, world):
    publication = copy_in_wechat.publication
    assert overdue.open_copies(LONG_AFTER).get().due_on == publication.valid_until
    withdrawal = publishing.withdraw(publication, reason="有误", user=world.chief)
    assert not overdue.open_copies(LONG_AFTER).exists()
    publishing.undo_withdrawal(withdrawal, user=world.chief)
    deletion = deletions.ask(copy_in_wechat, user=world.chief, reason="过期")
    assert not overdue.open_copies(LONG_AFTER).exists()
    deletions.call_off(deletion, user=world.chief)
    assert overdue.open_copies(LONG_AFTER).exists()
    sign_again(publication, signed_at=datetime(2028, 11, 30, 9, 0, tzinfo=SHANGHAI))
    assert not overdue.open_copies(LONG_AFTER).exists()


def test_who_may_only_look_settles_nothing(copy_in_wechat, world, client):
    Publication.objects.update(valid_until=date(2026, 11, 1))
    client.force_login(world.physician)
    address = reverse("overdue_copies:copy", args=[copy_in_wechat.pk])
    client.post(address, {"settlement": "left", "note": "随便"})
    assert not OverdueCopy.objects.exists()


# --- the worker ---------------------------------------------------------------------------------------------


def test_three_months_of_weekly_words_each_once(world, time_machine):
    """Two workers, restarts, holidays and all: one notice a week and librarian, and none before anything is near."""
    published.publish(review_months=6)  # due on 2027-05-16
    start = datetime(2027, 3, 1, 7, 0, tzinfo=SHANGHAI)
    for hours in range(0, 13 * 7 * 24, 24):
        now = start + timedelta(hours=hours)
        time_machine.move_to(now, tick=False)
        for worker in ("one", "two"):
            jobs.run_due(worker, now)
    written = Notice.objects.filter(kind="re_review")
    weeks = {notice.key.split(":")[1] for notice in written}
    assert weeks == {f"2027-W{week}" for week in range(12, 22)}
    assert written.filter(recipient=world.librarian).count() == len(weeks)
    assert {notice.recipient for notice in written} == {world.librarian, world.chief}
    last = written.filter(recipient=world.librarian).order_by("pk").last()
    assert "2027-05-16" in last.text and reverse("rereviews:index") in last.text


def test_articles_from_before_get_their_day(world):
    publication = published.publish()
    ReReview.objects.all().delete()
    after.complete(None)
    after.complete(None)
    assert rereview.due_of(publication.article).due_on == publication.valid_until
