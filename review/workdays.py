"""Working days with public holidays (法定节假日) and weekend days worked instead (调休), and the hours when notices rest.

The State Council names each year's days in the autumn before, so they are rows (Holiday), never code.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from review.models import Holiday


SATURDAY = 5


class Calendar:
    """The days named otherwise than their weekday says, read once; hand one on when asking often."""

    def __init__(self):
        self.works = dict(Holiday.objects.values_list("day", "works"))

    def is_workday(self, day):
        """Return whether ``day`` is worked: by its entry, else by its weekday."""
        return self.works.get(day, day.weekday() < SATURDAY)

    def shift(self, day, count):
        """Return the working day ``count`` working days after ``day`` (before it when negative).

        0 gives ``day`` itself, or the next working day when it is not one.
        """
        step = timedelta(days=-1 if count < 0 else 1)
        if count == 0:
            while not self.is_workday(day):
                day += step
            return day
        for _one in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def names_days_of(self, year):
        """Return whether any day of ``year`` is entered; without one, due dates count public holidays as worked."""
        return any(day.year == year for day in self.works)

    def missing_years(self, today):
        """Return the years due dates of today may fall into and of which no day is entered."""
        return [
            year
            for year in sorted({today.year, (today + timedelta(days=45)).year})
            if not self.names_days_of(year)
        ]

    def speaking_time(self, moment, quiet_from, quiet_until):
        """Return ``moment``, or the next one that lies on a working day outside the quiet hours.

        The quiet hours may pass midnight; both ends alike: there are none.
        """
        local = timezone.localtime(moment)
        if self.is_workday(local.date()) and not _quiet(local.time(), quiet_from, quiet_until):
            return moment
        day = local.date()
        if self.is_workday(day) and local.time() < quiet_until:
            return _at(day, quiet_until)
        if quiet_from == quiet_until:
            return _at(self.shift(day, 1), datetime.min.time())
        return _at(self.shift(day, 1), quiet_until)


def _quiet(time, quiet_from, quiet_until):
    if quiet_from <= quiet_until:
        return quiet_from <= time < quiet_until
    return time >= quiet_from or time < quiet_until


def _at(day, time):
    return timezone.make_aware(datetime.combine(day, time))
