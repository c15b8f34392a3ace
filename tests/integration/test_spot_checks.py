"""常态化抽检 and the registers beside it: drawn again by anybody, judged by name, files checked line by line."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

import pytest

from review import spot_checks
from review.models import Account, OlderArticle, SpotCheck, SpotCheckItem, Verdict
from tests.factories import World
from tests.tools import published


pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


@pytest.fixture
def world():
    return World()


def register(count):
    OlderArticle.objects.bulk_create(
        OlderArticle(title=f"旧文{number}", url=f"https://mp.weixin.qq.com/s/{number}")
        for number in range(count)
    )


def html(response):
    return response.content.decode()


# --- the draw -----------------------------------------------------------------------------------------


def test_the_same_list_and_month_give_the_same_articles():
    entries = sorted(f"article:{number}" for number in range(200))
    seed = spot_checks.seed_of(MONTH, entries)
    drawn = spot_checks.sample(seed, entries, 5)
    assert len(drawn) == 10 and drawn == spot_checks.sample(seed, list(reversed(entries)), 5)
    # Written down once: a change of the rule would make older records look forged.
    assert drawn[:3] == ["article:78", "article:30", "article:18"]
    assert spot_checks.sample(spot_checks.seed_of(date(2026, 12, 1), entries), entries, 5) != drawn
    assert spot_checks.sample(spot_checks.seed_of(MONTH, entries[1:]), entries[1:], 5) != drawn
    assert len(spot_checks.sample(seed, entries[:1], 1)) == 1


def test_a_month_is_drawn_once_from_what_readers_can_see(world):
    own = published.publish("measuring").article
    world.make_article()  # a draft
    register(39)
    OlderArticle.objects.filter(title="旧文0").update(taken_down_on=MONTH)
    check = spot_checks.draw(date(2026, 11, 16))
    assert len(check.population) == 39 and f"article:{own.pk}" in check.population
    assert check.items.count() == 2 and spot_checks.drawn_again(check)
    register_more = OlderArticle.objects.create(title="新登记", url="https://example.cn/x")
    assert spot_checks.draw(date(2026, 11, 30)) == check and SpotCheck.objects.count() == 1
    spot_checks.draw_if_due(timezone.make_aware(timezone.datetime(2026, 12, 1, 6)))
    assert f"older:{register_more.pk}" in SpotCheck.objects.get(month=date(2026, 12, 1)).population
    # Whoever moves an item is found out.
    moved = check.items.first()
    other = next(e for e in check.population if e.startswith("older:") and int(e[6:]) != moved.older_id)
    if moved.older_id:
        SpotCheckItem.objects.filter(pk=moved.pk).update(older=int(other[6:]))
    else:
        SpotCheckItem.objects.filter(pk=moved.pk).update(article=None, older=int(other[6:]))
    assert not spot_checks.drawn_again(check)


def test_a_second_worker_finds_the_month_drawn(world, monkeypatch):
    register(3)
    drawn = spot_checks.draw(MONTH)
    first = iter([None])
    asked = SpotCheck.objects.filter

    def blind(**query):
        return asked(pk=0) if next(first, "seen") is None else asked(**query)

    monkeypatch.setattr(SpotCheck.objects, "filter", blind)
    assert spot_checks.draw(MONTH) == drawn and SpotCheckItem.objects.count() == 1


def test_nothing_to_draw_from_is_said(world, client):
    client.force_login(world.chief)
    answer = client.post(reverse("spot_checks:draw"), follow=True)
    assert answer.context["messages"] and not SpotCheck.objects.exists()
    spot_checks.draw_if_due(timezone.now())
    assert not SpotCheck.objects.exists()


# --- checking -------------------------------------------------------------------------------------------


def test_drawn_judged_and_reported(world, client):
    own = published.publish("measuring").article
    OlderArticle.objects.create(title="=HYPERLINK(1)", url="https://mp.weixin.qq.com/s/old")
    client.force_login(world.chief)
    SpotCheck.objects.all().delete()
    check = spot_checks.draw(percent=100)
    client.force_login(world.librarian)
    item = check.items.get(article=own)
    judge = reverse("spot_checks:judge", args=[item.pk])
    for post in (
        {},
        {"verdict": "open"},
        {"verdict": "mend", "note": " "},
        {"verdict": "nonsense", "note": "x"},
    ):
        client.post(judge, post)
        item.refresh_from_db()
        assert item.verdict == Verdict.OPEN
    client.post(judge, {"verdict": "mend", "note": "<script>剂量单位缺失</script>"})
    page = html(client.get(reverse("spot_checks:inspect", args=[check.pk])))
    assert reverse("corrections:begin", args=[own.pk]) in page and "<script>剂量" not in page
    item.refresh_from_db()
    assert item.checked_by == world.librarian
    client.force_login(world.chief)
    client.post(judge, {"verdict": "remove", "note": "指南已废止"})
    page = html(client.get(reverse("spot_checks:inspect", args=[check.pk])))
    assert reverse("withdrawals:withdraw", args=[own.pk]) in page
    report = client.get(reverse("spot_checks:report", args=[check.pk])).content.decode("utf-8-sig")
    assert "指南已废止" in report and check.seed in report and ",=HYPERLINK" not in report
    assert "'=HYPERLINK(1)" in report


def test_who_may_not_changes_nothing(world, client):
    register(2)
    check = spot_checks.draw(percent=100)
    item = check.items.first()
    client.force_login(world.physician)
    client.post(reverse("spot_checks:judge", args=[item.pk]), {"verdict": "fine"})
    client.post(reverse("older_articles:import"), {"text": "title,url\n一,https://a.cn/1"})
    for name, args in (("report", [check.pk]), ("inspect", [check.pk]), ("index", [])):
        assert client.get(reverse(f"spot_checks:{name}", args=args)).status_code == 302
    client.force_login(world.librarian)
    SpotCheck.objects.all().delete()
    client.post(reverse("spot_checks:draw"))
    assert not SpotCheck.objects.exists() and OlderArticle.objects.count() == 2


def test_one_item_is_one_article(world):
    register(1)
    check = spot_checks.draw(percent=100)
    with pytest.raises(IntegrityError):
        SpotCheckItem.objects.create(spot_check=check)


# --- older articles from a file -----------------------------------------------------------------------------


TABLE = """标题,地址,发表日期,科室,备注
量血压,https://mp.weixin.qq.com/s/1,2020-03-01,心血管内科,
,https://mp.weixin.qq.com/s/2,,,
吃药,javascript:alert(1),,,
睡眠,https://mp.weixin.qq.com/s/3,2020年4月31日,,
护牙,https://mp.weixin.qq.com/s/4,2021/5/6,牙科,
走路,https://mp.weixin.qq.com/s/1,,,
喝水,https://mp.weixin.qq.com/s/5,2022.7.8,,好文
"""


def test_good_lines_come_in_and_bad_lines_are_named(world, client):
    client.force_login(world.librarian)
    address = reverse("older_articles:import")
    data = TABLE.replace("标题,地址,发表日期,科室,备注", "title,url,published_on,department,note")
    file = SimpleUploadedFile("old.csv", data.encode("gb18030"))
    page = client.post(address, {"file": file})
    assert [row.number for row in page.context["bad"]] == [3, 4, 5, 6, 7] and page.context["good"] == 2
    assert not OlderArticle.objects.exists()
    for _twice in range(2):
        client.post(address, {"text": page.context["text"]})
    assert list(OlderArticle.objects.order_by("pk").values_list("title", "published_on", "note")) == [
        ("量血压", date(2020, 3, 1), ""),
        ("喝水", date(2022, 7, 8), "好文"),
    ]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x01", b"title,url\n", b"\x00" * 50, b"x" * 1_000_001])
def test_nonsense_files_are_refused_with_a_sentence(world, client, data):
    client.force_login(world.librarian)
    answer = client.post(
        reverse("older_articles:import"), {"file": SimpleUploadedFile("x.csv", data)}, follow=True
    )
    assert answer.status_code == 200 and (list(answer.context["messages"]) or answer.context.get("bad"))
    assert not OlderArticle.objects.exists()


# --- accounts -------------------------------------------------------------------------------------------------


def test_the_register_warns_before_a_verification_ends(world, client):
    today = timezone.localdate()
    for name, days in (("院号", 10), ("旧号", -5), ("新号", 31)):
        Account.objects.create(
            platform="微信公众号",
            name=name,
            operator="宣传科",
            filed_on=today,
            verified_until=today + timedelta(days=days),
        )
    client.force_login(world.librarian)
    index = reverse("registered_accounts:index")
    assert len(list(client.get(index).context["messages"])) == 1
    rows = client.get(index, {"verification": "ending"}).context["object_list"]
    assert {row.name for row in rows} == {"院号", "旧号"}
    Account.objects.create(platform="抖音", name="=1+1", operator="李", filed_on=today)
    exported = b"".join(client.get(index, {"export": "csv"}).streaming_content).decode()
    assert "'=1+1" in exported and "院号" in exported


def test_queries_of_the_lists_do_not_grow(world, client, django_assert_max_num_queries):
    client.force_login(world.librarian)
    today = timezone.localdate()
    counts = []
    for size in (3, 9):
        register_from = OlderArticle.objects.count()
        OlderArticle.objects.bulk_create(
            OlderArticle(title="旧", url=f"https://a.cn/{register_from + n}", department=world.department)
            for n in range(size)
        )
        Account.objects.bulk_create(
            Account(platform=f"{size}", name=f"{n}", operator="李", filed_on=today) for n in range(size)
        )
        SpotCheck.objects.all().delete()
        published.publish(f"own-{size}")
        check = spot_checks.draw(percent=100)
        with django_assert_max_num_queries(250) as queries:
            for address in (
                reverse("older_articles:index"),
                reverse("registered_accounts:index"),
                reverse("spot_checks:index"),
                reverse("spot_checks:inspect", args=[check.pk]),
                reverse("wagtailadmin_home"),
            ):
                assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] >= counts[1]
