"""Rich text of a snapshot, turned into lines that WeChat does not restyle.

WeChat rebuilds ``ul``, ``ol`` and ``li`` (facts/wechat.md §10.2), so lists become paragraphs with their markers written
out. The reader below knows the canonical subset of ``articles.html`` only; of anything else the text is kept and
the markup is lost, except for elements whose text was never meant to be read: these go as a whole.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from django.utils.safestring import mark_safe

from themes.links import stays


# Their text is code or a fallback, not words for readers.
DROPPED_WHOLE = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "noembed",
        "noframes",
        "iframe",
        "object",
        "svg",
        "math",
        "title",
        "textarea",
        "select",
        "head",
        "xmp",
        "plaintext",
    ]
)
_FORMATS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sup": "sup", "sub": "sub"}
_ORDER = ("strong", "em", "sup", "sub")
_BREAKING = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "aside",
        "header",
        "footer",
        "main",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "caption",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "hr",
    ]
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# Bleach prints a question mark for these; lone surrogates cannot be sent at all.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
DEEPEST_LIST = 4


class Line(NamedTuple):
    """One paragraph: ``depth`` lists deep, behind ``marker`` ("•", "2.", "" for a continued item), as safe HTML."""

    depth: int
    marker: str
    html: str


def plain(text):
    """Return ``text`` without characters that cannot be printed, runs of blanks and line ends as one blank, "" if nothing else."""
    text = _BLANKS.sub(" ", _UNPRINTABLE.sub("", _BLANKS.sub(" ", text))).strip(" ")
    return text if text.strip() else ""


def lines(html, notes):
    """Return the paragraphs and list items of ``html`` as a list of Line, without empty ones.

    Links that WeChat would kill become numbers of ``notes`` (themes.links.Notes). Never raises on broken markup.
    """
    reader = _Reader(notes)
    reader.feed(_UNPRINTABLE.sub("", html.replace("\r", "\n")))
    reader.close()
    reader.end_line()
    return reader.lines


def items(entries, marker, notes=None):
    """Return lines one list deep for ``entries``, each behind ``marker(position from 1)``.

    Entries are rich text when ``notes`` is given, else plain text.
    """
    found = []
    position = 0
    for entry in entries:
        if notes is None:
            own = [Line(0, "", escape(plain(entry)))] if plain(entry) else []
        else:
            own = lines(entry, notes)
        if own:
            position += 1
            # An entry that opens with a list keeps its place: the entry's number, then the list below it.
            found.append(Line(1, f"{marker(position)} {own[0].marker}".strip(), own[0].html))
            found.extend(Line(line.depth + 1, line.marker, line.html) for line in own[1:])
    return found


def flow(some_lines, titled=False):
    """Return lines as safe HTML: paragraphs, and sections of paragraphs for lists.

    Each paragraph brings a line of space above itself (why: wechat/article.css of the theme); so does a list that
    opens the text, unless it is ``titled``.
    """
    out = []
    depth = 0
    for position, line in enumerate(some_lines):
        wanted = min(line.depth, DEEPEST_LIST)
        out.append("</section>" * (depth - wanted))
        if wanted > depth:
            apart = "" if position or titled else " apart"
            out.append(f'<section class="list{apart}">' + '<section class="list">' * (wanted - depth - 1))
        depth = wanted
        opening = "<p>" if line.marker else '<p class="more">' if wanted else "<p><br>"
        out.append(f"{opening}{_marked(line)}</p>")
    out.append("</section>" * depth)
    return mark_safe("".join(out))  # noqa: S308  made of escaped text and our own tags only


def joined(some_lines):
    """Return lines as safe HTML inside one paragraph: for boxes, where each element costs characters."""
    return mark_safe("<br>".join("\u3000" * max(0, line.depth - 1) + _marked(line) for line in some_lines))  # noqa: S308


def _marked(line):
    return f"{escape(line.marker)} {line.html}" if line.marker else line.html


def multiline(text):
    """Return plain ``text`` as safe HTML in which its line ends stay."""
    rows = (plain(row) for row in text.splitlines())
    return mark_safe("<br>".join(escape(row) for row in rows if row))  # noqa: S308


class _Link:
    def __init__(self, href):
        self.href = href


class _Reader(HTMLParser):
    def __init__(self, notes):
        super().__init__(convert_charrefs=True)
        self.notes = notes
        self.lines = []
        self._runs = []  # (text or "\n" for a line break, formats, link)
        self._formats = dict.fromkeys(_ORDER, 0)
        self._link = None
        self._lists = []  # per open list: [is it numbered, items so far]
        self._marker = None
        self._inside = None  # element dropped whole
        self._depth_inside = 0

    def handle_starttag(self, tag, attrs):
        if self._inside:
            self._depth_inside += tag == self._inside
        elif tag in DROPPED_WHOLE:
            self._inside, self._depth_inside = tag, 1
        elif tag in _FORMATS:
            self._formats[_FORMATS[tag]] += 1
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self._link = _Link(href) if href.strip() else None
        elif tag == "br":
            self._runs.append(("\n", (), self._link))
        elif tag in ("ul", "ol"):
            self.end_line()
            self._lists.append([tag == "ol", 0])
        elif tag == "li":
            self.end_line()
            self._marker = True
        elif tag in _BREAKING:
            self.end_line()

    def handle_endtag(self, tag):
        if self._inside:
            self._depth_inside -= tag == self._inside
            if not self._depth_inside:
                self._inside = None
        elif tag in _FORMATS:
            name = _FORMATS[tag]
            self._formats[name] = max(0, self._formats[name] - 1)
        elif tag == "a":
            self._link = None
        elif tag in ("ul", "ol"):
            self.end_line()
            if self._lists:
                self._lists.pop()
            self._marker = None
        elif tag == "li" or tag in _BREAKING:
            self.end_line()

    def handle_data(self, data):
        if not self._inside:
            formats = tuple(name for name in _ORDER if self._formats[name])
            self._runs.append((_BLANKS.sub(" ", data), formats, self._link))

    def end_line(self):
        runs, self._runs = _trimmed(self._runs), []
        if not runs:
            return
        marker = ""
        if self._marker:
            numbered = False
            if self._lists:
                self._lists[-1][1] += 1
                numbered = self._lists[-1][0]
            marker = f"{self._lists[-1][1]}." if numbered else "•" if len(self._lists) < 2 else "–"
            self._marker = None
        depth = len(self._lists) or int(bool(marker))
        self.lines.append(Line(depth, marker, self._html(runs)))

    def _html(self, runs):
        out = []
        opened = []
        link = None
        for text, formats, its_link in [*runs, ("", (), None)]:
            if its_link is not link:
                out.extend(f"</{name}>" for name in reversed(opened))
                opened = []
                if link is not None:
                    out.append(self._close(link))
                link = its_link
                if link is not None and stays(link.href):
                    out.append(f'<a href="{escape(link.href)}">')
            if text == "\n":
                out.append("<br>")
                continue
            common = 0
            while common < min(len(opened), len(formats)) and opened[common] == formats[common]:
                common += 1
            out.extend(f"</{name}>" for name in reversed(opened[common:]))
            out.extend(f"<{name}>" for name in formats[common:])
            opened = list(formats)
            out.append(escape(text, quote=False))
        return "".join(out)

    def _close(self, link):
        return "</a>" if stays(link.href) else f"<sup>[{self.notes.number(link.href)}]</sup>"


def _trimmed(runs):
    """Return the runs without blanks and breaks at both ends, and none when there is nothing to read."""
    runs = [run for run in runs if run[0]]
    if not any(run[0].strip() for run in runs):
        return []
    while not runs[0][0].strip():
        runs = runs[1:]
    while not runs[-1][0].strip():
        runs = runs[:-1]
    text, formats, link = runs[0]
    runs[0] = (text.lstrip(" "), formats, link)
    text, formats, link = runs[-1]
    runs[-1] = (text.rstrip(" "), formats, link)
    return runs
