"""The last gate before WeChat: what leaves it holds nothing that WeChat removes, restyles or refuses.

Three steps: code goes together with its text; values are held to our own rules (below), because bleach checks
names of CSS properties only; bleach lets through the listed elements, attributes and properties and nothing else.
Sources of the rules: facts/wechat.md §2.5, §10.1, §10.2.
"""

import re
import threading
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import bleach
import tinycss2
from bleach.css_sanitizer import CSSSanitizer
from bleach.html5lib_shim import Filter

from themes.links import stays
from themes.rich import DROPPED_WHOLE


TAGS = frozenset(
    [
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
    ]
)
PROPERTIES = frozenset(
    [
        "background",
        "background-color",
        "border",
        "border-bottom",
        "border-bottom-color",
        "border-bottom-style",
        "border-bottom-width",
        "border-collapse",
        "border-color",
        "border-left",
        "border-left-color",
        "border-left-style",
        "border-left-width",
        "border-radius",
        "border-right",
        "border-right-color",
        "border-right-style",
        "border-right-width",
        "border-style",
        "border-top",
        "border-top-color",
        "border-top-style",
        "border-top-width",
        "border-width",
        "color",
        "font-size",
        "font-style",
        "font-weight",
        "letter-spacing",
        "line-height",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-width",
        "overflow-wrap",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "text-align",
        "text-decoration",
        "text-indent",
        "vertical-align",
        "width",
        "word-break",
    ]
)
PICTURE_HOSTS = frozenset({"mmbiz.qpic.cn", "mmbiz.qlogo.cn"})
LARGEST_OFFSET = 40  # px, or 2.5 em: a phone has 375 px
SMALLEST_TEXT = 12  # px

_CODE = re.compile(rf"<\s*/?\s*({'|'.join(sorted(DROPPED_WHOLE))})\b", re.IGNORECASE)
_ADDRESS = re.compile(r"url\s*\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
_FUNCTIONS = re.compile(r"(?:^|[^\w-])(?!url\b|rgba?\b|hsla?\b)[\w-]+\s*\(", re.IGNORECASE)
_LENGTH = re.compile(r"(-?[\d.]+)(px|em|rem|%)?", re.IGNORECASE)


def wechat_picture(address):
    """Return True when WeChat keeps a picture at ``address``: its own image hosts, or our mark before an upload."""
    if re.fullmatch(r"local:[0-9a-f]{64}", address):
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and parts.netloc in PICTURE_HOSTS
        and not re.search(r"[\s\"'<>\\]", address)
    )


def own_picture(address):
    """Return True for an address a preview on our own pages may show: a path of this site, or what WeChat keeps."""
    return wechat_picture(address) or bool(
        re.match(r"(?:https?://[^\s\"'<>\\]+|/(?!/)[^\s\"'<>\\]*)$", address)
    )


def clean(html, picture=wechat_picture):
    """Return ``html`` reduced to what WeChat keeps; ``picture(address)`` decides which pictures stay."""
    cleaners = _of_this_thread.__dict__
    if picture not in cleaners:
        cleaners[picture] = _cleaner(picture)
    return cleaners[picture].clean(drop_code(html))


def drop_code(html):
    """Return ``html`` without scripts, styles and the like, and without the text inside them."""
    if not _CODE.search(html):
        return html
    reader = _WithoutCode()
    reader.feed(html)
    reader.close()
    return "".join(reader.out)


@lru_cache(maxsize=512)
def clean_style(style):
    """Return the declarations of ``style`` that pass our rules, in the shortest form: ``a:b;c:d``."""
    kept = []
    for declaration in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True):
        if declaration.type != "declaration" or declaration.important:
            continue
        value = tinycss2.serialize(declaration.value).strip()
        if declaration.lower_name in PROPERTIES and _allowed(declaration.lower_name, value.lower(), value):
            kept.append(f"{declaration.lower_name}:{value}")
    return ";".join(kept)


def _allowed(name, value, as_written):
    if not value or any(
        sign in value for sign in ("\\", "<", ">", "{", "}", "expression", "javascript:", "!", "@")
    ):
        return False
    if "url" in value:
        addresses = _ADDRESS.findall(as_written)
        if len(addresses) != value.count("url") or not all(
            wechat_picture(address) and not address.startswith("local:") for _, address in addresses
        ):
            return False
    elif _FUNCTIONS.search(value):
        return False
    rule = _RULES.get(name) or _RULES.get(name.split("-")[0])
    return rule(value) if rule else True


