"""A signed snapshot as the body of a WeChat article.

Block templates of the theme give one fragment with classes; css-inline writes the styles out; themes.sanitize lets
through only what WeChat keeps. The result is a pure function of its arguments: the same snapshot gives the same bytes.
"""

import re

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import pgettext

from themes import citations, colour, labels, rich
from themes.inline import inline
from themes.links import Notes
from themes.registry import DEFAULT, folder, template
from themes.sanitize import clean, own_picture, wechat_picture
from themes.terms import Terms


LANGUAGE = "zh-hans"
WIDEST_PICTURE = 1080  # px; publish.wechat.images makes no wider ones, by this number
COLUMN = 340  # px a picture has on a phone; narrower ones are not blown up
WIDEST_TABLE = 2  # columns a phone shows side by side
PARTS = ("key", "end")  # templates of an article beside its blocks
# Only templates bring line ends: text from the snapshot has lost its own before.
_INDENTATION = re.compile(r"[ \t]*\n[ \t\n]*")


class ForeignPictureError(ValueError):
    """``image_url`` gave an address at which WeChat would drop the picture without a word."""


class UnknownBlockError(ValueError):
    """The snapshot holds a block type this version cannot render."""


def render(snapshot, facts, image_url, theme=DEFAULT):
    """Return the WeChat body of ``snapshot`` as HTML.

    ``facts``: what stands beside the snapshot (signature dates, reviewers, institution; see Publication.facts).
    ``image_url(IMAGE)``: the address to print, of WeChat's image hosts, or ``local:<sha256>`` before an upload; or a pair
    of the address and the width in pixels of what was uploaded.
    Raises ForeignPictureError, UnknownBlockError, themes.registry.UnknownThemeError.
    """
    return _render(snapshot, facts, image_url, theme, wechat_picture)


def render_for_screen(snapshot, facts, image_url, theme=DEFAULT):
    """Return the same body for a page of our own, where ``image_url`` may give addresses of this site."""
    return _render(snapshot, facts, image_url, theme, own_picture)


def _render(snapshot, facts, image_url, theme, allowed_picture):
    folder(theme)
    with translation.override(LANGUAGE):
        cited = citations.cites(snapshot)
        # Citations and links share their brackets, so links count on where references end.
        notes = Notes(facts.get("url") or "", after=len(snapshot["references"]) if cited else 0)
        body = _Body(notes, Terms(snapshot.get("glossary")), image_url, theme, allowed_picture)
        blocks = [body.block(block) for block in snapshot["body"]]
        context = {
            "facts": facts,
            "key_message": rich.multiline(snapshot["key_message"]),
            "audience": labels.audience(snapshot["audience"]),
            "correction": rich.multiline(snapshot.get("correction") or ""),
            "emergency": rich.multiline(snapshot["topic"]["emergency"]),
            "parts": {part: template(theme, f"wechat/{part}.html") for part in PARTS},
            "blocks": [block for block in blocks if block],
            **_end(snapshot, facts, notes, cited),
        }
        fragment = _INDENTATION.sub("", render_to_string(template(theme, "wechat/article.html"), context))
    brand = colour.brand((facts.get("institution") or {}).get("colour"), theme)
    return clean(inline(fragment, theme, brand), allowed_picture)


def _end(snapshot, facts, notes, cited):
    institution = facts.get("institution") or {}
    shown, more = citations.short_list(snapshot["references"])
    end = {
        "reviewers": [
            line for entry in facts.get("reviewers") or [] if (line := rich.plain(labels.person(entry)))
        ],
        "author": rich.plain(labels.person(snapshot["author"])),
        "source": rich.plain(labels.source(snapshot["source"]["type"], snapshot["source"]["line"])),
        "ai": rich.multiline(labels.ai_use(snapshot["ai"]["use"], snapshot["ai"]["note"])),
        "news": rich.multiline(snapshot.get("changes") or ""),
        "references": [
            (f"[{number}]" if cited else f"{number}.", line)
            for number, reference in shown
            if (line := rich.plain(reference))
        ],
        "more_references": more,
        "address": rich.plain(facts.get("url") or ""),
        "notes": [(number, rich.plain(address)) for number, address in notes],
        "disclaimer": rich.multiline(institution.get("disclaimer") or ""),
        "institution": rich.plain(institution.get("name") or ""),
    }
    return {**end, "has_end": any(value for name, value in end.items() if name != "address")}


