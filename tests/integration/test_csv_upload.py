"""Uploaded tables: what people's spreadsheets write is read, a wrong line is named, nothing is stored by halves."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import pytest

from articles import exports
from articles.checks.tables import SensitiveWordTable
from articles.csv_upload import CsvTable, UnreadableTableError, choice, day, yes_no
from articles.models import SensitiveWord
from review.holidays import HolidayTable
from review.models import Holiday, OlderArticle, Physician
from review.older import OlderArticleTable
from tests.factories import World


pytestmark = pytest.mark.django_db
DAYS = [("day", "name", "works"), ("2026-10-01", "国庆节", "0"), ("2026-10-10", "国庆节，上班", "1")]
STORED = [(date(2026, 10, 1), "国庆节", False), (date(2026, 10, 10), "国庆节，上班", True)]


def stored():
    return list(Holiday.objects.order_by("day").values_list("day", "name", "works"))


def take(table, data):
    return table.store(table.read(table.decode(data)))


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gb18030-mark"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding, separator, newline):
    text = newline.join(separator.join(cells) for cells in DAYS) + newline
    if encoding == "gb18030-mark":
        encoding, text = "gb18030", "\ufeff" + text
    assert take(HolidayTable(), text.encode(encoding)) == 2
    assert stored() == STORED


def test_columns_stand_in_any_order_and_others_are_named():
    sheet = HolidayTable().read("备注,上班,名称,日期\n甲,休,元旦,2027年1月1日\n,班,补班,20270109\n")
    assert sheet.unread == ("备注",) and not sheet.bad
    HolidayTable().store(sheet)
    assert stored() == [(date(2027, 1, 1), "元旦", False), (date(2027, 1, 9), "补班", True)]


def test_a_wrong_line_is_named_by_its_number_and_nothing_is_stored():
    table = HolidayTable()
    sheet = table.read(
        "\n"
        "day,name,works\n"
        "2027-01-01,元旦,0\n"
        '2027-01-02,"元旦\n假期",0\n'
        "2027-02-30,春节,0\n"
        "2027-02-16,,0\n"
        "2027-02-17,春节,也许\n"
        "2027-02-18,春节,0,多出来的\n"
        "2027-01-01,元旦,1\n"
        f"2027-02-19,{'长' * 41},0\n"
    )
    assert [row.number for row in sheet.bad] == [6, 7, 8, 9, 10, 11]
    assert len({row.problem for row in sheet.bad}) == 6 and all(not row.values for row in sheet.bad)
    with pytest.raises(UnreadableTableError) as refused:
        table.store(sheet)
    assert "6" in refused.value.sentence and "2027-02-30" in refused.value.sentence
    assert stored() == []


def test_an_open_quotation_mark_swallows_no_lines():
    with pytest.raises(UnreadableTableError, match="2"):
        HolidayTable().read('2027-01-01,元旦,0\n2027-01-02,"元旦,0\n2027-01-03,元旦,0\n')


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + b"a" * 20, b"\xd0\xcf\x11\xe0" + b"a" * 20, "天".encode("utf-16")]
)
def test_a_workbook_is_refused_with_the_way_out(data):
    with pytest.raises(UnreadableTableError, match="CSV"):
        HolidayTable().decode(data)


def test_a_column_that_is_not_there_changes_nothing():
    known = OlderArticle.objects.create(
        title="旧", url="https://a.cn/1", note="好文", published_on=date(2020, 1, 2)
    )
    assert take(OlderArticleTable(), b"title,url\nnew,https://a.cn/1\n") == 1
    known.refresh_from_db()
    assert (known.title, known.note, known.published_on) == ("new", "好文", date(2020, 1, 2))
    assert take(OlderArticleTable(), b"title,url,note\nnew,https://a.cn/1,\n") == 1
    known.refresh_from_db()
    assert known.note == "", "an empty cell says empty"


def test_a_clash_with_what_is_there_names_its_line_and_undoes_the_others():
    class ByName(CsvTable):
        model = Holiday
        columns = {"day": "day", "name": "name"}
        key = ("name",)

    Holiday.objects.create(day=date(2027, 1, 1), name="元旦")
    sheet = ByName().read("day,name\n2027-05-01,劳动节\n2027-01-01,新年\n")
    with pytest.raises(UnreadableTableError, match="3"):
        ByName().store(sheet)
    assert [name for _day, name, _works in stored()] == ["元旦"]


def test_a_long_list_is_stored_in_few_statements(django_assert_max_num_queries):
    """20,000 words one by one took longer than a worker may take for a request."""
    lines = [f"错词{number}甲,对{number}" for number in range(1_200)]
    sheet = SensitiveWordTable().read("word,instead\n" + "\n".join(lines))
    with django_assert_max_num_queries(12):
        SensitiveWordTable().store(sheet)
    sheet = SensitiveWordTable().read("word,instead\n" + "\n".join([*lines[1:], "错词0甲,另"]))
    with django_assert_max_num_queries(12):
        SensitiveWordTable().store(sheet)
    changed = SensitiveWord.objects.exclude(instead__startswith="对").values_list("word", "instead")
    assert (SensitiveWord.objects.count(), list(changed)) == (1_200, [("错词0甲", "另")])


def test_what_was_read_on_the_first_step_is_taken_on_the_second(client):
    """A file just under the limit in GB 18030 is longer in UTF-8; empty lines at its head keep their numbers."""
    client.force_login(World().librarian)
    title = "字" * 119
    lines = [f"{title},https://a.cn/{number}" for number in range(3700)]
    data = ("\n\ntitle,url\n" + "\n".join(lines)).encode("gb18030")
    assert len(data) < OlderArticleTable.max_bytes < len(data.decode("gb18030").encode())
    address = reverse("older_articles:import")
    page = client.post(address, {"file": SimpleUploadedFile("old.csv", data)})
    assert page.context["good"] == 3700 and page.context["rows"][0].number == 4
    assert 'type="hidden" name="text" value="\n\ntitle,url\n' in page.content.decode()
    client.post(address, {"text": page.context["text"]})
    assert OlderArticle.objects.count() == 3700


def test_what_an_export_marks_is_taken_back():
    for text in ("=SUM(1)", "+1", "-x", "@a", "＝1+1", "普通", "'quoted'"):
        assert exports.plain(exports.inert(text)) == text
    # What PostgreSQL or a workbook would refuse goes neither in nor out.
    assert exports.inert("=甲\x00\x0b\n乙") == "'=甲\n乙"
    (row,) = SensitiveWordTable().read("错\x00词\x0b").good
    assert row.values["word"] == "错词"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-13", date(2026, 12, 13)),
        ("2026年12月3日", date(2026, 12, 3)),
        ("2026/1/2 10:30", date(2026, 1, 2)),
        ("20261213", date(2026, 12, 13)),
        ("", None),
    ],
)
def test_days(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "2026123", "2026-13-01", "13.12.2026", "2026-1"])
def test_what_is_no_day(text):
    with pytest.raises(ValidationError):
        day(text)


def test_words_for_yes_and_no_and_choices():
    assert yes_no("是") and yes_no("", default=True) and yes_no("班", yes={"班"}) and not yes_no("×")
    with pytest.raises(ValidationError):
        yes_no("maybe")
    field = Physician._meta.get_field("profession")
    value, word = field.flatchoices[-1]
    assert choice(str(word), field) == choice(str(value), field) == value
    with pytest.raises(ValidationError):
        choice("nobody knows", field)
