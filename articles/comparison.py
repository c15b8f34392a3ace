"""Two versions of an article side by side: field by field, block by block, character by character. No database.

Both are snapshots (articles.snapshot), so what is compared is what readers see.
"""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from articles import textdiff
from articles.html import plain_text


SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
# How much of their characters two blocks of a kind must share to be taken for one that was changed.
ALIKE = 0.35
# Moved blocks are looked for across the whole text, so they must resemble each other more.
ALIKE_FAR = 0.6
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)
_BREAK = re.compile(r"(?=</(?:p|li|ul|ol)>)|(?=<br ?/?>)")


@dataclass(frozen=True)
class Part:
    """One field or block. ``name``: path of the field, or type of the block; ``state``: SAME … REMOVED.

    ``pieces``: [(kind, text)] of textdiff; ``moved``: the block stands elsewhere now; ``place``: number of the block in the
    newer text (in the older one when it was removed), 0 for fields; ``form_only``: words are the same, their form, the
    picture or the recording is not.
    """

    name: str
    state: str
    pieces: list = field(default_factory=list)
    moved: bool = False
    place: int = 0
    form_only: bool = False

    @property
    def touched(self):
        return self.state != SAME or self.moved


# --- fields -------------------------------------------------------------------------------------

FIELDS = (
    "title", "summary", "key_message", "audience", "topic.title", "topic.emergency", "department", "author.name",
    "author.title", "author.department", "source.type", "source.line", "ai.use", "ai.note", "cover", "recording",
    "references", "glossary", "changes", "correction", "review_months", "share_text", "push.title", "push.digest",
    "push.alternatives", "seo_title", "seo_description",
)  # fmt: skip
"""What is compared beside the body, in the order of the page; snapshots of older schemes lack some."""


def fields(old, new, words=None):
    """Return a Part for each of FIELDS. ``words``: {field: {value: what people read}} for values with words of their own."""
    return [
        _field(name, _value(old, name), _value(new, name), (words or {}).get(name, {})) for name in FIELDS
    ]


def _value(snapshot, path):
    value = snapshot
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _field(name, old, new, words):
    before, after = (
        _text_of(name, words.get(value, value) if _plain(value) else value) for value in (old, new)
    )
    if before == after:
        changed = _file(name, old) != _file(name, new)
        return Part(name, CHANGED if changed else SAME, [(textdiff.SAME, after)], form_only=changed)
    state = ADDED if not before else REMOVED if not after else CHANGED
    return Part(name, state, textdiff.pieces(before, after))


def _plain(value):
    return isinstance(value, str | int) or value is None


def _text_of(name, value):
    if not value:
        return ""
    match name:
        case "cover":
            return value["alt"]
        case "recording":
            return f"{value['reader']} {value['seconds'] // 60}:{value['seconds'] % 60:02}"
        case "references":
            return "\n".join(f"[{number}] {line}" for number, line in enumerate(value, start=1))
        case "glossary":
            return "\n".join(f"{one['words']}：{one['plain']} {one['explanation']}" for one in value)
        case "push.alternatives":
            return "\n".join(f"{one['title']} {one['digest']}".strip() for one in value)
    return str(value)


# --- the body -----------------------------------------------------------------------------------


def body(old, new):
    """Return the Parts of two snapshots' bodies in the order of the newer one; removed blocks stand where they were."""
    before, after = old["body"], new["body"]
    pairs = _pairs(before, after)  # place in the newer -> place in the older
    partners = {b: a for a, b in pairs.items()}
    still = _longest_rising([pairs[place] for place in sorted(pairs)])
    parts, gone = [], 0
    for place, block in enumerate(after):
        if place in pairs:
            # What was removed before this block's old place, in the order of the older text.
            if pairs[place] in still:
                parts += _removed(before, partners, gone, pairs[place])
                gone = max(gone, pairs[place])
            parts.append(_block(before[pairs[place]], block, place + 1, moved=pairs[place] not in still))
        else:
            parts.append(Part(block["type"], ADDED, [(textdiff.NEW, outline(block))], place=place + 1))
    return parts + _removed(before, partners, gone, len(before))


def _removed(before, partners, first, last):
    return [
        Part(before[place]["type"], REMOVED, [(textdiff.OLD, outline(before[place]))], place=place + 1)
        for place in range(first, last)
        if place not in partners
    ]


def _block(old, new, place, moved):
    before, after = outline(old), outline(new)
    if before != after:
        return Part(new["type"], CHANGED, textdiff.pieces(before, after), moved, place)
    alike = _key(old) == _key(new)
    return Part(new["type"], SAME if alike else CHANGED, [(textdiff.SAME, after)], moved, place, not alike)


