"""References from a list at the end of a text: the line as it is, and the identifiers that stand in it."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from articles import citation
from articles.choices import ReferenceKind
from articles.importing.inline import safe_link
from articles.models.references import new_key


_NUMBER = re.compile(r"^\s*(?:\[\^?\w{1,4}\][:：]?|[（(]\d{1,3}[)）]|\d{1,3}\s*[.、．)）](?!\d))\s*")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>，。；、（）]+)")
_PMID = re.compile(r"PMID\s*[:：]?\s*(\d{1,8})(?!\d)", re.IGNORECASE)
_ISBN = re.compile(r"ISBN(?:-1[03])?\s*[:：]?\s*([\dXx][\dXx -]{8,16}[\dXx])")
_URL = re.compile(r"https?://[^\s\"<>，。；、（）\u3400-\u9fff]+", re.IGNORECASE)


def reference(line, href=""):
    """Return the fields of a reference typed by hand, with DOI, PMID, ISBN and address where ``line`` has them.

    ``href``: the address behind the line's first link. Nothing is looked up and nothing is guessed.
    """
    line = _NUMBER.sub("", " ".join(line.split()))
    doi, pmid, isbn, url = (_first(pattern, line) for pattern in (_DOI, _PMID, _ISBN, _URL))
    url = safe_link(_without_end(url or href))
    return {
        "key": new_key(),
        "kind": ReferenceKind.MANUAL.value,
        "manual": line,
        "doi": _without_end(doi)[:200],
        "pmid": pmid if _valid(citation.validate_pmid, pmid) else "",
        "isbn": isbn.strip() if isbn and _valid(citation.validate_isbn, isbn) else "",
        "url": url if len(url) <= 500 and _valid(URLValidator(["http", "https"]), url) else "",
    }


def typed_number(line):
    """Return the number that a typed list gives ``line``, or 0."""
    found = _NUMBER.match(line)
    digits = re.search(r"\d+", found[0]) if found else None
    return int(digits[0]) if digits else 0


def starts_numbered(line):
    """True when ``line`` begins as an entry of a typed list: [1], 1. or （1）."""
    return bool(_NUMBER.match(line))


def _first(pattern, line):
    found = pattern.search(line)
    return found[found.lastindex or 0] if found else ""


def _without_end(text):
    text = text.rstrip(".,;:'")
    return (
        text.rstrip(")]") if text.count("(") < text.count(")") or text.count("[") < text.count("]") else text
    )


def _valid(validator, value):
    try:
        validator(value)
    except ValidationError:
        return False
    return bool(value)
