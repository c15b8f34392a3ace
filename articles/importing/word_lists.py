"""Where one Word list ends and the next begins: Word knows by numbers, mammoth joins what touches."""

from django.utils.translation import gettext as _

from articles.importing.report import snippet
from articles.importing.word_looks import is_heading
from articles.importing.wordml import TC, P, W, make, number, value, words


BREAK_STYLE = "XinglinBreak"


class Numbering:
    """word/numbering.xml: which lists share their counting, and which begin anew."""

    def __init__(self, root):
        self._abstract, self._restarts, self._bullets = {}, set(), set()
        formats = {}
        for definition in root.iter(W + "abstractNum") if root is not None else ():
            first = definition.find(W + "lvl")
            formats[definition.get(W + "abstractNumId")] = (
                value(first, "numFmt", "") if first is not None else ""
            )
        for one in root.iter(W + "num") if root is not None else ():
            name, abstract = one.get(W + "numId"), value(one, "abstractNumId", "")
            self._abstract[name] = abstract
            if one.find(f"{W}lvlOverride/{W}startOverride") is not None:
                self._restarts.add(name)
            if formats.get(abstract) in ("bullet", "none"):
                self._bullets.add(name)

    def counting(self, name):
        """Return a name shared by lists that count on together."""
        return name if name in self._restarts else f"abstract {self._abstract.get(name, name)}"

    def is_bullets(self, name):
        """True for a list of dots."""
        return name in self._bullets


def divide(container, numbering, styles, report):
    """Put a break between lists that only touch, and name lists that count on from an earlier number."""
    kept, last, counted = [], None, {}
    for child in container:
        if child.tag == W + "tbl":
            for cell in child.iter(TC):
                if cell.find(f"{P}/{W}pPr/{W}numPr") is not None:
                    divide(cell, numbering, styles, report)
        if child.tag != P:
            kept.append(child)
            last = None if child.tag != W + "bookmarkStart" else last
            continue
        listed = child.find(f"{W}pPr/{W}numPr")
        name = value(listed, "numId") if listed is not None and not is_heading(child, styles) else None
        if name in (None, "0"):
            if words(child):
                last = None
            kept.append(child)
            continue
        level = number(value(listed, "ilvl"))
        counting = numbering.counting(name)
        if level == 0:
            if last not in (None, counting):
                kept.append(_break())
            if last != counting and counted.get(counting) and not numbering.is_bullets(name):
                report.changed(
                    "numbering",
                    _("A numbered list went on from an earlier number; now it starts at 1"),
                    snippet(words(child)),
                )
            counted[counting] = counted.get(counting, 0) + 1
            last = counting
        kept.append(child)
    container[:] = kept


def _break():
    paragraph, properties = make("p"), make("pPr")
    properties.append(make("pStyle", val=BREAK_STYLE))
    paragraph.append(properties)
    return paragraph
