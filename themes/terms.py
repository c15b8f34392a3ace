"""Explained terms of a snapshot (``<dfn>words</dfn>`` and ``snapshot["glossary"]``) as readers meet them.

On the website a note that opens without JavaScript: a check box, which tells its state to every screen reader, with the
term as its label; on paper and where styles are missing the note stands in brackets. In WeChat brackets at first use.
"""

import re
from html import escape, unescape


_MARKED = re.compile(r"<dfn>([^<]*)</dfn>")
_TAG = re.compile(r"</?dfn>")
# Longer explanations give way to the plain wording in WeChat, where a bracket cannot be folded.
LONGEST_BRACKET = 60
# Of the end of an explanation: the bracket closes instead.
_CLOSING = "。．.；; "


class Terms:
    """The explained terms of one snapshot, for one rendering of it: notes are numbered, first uses remembered."""

    def __init__(self, glossary):
        self._entries = {entry["words"]: entry for entry in glossary or ()}
        self._count = 0
        self._said = set()

    def split(self, html):
        """Return ``html`` in pieces: (text before, None) and (words, note) for each mark; marks without a note are text."""
        pieces, at = [], 0
        for match in _MARKED.finditer(html):
            words = unescape(match.group(1))
            if words in self._entries:
                pieces += [(html[at : match.start()], None), (words, self._entries[words])]
                at = match.end()
        return [
            (_TAG.sub("", text) if note is None else text, note)
            for text, note in [*pieces, (html[at:], None)]
        ]

    def note(self, words, entry, sign):
        """Return the website's note on ``words``; ``sign`` says what the box does, with a place for them."""
        self._count += 1
        number = f"term-{self._count}"
        return (
            f'<span class="term"><input type="checkbox" id="{number}"><label for="{number}"><dfn>{escape(words)}</dfn>'
            f'<span class="unseen">{escape(sign)}</span></label>'
            f'<span class="note">（{escape(said(entry))}）</span></span>'
        )

    def bracketed(self, html):
        """Return ``html`` with brackets behind the first use of each term, and without marks: for WeChat."""
        out = []
        for text, entry in self.split(html):
            if entry is None:
                out.append(text)
                continue
            out.append(escape(text, quote=False))
            if text not in self._said:
                self._said.add(text)
                out.append(f"（{escape(short(entry), quote=False)}）")
        return "".join(out)


def said(entry):
    """Return what a note says: the plain wording and the explanation, as far as there are."""
    plain = "" if entry["plain"] == entry["words"] else entry["plain"].strip()
    return "：".join(part for part in (plain, entry["explanation"].strip().rstrip(_CLOSING)) if part)


def short(entry):
    """Return what WeChat's bracket says: all of it, or the plain wording when the explanation is long."""
    whole = said(entry)
    plain = entry["plain"].strip()
    return plain if plain and plain != entry["words"] and len(whole) > LONGEST_BRACKET else whole
