"""Quiet dates: the list, files of many with all or nothing, and the grey website."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import pytest

from publish import planning, quiet_dates
from publish.models import QuietDate
from tests.tools import published
from tests.tools.planning import TODAY, person, said


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planned_site")]
ACTIONS = ("add", "change", "delete", "view")
CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
SUMMARY:国家公祭\r
 日\\, 全国\r
DTSTART;VALUE=DATE:20261213\r
DTEND;VALUE=DATE:20261214\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:清明\r
DTSTART;VALUE=DATE:20270404\r
DTEND;VALUE=DATE:20270407\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def chief(client, django_user_model):
    rights = [f"publish.{action}_quietdate" for action in ACTIONS]
    client.force_login(person(django_user_model, "chief", *rights))
    return client


def upload(client, text, name="days.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("quiet_dates:import"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def take_over(client, page):
    return client.post(reverse("quiet_dates:import"), {"text": page.context["text"]}, follow=True)


def stored():
    return list(
        QuietDate.objects.order_by("first").values_list(
            "name", "first", "last", "no_push", "no_festive", "grey"
        )
    )


# --- by hand ------------------------------------------------------------------------------------------


def test_add_change_and_delete(chief):
    data = {"name": "公祭日", "first": "2026-12-13", "last": "2026-12-13", "no_push": "on", "grey": "on"}
    assert chief.post(reverse("quiet_dates:add"), data).status_code == 302
    assert stored() == [("公祭日", date(2026, 12, 13), date(2026, 12, 13), True, False, True)]
    one = QuietDate.objects.get()
    backwards = chief.post(reverse("quiet_dates:edit", args=[one.pk]), data | {"last": "2026-12-01"})
    assert backwards.status_code == 200 and backwards.context["form"].errors["last"]
    twice = chief.post(reverse("quiet_dates:add"), data)
    assert twice.status_code == 200 and QuietDate.objects.count() == 1
    html = chief.get(reverse("quiet_dates:index")).content.decode()
    assert "公祭日" in html and "2026-12-13" in html and reverse("quiet_dates:import") in html
    assert chief.post(reverse("quiet_dates:delete", args=[one.pk])).status_code == 302
    assert stored() == []


@pytest.mark.parametrize("name", ["index", "import", "export", "add"])
def test_who_may(client, django_user_model, name):
    client.force_login(person(django_user_model, "librarian2", "publish.view_push", "publish.change_push"))
    assert client.get(reverse(f"quiet_dates:{name}")).status_code == 302
    answer = client.post(reverse("quiet_dates:import"), {"text": "name,from\nx,2026-12-13\n"})
    assert answer.status_code == 302 and stored() == []


def test_queries_do_not_grow_with_dates(chief, django_assert_max_num_queries):
    def count():
        chief.get(reverse("quiet_dates:index"))
        with django_assert_max_num_queries(60) as queries:
            chief.get(reverse("quiet_dates:index"))
        return len(queries)

    QuietDate.objects.create(name="一", first=TODAY, last=TODAY)
    before = count()
    for number in range(10):
        QuietDate.objects.create(name=f"日{number}", first=TODAY, last=TODAY)
    assert count() == before


# --- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_is_shown_and_then_taken_over(chief, encoding, newline):
    table = newline.join(
        [
            "name,from,to,no_push,no_festive,grey",
            "国家公祭日,2026-12-13,,1,1,1",
            '"清明, 三天",2027/4/4,2027年4月6日,否,是,',
            "",
        ]
    )
    page = upload(chief, table.encode(encoding))
    assert [row.problem for row in page.context["rows"]] == ["", ""] and stored() == []
    assert said(take_over(chief, page))[0][0] == "success"
    assert stored() == [
        ("国家公祭日", date(2026, 12, 13), date(2026, 12, 13), True, True, True),
        ("清明, 三天", date(2027, 4, 4), date(2027, 4, 6), False, True, False),
    ]


def test_other_orders_separators_and_headings(chief):
    field = {name: QuietDate._meta.get_field(name).verbose_name for name in ("name", "first", "last", "grey")}
    heading = ";".join(str(field[name]) for name in ("first", "last", "grey", "name"))
    page = upload(chief, f"{heading}\n2026-12-13;2026-12-14;yes;公祭日\n")
    take_over(chief, page)
    assert stored() == [("公祭日", date(2026, 12, 13), date(2026, 12, 14), True, True, True)]


def test_each_bad_line_is_named_and_nothing_comes_in(chief):
    page = upload(
        chief,
        "name,from,to,no_push\n"
        "好的,2026-12-13,2026-12-13,1\n"
        ",2026-12-14,,1\n"
        "没有日期,soon,,1\n"
        "倒着的,2026-12-15,2026-12-01,1\n"
        "也许,2026-12-16,,maybe\n"
        "好的,2026-12-13,,0\n"
        f"{'长' * 61},2026-12-17,,1\n"
        "<script>alert(1)</script>,2026-02-30,,1\n",
    )
    rows = page.context["rows"]
    assert [row.number for row in rows if row.problem] == [3, 4, 5, 6, 7, 8, 9]
    assert all(row.problem for row in page.context["bad"])
    html = page.content.decode()
    assert "<script>alert" not in html and 'name="text"' not in html, "no way to take half of it over"
    answer = take_over(chief, page)
    assert said(answer)[0][0] == "error" and stored() == []


def test_the_same_file_twice_changes_and_doubles_nothing(chief):
    table = "name,from,to,no_push,no_festive,grey\n公祭日,2026-12-13,2026-12-13,1,1,0\n"
    take_over(chief, upload(chief, table))
    page = upload(chief, table.replace(",0\n", ",1\n"))
    assert [row.known for row in page.context["rows"]] == [True]
    take_over(chief, page)
    assert [row[-1] for row in stored()] == [True]


def test_a_calendar_of_whole_days(chief):
    take_over(chief, upload(chief, CALENDAR, "days.ics"))
    assert [row[:3] for row in stored()] == [
        ("国家公祭日, 全国", date(2026, 12, 13), date(2026, 12, 13)),
        ("清明", date(2027, 4, 4), date(2027, 4, 6)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name,from,to\n",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b"\xff\xfe\x00a\x00b",
        b"PK\x03\x04" + b"\0" * 50,
        b"x" * 200_001,
        b"a,2026-12-13\n" * 1001,
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b'"' * 5000,
    ],
)
def test_nonsense_is_refused_with_a_sentence(chief, data):
    answer = upload(chief, data)
    assert answer.status_code == 200 and stored() == []
    assert [level for level, _s in said(answer)] == ["error"] or answer.context["bad"]


def test_no_file_at_all(chief):
    answer = chief.post(reverse("quiet_dates:import"), {}, follow=True)
    assert said(answer)[0][0] == "error"


def test_what_is_saved_can_be_taken_over_again(chief):
    for name in ("公祭日", "=SUM(A1)", "-减", 'a,"b"'):
        QuietDate.objects.create(name=name, first=TODAY, last=TODAY + timedelta(days=1), grey=True)
    before = sorted(stored())
    answer = chief.get(reverse("quiet_dates:export"))
    text = answer.content.decode("utf-8-sig")
    assert "\n=SUM" not in text, "a spreadsheet would run it"
    QuietDate.objects.all().delete()
    take_over(chief, upload(chief, answer.content))
    assert sorted(stored()) == before


# --- the grey website --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "grey", "expected"),
    [
        (0, 0, True, True),
        (-2, 3, True, True),
        (1, 1, True, False),
        (-1, -1, True, False),
        (0, 0, False, False),
    ],
)
def test_the_website_is_grey_on_grey_days(client, first, last, grey, expected):
    publication = published.publish()
    QuietDate.objects.create(
        name="公祭日", first=TODAY + timedelta(days=first), last=TODAY + timedelta(days=last), grey=grey
    )
    for path in ("/", "/blood-pressure/", publication.path, "/search/?q=x", "/nowhere/", f"{publication.path}?v=large"):  # fmt: skip
        html = client.get(path).content.decode()
        head = html[: html.index("<head>")]
        assert ("grey" in head) == expected, path
        if "v=large" in path:
            assert "large" in head


def test_caches_learn_of_it_within_a_minute(client):
    """The page says how long it may be kept, and its mark changes with the colour, so a cache asks and is told."""
    path = published.publish().path
    before = client.get(path)
    assert before["Cache-Control"].startswith("public, max-age=60, ")
    assert client.get(path, headers={"if-none-match": before["ETag"]}).status_code == 304
    QuietDate.objects.create(name="公祭日", first=TODAY, last=TODAY, grey=True)
    assert client.get(path, headers={"if-none-match": before["ETag"]}).status_code == 200


def test_the_day_begins_at_midnight_in_shanghai(clock):
    QuietDate.objects.create(name="公祭日", first=TODAY, last=TODAY)
    assert planning.quiet(TODAY) and not planning.quiet(TODAY - timedelta(days=1))
    assert planning.quiet(TODAY, "grey") is None
    assert quiet_dates.export(QuietDate.objects.all()).count("\r\n") == 2
