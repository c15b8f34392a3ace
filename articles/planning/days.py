"""When health days fall: on a date each year, or on the nth weekday of a month. No database."""

import calendar
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


LAST = -1


def begins(day, year):
    """Return the first date of ``day`` (month, day or weekday and which; see HealthDay) in ``year``.

    None when the year has no such date: 29 February, a fifth Monday.
    """
    if day.weekday:
        return nth_weekday(year, day.month, day.weekday, day.which)
    last = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, day.day) if day.day and day.day <= last else None


def nth_weekday(year, month, weekday, which):
    """Return the ``which``-th (1 to 5, -1 for the last) ``weekday`` (1 Monday … 7 Sunday) of a month, or None."""
    first, length = calendar.monthrange(year, month)
    days = range(1 + (weekday - 1 - first) % 7, length + 1, 7)
    if which == LAST:
        return date(year, month, days[-1])
    return date(year, month, days[which - 1]) if which and 1 <= which <= len(days) else None


def between(days, first, last):
    """Return [(begins, ends, day)] of what touches the dates from ``first`` to ``last``, in order of time.

    A week that began in December is found in January, too.
    """
    found = []
    for day in days:
        for year in range(first.year - 1, last.year + 1):
            start = begins(day, year)
            if start is None:
                continue
            end = start + timedelta(days=max(day.days, 1) - 1)
            if start <= last and end >= first:
                found.append((start, end, day))
    return sorted(found, key=lambda one: (one[0], one[1], one[2].name))


def following(day, today):
    """Return the next date (today included) on which ``day`` begins, or None within eight years."""
    years = range(today.year, today.year + 9)  # 1896 to 1904 was the longest wait for a 29 February
    return next((start for year in years if (start := begins(day, year)) and start >= today), None)


def check(month, day, weekday, which):
    """Raise ValidationError unless the fields name a date or an nth weekday, and not both."""
    if month is None:
        return  # the field says so itself
    if day and (weekday or which):
        raise ValidationError(_("Give either a day of the month, or a weekday and which one; not both."))
    if day:
        if 1 <= month <= 12 and day > calendar.monthrange(2024, month)[1]:  # a leap year has every date
            raise ValidationError(_("Month %(month)d has no day %(day)d.") % {"month": month, "day": day})
        return
    if not weekday or not which:
        raise ValidationError(_("Give a day of the month, or a weekday and which one of the month."))
    if which < LAST or which == 0:
        raise ValidationError(_("Which: 1 for the first to 5, or -1 for the last."))
