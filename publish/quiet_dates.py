"""Quiet dates from a file: a table (CSV) or a calendar (.ics) of whole days, read and checked before anything is stored."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.errors import Refusal
from publish.models.planning import QuietDate


MOST_BYTES = 200_000
MOST_ROWS = 1000
COLUMNS = ("name", "from", "to", "no_push", "no_festive", "grey")
FLAGS = COLUMNS[3:]
FIELDS = dict(zip(COLUMNS, ("name", "first", "last", *FLAGS), strict=True))
# How spreadsheets and people write them; "√" and "是" as in Chinese tables.
YES = {"1", "yes", "y", "true", "x", "是", "√", "✓", "有"}
NO = {"0", "no", "n", "false", "-", "否", "×", "无"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")


class UnreadableFileError(Refusal):
    """A file that holds no quiet dates."""


@dataclass(frozen=True)
class Row:
    """One line of the file: what it would bring in, or ``problem``, why it cannot."""

    number: int
    text: str
    values: dict
    problem: str = ""
    known: bool = False


def decode(data):
    """Return the text of an uploaded file: UTF-8, or GB 18030 as Chinese Excel writes it. Raises UnreadableFileError."""
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(_("This file is too large for a list of days (200 KB at most)."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError(
        _("This file is not a text: save the table as CSV, or choose an .ics calendar.")
    )


def read(text):
    """Return the Rows of a CSV table or an .ics calendar. Raises UnreadableFileError when there are none."""
    lines = _calendar(text) if text.lstrip().upper().startswith("BEGIN:VCALENDAR") else _table(text)
    if len(lines) > MOST_ROWS:
        raise UnreadableFileError(_("This file holds more than 1,000 lines."))
    if not lines:
        raise UnreadableFileError(
            _("There are no days in this file. Its first line names the columns: %(columns)s.")
            % {"columns": ",".join(COLUMNS)}
        )
    known = set(QuietDate.objects.values_list("name", "first"))
    seen, rows = {}, []
    for number, shown, cells in lines:
        values, problem = _checked(cells)
        key = (values.get("name"), values.get("first"))
        if not problem and key in seen:
            problem = _("The same name and first day stand in line %(number)d already.") % {
                "number": seen[key]
            }
        seen.setdefault(key, number)
        rows.append(Row(number, shown, values, problem, key in known))
    return rows


@transaction.atomic
def store(rows):
    """Store all ``rows`` or none; what has the same name and first day is changed. Raises UnreadableFileError."""
    if any(row.problem for row in rows):
        raise UnreadableFileError(_("Some lines cannot be read; nothing was taken over."))
    for row in rows:
        others = {name: value for name, value in row.values.items() if name not in ("name", "first")}
        QuietDate.objects.update_or_create(
            name=row.values["name"], first=row.values["first"], defaults=others
        )
    return len(rows)


def export(dates):
    """Return ``dates`` as a CSV that `read` takes again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in dates:
        writer.writerow(
            [
                _harmless(row.name),
                row.first.isoformat(),
                row.last.isoformat(),
                *(int(getattr(row, f)) for f in FLAGS),
            ]
        )
    return out.getvalue()


def _harmless(text):
    # A spreadsheet would take it for a formula.
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _table(text):
    try:
        dialect = csv.Sniffer().sniff(text[:2000], delimiters=",;\t，")
    except csv.Error:
        dialect = csv.excel
    try:
        lines = [
            (number, [cell.strip() for cell in cells])
            for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), dialect), 1)
        ]
    except csv.Error as error:
        raise UnreadableFileError(_("This table cannot be read. Save it as CSV once more.")) from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        return []
    columns = _columns(lines[0][1])
    if columns:
        lines = lines[1:]
    columns = columns or list(COLUMNS)
    return [(number, " | ".join(cells), dict(zip(columns, cells, strict=False))) for number, cells in lines]


def _columns(cells):
    """Return the names of the columns when ``cells`` are a heading, in English or in the interface's language."""
    names = {column: column for column in COLUMNS}
    for column, field in FIELDS.items():
        names[field] = column
        names[str(QuietDate._meta.get_field(field).verbose_name).lower()] = column
    found = [names.get(cell.lower()) for cell in cells]
    return found if {"name", "from"} <= set(found) else None


def _calendar(text):
    """Return the whole-day events of an .ics calendar (RFC 5545: folded lines, an exclusive DTEND)."""
    lines, event, begun = [], None, 0
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for number, line in enumerate(unfolded.splitlines(), 1):
        name, _colon, value = line.partition(":")
        name = name.partition(";")[0].upper().strip()
        if line.strip().upper() == "BEGIN:VEVENT":
            event, begun = {}, number
        elif line.strip().upper() == "END:VEVENT" and event is not None:
            lines.append((begun, " ".join(event.values()), event))
            event = None
        elif event is not None and name == "SUMMARY":
            event["name"] = re.sub(r"\\(.)", lambda m: " " if m[1] in "nN" else m[1], value).strip()
        elif event is not None and name in ("DTSTART", "DTEND"):
            event["from" if name == "DTSTART" else "to"] = value.strip()[:8]
    for _number, _text, found in lines:
        last = _day(found.get("to", ""))
        if last and last != _day(found.get("from", "")):
            found["to"] = (last - timedelta(days=1)).isoformat()
    return lines


def _checked(cells):
    """Return (values, problem) of one line, as the form would take it."""
    name = cells.get("name", "").removeprefix("'")
    first = _day(cells.get("from", ""))
    last = _day(cells.get("to", "")) if cells.get("to") else first
    values = {"name": name, "first": first, "last": last}
    for flag in FLAGS:
        given = cells.get(flag, "").lower()
        if given and given not in YES | NO:
            return values, _("“%(text)s” is neither yes nor no.") % {"text": given[:20]}
        values[flag] = given in YES if given else QuietDate._meta.get_field(flag).default
    if not first or not last:
        text = cells.get("from" if not first else "to", "")
        return values, _("“%(text)s” is not a day; write it as 2026-12-13.") % {"text": text[:20]}
    try:
        QuietDate(**values).full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return values, " ".join(error.messages)
    return values, ""


def _day(text):
    match = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
