"""Lays the rules of wording that ship with the product into the database."""

from articles.checks import lists
from articles.models import WordingRule


def lay():
    """Add the rules that are not there yet; returns how many.

    Nothing that is there is changed. Rules are never deleted but put out of force (``active``), so that one the hospital
    did away with is still there and does not come back.
    """
    known = set(WordingRule.objects.values_list("code", flat=True))
    rows = [WordingRule(**row) for row in lists.rows() if row["code"] not in known]
    WordingRule.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
