"""References printed in the style of GB/T 7714-2025 (in force 2026-07-01).

What changed against 2015 and matters here: names keep their case, full-width ，：；（ ）with half-width . / -,
and the date of reading only with web resources. At most three authors, then 等 or et al.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = {"journal": "J", "book": "M", "standard": "S", "report": "R", "web": "EB/OL"}


def printed(reference, style="2025"):
    """Return the printed line of ``reference`` (any object with the fields of ``articles.models.Reference``)."""
    if reference.kind == "manual":
        return " ".join(reference.manual.split())
    return _PRINTERS[reference.kind](reference)


def has_han(text):
    """True when ``text`` holds a Chinese character; decides between 等 and et al."""
    return bool(_HAN.search(text))


def author_line(authors, title=""):
    """Return up to three authors joined by ，with 等 or et al. when there are more."""
    names = [name.strip() for name in authors.splitlines() if name.strip()]
    if not names:
        return ""
    line = "，".join(names[:3])
    if len(names) > 3:
        line += "，等" if has_han("".join(names)) else "，et al"
    return line.rstrip(".")


def _lead(reference, mark):
    authors = author_line(reference.authors)
    title = f"{reference.title.strip().rstrip('.。')}[{mark}]"
    return f"{authors}. {title}." if authors else f"{title}."


def _tail(reference):
    """Address and DOI, as far as known. A DOI printed inside the address is not printed twice."""
    parts = []
    if reference.url:
        parts.append(f"{reference.url}.")
    if reference.doi and reference.doi.lower() not in reference.url.lower():
        parts.append(f"DOI：{reference.doi}.")
    return "".join(f" {part}" for part in parts)


def _read_on(reference):
    return f"[{reference.accessed.isoformat()}]" if reference.accessed and reference.url else ""


def _issue(reference):
    text = reference.year
    if reference.volume:
        text += f"，{reference.volume}" if text else reference.volume
    if reference.issue:
        text += f"（{reference.issue}）"
    if reference.pages:
        text += f"：{reference.pages}"
    return text


def _journal(reference):
    mark = "J/OL" if reference.url else "J"
    source = "，".join(part for part in (reference.container, _issue(reference)) if part)
    return f"{_lead(reference, mark)} {source}{_read_on(reference)}.{_tail(reference)}"


def _book(reference):
    mark = "M/OL" if reference.url else "M"
    edition = f" {reference.edition}." if reference.edition else ""
    imprint = "：".join(part for part in (reference.place, reference.publisher) if part)
    imprint = "，".join(part for part in (imprint, reference.year) if part)
    pages = f"：{reference.pages}" if reference.pages else ""
    return f"{_lead(reference, mark)}{edition} {imprint}{pages}{_read_on(reference)}.{_tail(reference)}"


def _standard(reference):
    mark = "S/OL" if reference.url else "S"
    title = " ".join(part for part in (reference.number, reference.title.strip().rstrip(".。")) if part)
    imprint = "：".join(part for part in (reference.place, reference.publisher) if part)
    imprint = "，".join(part for part in (imprint, reference.year) if part)
    return f"{title}[{mark}]. {imprint}{_read_on(reference)}.{_tail(reference)}"


def _dated(reference):
    date = reference.published.isoformat() if reference.published else reference.year
    return f"（{date}）" if date else ""


def _report(reference):
    if reference.url:
        return f"{_lead(reference, 'R/OL')} {_dated(reference)}{_read_on(reference)}.{_tail(reference)}"
    imprint = "：".join(part for part in (reference.place, reference.publisher) if part)
    imprint = "，".join(part for part in (imprint, reference.year) if part)
    return f"{_lead(reference, 'R')} {imprint}.{_tail(reference)}"


def _web(reference):
    date = f"{_dated(reference)}{_read_on(reference)}"
    return f"{_lead(reference, 'EB/OL')}{f' {date}.' if date else ''}{_tail(reference)}"


_PRINTERS = {"journal": _journal, "book": _book, "standard": _standard, "report": _report, "web": _web}


def bare_doi(text):
    """Return ``text`` without the resolver's address or the word doi."""
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi[:：]\s*)", "", text.strip(), flags=re.IGNORECASE)


def validate_pmid(value):
    """Refuse what cannot be a PubMed number."""
    if not re.fullmatch(r"[1-9]\d{0,7}", value):
        raise ValidationError(_("A PMID is a number of up to eight digits."))


def validate_isbn(value):
    """Refuse an ISBN whose check digit is wrong (ISBN-13 weights 1 and 3 mod 10; ISBN-10 weights 10 to 1 mod 11)."""
    digits = value.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"\d{13}", digits):
        valid = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
    elif re.fullmatch(r"\d{9}[\dX]", digits):
        numbers = [10 if digit == "X" else int(digit) for digit in digits]
        valid = sum(number * (10 - place) for place, number in enumerate(numbers)) % 11 == 0
    else:
        valid = False
    if not valid:
        raise ValidationError(_("This ISBN cannot be right: its check digit does not fit."))
