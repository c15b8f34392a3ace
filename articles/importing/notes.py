"""Foot- and endnotes: a note that names a source becomes a reference, any other goes into the text where its mark stood."""

import re

from django.utils.translation import gettext as _

from articles.html import text_html
from articles.importing import cites
from articles.importing.inline import NOTE
from articles.importing.pieces import Heading, Items, Text
from articles.importing.references import reference
from articles.importing.report import snippet


_FIRST_LINK = re.compile(r'<a href="([^"]+)">')
# Signs of a source: the letter for its kind (GB/T 7714), an identifier, an address, or a year beside where it appeared.
_SOURCE = re.compile(
    r"\[(?:[A-Z]{1,2})(?:/[A-Z]{2})?\]|10\.\d{4,9}/\S|PMID|PMC\d|ISBN|https?://|www\.|\bet al\b"
    r"|(?=.*(?:19|20)\d{2})(?:.*(?:出版社|杂志|学报|期刊|指南|共识|药典|统计|公报|\bJ\b|Journal|Lancet|\d\s*[(（]\d{1,3}[)）]))",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(r"同上|同前|同\s*(?:注|参考文献)?\s*[\[［（(]?\s*(\d{1,3})|ibid", re.IGNORECASE)
LONG_REMARK = 80  # characters from which the report asks to look whether the words still flow


def resolve(pieces, draft, report):
    """Return the pieces with marks of notes as citations or remarks; sources are added to ``draft.references``."""
    lists = [piece for piece in pieces if isinstance(piece, Items) and piece.notes]
    notes = {item.name: item for piece in lists for item in piece.items if item.name}
    if not notes:
        return [_without_marks(piece) for piece in pieces]
    kinds, keys, previous = {}, {}, None
    for name, item in notes.items():
        text = NOTE.sub("", " ".join(item.text.split()))
        again = _AGAIN.match(text)
        if again and (previous or again[1]):
            number = int(again[1]) if again[1] else 0
            keys[name] = (
                draft.references[number - 1]["key"] if 0 < number <= len(draft.references) else previous
            )
            kinds[name] = "again"
            draft.implied.append(text)
        elif _SOURCE.search(text):
            keys[name] = previous = _kept_key(text, item, draft)
            kinds[name] = "source"
        else:
            kinds[name] = "remark"
    result = _Resolver(notes, kinds, keys, draft, report)
    pieces = [part for piece in pieces for part in result.piece(piece)]
    result.say(lists[0].place)
    return pieces


def _kept_key(text, item, draft):
    """Return the key of the reference with this line, added when the list has none yet."""
    link = _FIRST_LINK.search(item.html)
    new = reference(text, link[1].replace("&amp;", "&") if link else "")
    for known in draft.references:
        if _letters(known["manual"]) == _letters(new["manual"]):
            draft.implied.append(text)  # one reference stands for both
            return known["key"]
    draft.references.append(new)
    return new["key"]


def _letters(text):
    return re.sub(r"\W+", "", text).lower()


def _without_marks(piece):
    for name in ("html", "text"):
        if isinstance(getattr(type(piece), name, None), property) or not hasattr(piece, name):
            continue
        setattr(piece, name, NOTE.sub("", getattr(piece, name)))
    return piece


class _Resolver:
    def __init__(self, notes, kinds, keys, draft, report):
        self.notes, self.kinds, self.keys, self.draft, self.report = notes, kinds, keys, draft, report
        self.used = set()

    def piece(self, piece):
        """Return the pieces that stand for ``piece``."""
        match piece:
            case Items() if piece.notes:
                return self.left_over(piece)
            case Items():
                for item in piece.items:
                    item.html, item.text = self.html(item.html), self.plain(item.text)
                    item.inner = self.html(item.inner)
            case Heading():
                after = [found for found in NOTE.findall(piece.text) if self.kinds.get(found) == "remark"]
                self.used.update(after)
                piece.text = " ".join(NOTE.sub("", piece.text).split())
                return [piece, *(self.paragraph(name, piece.place) for name in after)]
            case Text():
                piece.html, piece.text = self.html(piece.html), self.plain(piece.text)
            case _:
                for name in ("text", "caption"):
                    if isinstance(vars(piece).get(name), str):
                        setattr(piece, name, self.plain(getattr(piece, name)))
                if hasattr(piece, "rows"):
                    piece.rows = [[self.plain(cell) for cell in row] for row in piece.rows]
        return [piece]

    def html(self, html):
        def put(found):
            name = found[1]
            if name in self.keys:
                self.used.add(name)
                return cites.span([self.keys[name]], self.draft.references)
            return text_html(self.words(name))

        return NOTE.sub(put, html)

    def plain(self, text):
        def put(found):
            if found[1] in self.keys:
                self.used.add(found[1])
                return f"[{cites.position(self.keys[found[1]], self.draft.references)}]"
            return self.words(found[1])

        return NOTE.sub(put, text)

    def words(self, name):
        """Return the remark called ``name`` as it stands in the text."""
        if name not in self.notes:
            return ""
        self.used.add(name)
        return f"（注：{' '.join(self.notes[name].text.split())}）"

    def paragraph(self, name, place):
        note = self.notes[name]
        return Text(f"注：{note.html}", f"注：{note.text}", place=place)

    def left_over(self, piece):
        """Return what remains of a list of notes: remarks whose mark stands nowhere in the text."""
        lonely = [
            item
            for item in piece.items
            if item.name not in self.used and self.kinds.get(item.name) == "remark"
        ]
        unnamed = [item for item in piece.items if not item.name]
        if not lonely and not unnamed:
            return []
        self.report.changed(
            "notes_list", _("Foot- and endnotes became a list at the end of the text"), piece.place
        )
        return [Items(piece.ordered, [*lonely, *unnamed], False, place=piece.place)]

    def say(self, place):
        """Report what became of the notes."""
        for name, item in self.notes.items():
            kind, where = self.kinds[name], snippet(item.text)
            if kind == "source":
                self.report.changed(
                    "notes",
                    _("Foot- and endnotes that name a source became references. Check each"),
                    where,
                )
            elif kind == "again":
                self.report.changed(
                    "notes_again", _("A note that repeats an earlier one cites the same reference"), where
                )
            elif name in self.used:
                self.report.changed(
                    "notes_text", _("Foot- and endnotes that explain went into the text in brackets"), where
                )
                if len(item.text) > LONG_REMARK:
                    self.report.changed(
                        "notes_long",
                        _("A long note stands inside a sentence now. See whether it reads well"),
                        where,
                    )
