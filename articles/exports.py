"""Exports that a spreadsheet takes for text, never for a formula."""

from django.db.models import Model
from django.utils.functional import Promise


_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(value):
    """Return ``value`` as it may stand in a cell: text that a spreadsheet would take for a formula gets a mark."""
    if isinstance(value, Model | Promise):
        value = str(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in _BEGINS_FORMULA else value


def plain(text):
    """Return ``text`` without the mark of `inert`."""
    return text[1:] if text[:1] == "'" and text[1:2] in _BEGINS_FORMULA else text


class PlainExportMixin:
    """For views that export rows (Wagtail's SpreadsheetExportMixin)."""

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        return {name: inert(value) for name, value in row.items()}
