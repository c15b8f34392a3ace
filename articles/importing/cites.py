"""Citations typed into a text, such as raised [1], [1–3] or 1,3, tied to the references they mean."""

import re

from django.utils.translation import gettext as _

from articles.importing.pieces import Items, Text
from articles.importing.report import snippet
from articles.marks import numbers_text


_LIST = r"\d{1,3}(?:\s*[-‐-―−~～,，、;；]\s*\d{1,3})*"
_OPEN, _CLOSE = r"[\[［【〔]", r"[\]］】〕]"
# Raised, in brackets or bare.
_RAISED = re.compile(
    rf"(?P<before>.?)<sup>\s*(?P<open>{_OPEN}|[（(])?\s*(?P<list>{_LIST})\s*(?(open)(?:{_CLOSE}|[)）]))\s*</sup>",
    re.DOTALL,
)
# Several raised brackets in a row: [1][2].
_RAISED_ROW = re.compile(rf"<sup>\s*((?:{_OPEN}\s*{_LIST}\s*{_CLOSE}\s*){{2,}})</sup>")
# Brackets on the line count only after words or a stop, never after a figure: 12[10-15] is an interval.
_ON_LINE = re.compile(
    rf"(?<=[\u3400-\u9fff。，；、：！？”’）)])\s?(?P<open>{_OPEN})\s*(?P<list>{_LIST})\s*{_CLOSE}(?!\s*[\d(（])"
)
_PART = re.compile(rf"{_OPEN}\s*({_LIST})\s*{_CLOSE}")
_TAG = re.compile(r"(<[^>]*>)")
# What a raised figure belongs to when it is a power or a charge: units, variables, digits (m², 10⁹, Ca²⁺, 米², cm³).
_POWER = re.compile(r"[A-Za-zμΩα-ωΑ-Ω0-9米%‰°)）>]")


def span(keys, references):
    """Return a citation of the references with ``keys`` as stored rich text; the numbers in it follow the list of today."""
    numbers = sorted({position(key, references) for key in keys})
    ordered = [references[number - 1]["key"] for number in numbers]
    return f'<span data-cite="{" ".join(ordered)}">[{numbers_text(numbers)}]</span>'


def position(key, references):
    """Return the number of the reference with ``key``, from 1."""
    return next(number for number, one in enumerate(references, 1) if one["key"] == key)


def tie(pieces, numbered, references, report):
    """Tie the citations typed in ``pieces`` to ``references``. ``numbered``: {number as typed: key}."""
    tying = _Tying(numbered, references, report)
    for piece in pieces:
        if isinstance(piece, Text):
            piece.html = tying.html(piece.html, piece.text)
        elif isinstance(piece, Items):
            for item in piece.items:
                item.html, item.inner = tying.html(item.html, item.text), tying.html(item.inner, item.text)
        elif rows := getattr(piece, "rows", None):
            for cell in (cell for row in rows for cell in row):
                tying.look_at(cell)
        elif isinstance(getattr(piece, "text", None), str):
            tying.look_at(piece.text)
    if tying.tied:
        report.taken("citations", _("Citations tied to their references: %(count)d") % {"count": tying.tied})
    return pieces


class _Tying:
    def __init__(self, numbered, references, report):
        self.numbered, self.references, self.report = numbered, references, report
        self.tied = 0

    def html(self, html, text):
        """Return inline ``html`` with citations as marks."""
        if not html:
            return html
        where = snippet(text)
        html = _RAISED_ROW.sub(lambda row: f"<sup>[{','.join(_PART.findall(row[1]))}]</sup>", html)
        html = _RAISED.sub(lambda found: self.raised(found, where), html)
        parts, inside = _TAG.split(html), 0
        for number, part in enumerate(parts):
            if part.startswith("<"):
                inside += part.startswith(("<span", "<a ", "<sup")) - (part in ("</span>", "</a>", "</sup>"))
            elif part and not inside:
                parts[number] = self.on_line(part, parts[number - 2] if number > 1 else "", where)
        return "".join(parts)

    def raised(self, found, where):
        if not found["open"] and (not found["before"] or _POWER.match(found["before"])):
            return found[0]
        if found["open"] in ("(", "（") and _POWER.match(found["before"] or " "):
            return found[0]
        mark = self.mark(found["list"], where, sure=bool(found["open"]))
        return found["before"] + mark if mark else found[0]

    def on_line(self, part, before, where):
        # The character in front may stand inside emphasis that has just ended.
        last = before[-1:] if not part[:1].strip("[［【〔") else ""

        def put(found):
            mark = self.mark(found["list"], where, sure=False)
            if not mark:
                return found[0]
            self.report.changed(
                "citation_on_line", _("Numbers in brackets on the line became citations"), where
            )
            return mark

        return _ON_LINE.sub(put, last + part)[len(last) :] if last else _ON_LINE.sub(put, part)

    def mark(self, listed, where, sure):
        """Return the citation for a list of numbers, or an empty string when one of them has no reference."""
        numbers = _numbers(listed)
        missing = [number for number in numbers if number not in self.numbered]
        if missing or not numbers:
            if sure or self.numbered:
                self.report.changed(
                    "citation_lost",
                    _("A citation names a number that the list of references does not have. Cite it by hand"),
                    where,
                )
            return ""
        self.tied += 1
        return span([self.numbered[number] for number in numbers], self.references)

    def look_at(self, text):
        if self.numbered and any(
            set(_numbers(found[1])) <= set(self.numbered) for found in _PART.finditer(text)
        ):
            self.report.changed(
                "citation_plain",
                _(
                    "Citations in headings, tables and quotations stay plain numbers. Check them when references change"
                ),
                snippet(text),
            )


def _numbers(listed):
    """Return the numbers of 1,3-5 as [1, 3, 4, 5]; nothing when a range runs backwards or is absurdly long."""
    numbers = []
    for part in re.split(r"[,，、;；]", listed):
        ends = [int(end) for end in re.split(r"[-‐-―−~～]", part.strip()) if end.strip()]
        if len(ends) == 1:
            numbers.append(ends[0])
        elif len(ends) == 2 and 0 < ends[0] < ends[1] <= ends[0] + 40:
            numbers += range(ends[0], ends[1] + 1)
        else:
            return []
    return numbers
