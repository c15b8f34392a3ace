"""The leaflet (单张): what of a signed article helps most, on one sheet of paper, A4 or A5, in black and white.

What fits is reckoned here from the number of characters, a little too carefully, so that the browser that prints it has
nothing to cut: Chinese characters are one em wide in every font. The sheet is measured in em of its own size of type,
as static/themes/calm/leaflet.css lays it out; blocks are kept or left out whole.
"""

import math
import re
import unicodedata
from html import unescape

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from themes import labels, website
from themes.citations import without


# (width, height) of what may be printed on, in mm; leaflet.css has the same.
PAPERS = {"a4": (182, 270), "a5": (128, 189)}
# Sizes of type in pt, the largest that holds everything is taken.
SIZES = {"a4": (18, 17, 16, 15, 14, 13, 12, 11, 10.5), "a5": (14, 13, 12, 11, 10, 9.5)}
MM_A_PT = 25.4 / 72
LINE = 1.42
CODE = {"a4": 30, "a5": 24}  # the side of the QR code in mm
CARE = ("call_120", "see_doctor", "self_care")  # the most urgent first
_PARTS = re.compile(r"<(?:p|ul|ol|li|br)\b[^>]*>|</(?:p|ul|ol|li)>")
_TAG = re.compile(r"<[^>]*>")


def render(snapshot, facts, request, *, canonical, overdue=False):
    """Return the page of the leaflet that ``?v=`` asks for; ``facts`` are those of a signature, never of a draft."""
    if facts["preview"]:
        raise ValueError("Nothing unsigned goes on a leaflet.")
    paper = website.LEAFLETS[request.GET["v"]]
    with translation.override(website.LANGUAGE):
        notice = _old(facts) if overdue else ""
        foot = _foot(snapshot, facts)
        context = website.chrome(facts["institution"], request) | {
            "article": snapshot,
            "audience": labels.audience(snapshot["audience"]),
            "canonical": canonical,
            "foot": foot,
            "notice": notice,
            "paper": paper,
            "papers": website.LEAFLETS.items(),
            "qr": website.qr_code(f"{facts['url']}?from=qr"),
        }
        context |= plan(snapshot, foot, paper, notice=notice)
        return render_to_string(website.template("leaflet", context["theme"]), context)


def _old(facts):
    return _(
        "This article was to be reviewed again by %(date)s, and that has not been done yet. What it says may no longer be"
        " current: ask your doctor before you act on it."
    ) % {"date": date_format(facts["valid_until"])}


def _foot(snapshot, facts):
    """Return the lines below, each a list of items: where the rest is, who signed when, source and author, disclaimer."""
    found = [
        [_("A short version. Scan for the full text, its pictures and references:"), facts["url"]],
        [
            *(_("Reviewed by: %(name)s %(title)s") % one for one in facts["reviewers"]),
            _("Reviewed %(date)s") % {"date": date_format(facts["signed_on"])},
            _("Valid until %(date)s") % {"date": date_format(facts["valid_until"])},
        ],
        [
            labels.source(snapshot["source"]["type"], snapshot["source"]["line"]),
            _("Text: %(name)s") % snapshot["author"] if snapshot["author"]["name"] else "",
            labels.ai_use(snapshot["ai"]["use"], snapshot["ai"]["note"]),
        ],
        [facts["institution"]["disclaimer"]],
    ]
    return [items for line in found if (items := [item for item in line if item])]


def plan(snapshot, foot, paper, *, notice=""):
    """Return {"size", "parts", "whole"}: the size of type in pt, what the sheet shows in order, and whether all of it fits.

    ``foot``: the lines below, each a list of items; ``notice``: what stands above all else, "" for nothing. A part is {"kind", "value",
    "heading", "level"}.
    """
    parts = _chosen(snapshot)
    size = _largest(parts, snapshot, foot, notice, paper)
    whole = size is not None
    if not whole:
        parts = _kept(parts, snapshot, foot, notice, paper)
        size = _largest(parts, snapshot, foot, notice, paper) or SIZES[paper][-1]
    return {"size": size, "parts": parts, "whole": whole}


def _chosen(snapshot):
    """Return the parts worth a place, the most important first; only a piece without any such part gives its text."""
    parts = [{"kind": name, "value": snapshot[name]} for name in ("key_message",) if snapshot[name]]
    if snapshot["topic"]["emergency"]:
        parts.append({"kind": "emergency", "value": snapshot["topic"]["emergency"]})
    blocks, heading = {}, ""
    for block in snapshot["body"]:
        kind, value = block["type"], block["value"]
        if kind == "heading":
            heading = value["text"]
            continue
        # What has no title of its own takes the heading right above it.
        titled = kind not in ("do_dont", "steps", "paragraph") or value.get("title")
        blocks.setdefault(kind, []).append(
            {"kind": kind, "value": value, "heading": "" if titled else heading}
        )
        heading = ""
    care = sorted(blocks.get("care_card", ()), key=lambda part: CARE.index(part["value"]["level"]))
    help_ = [part for kind in ("do_dont", "steps", "key_points") for part in blocks.get(kind, ())]
    if not care and not help_:
        help_ = [part for kind in ("paragraph", "question_answer") for part in blocks.get(kind, ())]
    return [*parts, *care, *help_]


