"""What the looks of a Word paragraph say: headings made with size and bold type, raised letters."""

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.importing import phrases
from articles.importing.report import snippet
from articles.importing.wordml import RUN, P, T, W, is_on, make, number, value, words


# Style names that only our own style map knows; a paragraph gets one when its looks say what its style does not.
TITLE_STYLE, HEADING_STYLE = "XinglinTitle", "XinglinHeading"
SHORT = 30  # characters of a line that may be a heading
_DEFAULT_SIZE = 20  # half points, ECMA-376 17.3.2.38
_LARGER = 2  # half points a heading is larger than the body, at least
_RAISED = 4  # half points above the line from which letters count as raised
_SENTENCE_END = tuple("。！？；，、.!?;,：:…")
_DOSE = re.compile(r"\d\s*(?:mg|g|kg|ml|mL|μg|ug|IU|U|mmol|mmHg|片|粒|支|滴|毫克|毫升|微克|克|单位|次/|℃)")
_BUILT_IN = re.compile(r"(?:heading|标题)\s*(\d)$|title$|标题$|文章标题$", re.IGNORECASE)
_NUMBERED = (
    (1, re.compile(r"第[一二三四五六七八九十百\d]{1,4}[章节部分]|[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．]\d{1,2}(?![.．\d])\s*\D")),
    (3, re.compile(r"\d{1,2}[.．]\d{1,2}[.．]\d{1,2}(?!\d)")),
)


@dataclass(frozen=True)
class Looks:
    """``bold``: every letter is; ``size`` of the smallest letter, in half points; ``level`` of a heading by outline, or 0."""

    bold: bool
    size: int
    text: str
    level: int = 0
    centred: bool = False


class Styles:
    """Bold, size and outline level that paragraph and character styles give, inheritance followed."""

    def __init__(self, root):
        self._styles = {}
        self.default_size = _DEFAULT_SIZE
        self.default_paragraph = ""
        if root is None:
            return
        self.default_size = number(value(root, "docDefaults/rPrDefault/rPr/sz"), _DEFAULT_SIZE)
        for style in root.iter(W + "style"):
            name = style.get(W + "styleId", "")
            self._styles[name] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
                self.default_paragraph = name

    def name(self, style_id):
        """Return the name people see, or an empty string."""
        return value(self._styles.get(style_id), "name", "")

    def lookup(self, style_id, path, read):
        """Return the first answer of ``read(style, path)`` on the way from a style to what it is based on."""
        seen = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            if (found := read(style, path)) is not None:
                return found
            style_id = value(style, "basedOn", "")
        return None


def _pick(*answers):
    return next((answer for answer in answers if answer is not None), None)


def looks_of(paragraph, styles):
    """Return the Looks of a paragraph."""
    properties = paragraph.find(W + "pPr")
    style = value(properties, "pStyle") or styles.default_paragraph
    bolds, sizes = [], []
    for run in paragraph.iter(RUN):
        if not "".join(part.text or "" for part in run.iter(T)).strip():
            continue
        own, run_style = run.find(W + "rPr"), value(run, "rPr/rStyle", "")
        bolds.append(
            bool(
                _pick(
                    is_on(own, "b"),
                    styles.lookup(run_style, "rPr/b", is_on),
                    styles.lookup(style, "rPr/b", is_on),
                )
            )
        )
        size = _pick(
            value(own, "sz"), styles.lookup(run_style, "rPr/sz", value), styles.lookup(style, "rPr/sz", value)
        )
        sizes.append(number(size, styles.default_size))
    outline = _pick(value(properties, "outlineLvl"), styles.lookup(style, "pPr/outlineLvl", value))
    level = number(outline, 9) + 1
    alignment = _pick(value(properties, "jc"), styles.lookup(style, "pPr/jc", value))
    return Looks(
        bold=bool(bolds) and all(bolds),
        size=min(sizes, default=styles.default_size),
        text=words(paragraph),
        level=level if 1 <= level <= 6 else 0,
        centred=alignment == "center",
    )


