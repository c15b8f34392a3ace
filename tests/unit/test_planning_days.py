"""When health days fall: pure dates."""

from datetime import date
from types import SimpleNamespace

from django.core.exceptions import ValidationError

import pytest

from articles.planning import days, starter


def day(month, day=None, weekday=None, which=None, days=1, name="日"):
    return SimpleNamespace(month=month, day=day, weekday=weekday, which=which, days=days, name=name)


@pytest.mark.parametrize(
    ("one", "year", "expected"),
    [
        (day(5, 17), 2026, date(2026, 5, 17)),
        (day(11, weekday=3, which=3), 2026, date(2026, 11, 18)),  # 世界慢阻肺日
        (day(3, weekday=4, which=2), 2026, date(2026, 3, 12)),  # 世界肾脏日
        (day(5, weekday=2, which=1), 2027, date(2027, 5, 4)),  # 世界哮喘日
        (day(2, weekday=7, which=-1), 2026, date(2026, 2, 22)),
        (day(2, 29), 2026, None),
        (day(2, 29), 2028, date(2028, 2, 29)),
        (day(2, weekday=1, which=5), 2026, None),
    ],
)
def test_when_a_health_day_falls(one, year, expected):
    assert days.begins(one, year) == expected


def test_what_touches_a_span_is_found_also_over_the_new_year():
    week = day(12, 29, days=7, name="跨年周")
    one = day(1, 4, name="新年第四天")
    found = days.between([one, week], date(2027, 1, 1), date(2027, 1, 31))
    assert [(start, end, each.name) for start, end, each in found] == [
        (date(2026, 12, 29), date(2027, 1, 4), "跨年周"),
        (date(2027, 1, 4), date(2027, 1, 4), "新年第四天"),
    ]
    assert days.following(day(2, 29), date(2096, 3, 1)) == date(2104, 2, 29)


@pytest.mark.parametrize(
    "wrong", [(2, 30, None, None), (5, 17, 1, 1), (5, None, 1, None), (5, None, None, None), (5, None, 1, -2)]
)
def test_days_that_are_none_are_refused(wrong):
    with pytest.raises(ValidationError):
        days.check(*wrong)


def test_the_preloaded_days_are_sound():
    rows = starter.preloaded()
    assert len(rows) >= 30
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert row["source"]
        assert set(row) <= {"name", "month", "day", "weekday", "which", "days", "note", "source"}
        days.check(row["month"], row.get("day"), row.get("weekday"), row.get("which"))
    named = {row["name"]: row for row in rows}
    assert (named["世界高血压日"]["month"], named["世界高血压日"]["day"]) == (5, 17)
    assert named["全国肿瘤防治宣传周"]["days"] == 7
