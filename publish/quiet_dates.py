"""Quiet dates from a file: a table (CSV) or a calendar (.ics) of whole days; and back into a table."""

import csv
import io
import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.csv_upload import CsvTable, day
from articles.exports import inert
from publish.models.planning import QuietDate


FLAGS = ("no_push", "no_festive", "grey")


class QuietDateTable(CsvTable):
    """Days of mourning or restraint, by name and first day."""

    model = QuietDate
    columns = {"name": "name", "from": "first", "to": "last"} | {flag: flag for flag in FLAGS}
    key = ("name", "first")
    max_bytes = 200_000
    max_lines = 1000

    def complete(self, values):
        """Return ``values``; without a last day it is the first. Raises ValidationError without a day."""
        if not values.get("first"):
            raise ValidationError(_("The first day is missing."))
        return values | {"last": values.get("last") or values["first"]}

    def lines(self, text):
        """As in CsvTable, of a calendar too."""
        if text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
            return list(_events(text)), ()
        return super().lines(text)


def export(dates):
    """Return ``dates`` as a CSV that `QuietDateTable` takes again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(QuietDateTable.columns)
    for row in dates:
        writer.writerow(
            [
                inert(row.name),
                row.first.isoformat(),
                row.last.isoformat(),
                *(int(getattr(row, f)) for f in FLAGS),
            ]
        )
    return out.getvalue()


def _events(text):
    """Yield the whole-day events of an .ics calendar as lines (RFC 5545: folded lines, an exclusive DTEND)."""
    event, begun = None, 0
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for number, line in enumerate(unfolded.splitlines(), 1):
        name, _colon, value = line.partition(":")
        name = name.partition(";")[0].upper().strip()
        if line.strip().upper() == "BEGIN:VEVENT":
            event, begun = {}, number
        elif line.strip().upper() == "END:VEVENT" and event is not None:
            yield begun, " ".join(event.values()), _with_last_day(event)
            event = None
        elif event is not None and name == "SUMMARY":
            event["name"] = re.sub(r"\\(.)", lambda m: " " if m[1] in "nN" else m[1], value).strip()
        elif event is not None and name in ("DTSTART", "DTEND"):
            event["from" if name == "DTSTART" else "to"] = value.strip()[:8]


def _with_last_day(event):
    try:
        first, end = day(event.get("from", "")), day(event.get("to", ""))
    except ValidationError:
        return event
    if end and end != first:
        return event | {"to": (end - timedelta(days=1)).isoformat()}
    return event
