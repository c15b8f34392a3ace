"""The nth weekday of a month, for any month."""

import calendar
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from articles.planning.days import LAST, nth_weekday


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(1, 7), st.sampled_from([1, 2, 3, 4, 5, LAST]))
def test_nth_weekday(year, month, weekday, which):
    found = nth_weekday(year, month, weekday, which)
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    rows = [day for day in days if day.isoweekday() == weekday]
    if found is None:
        assert which == 5
        assert len(rows) == 4
        return
    assert found == (rows[-1] if which == LAST else rows[which - 1])
    assert which != LAST or (found + timedelta(days=7)).month != month