def _pairs(before, after):
    """Return {place in the newer: place in the older} of blocks that are the same or resemble each other."""
    pairs = {}
    old_keys, new_keys = [_key(block) for block in before], [_key(block) for block in after]
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for a, b, size in matcher.get_matching_blocks():
        pairs |= {b + step: a + step for step in range(size)}
    free = {}  # same blocks that stand elsewhere
    for place, key in enumerate(old_keys):
        if place not in pairs.values():
            free.setdefault(key, []).append(place)
    for place, key in enumerate(new_keys):
        if place not in pairs and free.get(key):
            pairs[place] = free[key].pop(0)
    _pair_alike(pairs, before, after)
    return pairs


def _pair_alike(pairs, before, after):
    taken = set(pairs.values())
    # From the pairs of characters to the older blocks that hold them: each block against each takes minutes in a long text.
    totals, holders = {}, defaultdict(list)
    for place, block in enumerate(before):
        if place not in taken:
            grams = _grams(outline(block))
            totals[place] = grams.total()
            for gram, times in grams.items():
                holders[block["type"], gram].append((place, times))
    ranked = []
    for place, block in enumerate(after):
        if place in pairs:
            continue
        grams, shared = _grams(outline(block)), Counter()
        for gram, times in grams.items():
            for other, there in holders.get((block["type"], gram), ()):
                shared[other] += min(times, there)
        for other, common in shared.items():
            likeness = 2 * common / (grams.total() + totals[other])
            if likeness >= ALIKE:
                ranked.append((-likeness, abs(place - other), place, other))
    for likeness, _far, place, other in sorted(ranked):
        if place in pairs or other in taken:
            continue
        if -likeness >= ALIKE_FAR or _between_neighbours(pairs, place, other):
            pairs[place] = other
            taken.add(other)


def _between_neighbours(pairs, place, other):
    """Return whether pairing the two leaves the order of what is paired as it was."""
    return all((there < other) == (here < place) for here, there in pairs.items())


def _grams(text):
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1)))


def _longest_rising(numbers):
    """Return the members of a longest rising subsequence: the blocks that stayed in their order."""
    best = []  # (length, place of the predecessor)
    for place, number in enumerate(numbers):
        before = [(best[at][0], at) for at in range(place) if numbers[at] < number]
        length, at = max(before, default=(0, None))
        best.append((length + 1, at))
    kept, at = set(), max(range(len(best)), key=lambda place: best[place][0], default=None)
    while at is not None:
        kept.add(numbers[at])
        at = best[at][1]
    return kept


def _key(block):
    return json.dumps(block, ensure_ascii=False, sort_keys=True)


def _file(name, value):
    """Return what is not text of a picture or a recording."""
    parts = {"cover": ("sha256", "focal", "credit", "caption"), "recording": ("sha256",)}.get(name)
    return parts and value and {part: value[part] for part in parts}


# --- a block as text ------------------------------------------------------------------------------


def outline(block):
    """Return everything a reader can read in one block, addresses of links included, a line for each part."""
    value = block["value"]
    match block["type"]:
        case "heading":
            return value["text"]
        case "paragraph":
            return _rich(value["html"])
        case "image":
            image = value["image"]
            return _lines(image["alt"], image["caption"], image["credit"])
        case "key_points":
            return _lines(value["title"], *(f"• {point}" for point in value["points"]))
        case "steps":
            return _lines(
                value["title"], *(f"{n}. {_rich(step)}" for n, step in enumerate(value["steps"], 1))
            )
        case "do_dont":
            return _lines(*(f"√ {line}" for line in value["do"]), *(f"× {line}" for line in value["dont"]))
        case "care_card":
            return _lines(value["title"], _rich(value["html"]))
        case "question_answer":
            return _lines(value["question"], _rich(value["answer"]))
        case "table":
            return _lines(value["caption"], *(" | ".join(row) for row in [value["header"], *value["rows"]]))
        case "quote":
            return _lines(value["text"], value["attribution"])
    return _lines(*_strings(value))


def _lines(*lines):
    return "\n".join(line for line in lines if line)


def _rich(html):
    html = _LINK.sub(lambda link: f"{link[2]}（{link[1]}）", html)
    return _lines(*(plain_text(part).strip() for part in _BREAK.split(html)))


def _strings(value):
    """Yield the texts of a kind of block this version does not know."""
    if isinstance(value, str):
        yield plain_text(value)
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


# --- folding --------------------------------------------------------------------------------------


def folded(parts, around=1):
    """Return [(hidden, [Part])]: runs of untouched parts further than ``around`` from a change are hidden."""
    near = {
        place + step
        for place, part in enumerate(parts)
        if part.touched
        for step in range(-around, around + 1)
    }
    runs = []
    for place, part in enumerate(parts):
        hidden = place not in near
        if not runs or runs[-1][0] != hidden:
            runs.append((hidden, []))
        runs[-1][1].append(part)
    return runs
