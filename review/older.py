"""Older WeChat articles from a table (CSV): read and checked line by line before anything is stored."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.models import Department
from review.models import OlderArticle


MOST_BYTES = 1_000_000
MOST_ROWS = 5000
COLUMNS = ("title", "url", "published_on", "department", "note")
_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[ T]\d.*)?")


class UnreadableTableError(Refusal):
    """A file that holds no articles."""


@dataclass(frozen=True)
class Row:
    """One line of the file: what it would bring in, or ``problem``, why it cannot; ``known``: it changes one that is there."""

    number: int
    text: str
    values: dict
    problem: str = ""
    known: bool = False


def decode(data):
    """Return the text of an uploaded file: UTF-8, or GB 18030 as Chinese Excel writes it. Raises UnreadableTableError."""
    if len(data) > MOST_BYTES:
        raise UnreadableTableError(_("This file is too large (1 MB at most). Divide it."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTableError(_("This file is not a text. Save the table as CSV and choose that file."))


def read(text):
    """Return the Rows of a CSV table whose first line may name its columns. Raises UnreadableTableError."""
    try:
        lines = _lines(text)
    except csv.Error as error:
        raise UnreadableTableError(_("This table cannot be read. Save it as CSV once more.")) from error
    if len(lines) > MOST_ROWS:
        raise UnreadableTableError(_("This file holds more than 5,000 lines. Divide it."))
    if not lines:
        raise UnreadableTableError(
            _("There are no articles in this file. Its first line names the columns: %(columns)s.")
            % {"columns": ",".join(COLUMNS)}
        )
    departments = {department.name: department for department in Department.objects.all()}
    known = set(OlderArticle.objects.values_list("url", flat=True))
    seen, rows = {}, []
    for number, cells in lines:
        values, problem = _checked(cells, departments)
        url = values.get("url")
        if not problem and url in seen:
            problem = _("The same address stands in line %(number)d already.") % {"number": seen[url]}
        seen.setdefault(url, number)
        rows.append(Row(number, " | ".join(cells.values()), values, problem, url in known))
    return rows


@transaction.atomic
def store(rows):
    """Store the ``rows`` without a problem, changing those whose address is known; return how many."""
    good = [row for row in rows if not row.problem]
    for row in good:
        others = {name: value for name, value in row.values.items() if name != "url"}
        OlderArticle.objects.update_or_create(url=row.values["url"], defaults=others)
    return len(good)


def _lines(text):
    """Return (line number, {column: cell}) of the lines that hold something."""
    try:
        dialect = csv.Sniffer().sniff(text[:2000], delimiters=",;\t，")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    lines = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(rows, 1)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    columns = _columns(lines[0][1]) if lines else None
    if columns:
        lines = lines[1:]
    names = columns or COLUMNS
    return [
        (number, {name: cell for name, cell in zip(names, cells, strict=False) if name})
        for number, cells in lines
    ]


def _columns(cells):
    """Return the names of the columns when ``cells`` are a heading, in English or in the interface's language."""
    names = {column: column for column in COLUMNS}
    for column in COLUMNS:
        names[str(OlderArticle._meta.get_field(column).verbose_name).lower()] = column
    found = [names.get(cell.lower()) for cell in cells]
    return found if {"title", "url"} <= set(found) else None


def _checked(cells, departments):
    """Return (values, problem) of one line."""
    day = cells.get("published_on", "")
    department = cells.get("department", "")
    values = {
        "title": cells.get("title", "").removeprefix("'"),
        "url": cells.get("url", ""),
        "published_on": _day(day),
        "department": departments.get(department),
        "note": cells.get("note", "").removeprefix("'"),
    }
    if day and values["published_on"] is None:
        return values, _("“%(text)s” is not a day; write it as 2026-12-13.") % {"text": day[:20]}
    if department and values["department"] is None:
        return values, _("There is no department “%(text)s” here. Leave it empty or add it first.") % {
            "text": department[:20]
        }
    try:
        OlderArticle(**values).full_clean(validate_unique=False)
    except ValidationError as error:
        return values, " ".join(
            f"{OlderArticle._meta.get_field(name).verbose_name}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
    if not values["url"].lower().startswith(("http://", "https://")):
        return values, _("The address begins with https://.")
    return values, ""


def _day(text):
    match = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
