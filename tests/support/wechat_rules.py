"""What a WeChat body may hold, checked from outside: our own reading of facts/wechat.md §2.5, §10, §11.

Written apart from themes.sanitize on purpose, so that a fault there does not hide itself here.
"""

import re
from html.parser import HTMLParser


TAGS = {
    "section",
    "p",
    "span",
    "strong",
    "em",
    "sup",
    "sub",
    "br",
    "img",
    "a",
    "table",
    "tbody",
    "tr",
    "th",
    "td",
}
VOID = {"br", "img"}
ATTRIBUTES = {
    "a": {"href", "style"},
    "img": {"src", "alt", "data-w", "style"},
    "table": {"style", "border", "cellpadding"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "colspan", "rowspan"},
}
MMBIZ = re.compile(r"(https?://mmbiz\.(qpic|qlogo)\.cn/[^\s\"'<>]*|local:[0-9a-f]{64})\Z")
DEEPEST = 10


class Body(HTMLParser):
    """The parsed body: ``text``, ``complaints``, ``tags``, ``images``, ``links``."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.complaints = []
        self.tags = []
        self.images = []
        self.links = []
        self._open = []
        self._filled = []
        self.feed(html)
        self.close()
        if self._open:
            self.complaints.append(f"never closed: {self._open}")

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in TAGS:
            self.complaints.append(f"element {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, {"style"}):
                self.complaints.append(f"attribute {name} on {tag}")
            if name == "style":
                self._style(value or "")
        given = dict(attrs)
        if tag == "img":
            self.images.append(given.get("src") or "")
            if not MMBIZ.match(given.get("src") or ""):
                self.complaints.append(f"picture {given.get('src')!r}")
            if "alt" not in given or not (given.get("data-w") or "").isdecimal():
                self.complaints.append("picture without alt or data-w")
        if tag == "a":
            self.links.append(given.get("href") or "")
            if (
                not re.match(r"https?://mp\.weixin\.qq\.com/s[/?]", given.get("href") or "")
                or "tempkey=" in given["href"]
            ):
                self.complaints.append(f"link {given.get('href')!r}")
        if tag in VOID:
            if tag == "img" and self._filled:
                self._filled[-1] = True
            return
        self._open.append(tag)
        self._filled.append(False)
        if self._open.count(tag) > DEEPEST:
            self.complaints.append(f"{tag} nested deeper than {DEEPEST}")

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.complaints.append(f"</{tag}> closes {self._open[-1:]}")
            return
        self._open.pop()
        filled = self._filled.pop()
        if tag in ("section", "p", "table", "strong", "em", "span") and not filled:
            self.complaints.append(f"empty {tag}")
        if filled and self._filled:
            self._filled[-1] = True

    def handle_data(self, data):
        self.text += data
        if data.strip() and self._filled:
            self._filled[-1] = True

    def handle_comment(self, data):
        self.complaints.append("comment")

    def _style(self, style):
        low = style.lower()
        for banned in (
            "!important", "font-family", "font:", "position", "float", "display", "transform", "opacity", "var(",
            "expression", "javascript", "text-align:start", "text-align:end", "@", "\\",
        ):  # fmt: skip
            if banned in low:
                self.complaints.append(f"{banned} in {style!r}")
        if not style:
            self.complaints.append("empty style")
        if "url(" in low and not re.search(r"url\(\s*['\"]?https?://mmbiz\.", low):
            self.complaints.append(f"foreign url in {style!r}")
        for declaration in low.split(";"):
            name, _, value = declaration.partition(":")
            if (
                name.strip() in ("width", "min-width", "max-width", "height")
                and "%" not in value
                and value != "auto"
            ):
                self.complaints.append(f"fixed {declaration}")
            if name.strip() == "line-height" and not (re.fullmatch(r"[\d.]+", value) and float(value) >= 1):
                self.complaints.append(f"line height {value}")


def complaints(html):
    """Return what WeChat would remove, restyle or refuse in ``html``; an empty list when nothing."""
    return Body(html).complaints
