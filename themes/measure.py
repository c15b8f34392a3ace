"""How much of a WeChat body is markup, and how deep it lies."""

import re
from collections import Counter
from html.parser import HTMLParser


LIMIT = 20_000  # characters of ``content``, tags and styles included (facts/wechat.md §3.2)
BUDGET = 2.5  # characters ÷ non-blank characters of the text (DESIGN.md §9)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b")
_VOID = ("img", "br")


class _Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []

    def handle_data(self, data):
        self.parts.append(data)


def texts(html):
    """Return the text nodes of ``html``, in order."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return reader.parts


def expansion(html):
    """Return the characters of ``html`` divided by the non-blank characters of its text nodes; inf without text."""
    read = sum(len("".join(part.split())) for part in texts(html))
    return len(html) / read if read else float("inf")


def depth(html):
    """Return how many elements of one kind lie in each other at most, in ``html`` as themes.wechat renders it."""
    open_, deepest = Counter(), 0
    for closing, tag in _TAG.findall(html):
        if tag not in _VOID:
            open_[tag] += -1 if closing else 1
            deepest = max(deepest, open_[tag])
    return deepest
