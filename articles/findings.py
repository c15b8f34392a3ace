"""Findings (检查结果): what an editorial check says, where, why, and what to do. Stop findings keep a text from review.

Rules are functions of an articles.checks.reading.Reading; rooms above add theirs, functions of (snapshot, page), through
``articles.registry.finding_rules``: what WeChat takes is known by ``publish.preflight``.
"""

from articles import copies, registry
from articles.checks import (
    completeness,
    contacts,
    links,
    lists,
    pictures,
    privacy,
    readability,
    safety,
    typography,
    wording,
)
from articles.checks.finding import (
    INFO,
    LEVELS,
    ORDER,
    STOP,
    WARN,
    Finding,
    Fix,
    block_anchor,
    field_anchor,
    located,
)
from articles.checks.reading import Reading
from articles.snapshot import build


__all__ = [
    "INFO",
    "LEVELS",
    "RULES",
    "STOP",
    "WARN",
    "Finding",
    "Fix",
    "block_anchor",
    "check",
    "check_snapshot",
    "field_anchor",
    "located",
    "of_house",
    "report",
]
RULES = (
    completeness.required,
    completeness.evidence,
    completeness.care,
    completeness.action,
    safety.required,
    wording.rules,
    wording.listed,
    contacts.found,
    privacy.found,
    pictures.described,
    links.found,
    readability.found,
    typography.found,
)


def check(page):
    """Return the findings on ``page`` (an ArticlePage, perhaps unsaved), stop findings first. Reads no picture files."""
    return check_snapshot(build(page, read=copies.outline), page)


def check_snapshot(snapshot, page, known=None):
    """Return the findings on a snapshot already built; ``page`` for what readers do not see.

    ``known``: the articles.checks.lists.Lists to check against. By default those of the database for an ArticlePage,
    and for anything else the ones that ship with the product, so that no database is asked.
    """
    return _checked(Reading(snapshot, page, lists.of(page) if known is None else known))


def _checked(reading):
    found = of_house(reading)
    for rule in registry.finding_rules:
        found += rule(reading.snapshot, reading.page)
    return sorted(map(reading.known.weighed, found), key=lambda finding: ORDER.index(finding.level))


def of_house(reading):
    """Return what the house's own rules find in ``reading``, in the rules' order and without waivers."""
    return [finding for rule in RULES for finding in rule(reading)]


def report(page):
    """Return (findings, articles.checks.readability.Figures) of ``page`` for the editor, read once."""
    reading = Reading(build(page, read=copies.outline), page, lists.of(page))
    return _checked(reading), readability.figures(reading)
