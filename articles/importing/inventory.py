"""What a file holds, counted on its own, apart from how it is turned into an article: the other side of the account."""

from dataclasses import dataclass, field


# Blocks of HTML whose text is a line of its own.
_LINES = frozenset(
    [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "li", "dt", "dd", "td", "th", "tr", "table", "ul",
        "ol", "dl", "caption", "figcaption", "figure", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "body",
    ]
)  # fmt: skip
_SILENT = frozenset(["script", "style", "template", "noscript", "head", "title", "option"])


@dataclass
class Inventory:
    """``lines`` of text in order; ``notes`` and ``comments``: the texts of each; numbers of ``pictures`` and ``tables``.

    ``notes_in_lines``: the notes stand among the lines, too.
    """

    lines: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    pictures: int = 0
    tables: int = 0
    notes_in_lines: bool = False


class Lines:
    """Gathers running text into lines."""

    def __init__(self):
        self.lines, self._words = [], []

    def add(self, text):
        """Go on with the current line."""
        if text:
            self._words.append(text)

    def end(self):
        """End the current line."""
        if line := "".join(self._words).strip():
            self.lines.append(line)
        self._words = []


def of_tree(body):
    """Return the Inventory of an HTML tree, everything a browser could show included."""
    found, lines = Inventory(), Lines()
    _walk(body, lines, found)
    lines.end()
    found.lines = lines.lines
    return found


def _walk(element, lines, found):
    tag = element.tag if isinstance(element.tag, str) else ""
    tag = tag.rpartition("}")[2]
    if not tag or tag in _SILENT or (tag == "del" and element.get("datetime")):  # a tracked deletion
        return
    if tag == "img":
        found.pictures += 1
    if tag == "table":
        found.tables += 1
    if tag in _LINES:
        lines.end()
    lines.add(element.text)
    for child in element:
        _walk(child, lines, found)
        lines.add(child.tail)
    if tag in _LINES:
        lines.end()
