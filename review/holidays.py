"""Public holidays from a file: a CSV of day, name, works; read and checked wholly before anything is stored."""

import csv
import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from review.errors import ReviewStateError
from review.models import Holiday


MOST_BYTES = 200_000
MOST_ROWS = 1000
COLUMNS = ("day", "name", "works")
YES = {"1", "yes", "y", "true", "是", "上班", "调休", "班"}
NO = {"", "0", "no", "n", "false", "否", "放假", "休"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class UnreadableFileError(ReviewStateError):
    """A file that holds no holidays."""


@dataclass(frozen=True)
class Row:
    """One line: what it would bring in, or ``problem``, why it cannot."""

    number: int
    text: str
    day: date | None = None
    name: str = ""
    works: bool = False
    problem: str = ""


def decode(data):
    """Return the text of a file: UTF-8, or GB 18030 as Chinese Excel writes it. Raises UnreadableFileError."""
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(_("This file is too large for a list of days (200 KB at most)."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError(_("This file is not a text: save the table as CSV."))


def read(text):
    """Return the Rows of a CSV. Raises UnreadableFileError when there are none or too many."""
    try:
        lines = [
            (number, [cell.strip() for cell in cells])
            for number, cells in enumerate(csv.reader(text.replace("，", ",").splitlines()), 1)
        ]
    except csv.Error:
        raise UnreadableFileError(_("This file cannot be read as a table: save it as CSV.")) from None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if lines and not _DATE.fullmatch(lines[0][1][0]):
        lines = lines[1:]
    if not lines:
        raise UnreadableFileError(
            _("There are no days in this file. Its columns are: %(columns)s.")
            % {"columns": ",".join(COLUMNS)}
        )
    if len(lines) > MOST_ROWS:
        raise UnreadableFileError(_("This file holds more than 1,000 lines."))
    seen, rows = {}, []
    for number, cells in lines:
        row = _checked(number, cells)
        if not row.problem and row.day in seen:
            known = _("This day stands in line %(number)d already.") % {"number": seen[row.day]}
            row = Row(number, row.text, problem=known)
        seen.setdefault(row.day, number)
        rows.append(row)
    return rows


@transaction.atomic
def store(rows):
    """Store all ``rows`` or none; a day that is there is changed. Return how many. Raises UnreadableFileError."""
    bad = [row for row in rows if row.problem]
    if bad:
        lines = "\n".join(
            _("Line %(number)d: %(problem)s") % {"number": row.number, "problem": row.problem}
            for row in bad[:20]
        )
        raise UnreadableFileError(_("Some lines cannot be read; nothing was taken over.") + "\n" + lines)
    for row in rows:
        Holiday.objects.update_or_create(day=row.day, defaults={"name": row.name, "works": row.works})
    return len(rows)


def _checked(number, cells):
    text = " | ".join(cells)[:200]
    day, name, works = (*cells, "", "")[:3]
    found = _day(day)
    if found is None:
        return Row(
            number, text, problem=_("“%(text)s” is not a day; write it as 2026-10-01.") % {"text": day[:20]}
        )
    if not name or len(name) > Holiday._meta.get_field("name").max_length:
        return Row(number, text, problem=_("The name is missing or longer than 40 characters."))
    if works.lower() not in YES | NO:
        return Row(number, text, problem=_("“%(text)s” is neither yes nor no.") % {"text": works[:20]})
    return Row(number, text, found, name, works.lower() in YES)


def _day(text):
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
