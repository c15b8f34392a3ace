"""The glossary an installation begins with: terms of our own over oral health, blood pressure, vaccination and medicines at home."""

import csv
from pathlib import Path

from articles.models import Department, GlossaryTerm


FILE = Path(__file__).with_name("starter.csv")


def lay():
    """Lay the starter list into an empty glossary; returns how many terms. Never touches one that holds any."""
    if GlossaryTerm.objects.exists():
        return 0
    departments = {department.name: department for department in Department.objects.all()}
    terms = [
        GlossaryTerm(
            term=row["term"],
            plain=row["plain"],
            explanation=row["explanation"],
            synonyms=row["synonyms"].replace("、", "\n"),
            department=departments.get(row["department"]),
        )
        for row in rows()
    ]
    GlossaryTerm.objects.bulk_create(terms)
    return len(terms)


def give_departments():
    """Give the starter's terms that have no department theirs, where it exists by now."""
    departments = {department.name: department for department in Department.objects.all()}
    for name, department in departments.items():
        terms = [row["term"] for row in rows() if row["department"] == name]
        GlossaryTerm.objects.filter(term__in=terms, department=None).update(department=department)


def rows():
    """Return the list as dicts of text: term, plain, explanation, synonyms (divided by 、), department (a name)."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
