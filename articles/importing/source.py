"""A file after its own parser: the same shape, whatever it was."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from articles.importing.pictures import Embedded


@dataclass
class Source:
    """``body``: the tree; ``title``: what the file itself calls the text, if anything; ``labels``: (label, text) pairs
    from a head of the file; ``embedded``: its pictures."""

    body: Element
    embedded: Embedded
    title: str = ""
    labels: list = field(default_factory=list)
