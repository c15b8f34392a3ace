"""How reviews went, and what one person wrote and reviewed in a year, from the record."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

import pytest

from articles.models import ArticlePage
from review import reports, services
from review.models import ReviewTaskState
from tests.factories import World


pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return World()


def test_times_returns_and_load(world, client, clock):
    first = world.submit(world.make_article())
    ReviewTaskState.objects.filter(pk=first.pk).update(first_opened_at=timezone.now() + timedelta(hours=2))
    clock.shift(timedelta(hours=6))
    world.sign(first)
    second = world.submit(world.make_article())
    clock.shift(timedelta(hours=10))
    notes = [{"category": "numbers", "passage": "五分钟", "text": "单位不清", "suggestion": ""}]
    services.send_back(second, world.physician, seen_digest=services.read(second).digest, notes=notes)
    world.submit(world.make_article())  # still open, so not counted
    today = timezone.localdate()
    report = reports.throughput(today - timedelta(days=1), today)
    total = report["total"]
    assert (total.passes, total.returned, total.to_look, total.to_decide) == (2, 1, 2.0, 8.0)
    assert [line.label for line in report["people"]] == ["王示例"] and len(report["categories"]) == 1
    assert reports.throughput(today - timedelta(days=9), today - timedelta(days=8))["total"].passes == 0
    client.force_login(world.chief)
    page = client.get(reverse("review_report:index"))
    assert page.status_code == 200 and "<rect" in page.content.decode()
    sheet = client.get(reverse("review_report:index"), {"as": "csv"}).content.decode("utf-8-sig")
    assert "王示例,2,1,2.0,8.0,0" in sheet
    for nonsense in (
        {"first": "x", "last": ""},
        {"first": "2026-01-02", "last": "2026-01-01"},
        {"first": "0001-01-01", "last": "9999-12-31"},
    ):
        assert client.get(reverse("review_report:index"), nonsense).status_code == 200


def test_one_persons_year(world, client, clock):
    article = world.make_article(title="=1+1 高血压", author_user=world.librarian)
    world.publish(article)
    clock.shift(timedelta(days=60))  # into the next year
    world.publish()
    work = reports.work_of(world.physician, 2026)
    assert [piece.title for piece in work["reviewed"]] == ["=1+1 高血压"] and work["written"] == []
    assert work["reviewed"][0].address.endswith(f"/a/{article.pk}/")
    assert [piece.day for piece in reports.work_of(world.librarian, 2026)["written"]] == [date(2026, 11, 16)]
    assert len(reports.work_of(world.physician, 2027)["reviewed"]) == 1
    address = reverse("review_report:work")
    client.force_login(world.physician)
    assert f"/a/{article.pk}/" in client.get(address, {"year": "2026"}).content.decode()
    # Somebody else's year is for those who may look.
    refused = client.get(address, {"person": world.librarian.pk, "year": "2026"})
    assert refused.status_code == 302 and reverse("wagtailadmin_home") in refused["Location"]
    client.force_login(world.chief)
    sheet = client.get(address, {"person": world.physician.pk, "year": "2026", "as": "csv"})
    assert "'=1+1 高血压" in sheet.content.decode("utf-8-sig")
    for nonsense in ({"person": "x"}, {"person": "9" * 30}):
        assert client.get(address, nonsense).status_code in (302, 404)
    assert client.get(address, {"year": "99999"}).status_code == 200


def test_queries_do_not_grow(world, client, django_assert_max_num_queries):
    client.force_login(world.chief)
    counts = []
    for size in (1, 3):
        for _more in range(size):
            world.publish(author_user=world.librarian)
        with django_assert_max_num_queries(80) as queries:
            client.get(reverse("review_report:index"))
            client.get(reverse("review_report:work"), {"person": world.physician.pk})
        counts.append(len(queries))
    assert counts[0] >= counts[1]
    assert ArticlePage.objects.count() == 4
