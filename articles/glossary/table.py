"""The glossary as a table: what a CSV brings in."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.csv_upload import CsvTable
from articles.glossary import names
from articles.models import Department, GlossaryTerm


class GlossaryTable(CsvTable):
    """Terms from a file; synonyms in one cell, divided by 、 or line ends."""

    model = GlossaryTerm
    columns = {
        "term": "term",
        "plain": "plain",
        "explanation": "explanation",
        "synonyms": "synonyms",
        "department": "department",
    }
    key = ("term",)
    headings = {
        "术语": "term",
        "通俗说法": "plain",
        "解释": "explanation",
        "同义词": "synonyms",
        "科室": "department",
    }

    def __init__(self):
        self._departments = {department.name: department for department in Department.objects.all()}
        self._owners = names.owners()
        self._entries = {entry.term: entry for entry in GlossaryTerm.objects.all()}
        self._reviewed = names.marked_under_review()
        # Of the lines read so far: two lines of one file must not claim a name, either.
        self._claimed = {}

    def convert(self, column, text):
        """Return a cell; a department is given by its name. Raises ValidationError."""
        if column == "synonyms":
            return "\n".join(part for one in re.split(r"[、；;\n]", text) if (part := one.strip()))
        if column == "department":
            if text and text not in self._departments:
                raise ValidationError(
                    _("There is no department “%(name)s”. Leave the cell empty, or add the department first.")
                    % {"name": text}
                )
            return self._departments.get(text)
        return super().convert(column, text)

    def complete(self, values):
        """Return ``values``; a name of another entry, here or in the file, is refused."""
        term = values.get("term", "")
        own = names.of(term, values.get("synonyms", ""))
        others = {name: owner for name, owner in (self._owners | self._claimed).items() if owner != term}
        if clash := names.clash(own, others):
            raise ValidationError(clash)
        entry = self._entries.get(term)
        if entry and (objection := names.objection(entry, values, self._reviewed)):
            raise ValidationError(objection)
        self._claimed |= dict.fromkeys(map(names.key, own), term)
        return values
