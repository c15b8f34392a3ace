"""Starting points of common pieces: which blocks in which order, and what to write in each. Data: ``*.toml`` beside this file.

A file names the point (``name``, ``about``, ``order``), presets (``audience``, ``subjects``, ``review_months``), the sources that fit
(``references``), guidance on fields (``[[field]]``) and the blocks (``[[block]]``): a heading, or a block with ``key``, ``name``,
``write`` (what to write), ``length``, ``example`` (ours, harmless) and ``check`` (which check is content with it).
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.html import escape


FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Guidance:
    """What to write in one place; ``example`` is text or a list of texts, of ``do_dont`` a dict of two lists."""

    key: str
    name: str
    write: str
    length: str = ""
    example: object = ""
    check: str = ""


@dataclass(frozen=True)
class Block:
    """A block as a draft begins with it. ``set``: what is filled in; ``guidance``: None for headings."""

    type: str
    set: dict = field(default_factory=dict)
    guidance: Guidance | None = None

    @property
    def prefilled(self):
        """The texts that stand in the block from the beginning, which do not count as written."""
        return [text for name, text in self.set.items() if name != "level"]

    def value(self, example=False):
        """Return the block's value as the stream stores it: empty, or with the example."""
        written = self.guidance.example if example and self.guidance else None
        match self.type:
            case "heading":
                return {"text": self.set["text"], "level": self.set.get("level", "2")}
            case "paragraph":
                return _html(written)
            case "key_points":
                return {"title": self.set.get("title", ""), "points": written or [""]}
            case "steps":
                return {"title": self.set.get("title", ""), "steps": [_html(one) for one in written or [""]]}
            case "do_dont":
                return written or {"do": [""], "dont": [""]}
            case "care_card":
                return {
                    "level": self.set["level"],
                    "title": self.set.get("title", ""),
                    "text": _html(written),
                }
            case "question_answer":
                return {"question": self.set.get("question", ""), "answer": _html(written)}
        raise ValueError(f"No starting point may hold a block of type {self.type!r}.")


@dataclass(frozen=True)
class StartingPoint:
    key: str
    name: str
    about: str
    order: int
    audience: str
    subjects: list
    review_months: int
    references: str
    fields: list
    blocks: list

    def block(self, key):
        """Return the block with this key of guidance, or None."""
        return next((block for block in self.blocks if block.guidance and block.guidance.key == key), None)


@cache
def all_points():
    """Return the starting points in the order of their cards."""
    points = [_read(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(points, key=lambda point: point.order))


def get(key):
    """Return the starting point ``key``, or None."""
    return next((point for point in all_points() if point.key == key), None)


def _read(path):
    data = tomllib.loads(path.read_text("utf-8"))
    return StartingPoint(
        key=path.stem,
        name=data["name"],
        about=data["about"],
        order=data["order"],
        audience=data["audience"],
        subjects=data["subjects"],
        review_months=data["review_months"],
        references=data["references"],
        fields=[Guidance(**one) for one in data["field"]],
        blocks=[_block(one) for one in data["block"]],
    )


def _block(data):
    kind, preset = data.pop("type"), data.pop("set", {})
    return Block(kind, preset, Guidance(**data) if data else None)


def _html(written):
    """Return text as rich text: a paragraph, or a list of several."""
    if not written:
        return ""
    if isinstance(written, str):
        return f"<p>{escape(written)}</p>"
    return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in written) + "</ul>"
