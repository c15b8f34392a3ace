"""Markdown: CommonMark with tables, plus the two habits it lacks, front matter and footnotes."""

import re

from markdown_it import MarkdownIt

from articles.importing import inventory, office_html, tree
from articles.importing.pictures import Embedded
from articles.importing.source import Source


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_LABEL = re.compile(r"([^\s:#-][^:\n]{0,30}):[ \t]*(.*)")
_NOTE = re.compile(r"^\[\^([\w-]{1,20})\]:[ \t]*(.+(?:\n(?:[ ]{2,}|\t)\S.*)*)$", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^([\w-]{1,20})\]")


def read(accepted, report):
    """Return the Source of an accepted Markdown file."""
    embedded = Embedded()
    text = embedded.extract(accepted.text)
    labels = []
    if matter := _FRONT_MATTER.match(text):
        labels = [(key.strip(), _unquoted(value)) for key, value in _LABEL.findall(matter[1])]
        text = text[matter.end() :]
    notes = dict(_NOTE.findall(text))
    text = _NOTE.sub("", text)
    numbers = {key: number for number, key in enumerate(notes, 1)}
    text = _NOTE_MARK.sub(
        lambda mark: (
            f'<a href="#footnote-{numbers[mark[1]]}">[{numbers[mark[1]]}]</a>'
            if mark[1] in numbers
            else mark[0]
        ),
        text,
    )
    parser = _parser()
    body, _title = tree.parse(parser.render(text) + _list_of_notes(notes, parser))
    source = Source(body, embedded, labels=labels, inventory=inventory.of_tree(body))
    source.inventory.lines += [text for _word, text in labels]
    office_html.tidy(source, report)
    return source


def _parser():
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # Bad addresses must reach the report, not stay in the text as brackets; ``flow`` decides about each.
    parser.validateLink = lambda url: True
    return parser


def _unquoted(value):
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _list_of_notes(notes, parser):
    if not notes:
        return ""
    items = "".join(
        f'<li id="footnote-{number}">{parser.renderInline(" ".join(text.split()))}</li>'
        for number, text in enumerate(notes.values(), 1)
    )
    return f"\n<ol>{items}</ol>"
