"""A file after its own parser: the same shape, whatever it was."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from articles.importing.inventory import Inventory
from articles.importing.pictures import Embedded


@dataclass
class Source:
    """``body``: the tree; ``title``: what the file itself calls the text, if anything; ``labels``: (label, text) pairs
    from a head of the file; ``embedded``: its pictures; ``inventory``: what the file holds, counted apart from the tree;
    ``remarks``: its comments, {id: Remark}; ``reprint``: where a text copied from elsewhere says it is from, or None."""

    body: Element
    embedded: Embedded
    title: str = ""
    labels: list = field(default_factory=list)
    inventory: Inventory = field(default_factory=Inventory)
    remarks: dict = field(default_factory=dict)
    reprint: str | None = None
