"""Reading the help pages. Nothing here asks the database."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static

import bleach
from markdown_it import MarkdownIt


CONTENT = Path(__file__).parent / "content"
ALLOWED = (
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([a-z0-9-]+\.webp)\)")
_MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|[#*`>|]|\]\([^)]*\)|\[")


@dataclass(frozen=True)
class HelpPage:
    """One page: ``name`` in its address, ``title`` from its first line, ``text`` the Markdown after it."""

    name: str
    title: str
    text: str

    def html(self):
        """Return the page as clean HTML; pictures come from this site's static files."""
        text = _PICTURE.sub(lambda found: f"![{found[1]}]({static(f'cms/help/{found[2]}')})", self.text)
        html = MarkdownIt("commonmark").enable("table").render(text)
        return bleach.clean(html, tags=ALLOWED, attributes={"a": ["href"], "img": ["src", "alt"]})

    def pictures(self):
        """Return the file names of the pictures it shows."""
        return [found[1] for found in _PICTURE.findall(self.text)]

    def plain(self):
        """Return its words alone."""
        return " ".join(_MARKS.sub(" ", self.text).split())


@cache
def pages():
    """Return all HelpPages in the order of their files (01-….md)."""
    found = []
    for file in sorted(CONTENT.glob("*.md")):
        first, _, text = file.read_text(encoding="utf-8").partition("\n")
        found.append(HelpPage(file.stem.split("-", 1)[1], first.removeprefix("# ").strip(), text))
    return tuple(found)


def page(name):
    """Return the HelpPage called ``name``, or None."""
    return next((one for one in pages() if one.name == name), None)


def search(query):
    """Return the pages that hold every word of ``query``, those that hold them in their title first; all without a query."""
    words = query.casefold().split()
    hits = [one for one in pages() if all(word in f"{one.title} {one.plain()}".casefold() for word in words)]
    return sorted(
        hits, key=lambda one: bool(words) and not all(word in one.title.casefold() for word in words)
    )
