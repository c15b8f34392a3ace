"""Slots, spans and quiet dates from files: plain logic."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import csv_upload
from publish import planning, quiet_dates


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2100, 12, 31)))
def test_a_month_is_shown_in_whole_weeks(day):
    first, last = planning.month_of(day)
    assert first.weekday() == 0 and last.weekday() == 6
    assert first <= day.replace(day=1) and day <= last
    assert ((last - first).days + 1) % 7 == 0 and (last - first).days < 42
    assert (day.replace(day=1) - first).days < 7, "no week too many before it"
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    assert (last - following).days < 6, "nor after it"


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2100, 12, 31)))
def test_a_week_begins_on_monday(day):
    first, last = planning.week_of(day)
    assert first.weekday() == 0 and first <= day <= last and (last - first).days == 6


@given(st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2100, 1, 1)))
def test_days_are_those_of_shanghai(moment):
    """Eight hours ahead of UTC, whatever time zone the moment is written in."""
    utc = moment.replace(tzinfo=UTC)
    day = planning.shanghai_day(utc)
    assert planning.at(day, time(0)) <= utc
    assert (utc - planning.at(day, time(0))).total_seconds() < 24 * 3600


def test_slots_of_a_weekday():
    times = [[time(8), time(20, 30)], *([[]] * 6)]
    monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    assert [f"{slot:%Y-%m-%d %H:%M %z}" for slot in planning.slots_of(monday, times)] == [
        "2026-11-16 08:00 +0800",
        "2026-11-16 20:30 +0800",
    ]
    assert planning.slots_of(tuesday, times) == []


@pytest.mark.parametrize("text", ["x" * 300, "2026", "2026-13-01", "2026-02-30", "20260", "今天"])
def test_what_is_no_day(text):
    with pytest.raises(ValidationError):
        csv_upload.day(text)


@pytest.mark.parametrize(
    "text", ["2026-12-13", "2026/12/13", "2026.12.13", "20261213", "2026年12月13日", " 2026-12-13 "]
)
def test_ways_to_write_a_day(text):
    assert csv_upload.day(text) == date(2026, 12, 13)


@given(st.binary(max_size=300))
def test_nonsense_bytes_are_refused_or_text(data):
    try:
        assert isinstance(quiet_dates.QuietDateTable().decode(data), str)
    except csv_upload.UnreadableTableError as refusal:
        assert refusal.sentence
