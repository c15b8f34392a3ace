"""Exports that a spreadsheet takes for text, never for a formula."""

import re

from django.db.models import Model
from django.http import HttpResponse
from django.utils.functional import Promise


# Also as an input method for Chinese writes them, which some spreadsheets read alike.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def inert(value):
    """Return ``value`` as it may stand in a cell: text that a spreadsheet would take for a formula gets a mark."""
    if isinstance(value, Model | Promise):
        value = str(value)
    if not isinstance(value, str):
        return value
    value = without_controls(value)
    return f"'{value}" if value[:1] in _BEGINS_FORMULA else value


def plain(text):
    """Return ``text`` without the mark of `inert`."""
    return text[1:] if text[:1] == "'" and text[1:2] in _BEGINS_FORMULA else text


def csv_file(text, name):
    """Return the CSV ``text`` as a file to download; the mark at its head tells Excel that it is UTF-8."""
    return HttpResponse(
        f"\ufeff{text}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def without_controls(text):
    """Return ``text`` without control characters, which neither a workbook nor PostgreSQL takes; line ends and tabs stay."""
    return _UNSEEN.sub("", text)


class PlainExportMixin:
    """For views that export rows (Wagtail's SpreadsheetExportMixin)."""

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        return {name: inert(value) for name, value in row.items()}