def _lengths(value):
    """Yield the lengths of ``value`` in px (em as 16 px); percentages come out as 0."""
    for number, unit in _LENGTH.findall(value):
        try:
            yield 0.0 if unit == "%" else float(number) * (16 if unit in ("em", "rem") else 1)
        except ValueError:
            yield float("inf")


def _width(value):
    # Fixed widths are cut off on a phone.
    return bool(re.fullmatch(r"auto|[\d.]+%", value))


def _offset(value):
    # Text moved away or over other text; large offsets narrow the column.
    return all(0 <= length <= LARGEST_OFFSET for length in _lengths(value))


def _indent(value):
    return all(abs(length) <= LARGEST_OFFSET for length in _lengths(value))


def _font_size(value):
    return bool(re.fullmatch(r"[\d.]+px", value)) and float(value[:-2]) >= SMALLEST_TEXT


def _line_height(value):
    # Smaller than the letters, lines run into each other where text wraps.
    return bool(re.fullmatch(r"\d+(\.\d+)?|\.\d+", value)) and float(value) >= 1


def _text_align(value):
    return value in ("left", "center", "right", "justify")


def _colour(value):
    return "transparent" not in value


_RULES = {
    "width": _width,
    "max-width": _width,
    "margin": _offset,
    "padding": _offset,
    "text-indent": _indent,
    "font-size": _font_size,
    "line-height": _line_height,
    "text-align": _text_align,
    "color": _colour,
}


class _Styles(CSSSanitizer):
    """Our value rules first, bleach's list of names behind them; results are kept, a theme has few styles."""

    def __init__(self):
        super().__init__(allowed_css_properties=PROPERTIES, allowed_svg_properties=())
        self._known = lru_cache(maxsize=512)(self._clean)

    def sanitize_css(self, style):
        return self._known(style)

    def _clean(self, style):
        # Bleach prints "a: b; c: d;"; every blank counts against WeChat's limit.
        return clean_style(super().sanitize_css(clean_style(style)))


class _Bare(Filter):
    """Drops pictures that lost their address, links that lost their target (their text stays) and empty styles."""

    def __iter__(self):
        links = []
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            if kind in ("StartTag", "EmptyTag"):
                attributes = token["data"]
                if not attributes.get((None, "style"), "-"):
                    del attributes[(None, "style")]
                if name == "img" and not attributes.get((None, "src")):
                    continue
                if name == "a":
                    links.append((None, "href") in attributes)
                    if not links[-1]:
                        continue
            elif kind == "EndTag" and name == "a" and links and not links.pop():
                continue
            yield token


# A cleaner holds the document it works on: shared between threads, it would mix one reader's article into another's.
_of_this_thread = threading.local()


def _cleaner(picture):
    def attribute(tag, name, value):
        if name == "style":
            return tag != "br"
        if tag == "a":
            return name == "href" and stays(value)
        if tag == "img":
            return (
                name == "alt"
                or (name == "src" and picture(value))
                or (name == "data-w" and value.isdecimal())
            )
        if tag == "table":
            # WeChat draws its own lines and gaps; these are for readers that do not.
            return name in ("border", "cellpadding") and value.isdecimal() and int(value) <= 12
        return tag in ("td", "th") and name in ("colspan", "rowspan") and value.isdecimal()

    return bleach.Cleaner(
        tags=TAGS,
        attributes=attribute,
        protocols=["http", "https", "local"],
        strip=True,
        css_sanitizer=_Styles(),
        filters=[_Bare],
    )


class _WithoutCode(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.out = []
        self._inside = None
        self._depth = 0

    def _say(self, text):
        if not self._inside:
            self.out.append(text)

    def handle_starttag(self, tag, attrs):
        if self._inside:
            self._depth += tag == self._inside
        elif tag in DROPPED_WHOLE:
            self._inside, self._depth = tag, 1
        else:
            self._say(self.get_starttag_text())

    def handle_startendtag(self, tag, attrs):
        # Browsers do not know self-closing scripts: <script/> opens one.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if self._inside == tag:
            self._depth -= 1
            if not self._depth:
                self._inside = None
        elif tag not in DROPPED_WHOLE:
            self._say(f"</{tag}>")

    def handle_data(self, data):
        self._say(data)

    def handle_entityref(self, name):
        self._say(f"&{name};")

    def handle_charref(self, name):
        self._say(f"&#{name};")
