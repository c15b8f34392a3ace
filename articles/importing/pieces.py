"""The row of pieces between a file's tree and an article's blocks."""

from dataclasses import dataclass, field


@dataclass
class Piece:
    """``place``: where it stood in the file, in words; ``remarks``: names of comments that stood here."""

    place: str = field(default="", kw_only=True)
    remarks: list = field(default_factory=list, kw_only=True)


@dataclass
class Heading(Piece):
    """``level`` 1 to 6, as in the file."""

    text: str
    level: int


@dataclass
class Text(Piece):
    """A paragraph: canonical inline ``html`` without the ``p``, its ``text``, whether all of it is bold, and a ``role``
    (caption) when the file gave it one."""

    html: str
    text: str
    bold: bool = False
    role: str = ""


@dataclass
class Item:
    """A list item: inline ``html``, its ``text``, ``html`` of lists inside it, and the ``name`` of a foot- or endnote."""

    html: str
    text: str
    inner: str = ""
    name: str = ""


@dataclass
class Items(Piece):
    """A list. ``notes``: the file's foot- or endnotes."""

    ordered: bool
    items: list
    notes: bool = False

    @property
    def flat(self):
        return not any(item.inner for item in self.items)

    @property
    def html(self):
        tag = "ol" if self.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{item.html}{item.inner}</li>' for item in self.items)}</{tag}>"

    @property
    def text(self):
        return " ".join(item.text for item in self.items)


@dataclass
class Table(Piece):
    """Rows of plain text, all of the same width. ``headed``: the file marked the first row as headings."""

    rows: list
    headed: bool
    caption: str = ""

    @property
    def text(self):
        return " ".join(cell for row in self.rows for cell in row)


@dataclass
class Figure(Piece):
    """``address``: ``picture:<number>`` of the file's embedded pictures."""

    address: str
    alt: str
    caption: str = ""


@dataclass
class Quote(Piece):
    """Plain text, one line a paragraph."""

    text: str
