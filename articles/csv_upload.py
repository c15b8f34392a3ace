"""Tables people upload (CSV): read and checked line by line, then stored whole or not at all.

A kind of table is a subclass of `CsvTable`; ``articles.views.csv_upload`` gives it a page in two steps, look and take over.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.exports import plain, without_controls


# How spreadsheets and people write them; "√" and "是" as in Chinese tables.
YES = {"1", "yes", "y", "true", "x", "是", "√", "✓", "有"}
NO = {"0", "no", "n", "false", "-", "否", "×", "无"}
# A time after the day, as spreadsheets write it, is left out; digits alone as in calendars (20261213).
_DAY = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))(?:[ T]\d.*)?")
_SEPARATORS = "\t,;"
_SHOWN = 200
_NAMED = 20


class UnreadableTableError(Refusal):
    """A file that is not a table of its kind, or holds lines that cannot be taken over."""


@dataclass(frozen=True)
class Row:
    """One line of a table: what it would bring in, or ``problem``, a sentence why it cannot.

    ``number`` counts the file's lines from 1; ``text`` shows the line; ``values`` maps fields of the model to values;
    ``known``: what it changes is there already.
    """

    number: int
    text: str
    values: dict
    problem: str = ""
    known: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table that was read: its ``rows``, and the headings of columns nobody reads."""

    rows: list
    unread: tuple = ()

    @property
    def bad(self):
        return [row for row in self.rows if row.problem]

    @property
    def good(self):
        return [row for row in self.rows if not row.problem]