class _Body:
    """Turns the values of blocks into what the templates print; an empty block comes out as None."""

    def __init__(self, notes, terms, image_url, theme, allowed_picture):
        self._notes = notes
        self._terms = terms
        self._image_url = image_url
        self._theme = theme
        self._allowed_picture = allowed_picture

    def block(self, block):
        kind = block["type"]
        prepare = getattr(self, f"_{kind}", None) if kind in _KINDS else None
        if prepare is None:
            raise UnknownBlockError(f"No WeChat template for a block of type {kind!r}.")
        values = prepare(block["value"])
        return values and {**values, "template": template(self._theme, f"wechat/blocks/{kind}.html")}

    def _rich(self, html):
        return rich.flow(self._lines(html))

    def _lines(self, html):
        return rich.lines(self._terms.bracketed(html), self._notes)

    def _heading(self, value):
        text = rich.plain(value["text"])
        return text and {"text": text, "level": 3 if value["level"] == 3 else 2}

    def _paragraph(self, value):
        html = self._rich(value["html"])
        return html and {"html": html}

    def _image(self, value):
        image = value["image"]
        address = self._image_url(image)
        # How wide the picture became is known once it was made for an upload.
        address, width = address if isinstance(address, tuple) else (address, int(image["width"]))
        if not self._allowed_picture(address):
            raise ForeignPictureError(
                f"WeChat would drop the picture {image['sha256'][:12]} at {address[:80]!r}."
            )
        width = min(width, WIDEST_PICTURE)
        return {
            "address": address,
            "alt": rich.plain(image["alt"]),
            "width": width,
            "percent": max(1, round(100 * width / COLUMN)) if width < COLUMN else None,
            "caption": rich.plain(image["caption"]),
            "credit": rich.plain(image["credit"]),
        }

    def _key_points(self, value):
        html = rich.joined(rich.items(value["points"], lambda position: "•"))
        title = rich.plain(value["title"])
        return (html or title) and {"title": title, "html": html}

    def _steps(self, value):
        title = rich.plain(value["title"])
        steps = rich.items(
            map(self._terms.bracketed, value["steps"]), lambda position: f"{position}.", self._notes
        )
        return (steps or title) and {"title": title, "html": rich.flow(steps, titled=bool(title))}

    def _do_dont(self, value):
        # In every Chinese font, unlike check marks, which some phones turn into coloured pictures.
        do = rich.joined(rich.items(value["do"], lambda position: "√"))
        dont = rich.joined(rich.items(value["dont"], lambda position: "×"))
        return (do or dont) and {"do": do, "dont": dont}

    def _care_card(self, value):
        html = rich.joined(self._lines(value["html"]))
        title = rich.plain(value["title"])
        label = labels.care_level(value["level"])
        return (html or title) and {"level": value["level"], "label": label, "title": title, "html": html}

    def _question_answer(self, value):
        question = rich.plain(value["question"])
        answer = self._lines(value["answer"])
        if not question:
            return answer and {"html": rich.flow(answer)}
        asked = rich.Line(0, "", format_html("<strong>{}：{}</strong>", pgettext("question", "Q"), question))
        if answer and not answer[0].depth:
            # Question and the beginning of its answer in one paragraph: they belong together.
            asked = asked._replace(html=f"{asked.html}<br>{answer[0].html}")
            answer = answer[1:]
        return {"html": rich.flow([asked, *answer])}

    def _table(self, value):
        header = [rich.plain(cell) for cell in value["header"]]
        rows = [[rich.plain(cell) for cell in row] for row in value["rows"]]
        rows = [row for row in rows if any(row)]
        header = header if any(header) else []
        columns = max((len(row) for row in [header, *rows]), default=0)
        caption = rich.plain(value["caption"])
        if not (caption or header or rows):
            return None
        if columns > WIDEST_TABLE and rows:
            # Side by side these would be cut off on a phone: one block a row, each value behind its header.
            header += [""] * (columns - len(header))
            stacked = [
                [(label, cell) for label, cell in zip(header, row, strict=False) if cell] for row in rows
            ]
            return {"caption": caption, "stacked": stacked}
        pad = [""] * columns
        return {
            "caption": caption,
            "header": (header + pad)[:columns] if header else [],
            "rows": [(row + pad)[:columns] for row in rows],
            "first": _first_column(header, rows) if columns == WIDEST_TABLE else None,
        }

    def _quote(self, value):
        text = rich.multiline(value["text"])
        attribution = rich.plain(value["attribution"])
        return (text or attribution) and {"text": text, "attribution": attribution}


def _first_column(header, rows):
    """Return the percentage of the width for the first of two columns, by the length of their texts."""
    longest = [max((len(row[at]) for row in [header, *rows] if len(row) > at), default=0) for at in (0, 1)]
    return min(65, max(30, round(100 * longest[0] / max(1, sum(longest)))))


_KINDS = frozenset(
    name[1:]
    for name in vars(_Body)
    if name.startswith("_") and not name.startswith(("__", "_rich", "_lines"))
)
