"""Citations in a signed text, ``<sup>[1,3]</sup>``, and the list of references they point to."""

import re

from django.utils.html import format_html
from django.utils.translation import gettext

from articles.citation import has_han


MOST_IN_WECHAT = 3  # lines; the rest is on the website
_CITATION = re.compile(r"<sup>\[(\d{1,3}(?:[,-]\d{1,3})*)\]</sup>")
_NUMBERS = re.compile(r"(\d+)(?:-(\d+))?")


def numbers(text):
    """Return the numbers in “1,3-5” as a list: 1, 3, 4, 5."""
    found = []
    for first, last in _NUMBERS.findall(text):
        found += range(int(first), min(int(last or first), int(first) + 999) + 1)
    return found


def cited(html, count):
    """Return the set of numbers from 1 to ``count`` that citations in canonical ``html`` name."""
    named = {number for match in _CITATION.finditer(html) for number in numbers(match[1])}
    return {number for number in named if 1 <= number <= count}


def without(html):
    """Return canonical HTML without its citations, for where no list of references stands."""
    return _CITATION.sub("", html)


def cites(snapshot):
    """True when the body of ``snapshot`` cites at least one of its references."""
    count = len(snapshot["references"])
    return any(cited(text, count) for block in snapshot["body"] for text in _texts(block["value"]))


def short_list(references):
    """Return ([(number, line)], rest): what WeChat prints, Chinese references first, and how many are left out."""
    ordered = sorted(enumerate(references, start=1), key=lambda entry: not has_han(entry[1]))
    return ordered[:MOST_IN_WECHAT], max(0, len(ordered) - MOST_IN_WECHAT)


class Citations:
    """Turns the citations of one page into links and remembers where each reference is cited first.

    ``count``: how many references the page lists; a citation of any other number stays as it is.
    """

    def __init__(self, count):
        self._count = count
        self._places = {}
        self._links = 0

    def link(self, html):
        """Return safe HTML with its citations linked to ``#ref-N``."""
        return _CITATION.sub(self._linked, html) if self._count else html

    def place(self, number):
        """Return the id of the first citation of ``number``, or "" when it is cited nowhere so far."""
        return self._places.get(number, "")

    def _linked(self, match):
        if not all(1 <= number <= self._count for number in numbers(match[1])):
            return match[0]
        first = self._links + 1
        text = re.sub(r"\d+", self._link, match[1])
        for number in numbers(match[1]):
            self._places.setdefault(number, f"cite-{first}")
        return f'<sup class="cite">[{text}]</sup>'

    def _link(self, match):
        self._links += 1
        number = int(match[0])
        self._places.setdefault(number, f"cite-{self._links}")
        return format_html(
            '<a href="#ref-{0}" id="cite-{1}" aria-label="{2}">{0}</a>',
            number,
            self._links,
            gettext("Reference %d") % number,
        )


def _texts(value):
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, str):
        return [value]
    elif not isinstance(value, list):
        return []
    return [text for one in value for text in _texts(one)]
