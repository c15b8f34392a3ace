"""An article as the rules read it: its passages, each with its place in the editor, prepared once a check."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.checks.finding import Finding, block_anchor, field_anchor, located
from articles.checks.text import Sentences, Text, is_myth, shown
from articles.html import plain_text


_LINES = re.compile(r"</(?:p|li)>|<br ?/?>")


@dataclass(frozen=True)
class Passage:
    """One text of the article: a field, or a part of a body block.

    ``anchor`` is the element of the editor, ``part`` what it is ("title", "paragraph", "dont", …). ``denied``: it stands
    as a myth, a question or what not to do, so that its wording is not claimed; ``doubtful``: it stands below such a
    heading, where either may be meant. ``html`` is its canonical HTML where it has one, ``block`` the number of its block in
    the body (-1: a field), ``before`` the text above it in the same block.
    """

    place: str
    anchor: str
    part: str
    raw: str
    denied: bool = False
    doubtful: bool = False
    html: str = ""
    block: int = -1
    before: str = ""

    @cached_property
    def text(self):
        return Text.of(self.raw)

    @property
    def folded(self):
        return self.text.folded

    @cached_property
    def sentences(self):
        return Sentences(self.folded)

    def finding(self, code, level, start, end, message, hint="", **more):
        """Return a finding on folded[start:end]; ``%(words)s`` in ``message`` becomes the words as written."""
        quote, nth = self.text.quote(start, end)
        nth += self.before.count(quote)
        first, last = self.sentences.around(start)
        raw_first, raw_last = self.text.span(first, max(last, first + 1))
        return Finding(
            code,
            level,
            self.place,
            message % {"words": shown(quote)} if "%(words)s" in message else message,
            hint,
            anchor=self.anchor,
            quote=shown(quote),
            nth=nth,
            passage=shown(self.raw[raw_first:raw_last].strip()),
            **more,
        )


class Reading:
    """``snapshot`` and ``page`` with what the rules share; ``known`` are the articles.checks.lists.Lists."""

    def __init__(self, snapshot, page, known):
        self.snapshot, self.page, self.known = snapshot, page, known
        self.kept = {}  # what a rule worked out and others ask for again

    @cached_property
    def blocks(self):
        """(heading above it, id in the draft or "", block) of each block of the body."""
        return list(located(self.snapshot, self.page))

    @cached_property
    def passages(self):
        """Every passage that readers see, in their order."""
        return [passage for passage in self._all() if passage.raw.strip()]

    @cached_property
    def body(self):
        """The passages of the body."""
        return [passage for passage in self.passages if passage.block >= 0]

    @cached_property
    def whole(self):
        """All passages as one folded text, a line each."""
        return "\n".join(passage.folded for passage in self.passages)

    @property
    def subjects(self):
        """What the article is about, where that asks for care (articles.choices.Subject)."""
        return tuple(getattr(self.page, "subjects", None) or ())

    def _all(self):
        for name, place in (
            ("title", _("Title")),
            ("summary", _("Summary")),
            ("key_message", _("Key message")),
            ("share_text", _("Share text")),
        ):
            yield Passage(
                place,
                field_anchor(name),
                name,
                self.snapshot.get(name) or "",
                denied=name == "title" and is_myth(self.snapshot[name]),
            )
        push = self.snapshot.get("push") or {}
        for name, place in (
            ("title", _("Title in WeChat")),
            ("digest", pgettext("of an article in WeChat", "Digest")),
        ):
            text = push.get(name) or ""
            yield Passage(
                place, field_anchor(f"push_{name}"), name, text, denied=name == "title" and is_myth(text)
            )
        myth = False
        for number, (heading, block_id, block) in enumerate(self.blocks):
            if block["type"] == "heading":
                myth = is_myth(block["value"]["text"])
            before = ""
            for part, raw, html, denied in parts(block):
                yield Passage(
                    heading,
                    block_anchor(block_id),
                    part,
                    raw,
                    denied=denied,
                    doubtful=myth and block["type"] != "heading",
                    html=html,
                    block=number,
                    before=before,
                )
                before += raw + "\n"


def parts(block):
    """Yield (part, plain text with a line a paragraph, canonical HTML or "", whether it is denied) of a body block."""
    value = block["value"]
    match block["type"]:
        case "heading":
            yield "heading", value["text"], "", is_myth(value["text"])
        case "paragraph":
            yield "paragraph", lines_of(value["html"]), value["html"], False
        case "image":
            yield "caption", value["image"]["caption"], "", False
            yield "alt", value["image"]["alt"], "", False
        case "key_points":
            yield "heading", value["title"], "", is_myth(value["title"])
            for point in value["points"]:
                yield "point", point, "", False
        case "steps":
            yield "heading", value["title"], "", is_myth(value["title"])
            for step in value["steps"]:
                yield "step", lines_of(step), step, False
        case "do_dont":
            for line in value["do"]:
                yield "do", line, "", False
            for line in value["dont"]:
                yield "dont", line, "", True
        case "care_card":
            yield "heading", value["title"], "", False
            yield "care", lines_of(value["html"]), value["html"], False
        case "question_answer":
            yield "question", value["question"], "", is_myth(value["question"])
            yield "answer", lines_of(value["answer"]), value["answer"], False
        case "table":
            yield "caption", value["caption"], "", False
            for cell in (*value["header"], *(cell for row in value["rows"] for cell in row)):
                yield "cell", cell, "", False
        case "quote":
            yield "quote", value["text"], "", False
            yield "attribution", value["attribution"], "", False


def lines_of(html):
    """Return canonical HTML as plain text with a line for each paragraph and list item."""
    return "\n".join(text for piece in _LINES.split(html) if (text := plain_text(piece)))
