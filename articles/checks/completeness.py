"""What an article must have before anybody reviews it (facts: the fields of nine-ministry opinion 2022-05 and others)."""

from django.utils.translation import gettext as _

from articles.checks.finding import STOP, WARN, Finding, block_anchor, field_anchor
from articles.html import plain_text


ACTION = {"steps", "do_dont", "care_card"}  # blocks that tell readers what to do


def required(reading):
    snapshot = reading.snapshot
    fields = {
        "title": _("Title"),
        "summary": _("Summary"),
        "key_message": _("Key message"),
        "department": _("Department"),
    }
    for field, place in fields.items():
        if not snapshot[field].strip():
            yield Finding(
                "complete.missing",
                STOP,
                place,
                _("is empty."),
                _("Fill it in: readers see it first."),
                anchor=field_anchor(field),
            )
    if not snapshot["author"]["name"].strip():
        yield Finding(
            "complete.author",
            STOP,
            _("Author"),
            _("nobody is named."),
            _("Name the author."),
            anchor=field_anchor("author_name"),
        )
    elif not (snapshot["author"]["title"].strip() or snapshot["author"]["department"].strip()):
        yield Finding(
            "complete.author_post",
            WARN,
            _("Author"),
            _("neither title nor department is named."),
            _("Readers want to know who is speaking."),
            anchor=field_anchor("author_title"),
        )
    if not snapshot["body"]:
        yield Finding(
            "complete.body",
            STOP,
            _("Body"),
            _("is empty."),
            _("Write the text, or import a file."),
            anchor=block_anchor(""),
        )
    if snapshot["source"]["type"] != "original" and not snapshot["source"]["line"].strip():
        yield Finding(
            "complete.source",
            STOP,
            _("Source"),
            _("the text is not original but names no source."),
            _("Name the source."),
            anchor=field_anchor("source_line"),
        )
    if snapshot["ai"]["use"] != "none" and not snapshot["ai"]["note"].strip():
        yield Finding(
            "complete.ai",
            STOP,
            _("AI use"),
            _("the tool and the person who verified its work are not named."),
            _("Name both."),
            anchor=field_anchor("ai_note"),
        )
    if not snapshot["cover"]:
        yield Finding(
            "complete.cover",
            WARN,
            _("Cover"),
            _("there is none; WeChat demands one."),
            _("Choose a picture 2.35 times as wide as high."),
            anchor=field_anchor("cover"),
        )


def evidence(reading):
    if not reading.snapshot["references"]:
        yield Finding(
            "evidence.none",
            STOP,
            _("References"),
            _("there is none, so nobody can check the statements."),
            _("Cite a guideline, a standard or a paper."),
            anchor=field_anchor("references-ADD"),
        )


def care(reading):
    """A card counts by what it says; one without a text is only a coloured frame."""
    cards = [
        (block_id, block["value"])
        for _heading, block_id, block in reading.blocks
        if block["type"] == "care_card" and block["value"]["level"] in ("see_doctor", "call_120")
    ]
    if any(says_something(value) for _id, value in cards):
        return
    yield Finding(
        "care.none",
        STOP,
        _("When to seek care"),
        _("the card is still empty.") if cards else _("the text does not say when to see a doctor."),
        _("Write into the card what readers should watch for, and what to do then.")
        if cards
        else _("Add a card “when to seek care”."),
        anchor=block_anchor(cards[0][0] if cards else ""),
    )


def says_something(card):
    """Say whether the value of a care card tells readers anything below its title."""
    return any(char.isalnum() for char in plain_text(card["html"]))


def action(reading):
    """Readers should learn what to do: a call to action is part of what an article records."""
    body = reading.snapshot["body"]
    if body and not any(block["type"] in ACTION for block in body):
        yield Finding(
            "complete.action",
            WARN,
            _("Body"),
            _("nothing tells readers what to do."),
            _("Add steps, or a block “Do and do not”."),
            anchor=block_anchor(""),
        )
