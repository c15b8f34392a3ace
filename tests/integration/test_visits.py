"""Visits: what counts and as what, that nothing is lost or kept about readers, and what librarians see of it."""

import csv
import io
import re
from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

import pytest

from publish import publishing, visit_report, visits
from publish.models import VisitCount
from publish.website import counting
from tests.factories import World
from tests.integration.test_planners_at_once import at_once
from tests.tools import published


pytestmark = pytest.mark.django_db
ADDRESS = "/blood-pressure/home-blood-pressure/"
PAGE = f"http://testserver{ADDRESS}"
PHONE = (
    "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36 MicroMessenger/8.0"
)


@pytest.fixture(autouse=True)
def sums(monkeypatch):
    """What this process has counted, empty at first."""
    fresh = visits.Sums()
    monkeypatch.setattr(visits, "sums", fresh)
    return fresh


def counted():
    """Write what was counted and return {source: visits}."""
    assert visits.sums.write()
    return dict(VisitCount.objects.values_list("source", "visits"))


def ask(name, query="", agent=PHONE, referer=None, method="get", **headers):
    """Ask for the picture as a browser does; return the response, which is always the same picture and keeps nothing."""
    headers |= {"user-agent": agent} | ({"referer": referer} if referer else {})
    response = getattr(Client(), method)(f"/count/{name}{query}", headers=headers)
    assert response.status_code == 200 and response.headers["Content-Type"] == "image/gif"
    assert method == "head" or response.content == counting.PICTURE
    assert response.headers["Cache-Control"] == "no-store" and not response.cookies
    return response


# --- what counts ------------------------------------------------------------------------------------


def test_where_a_reader_came_from_is_one_of_five_words(sums, django_assert_num_queries):
    publication = published.publish()
    name = f"{publication.article_id}.gif"
    with django_assert_num_queries(0):
        for query, referer in (
            ("?from=search", PAGE),
            ("?from=site", f"{PAGE}?from=qr"),  # what the page's script says goes before
            ("", f"{PAGE}?from=qr"),
            ("", f"{PAGE}?v=large&from=wechat"),
            ("", PAGE),
            ("", None),
            ("", f"{PAGE}?from=search"),  # an address may not claim this
            ("", "http://elsewhere.example/?from=qr"),
            ("", "http://[bad?from=qr"),
            ("?from=" + "x" * 4000, f"{PAGE}?" + "a=b&" * 2000),
            ("?from=%00", f"{PAGE}?from=%ff"),
            ("?from=QR&from=constructor", None),
        ):
            ask(name, query, referer=referer)
        for number in range(1000):
            sums.count(publication.article_id, counting.source_of(_request(f"?from=source{number}")))
    assert counted() == {"search": 1, "site": 1, "qr": 1, "wechat": 1, "other": 8 + 1000}


def _request(query):
    return Client().get(f"/count/x{query}").wsgi_request


def test_only_a_readers_browser_on_a_page_of_ours_counts_and_only_what_is_live():
    live, gone = published.publish(), published.publish("gone", title="撤回的一篇")
    draft = published.article("draft")
    publishing.withdraw(gone, reason="数字有误")
    name = f"{live.article_id}.gif"
    for unknown in ("9" * 18, "9" * 40, "0", "-1", "1.gif/x", "..%2f1", "x", "", f"٣{live.article_id}"):
        ask(unknown if "gif" in unknown else f"{unknown}.gif")
    ask(f"{gone.article_id}.gif")
    ask(f"{draft.pk}.gif")
    ask(name, method="head")
    ask(name, **{"sec-fetch-site": "cross-site"})
    ask(name, **{"sec-fetch-site": "none"})
    for agent in ("Baiduspider-render/2.0", "Googlebot/2.1", "mpcrawler", "curl/8.5", "HeadlessChrome/130"):
        ask(name, agent=agent)
    assert counted() == {}
    ask(name, **{"sec-fetch-site": "same-origin"})
    ask(name, agent="")
    assert counted() == {"other": 2}
    assert Client().post(f"/count/{name}").status_code == 405
    assert {field.name for field in VisitCount._meta.fields} == {"id", "day", "article", "source", "visits"}


def test_the_page_and_the_permanent_address_carry_the_source(client):
    publication = published.publish()
    picture = f"/count/{publication.article_id}.gif"
    for path, shown in ((ADDRESS, 1), (f"{ADDRESS}?v=large", 1), (f"{ADDRESS}?v=print", 0), ("/", 0)):
        html = client.get(path).content.decode()
        assert len(re.findall(f'<noscript data-count="{picture}"><img src="{picture}"', html)) == shown, path
    for asked, to in {
        "": "",
        "?from=qr": "?from=qr",
        "?from=wechat&v=large": "?v=large&from=wechat",
        "?p=xl-3-key": "?from=wechat",
        "?p=xl-3-key&from=singlemessage": "",
        "?from=search": "",
        "?from=//evil.example": "",
    }.items():
        answer = client.get(publication.permanent_path + asked)
        assert (answer.status_code, answer.headers["Location"]) == (302, ADDRESS + to), asked
    assert client.get(f"{ADDRESS}?from=qr").content == client.get(ADDRESS).content


# --- writing ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_processes_that_write_at_once_lose_nothing():
    one, two = published.publish().article_id, published.publish("two", title="第二篇").article_id

    def process(order):
        def act():
            own = visits.Sums()
            for _round in range(10):
                for article in order:
                    for source in ("qr", "wechat"):
                        own.count(article, source)
                        own.count(article, source)
                assert own.write()

        return act

    assert at_once(*[process(order) for order in ((one, two), (two, one)) * 2]) == ["done"] * 4
    found = VisitCount.objects.values_list("article", "source", "visits", "day")
    today = timezone.localdate()
    assert sorted(found) == sorted(
        (pk, source, 80, today) for pk in (one, two) for source in ("qr", "wechat")
    )