def _kept(parts, snapshot, foot, notice, paper):
    """Return those of ``parts`` that fit in the smallest type; after a care card that does not, no milder one stands."""
    size = SIZES[paper][-1]
    room, width = _room(snapshot, foot, notice, paper, size)
    kept, careful = [], True
    for part in parts:
        high = height(part, width)
        care = part["kind"] == "care_card"
        if high <= room and (careful or not care):
            kept.append(part)
            room -= high
        elif care:
            careful = False
    return kept


def _largest(parts, snapshot, foot, notice, paper):
    for size in SIZES[paper]:
        room, width = _room(snapshot, foot, notice, paper, size)
        if sum(height(part, width) for part in parts) <= room:
            return size
    return None


def _room(snapshot, foot, notice, paper, size):
    """Return (height left for the parts, width of the sheet) in em."""
    em = size * MM_A_PT
    width, high = (side / em for side in PAPERS[paper])
    head = 3.2 + lines(snapshot["title"], width, 1.6) * 1.6 * 1.3 + 0.6 + 1.4
    if notice:
        head += lines(notice, width - 1.8) * LINE + 1.5
    code = CODE[paper] / em
    words = sum(rows(items, (width - code) / 0.85 - 1) for items in foot) * 0.85 * 1.45
    return (high - head - max(code, words) - 1.1) * 0.98, width


def height(part, width):
    """Return how high ``part`` stands on a sheet ``width`` em wide, with the space below it."""
    value, high = part["value"], 0.55
    if part.get("heading"):
        high += lines(part["heading"], width, 1.15) * 1.15 * LINE + 0.3
    match part["kind"]:
        case "key_message":
            return high + lines(value, width - 1.9, 1.15) * 1.15 * LINE + 1.25
        case "emergency":
            return high + lines(f"120　{value}", width - 2) * LINE + 1.1
        case "care_card":
            title = lines(f"{' ' * 16}{value['title']}", width - 1.9, 1.1) * 1.1 * LINE
            return high + title + _text(value["html"], width - 1.9) + 1.1
        case "do_dont":
            column = (width - 0.9) / 2 - 1.9
            columns = [_list(value[name], column) for name in ("do", "dont")]
            return high + max(columns) + LINE * 1.1 + 1.1
        case "steps":
            return high + _title(value, width) + sum(_text(step, width - 2.2) for step in value["steps"])
        case "key_points":
            return high + _title(value, width) + _list(value["points"], width)
        case "question_answer":
            question = lines(value["question"], width, 1.1) * 1.1 * LINE
            return high + question + _text(value["answer"], width)
    return high + _text(value["html"], width)


def _title(value, width):
    return lines(value["title"], width, 1.15) * 1.15 * LINE + 0.3 if value["title"] else 0


def _list(items, width):
    return sum(lines(item, width - 1.5) * LINE + 0.2 for item in items)


def _text(html, width):
    """Return the height of canonical HTML, each paragraph and each point of a list in lines of its own."""
    found = [unescape(_TAG.sub("", piece)).strip() for piece in _PARTS.split(without(html))]
    return sum(lines(piece, width - 1.5) * LINE + 0.3 for piece in found if piece)


def lines(text, width, size=1.0):
    """Return how many lines ``text`` takes at most on ``width`` em, in type of ``size`` em."""
    room = max(width / size, 1)
    return sum(_broken(_wide(line), room) for line in text.splitlines()) or 1


def _broken(wide, room):
    # Marks that may not begin a line, and words that are not broken, leave a little of each line but the last empty.
    return 1 if wide <= room else math.ceil(wide / max(room - 1.5, 1))


def rows(items, width):
    """Return how many lines ``items`` take, none of them broken unless it is wider than ``width`` em."""
    count, left = 0, 0.0
    for item in items:
        if (wide := _wide(item) + 1) <= left:
            left -= wide
        else:
            more = lines(item, width)
            count, left = count + more, width - wide if more == 1 else 0.0
    return count


def _wide(text):
    """Return the width of ``text`` in em; between Chinese and Latin browsers may set a little space."""
    wide, before = 0.0, True
    for character in text:
        full = unicodedata.east_asian_width(character) in "WFA"
        wide += (1 if full else 0.62) + (0.15 if full is not before else 0)
        before = full
    return wide
