"""What a Word file holds: read from its parts as they came, before anything is cleaned or converted."""

import re

from articles.importing.inventory import Inventory, Lines
from articles.importing.wordml import MC, TBL, TEXT_BOX, A, M, P, Package, T, V, W, rendering


_GONE = {
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr")
}
_NOTE_MARKS = (W + "footnoteReference", W + "endnoteReference")
_MARGINS = re.compile(r"word/(?:header|footer)\d*\.xml")


def of_package(package: Package):
    """Return the Inventory of a Word file: text with formulas, boxes, headers and footers, without what was deleted."""
    found, lines = Inventory(), Lines()
    main = package.part(package.main)
    if main is not None:
        _walk(main, lines, found)
    for kind in ("footnote", "endnote"):
        root = package.part(f"word/{kind}s.xml")
        used = set() if main is None else {mark.get(W + "id") for mark in main.iter(f"{W}{kind}Reference")}
        for note in root.iter(W + kind) if root is not None else ():
            if note.get(W + "id") in used:
                text = _text(note, found)
                if text:
                    found.notes.append(text)
    comments = package.part("word/comments.xml")
    for comment in comments.iter(W + "comment") if comments is not None else ():
        if text := _text(comment, Inventory()):
            found.comments.append(text)
    for name in package.names():
        if _MARGINS.fullmatch(name) and (text := _text(package.part(name), Inventory())):
            lines.add(text)
            lines.end()
    found.lines = lines.lines
    return found


def margins(package):
    """Return the texts of headers and footers."""
    texts = [_text(package.part(name), Inventory()) for name in package.names() if _MARGINS.fullmatch(name)]
    return list(dict.fromkeys(text for text in texts if text))


def _text(root, found):
    lines = Lines()
    _walk(root, lines, found)
    lines.end()
    return " ".join(lines.lines)


def _walk(element, lines, found):
    tag = element.tag
    if tag in _GONE:
        return
    if tag == W + "tr" and element.find(f"{W}trPr/{W}del") is not None:
        return
    if tag == MC + "AlternateContent":
        branch = rendering(element)
        if branch is not None:
            _children(branch, lines, found)
        return
    if tag == TBL:
        found.tables += 1
    if tag in (A + "blip", V + "imagedata"):
        found.pictures += 1
    if tag == TEXT_BOX:  # a box's words stand apart from the line it hangs on
        inside = Lines()
        _children(element, inside, found)
        inside.end()
        lines.lines += inside.lines
        return
    if tag in (P, TBL, W + "tc"):
        _children(element, lines, found)
        if tag != P or element.find(f"{W}pPr/{W}rPr/{W}del") is None:
            lines.end()
        return
    if tag == W + "ruby":
        for name in ("rubyBase", "rt"):
            lines.end()
            for part in element.findall(W + name):
                _children(part, lines, found)
        lines.end()
        return
    if tag == M + "oMath":
        lines.end()
        _children(element, lines, found)
        lines.end()
        return
    if tag in (T, M + "t"):
        lines.add(element.text)
    elif tag in _NOTE_MARKS or tag in (W + "br", W + "cr", W + "sym"):
        lines.end()
    elif tag == W + "tab":
        lines.add(" ")
    _children(element, lines, found)


def _children(element, lines, found):
    for child in element:
        _walk(child, lines, found)
