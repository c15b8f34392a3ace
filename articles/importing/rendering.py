"""What came in, to look at beside the draft: a page of plain elements without programs, addresses or styles of its own."""

import base64
import io

from django.utils.html import escape

from PIL import Image

from articles.importing.accounts import letters
from articles.importing.inline import NOTE


_KEPT = frozenset(
    [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th", "caption", "blockquote",
        "pre", "strong", "b", "em", "i", "u", "s", "sup", "sub", "figure", "figcaption", "div", "section", "dl", "dt", "dd",
    ]
)  # fmt: skip
_NAMED = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "caption", "figcaption", "dt", "dd", "pre"]
)
_DROPPED = frozenset(
    ["script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title"]
)
_WIDTH = 640  # pixels of a picture in the rendering
_PREFIX = "came-"
_SPANS = ("colspan", "rowspan")
MOST_BYTES = 8 * 1024 * 1024  # pictures beyond are named by their place only


def render(body, pictures):
    """Return (HTML of the inside of a page, [(id, letters of the line)]) of a file's tree.

    ``pictures``: {address: Picture}, those that were found to be pictures.
    """
    rendering = _Rendering(pictures)
    rendering.element(body)
    return "".join(rendering.parts), rendering.lines


def find(lines, text):
    """Return the id of the first line that begins with or holds ``text``, or an empty string."""
    key = letters(text.rstrip("…"))
    if not key:
        return ""
    starts = next((name for name, line in lines if line.startswith(key)), "")
    return starts or next((name for name, line in lines if key in line), "")


class _Rendering:
    def __init__(self, pictures):
        self.pictures, self.parts, self.lines, self.bytes = pictures, [], [], 0
        self.shown = {}

    def element(self, element):
        tag = element.tag
        if not isinstance(tag, str) or tag.rpartition("}")[2] in _DROPPED:
            return
        if tag == "img":
            self.picture(element)
            return
        if tag in ("br", "hr"):
            self.parts.append(f"<{tag}>")
            return
        kept = tag in _KEPT
        if kept:
            self.parts.append(f"<{tag}{self.attributes(element, tag)}>")
        self.parts.append(escape(NOTE.sub("", element.text or "")))
        for child in element:
            self.element(child)
            self.parts.append(escape(child.tail or ""))
        if kept:
            self.parts.append(f"</{tag}>")

    def attributes(self, element, tag):
        found = "".join(
            f' {name}="{int(element.get(name))}"'
            for name in _SPANS
            if (element.get(name) or "").isascii()
            and (element.get(name) or "").isdigit()
            and len(element.get(name)) < 4
        )
        if tag in _NAMED:
            name = f"{_PREFIX}{len(self.lines)}"
            self.lines.append((name, letters("".join(element.itertext()))))
            found += f' id="{name}"'
        return found

    def picture(self, element):
        address = element.get("src") or ""
        if address not in self.shown:
            self.shown[address] = self.data_uri(address)
        alt = escape(element.get("alt") or "")
        shown = self.shown[address]
        self.parts.append(f'<img src="{shown}" alt="{alt}">' if shown else f"<p>▧ {alt}</p>")

    def data_uri(self, address):
        picture = self.pictures.get(address)
        if picture is None or self.bytes > MOST_BYTES:
            return ""
        with Image.open(io.BytesIO(picture.data)) as opened:
            opened.thumbnail((_WIDTH, _WIDTH * 2))
            out = io.BytesIO()
            opened.convert("RGBA" if opened.mode in ("P", "RGBA", "LA") else "RGB").save(
                out, "WEBP", quality=70
            )
        data = base64.b64encode(out.getvalue()).decode()
        self.bytes += len(data)
        return f"data:image/webp;base64,{data}"
