"""References from a list at the end of a text: the line as it is, and the identifiers that stand in it."""

import re

from articles.choices import ReferenceKind
from articles.citing import reading
from articles.citing.identifiers import found_in
from articles.citing.lines import NUMBER
from articles.models.references import new_key


def reference(line, href=""):
    """Return the fields of a reference typed by hand, with the identifiers and the address that ``line`` holds.

    ``href``: the address behind the line's first link. Nothing is looked up and nothing is guessed.
    """
    line = NUMBER.sub("", " ".join(line.split()))
    found = found_in(href)[0] | found_in(line)[0]
    entry = reading.Entry(line, found | {"kind": ReferenceKind.MANUAL.value, "manual": line})
    return reading.fitted(entry).fields | {"key": new_key()}


def typed_number(line):
    """Return the number that a typed list gives ``line``, or 0."""
    found = NUMBER.match(line)
    digits = re.search(r"\d+", found[0]) if found else None
    return int(digits[0]) if digits else 0


def starts_numbered(line):
    """True when ``line`` begins as an entry of a typed list: [1], 1. or （1）."""
    return bool(NUMBER.match(line))