def mark_headings(body, styles, report):
    """Give paragraphs of ``body`` that look like headings a heading style; say so in the report."""
    rows = [(child, looks_of(child, styles)) for child in body if child.tag == P]
    rows = [(paragraph, looks) for paragraph, looks in rows if looks.text]
    real = [number for number, (paragraph, _looks) in enumerate(rows) if _is_styled(paragraph, styles)]
    body_size = _body_size(rows)
    deepest = _by_outline(rows, real, styles, report)
    found = {
        number: looks
        for number, (paragraph, looks) in enumerate(rows)
        if number not in real and not looks.level and _may_be_heading(paragraph, looks, body_size)
    }
    found = _convincing(found, rows, body_size)
    title = _title_among(found, rows, real, body_size)
    if title is not None:
        _give(rows[title][0], TITLE_STYLE)
        del found[title]
    sizes = sorted({looks.size for looks in found.values()}, reverse=True)
    for number_, looks in found.items():
        by_number = next((level for level, shape in _NUMBERED if shape.match(looks.text)), 0)
        level = (by_number or min(sizes.index(looks.size) + 1, 3)) + max(deepest, 1)
        _give(rows[number_][0], f"{HEADING_STYLE}{min(level, 6)}")
        report.changed(
            "fake_heading",
            _("A short line in larger or bold letters was taken as a heading"),
            snippet(looks.text),
        )


def _is_styled(paragraph, styles):
    style = value(paragraph, "pPr/pStyle", "")
    return bool(style and _BUILT_IN.search(styles.name(style)))


def _by_outline(rows, real, styles, report):
    """Style what the outline calls a heading; return the depth of the deepest styled heading."""
    deepest = 0
    for number_, (paragraph, looks) in enumerate(rows):
        if number_ in real:
            found = _BUILT_IN.search(styles.name(value(paragraph, "pPr/pStyle", "")))
            deepest = max(deepest, number(found[1], 1) if found[1] else 1)
        elif looks.level and len(looks.text) <= 2 * SHORT and not looks.text.endswith("。"):
            _give(paragraph, f"{HEADING_STYLE}{looks.level}")
            deepest = max(deepest, looks.level)
    return deepest


def _body_size(rows):
    """Return the size most letters have."""
    letters = Counter()
    for _paragraph, looks in rows:
        letters[looks.size] += len(looks.text)
    return letters.most_common(1)[0][0] if letters else _DEFAULT_SIZE


def _may_be_heading(paragraph, looks, body_size):
    text = looks.text
    larger = looks.size >= body_size + _LARGER
    if not (looks.bold or larger) or len(text) > SHORT or text.endswith(_SENTENCE_END):
        return False
    if (
        _DOSE.search(text)
        or phrases.labelled(text)
        or phrases.caption(text, "图")
        or phrases.caption(text, "表")
    ):
        return False
    if phrases.starts_typed_item(text) or next(paragraph.iter(W + "br"), None) is not None:
        return False
    listed = paragraph.find(f"{W}pPr/{W}numPr") is not None
    return not listed or (looks.bold and larger)


def _convincing(found, rows, body_size):
    """Keep larger lines that have text below; bold ones of the body's size only where they come as headings do."""
    kept = {}
    for number_, looks in found.items():
        below = number_ + 1 < len(rows)
        if looks.size >= body_size + _LARGER:
            if below or phrases.plain(looks.text).lower() in phrases.REFERENCES:
                kept[number_] = looks
        elif below and number_ and number_ + 1 not in found:
            kept[number_] = looks
    plain = [n for n, looks in kept.items() if looks.size < body_size + _LARGER]
    numbered = [n for n in plain if any(shape.match(kept[n].text) for _level, shape in _NUMBERED)]
    if len(plain) < 2:
        for number_ in set(plain) - set(numbered):
            del kept[number_]
    return kept


def _title_among(found, rows, real, body_size):
    """Return the place of the title: the first line when it is the largest of all and no style names another."""
    if real or 0 not in found:
        return None
    looks = found[0]
    largest = max(row.size for _paragraph, row in rows)
    others = [row.size for number_, row in found.items() if number_]
    only = looks.size > max(others, default=body_size)
    return 0 if looks.size == largest and looks.size > body_size and (only or looks.centred) else None


def _give(paragraph, style):
    properties = paragraph.find(W + "pPr")
    if properties is None:
        properties = make("pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(W + "pStyle"):
        properties.remove(old)
    properties.insert(0, make("pStyle", val=style))


def is_heading(paragraph, styles):
    """True when a paragraph is a heading by style, given or found."""
    style = value(paragraph, "pPr/pStyle", "")
    return style.startswith((TITLE_STYLE, HEADING_STYLE)) or bool(_BUILT_IN.search(styles.name(style)))


def mark_raised(root):
    """Turn letters that were raised or lowered by hand into superscripts and subscripts."""
    for run in root.iter(RUN):
        properties = run.find(W + "rPr")
        height = number(value(properties, "position"))
        if abs(height) < _RAISED or properties.find(W + "vertAlign") is not None:
            continue
        properties.append(make("vertAlign", val="superscript" if height > 0 else "subscript"))