class CsvTable:
    """One kind of table, each line a row of ``model``; rows with the same ``key`` are changed, never doubled.

    ``columns`` maps the file's columns to fields, in the order of a file without heading. A heading may name columns
    by these names, by the fields or by their words in the interface (``headings`` adds others), in any order; it
    must name ``required`` (by default the columns of ``key``). Cells are taken by the type of their field: days,
    yes and no, choices by value or by word, else as the field reads them. An instance serves one file. Override `convert` for other cells, `complete` for what follows
    from several of them; both raise ValidationError.
    """

    model = None
    columns = {}
    key = ()
    required = ()
    headings = {}
    # Take over the good lines of a table with bad ones?
    partly = False
    max_bytes = 1_000_000
    max_lines = 5000

    # --- for subclasses -----------------------------------------------------------------------------------

    def convert(self, column, text):
        """Return the value of the cell ``text``, stripped and perhaps empty. Raises ValidationError."""
        field = self.field(column)
        if field.choices:
            return choice(text, field)
        if isinstance(field, models.BooleanField):
            return yes_no(text, default=field.get_default())
        if isinstance(field, models.DateField):
            return day(text)
        return field.to_python(text) if text else field.get_default()

    def complete(self, values):
        """Return ``values`` (field: value), with what follows from them. Raises ValidationError."""
        return values

    # --- for views and commands ------------------------------------------------------------------------------

    def field(self, column):
        """Return the model's field of a column."""
        return self.model._meta.get_field(self.columns[column])

    def decode(self, data):
        """Return the text of a file: UTF-8, or GB 18030 as Chinese Excel writes it. Raises UnreadableTableError."""
        if len(data) > self.max_bytes:
            raise UnreadableTableError(
                _("This file is too large (%(size)d KB at most). Divide it.")
                % {"size": self.max_bytes // 1000}
            )
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise UnreadableTableError(
                _(
                    "This is a workbook, not a CSV. In the spreadsheet choose “Save as”, CSV, and choose that file."
                )
            )
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text.removeprefix("\ufeff")
        raise UnreadableTableError(_("This file is not a text. Save the table as CSV and choose that file."))

    def read(self, text):
        """Return the Sheet of a table's text; stores nothing. Raises UnreadableTableError.

        Separated by commas, semicolons or tabs, whichever its first line has most of.
        """
        # Characters, not bytes: what was decoded from GB 18030 may come back longer in UTF-8.
        if len(text) > self.max_bytes:
            raise UnreadableTableError(
                _("This file is too large (%(size)d KB at most). Divide it.")
                % {"size": self.max_bytes // 1000}
            )
        lines, unread = self.lines(without_controls(text))
        if not lines:
            raise UnreadableTableError(
                _("There are no lines in this file. Its columns are: %(columns)s.")
                % {"columns": ",".join(self.columns)}
            )
        if len(lines) > self.max_lines:
            raise UnreadableTableError(
                _("This file holds more than %(count)d lines. Divide it.") % {"count": self.max_lines}
            )
        return Sheet(self._checked(lines), unread)

    def store(self, sheet):
        """Store the rows of ``sheet``, all or none; return how many. Raises UnreadableTableError, naming the bad lines.

        With ``partly`` the bad lines are left out instead.
        """
        if not self.partly and sheet.bad:
            raise UnreadableTableError(
                _("Some lines cannot be read; nothing was taken over.") + "\n" + named(sheet.bad)
            )
        with transaction.atomic():
            try:
                with transaction.atomic():
                    self._store_together(sheet.good)
            except IntegrityError:
                self._store_each(sheet.good)
        return len(sheet.good)

    def save(self, values):
        """Store one row."""
        found = {field: values[field] for field in self.key}
        others = {field: value for field, value in values.items() if field not in found}
        self.model.objects.update_or_create(**found, defaults=others)

    def lines(self, text):
        """Return [(number, shown, {column: cell})] and the unread headings. Raises UnreadableTableError."""
        lines = _split(text)
        needed = self._needed()
        if len(needed) > 1:
            # Typed by hand with an input method's commas.
            lines = [(n, cells[0].split("，") if len(cells) == 1 else cells) for n, cells in lines]
        lines = [(number, [plain(cell.strip()) for cell in cells]) for number, cells in lines]
        lines = [(number, cells) for number, cells in lines if any(cells)]
        unread = ()
        names = list(self.columns)
        if lines and (found := self._heading(lines[0][1])):
            unread = tuple(cell for name, cell in zip(found, lines[0][1], strict=True) if cell and not name)
            lines, names = lines[1:], found
        shown = [(number, " | ".join(cells)[:_SHOWN], cells) for number, cells in lines]
        return [(number, words, _named(names, cells)) for number, words, cells in shown], unread

    # --- inside -----------------------------------------------------------------------------------------------

    def _store_together(self, rows):
        """Store the new rows in few statements, and of the others those that change something."""
        key = [self.model._meta.get_field(field).attname for field in self.key]
        there = {tuple(getattr(one, name) for name in key): one for one in self.model.objects.all()}
        new = []
        for row in rows:
            one = self.model(**row.values)
            before = there.get(tuple(getattr(one, name) for name in key))
            names = [self.model._meta.get_field(field).attname for field in row.values]
            if before is None:
                new.append(one)
            elif any(getattr(before, name) != getattr(one, name) for name in names):
                self.save(row.values)
        self.model.objects.bulk_create(new, batch_size=500)

    def _store_each(self, rows):
        """Store row by row, so that the line that clashes can be named."""
        for row in rows:
            try:
                with transaction.atomic():
                    self.save(row.values)
            except IntegrityError as error:
                clash = Row(row.number, row.text, {}, _("What it says clashes with what is there already."))
                raise UnreadableTableError(
                    _("Some lines cannot be read; nothing was taken over.") + "\n" + named([clash])
                ) from error

    def _needed(self):
        by_field = {field: column for column, field in self.columns.items()}
        return set(self.required) or {by_field[field] for field in self.key}

    def _heading(self, cells):
        """Return the column of each cell (None: no column) when ``cells`` are a heading, else None."""
        names = {word.lower(): column for word, column in self.headings.items()}
        for column, field in self.columns.items():
            names |= {word.lower(): column for word in (column, field, str(self.field(column).verbose_name))}
        found = [names.get(cell.lower()) for cell in cells]
        return found if self._needed() <= set(found) else None

    def _checked(self, lines):
        names = [self.model._meta.get_field(field).attname for field in self.key]
        there = set(self.model.objects.values_list(*names))
        seen, rows = {}, []
        for number, text, cells in lines:
            try:
                values, key = self._values(cells, names)
                if key in seen:
                    raise ValidationError(_("Line %(number)d says the same already.") % {"number": seen[key]})
                seen[key] = number
                rows.append(Row(number, text, values, known=key in there))
            except ValidationError as error:
                rows.append(Row(number, text, {}, self._sentence(error)))
        return rows

    def _values(self, cells, names):
        if cells.get(None):
            raise ValidationError(
                _(
                    "This line has more cells than columns. Put a text that holds the separator in quotation marks."
                )
            )
        values = {}
        for column, cell in cells.items():
            if column:
                values[self.columns[column]] = self.convert(column, cell)
        values = self.complete(values)
        one = self.model(**values)
        one.full_clean(validate_unique=False, validate_constraints=False)
        return {field: getattr(one, field) for field in values}, tuple(getattr(one, name) for name in names)

    def _sentence(self, error):
        if not hasattr(error, "error_dict"):
            return " ".join(error.messages)
        return " ".join(
            " ".join(messages)
            if field == NON_FIELD_ERRORS
            else _("%(field)s: %(problem)s")
            % {"field": self.model._meta.get_field(field).verbose_name, "problem": " ".join(messages)}
            for field, messages in error.message_dict.items()
        )


def named(rows):
    """Return a line of text for each bad row, the first 20."""
    return "\n".join(
        _("Line %(number)d: %(problem)s") % {"number": row.number, "problem": row.problem}
        for row in rows[:_NAMED]
    )


def day(text):
    """Return the date that ``text`` writes, None when it is empty. Raises ValidationError."""
    match = _DAY.fullmatch(text.strip())
    try:
        if match:
            return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        pass
    if text.strip():
        raise ValidationError(
            _("“%(text)s” is not a day; write it as 2026-12-13.") % {"text": text.strip()[:20]}
        )
    return None


def yes_no(text, default=False, yes=(), no=()):
    """Return whether ``text`` says yes, ``default`` when it is empty; ``yes`` and ``no``: further words. Raises ValidationError."""
    given = text.strip().lower()
    if given in YES or given in yes:
        return True
    if given in NO or given in no:
        return False
    if given:
        raise ValidationError(_("“%(text)s” is neither yes nor no.") % {"text": given[:20]})
    return default


def choice(text, field):
    """Return the value of ``field`` that ``text`` gives as value or as word, the default when empty. Raises ValidationError."""
    given = text.strip()
    if not given:
        return field.get_default()
    for value, word in field.flatchoices:
        if given.lower() in (str(value).lower(), str(word).lower()):
            return value
    words = "、".join(str(word) for _value, word in field.flatchoices)
    raise ValidationError(_("“%(text)s” is none of these: %(words)s.") % {"text": given[:20], "words": words})


def _split(text):
    """Return [(number of its first line, cells)] of a CSV's text."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count) if any(map(first.count, _SEPARATORS)) else ","
    # Strict, or a quotation mark that is never closed swallows the lines below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines, number = [], 1
    try:
        for cells in reader:
            lines.append((number, cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTableError(
            _("This table cannot be read from line %(number)d on: its quotation marks do not match.")
            % {"number": number}
        ) from error
    return lines


def _named(names, cells):
    """Return {column: cell}; under None what stands beyond the last column."""
    found = dict(zip(names, cells, strict=False))
    found[None] = "".join(cells[len(names) :])
    return found