def test_while_the_database_is_away_the_picture_comes_and_the_sums_wait(sums, monkeypatch):
    publication = published.publish()

    def away(execute, sql, params, many, context):
        raise OperationalError("database is locked")

    with connection.execute_wrapper(away):
        ask(f"{publication.article_id}.gif", "?from=site")
        assert not sums.write()
        ask(f"{publication.article_id}.gif", "?from=site")
        assert not sums.write()
        monkeypatch.setattr(visits, "MOST", 3)
        for unknown in range(10, 40):
            ask(f"{unknown}.gif")
        ask(f"{publication.article_id}.gif", "?from=site")
    assert len(sums._sums) == 3
    assert counted() == {"site": 3}


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_while_there_is_something_and_at_the_end(sums, settings):
    publication = published.publish()
    settings.VISITS_WRITTEN_EVERY = 0.01
    for number in (1, 2):
        ask(f"{publication.article_id}.gif")
        if thread := sums._thread:
            thread.join()
        assert VisitCount.objects.get().visits == number
    settings.VISITS_WRITTEN_EVERY = 3600
    ask(f"{publication.article_id}.gif")
    sums.finish()
    assert VisitCount.objects.get().visits == 3 and sums._thread is None


# --- what librarians see ----------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    world = World()
    client.force_login(world.librarian)
    return world


def row(publication, source, number, ago=0):
    day = timezone.localdate() - timedelta(days=ago)
    VisitCount.objects.create(day=day, article=publication.article, source=source, visits=number)


def said(english):
    with translation.override("zh-hans"):
        return gettext(english)


def test_the_report_adds_up_and_compares_with_the_period_before(desk, django_assert_max_num_queries):
    first, second = published.publish(), published.publish("second", title="高血压患者的饮食")
    row(first, "qr", 5)
    row(first, "wechat", 20, ago=6)
    row(first, "wechat", 10, ago=7)
    row(second, "search", 3, ago=2)
    row(second, "search", 9, ago=13)
    row(second, "search", 1000, ago=14)
    with django_assert_max_num_queries(6):
        report = visit_report.Report(7)
        assert (report.total.now, report.total.before, report.total.change) == (28, 19, 47)
        assert [(line.now, line.before) for line in report.sources] == [
            (20, 10),
            (5, 0),
            (3, 9),
            (0, 0),
            (0, 0),
        ]
        assert [bar.total for bar in report.bars] == [20, 0, 0, 0, 3, 0, 5]
        lines = [(one.label, one.now, one.before, one.change, one.numbers) for one in report.articles(10)]
    assert lines == [
        (first.title, 25, 10, 150, [20, 5, 0, 0, 0]),
        (second.title, 3, 9, -67, [0, 0, 3, 0, 0]),
    ]
    chart = visit_report.chart(report.bars)
    assert (chart["top"], chart["width"]) == (20, 7)
    assert chart["bars"][0]["pieces"] == [("wechat", "0.00", "100.00")]
    year = visit_report.Report(365, date(2026, 3, 1))
    assert (year.bars[0].first, year.bars[-1].last, len(year.bars)) == (
        date(2025, 3, 2),
        date(2026, 3, 1),
        53,
    )
    assert all(a.last + timedelta(days=1) == b.first for a, b in zip(year.bars, year.bars[1:], strict=False))
    assert visit_report.Report(30, words="饮食").total.now == 1012
    assert visit_report.Report(7, article=first.article_id).total.now == 25
    assert visit_report.Report(7, topic=desk.topic.pk).total.now == 28
    assert visit_report.Report(7, department=desk.other_department.pk).total.now == 0


def test_the_page_shows_chart_table_and_files_to_those_who_may_look(desk, client):
    page = reverse("visits:index")
    assert said(
        "No visit has been counted yet. From now on each article counts how often readers open it on the website."
    ) in (client.get(page).content.decode())
    hostile = published.publish(title='=1+1,"<b>x')
    row(hostile, "qr", 1234, ago=1)
    html = client.get(page).content.decode()
    assert '<rect class="visits-qr"' in html and "<strong>1234 " in html and "<b>x" not in html
    assert client.get(page, {"days": "x", "topic": "0", "article": "'", "q": "%"}).status_code == 200
    assert "data-empty" in client.get(page, {"q": "没有这样的题目"}).content.decode()
    alone = client.get(page, {"days": 365, "article": hostile.article_id}).content.decode()
    assert '<rect class="visits-qr"' in alone and f'name="article" value="{hostile.article_id}"' in alone
    answer = client.get(page, {"as": "articles"})
    (head, line) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert line[:3] == ["'" + hostile.title, hostile.path, "1234"] and len(head) == len(line)
    rows = list(csv.reader(io.StringIO(client.get(page, {"as": "days"}).content.decode("utf-8-sig"))))
    assert len(rows) == 31 and sum(int(one[2]) for one in rows[1:]) == 1234
    edit = reverse("wagtailadmin_pages:edit", args=[hostile.article_id])
    assert f"{page}?article={hostile.article_id}" in client.get(edit).content.decode()
    allowed = {"librarian", "chief", "admin", "root"}
    for user in (desk.librarian, desk.chief, desk.admin, desk.root, desk.physician):
        client.force_login(user)
        assert (client.get(page).status_code == 200) == (user.username in allowed), user
    assert list(
        Permission.objects.filter(codename__endswith="visitcount").values_list("codename", flat=True)
    ) == ["view_visitcount"]
