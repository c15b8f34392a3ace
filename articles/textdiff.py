"""Where two texts differ, character by character, with as much around each change as one needs to find it."""

from difflib import SequenceMatcher


SAME, OLD, NEW, GAP = "same", "old", "new", "gap"
# Characters of unchanged text shown on each side of a change.
AROUND = 24
# Above this product of lengths two passages are shown as replaced whole: the comparison grows with it.
LARGEST = 4_000_000


def pieces(old, new, around=AROUND):
    """Return [(kind, text)] in reading order: what stayed, what only ``old`` has, what only ``new`` has, and gaps.

    Lines are compared first and the characters of changed lines after, so that long texts stay quick.
    """
    found = []
    mine, there = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, mine, there, autojunk=False).get_opcodes():
        before, after = "".join(mine[a:b]), "".join(there[c:d])
        if tag == "replace":
            found += _characters(before, after)
        else:
            found += [(SAME, before)] if tag == "equal" else [(OLD, before), (NEW, after)]
    return _shortened(_joined(found), around)


def _characters(old, new):
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    if head or tail:
        end = old[len(old) - tail :]
        middle = _characters(old[head : len(old) - tail], new[head : len(new) - tail])
        return [(SAME, old[:head]), *middle, (SAME, end)]
    if len(old) * len(new) > LARGEST:
        return [(OLD, old), (NEW, new)]
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        # One character that happens to agree between two changes only makes them harder to read.
        if tag == "equal" and (b - a > 1 or not found or b == len(old)):
            found.append((SAME, old[a:b]))
        else:
            found += [(OLD, old[a:b]), (NEW, new[c:d])]
    return found


def _shared(one, other):
    """Return how many characters both begin with."""
    unlike = (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(unlike, min(len(one), len(other)))


def _joined(found):
    """Put neighbours of one kind together; within a change the old text comes first."""
    out, old, new = [], "", ""
    for kind, text in [*found, (SAME, "")]:
        if kind == OLD:
            old += text
        elif kind == NEW:
            new += text
        else:
            out += [(OLD, old)] * bool(old) + [(NEW, new)] * bool(new)
            old = new = ""
            if out and out[-1][0] == SAME:
                out[-1] = (SAME, out[-1][1] + text)
            elif text:
                out.append((SAME, text))
    return out


def _shortened(found, around):
    out = []
    for number, (kind, text) in enumerate(found):
        head = around if number else 0
        tail = around if number + 1 < len(found) else 0
        if kind != SAME or len(text) <= head + tail + 1:
            out.append((kind, text))
            continue
        if head:
            out.append((SAME, text[:head]))
        out.append((GAP, "…"))
        if tail:
            out.append((SAME, text[-tail:]))
    return out
