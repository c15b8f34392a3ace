"""Runs of text with emphasis and links, written as canonical inline HTML."""

import re
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from django.utils.html import escape

from articles.html import text_html
from articles.importing import widths


MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sup": "sup", "sub": "sub"}
_ORDER = ("strong", "em", "sup", "sub")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026\u2014"
_WRAPPED_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*\n[ \t\n]*(?=[{_HAN}])")
_BLANKS = re.compile("[ \t\n\r\f\u00a0]+")
# Controls (PostgreSQL refuses NUL), zero-width marks, and marks that turn the direction of text.
_UNSEEN = dict.fromkeys(
    [
        *range(9),
        11,
        *range(14, 32),
        *range(127, 160),
        0xAD,
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        0xE000,  # marks of ours, see NOTE
        0xE001,
    ]
)
# Not allowed in an address, and a trap for whoever prints it between quotes.
_QUOTED = {ord(mark): f"%{ord(mark):02X}" for mark in "\"'<>`\\^{|}"}
BREAK = "\n"
# Stands in html and text for the mark of a foot- or endnote until ``notes`` knows what the note is.
NOTE_START, NOTE_END = "\ue000", "\ue001"
NOTE = re.compile(f"{NOTE_START}([^{NOTE_END}]*){NOTE_END}")


@dataclass(frozen=True)
class Run:
    text: str
    marks: frozenset = frozenset()
    href: str = ""


def tidy(text):
    """Return ``text`` without unseen characters, blanks collapsed, and no blank where a line of Chinese was wrapped."""
    text = text.translate(_UNSEEN)
    return _BLANKS.sub(" ", _WRAPPED_HAN.sub("", text))


def safe_link(href):
    """Return ``href`` when it is a whole http or https address, else an empty string."""
    href = re.sub(r"[\x00-\x20\x7f]+", "", href or "").translate(_UNSEEN).translate(_QUOTED)
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return ""
    return href if parts.scheme in ("http", "https") and host and len(href) <= 2000 else ""


class Writer:
    """Gathers runs of one paragraph."""

    def __init__(self):
        self.runs = []
        self.mended = set()  # kinds of signs that the last ``take`` put right

    def note(self, name):
        """Add the mark of the note called ``name``."""
        self.runs.append(Run(f"{NOTE_START}{name}{NOTE_END}"))

    def write(self, text, marks, href):
        """Add tidied text."""
        if text:
            self.runs.append(Run(text, frozenset(marks), href))

    def line_break(self):
        """Add a line break."""
        self.runs.append(Run(BREAK))

    def peek(self):
        """Return the text gathered so far."""
        return "".join(run.text for run in self.runs).strip()

    def take(self, mend=True):
        """Return (html, text, bold) of what was gathered and start anew. ``text`` keeps line breaks as newlines.

        ``mend``: put full-width and half-width signs right (``widths``).
        """
        runs, self.runs = _trimmed(self.runs), []
        if mend:
            runs = self.mend(runs)
        text = "".join(run.text for run in runs)
        words = [run for run in runs if run.text.strip() and not NOTE.fullmatch(run.text)]
        bold = bool(words) and all("strong" in run.marks for run in words)
        return _html(runs), text, bold

    def mend(self, runs):
        texts, self.mended = widths.mend([run.text for run in runs])
        if not self.mended:
            return runs
        return [Run(text, run.marks, run.href) for run, text in zip(runs, texts, strict=True) if text]


def _trimmed(runs):
    """Drop blanks at the ends, around breaks and after other blanks, and breaks at the ends."""
    kept = []
    for run in runs:
        text = run.text
        if text == BREAK:
            if kept and kept[-1].text != BREAK:
                _strip_last(kept)
                kept.append(run)
            continue
        if not kept or kept[-1].text[-1] in " \n":
            text = text.lstrip(" \u3000") if not kept or kept[-1].text == BREAK else text.lstrip(" ")
        if text:
            kept.append(Run(text, run.marks, run.href))
    while kept and (kept[-1].text == BREAK or not kept[-1].text.rstrip(" \u3000")):
        kept.pop()
    _strip_last(kept)
    return kept


def _strip_last(kept):
    while kept:
        text = kept[-1].text.rstrip(" \u3000") if kept[-1].text != BREAK else BREAK
        if text:
            kept[-1] = Run(text, kept[-1].marks, kept[-1].href)
            return
        kept.pop()


def _html(runs):
    parts = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        inner = _marked(list(linked), _ORDER)
        parts.append(f'<a href="{escape(href)}">{inner}</a>' if href else inner)
    return "".join(parts)


def _marked(runs, order):
    if not order:
        return "".join("<br/>" if run.text == BREAK else text_html(run.text) for run in runs)
    mark, *rest = order
    parts = []
    for present, group in groupby(runs, key=lambda run: mark in run.marks):
        inner = _marked(list(group), rest)
        parts.append(f"<{mark}>{inner}</{mark}>" if present else inner)
    return "".join(parts)
