"""Ideas, drafts given to people, series, health days: through the admin and the database."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

import pytest

from articles.models import ArticlePage, DraftTask, HealthDay, Idea, Series
from articles.planning import ideas, starter, tasks
from articles.planning import series as places
from articles.views.editions import Colleague
from cms import roles
from publish import jobs, notify  # noqa: F401  registers the job
from publish.website import series as for_readers
from review.models import Notice
from tests.factories import World, make_user


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def desk(world, client):
    client.force_login(world.librarian)
    return client


def told(person):
    return sorted({key.rsplit("/", 1)[0] for key in Notice.objects.filter(kind="desk", recipient=person).values_list("key", flat=True)})  # fmt: skip


def test_an_idea_is_written_signed_and_done(world, desk, django_capture_on_commit_callbacks):
    day = HealthDay.objects.create(name="某日", month=5, day=17)
    address = reverse("ideas:add") + f"?health_day={day.pk}&wanted_for=2027-05-17"
    form = desk.get(address).context["form"]
    assert (form.initial["health_day"], form.initial["wanted_for"]) == (day, date(2027, 5, 17))
    desk.post(
        reverse("ideas:add"),
        {"title": "老年人怎样量血压", "department": world.department.pk, "wanted_for": "2027-05-17"},
    )
    idea = Idea.objects.get()
    assert (idea.created_by, idea.state) == (world.librarian, "open")
    write = reverse("ideas:write", args=[idea.pk])
    form = desk.get(write).context["form"]
    assert form.initial["title"] == idea.title
    # Without a topic nothing is made, and the form says so.
    assert desk.post(write, {"point": "empty", "title": idea.title}).context["form"].errors
    assert not ArticlePage.objects.exists()
    points = [key for key, _name in form.fields["point"].choices]
    for _press in range(2):
        desk.post(write, {"point": points[0], "topic": world.topic.pk, "title": idea.title})
    article = ArticlePage.objects.get()
    idea.refresh_from_db()
    assert (idea.state, idea.article, article.live) == ("taken", article, False)
    draft = article.get_latest_revision_as_object()
    assert (draft.department, draft.starting_point) == (world.department, points[0])
    assert len(draft.body) > 0
    # A draft that is deleted leaves the idea open; a signed one closes it.
    other = world.make_article()
    ideas.take(idea, other)
    ArticlePage.objects.get(pk=other.pk).delete()
    idea.refresh_from_db()
    assert (idea.state, idea.article) == ("open", None)
    article = world.make_article()
    ideas.take(idea, article)
    world.publish(article)
    idea.refresh_from_db()
    assert idea.state == "done"


def test_an_idea_sent_twice_is_one(world, desk):
    values = {"title": "少盐", "topic": world.topic.pk, "note": "来自门诊"}
    for _turn in range(2):
        assert desk.post(reverse("ideas:add"), values).status_code == 302
    idea = Idea.objects.get()
    # Another wish, or the same after it was dropped, is another idea.
    desk.post(reverse("ideas:add"), values | {"wanted_for": "2026-12-01"})
    Idea.objects.filter(pk=idea.pk).update(state="dropped")
    desk.post(reverse("ideas:add"), values)
    assert Idea.objects.count() == 3


def test_moves_on_the_board(world, desk):
    idea = Idea.objects.create(title="少盐", topic=world.topic)
    move = reverse("ideas:move", args=[idea.pk])

    def state():
        idea.refresh_from_db()
        return idea.state

    desk.post(move, {"seen": "open", "to": "dropped", "reason": "  "})
    assert state() == "open"
    desk.post(move, {"seen": "open", "to": "dropped", "reason": "已有类似文章"})
    assert (state(), idea.dropped_because) == ("dropped", "已有类似文章")
    desk.post(move, {"seen": "open", "to": "dropped", "reason": "慢了一步"})  # another tab
    assert idea.dropped_because == "已有类似文章"
    desk.post(move, {"seen": "dropped", "to": "done"})
    assert state() == "dropped"
    desk.post(move, {"seen": "dropped", "to": "open"})
    assert (state(), idea.dropped_because) == ("open", "")
    page = desk.get(reverse("ideas:index"), {"q": "少盐", "topic": world.topic.pk, "department": "x"})
    assert f'data-idea="{idea.pk}"' in page.text
    assert f'data-idea="{idea.pk}"' not in desk.get(reverse("ideas:index"), {"q": "没有"}).text
    # Who has no right neither sees nor moves.
    desk.force_login(world.physician)
    assert desk.post(move, {"seen": "open", "to": "dropped", "reason": "x"}).status_code in (302, 403)
    assert state() == "open"


def test_the_board_and_the_calendar_ask_as_much_for_many_rows(world, desk, django_assert_max_num_queries):
    starter.lay()
    today = timezone.localdate()
    for number in range(30):
        Idea.objects.create(
            title=f"选题{number}", topic=world.topic, wanted_for=today, created_by=world.chief
        )
    for name in ("ideas:index", "topics_calendar:index", "health_days:index"):
        desk.get(reverse(name))
        with django_assert_max_num_queries(40):
            assert desk.get(reverse(name)).status_code == 200
    page = desk.get(reverse("topics_calendar:index"), {"day": "2027-05-01"}).text
    assert "世界高血压日" in page
    assert desk.get(reverse("topics_calendar:index"), {"day": "9999-99-99"}).status_code == 200


def test_a_draft_is_given_reminded_of_and_ended_by_submitting(world, desk, clock):
    article = world.make_article()
    colleague = make_user("writer", roles.LIBRARIAN, "赵", "执笔")
    give = reverse("draft_tasks:give", args=[article.pk])
    assert desk.get(give).status_code == 200
    due = timezone.localdate() + timedelta(days=3)
    for _press in range(2):
        desk.post(give, {"person": colleague.pk, "due": due.isoformat(), "note": "先写提纲"})
    task = DraftTask.objects.get()
    assert (task.person, task.due, task.given_by) == (colleague, due, world.librarian)
    assert told(colleague) == [f"desk:task:given:{task.pk}:{due}"]
    # Not to somebody who cannot write, not for yesterday, and not by who may not.
    desk.post(give, {"person": world.physician.pk})
    assert desk.post(give, {"person": colleague.pk, "due": "2020-01-01"}).context["form"].errors
    gone = make_user("gone", roles.LIBRARIAN, "钱", "离职", is_active=False)
    for nobody in (gone.pk, 999_999):
        (sentence,) = desk.post(give, {"person": nobody}).context["form"].errors["person"]
        assert sentence == str(Colleague.default_error_messages["invalid_choice"])
    assert DraftTask.objects.get().person == colleague
    assert f"/{article.pk}/" in desk.get(reverse("draft_tasks:index")).text
    for day, kinds in ((1, []), (2, ["soon"]), (2, ["soon"]), (3, ["soon"]), (5, ["soon", "late"])):
        clock.move_to(timezone.make_aware(timezone.datetime(2026, 11, 16 + day, 9)))
        tasks.remind(timezone.now())
        assert told(colleague) == sorted(f"desk:task:{kind}:{task.pk}:{due}" for kind in ["given", *kinds])
    assert "draft-tasks" in jobs._jobs
    desk.force_login(colleague)
    assert "my-writing" in desk.get(reverse("wagtailadmin_home")).text
    world.submit(article)
    task.refresh_from_db()
    assert task.ended_at
    with pytest.raises(tasks.TaskRefusedError):
        tasks.give(ArticlePage.objects.get(pk=article.pk), colleague, by=world.librarian)
    assert "my-writing" not in desk.get(reverse("wagtailadmin_home")).text


def test_a_series_on_the_website_shows_signed_titles_alone(world, desk, client, django_assert_num_queries):
    first, second = (world.publish(title=f"第{n}篇讲血压") for n in "一二")
    draft = world.make_article(title="还没有签发")
    series = Series.objects.create(title="没有签发的系列名")
    for article in (second.article, first.article, draft):
        desk.post(reverse("series:place", args=[series.pk]), {"article": article.pk, "act": "add"})
    desk.post(reverse("series:place", args=[series.pk]), {"article": first.article_id, "act": "up"})
    assert [one.pk for one in places.members(series)] == [first.article_id, second.article_id, draft.pk]
    assert str(draft.draft_title) in desk.get(reverse("series:articles", args=[series.pk])).text
    with django_assert_num_queries(1):
        shown = for_readers.of(second)
    assert [(one["number"], one["path"], one["here"]) for one in shown] == [
        (1, first.path, False),
        (2, second.path, True),
    ]
    desk.logout()
    page = client.get(second.path).text
    assert first.path in page
    assert "还没有签发" not in page
    assert series.title not in page
    # The next save from the editor keeps the place; a text under review keeps its own.
    assert second.article.get_latest_revision_as_object().series_id == series.pk
    world.submit(draft)
    with pytest.raises(places.SeriesRefusedError):
        places.remove(series, draft.pk)


def test_health_days_are_laid_once_and_taken_from_a_table(world, client):
    assert HealthDay.objects.count() == len(starter.preloaded())  # by the set-up of the site
    assert starter.lay() == 0
    HealthDay.objects.all().delete()
    assert starter.lay() == len(starter.preloaded())
    client.force_login(world.chief)
    day = HealthDay.objects.get(name="世界高血压日")
    client.post(reverse("health_days:delete", args=[day.pk]))
    HealthDay.objects.all().delete()
    assert starter.lay() == 0  # the hospital has taken one away by hand: it knows the list
    with pytest.raises(ValidationError):
        HealthDay(name="没有这天", month=2, day=30).full_clean()
    text = "名称,月,日,星期,第几个,来源\n本院开放日,9,,6,-1,本院\n坏的一天,13,1,,,\n"
    page = client.post(reverse("health_days:import"), {"text": text})
    assert not HealthDay.objects.exists(), page
    client.post(reverse("health_days:import"), {"text": text.replace("坏的一天,13,1,,,\n", "")})
    assert (HealthDay.objects.get().weekday, HealthDay.objects.get().which) == (6, -1)
    client.force_login(world.librarian)
    assert client.post(reverse("health_days:import"), {"text": text}).status_code in (302, 403)
    assert HealthDay.objects.count() == 1
