"""Small edits on WeChat's website: which strings to find and by what to replace them. Plain Python, no database.

WeChat lets an article that is out be changed a few times, a few characters each time, in the words of its body only
(its allowances change now and then, so they are settings: ChannelSettings.edit_times and edit_characters).
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser


BLOCKS = {"section", "p", "div", "h1", "h2", "h3", "h4", "li", "ul", "ol", "td", "th", "tr", "table", "br"}
# Characters of the same line printed around a change, more where that would be found twice.
CONTEXT = 4
# Changes closer than this are one string to find.
NEAR = 6


class NotSmallError(ValueError):
    """The two texts differ by more than words inside the same paragraphs."""


@dataclass(frozen=True)
class Edit:
    """One string to find, and what replaces it; ``characters`` is how many change."""

    find: str
    replace: str
    characters: int


def lines(html):
    """Return the words of a body as a reader's eye has them: one string a paragraph or cell."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return [line for raw in reader.found if (line := " ".join(raw.split()))]


def edits(old, new):
    """Return the Edits that turn the lines ``old`` into ``new``. Raises NotSmallError.

    Each ``find`` occurs once in ``old``. Whole paragraphs that come or go cannot be found by a string.
    """
    whole, found = "\n".join(old), []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if i2 - i1 != j2 - j1:
            raise NotSmallError
        for before, after in zip(old[i1:i2], new[j1:j2], strict=True):
            found += [_edit(before, after, spans, whole) for spans in _changes(before, after)]
    return found


def characters(found):
    """Return how many characters the edits change together; a replaced character counts once."""
    return sum(edit.characters for edit in found)


def _changes(before, after):
    """Return groups of neighbouring opcodes (i1, i2, j1, j2), each group one string to find."""
    groups = []
    for tag, *span in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if groups and span[0] - groups[-1][-1][1] < NEAR:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _edit(before, after, spans, whole):
    start, end = spans[0][0], spans[-1][1]
    first, last = spans[0][2], spans[-1][3]
    room = CONTEXT
    while True:
        left, right = max(0, start - room), min(len(before), end + room)
        find = before[left:right]
        if find and whole.count(find) == 1:
            break
        if left == 0 and right == len(before):
            raise NotSmallError
        room += CONTEXT
    return Edit(
        find=find,
        replace=before[left:start] + after[first:last] + before[end:right],
        characters=sum(max(i2 - i1, j2 - j1) for i1, i2, j1, j2 in spans),
    )


class _Lines(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = [""]

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.found.append("")

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.found.append("")

    def handle_data(self, data):
        self.found[-1] += data
