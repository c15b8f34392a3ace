"""What WeChat silently takes out of an article body.

Only what is taken out changes; everything else keeps its exact characters, so that a clean body comes back from
draft/get as it was sent.
"""

import html
import re
from urllib.parse import urlsplit

from .errors import ApiError


IMAGE_HOSTS = {"mmbiz.qpic.cn", "mmbiz.qlogo.cn"}
LINK_HOSTS = {"mp.weixin.qq.com"}

# With everything inside them.
GONE = {
    "script", "style", "iframe", "video", "audio", "object", "noscript", "template", "title", "xmp", "noembed",
    "noframes", "canvas", "applet", "select", "button", "textarea", "mpvoice", "math",
}  # fmt: skip
RAW_TEXT = {"script", "style", "iframe", "xmp", "noembed", "noframes", "noscript", "textarea", "title"}
# The tag alone; what stands inside stays.
UNWRAPPED = {
    "html", "head", "body", "form", "input", "link", "meta", "base", "embed", "source", "track", "param", "frame",
    "frameset", "fieldset", "legend", "label", "option", "dialog",
}  # fmt: skip

TOKEN = re.compile(
    r"<!--.*?(?:-->|$)|<[!?][^>]*(?:>|$)|<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL
)
ATTRIBUTE = re.compile(r"\s*([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
FOREIGN_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)


def clean(content, links=LINK_HOSTS):
    """Take out what the draft calls take out.

    Returns (content, dropped): ``dropped`` lists what went, for people to look at; the API never tells.
    Raises 45166 when a link carries a temporary preview key."""
    out, dropped, anchors = [], [], []
    position = 0
    while position < len(content):
        start = content.find("<", position)
        if start < 0:
            out.append(content[position:])
            break
        out.append(content[position:start])
        found = TOKEN.match(content, start)
        if found is None:
            # A lone "<": harmless as text, dangerous as the start of something unfinished.
            out.append("&lt;" if re.match(r"<[a-zA-Z/!?]", content[start : start + 2]) else "<")
            position = start + 1
            continue
        position = found.end()
        if found[2] is None:
            dropped.append("comment")
            continue
        closing, name = bool(found[1]), found[2].lower()
        if name in GONE:
            if not closing:
                dropped.append(name)
                position = _end_of(content, name, position, found[3])
            continue
        if name in UNWRAPPED:
            if not closing:
                dropped.append(name)
            continue
        if closing:
            if name == "a" and anchors and not anchors.pop():
                continue
            out.append(found[0])
            continue
        attributes = _attributes(found[3])
        if name == "img" and not _ours(attributes):
            dropped.append(f"img {attributes.get('src') or attributes.get('data-src') or ''}".strip())
            continue
        if name == "image" and not _hosted(attributes.get("href") or attributes.get("xlink:href") or ""):
            dropped.append("image")
            continue
        if name == "a":
            href = attributes.get("href", "")
            if "tempkey=" in href:
                raise ApiError(45166)
            kept = _host(href) in links
            anchors.append(kept)
            if not kept:
                dropped.append(f"a {href}".strip())
                continue
        out.append(_tag(found, dropped))
    return "".join(out), dropped


def plain_text(content):
    """The text a reader sees, white space collapsed."""
    text = re.sub(r"<[^>]*>", " ", content)
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def _end_of(content, name, position, attributes):
    if attributes.rstrip().endswith("/") and name not in RAW_TEXT:
        return position
    close = re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE).search(content, position)
    if close is not None:
        return close.end()
    return len(content) if name in RAW_TEXT else position


def _value(raw):
    if raw is None:
        return ""
    if raw[:1] in "\"'":
        raw = raw[1:-1]
    return html.unescape(raw).strip()


def _attributes(text):
    return {found[1].lower(): _value(found[2]) for found in ATTRIBUTE.finditer(text)}


def _host(address):
    if address.startswith("//"):
        address = f"http:{address}"
    try:
        parts = urlsplit(address)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def links_home(address):
    """Whether a link leads to WeChat's own articles."""
    return _host(html.unescape(address)) in LINK_HOSTS


def _hosted(address):
    return _host(address) in IMAGE_HOSTS


def _ours(attributes):
    sources = [attributes[name] for name in ("src", "data-src") if attributes.get(name)]
    return bool(sources) and all(_hosted(source) for source in sources)


def _tag(found, dropped):
    """The start tag without attributes that do not survive; untouched when there are none."""
    changed = []

    def keep(part):
        name, value = part[1].lower(), _value(part[2])
        if name in ("class", "id") or name.startswith("on"):
            changed.append(name)
            return ""
        if name == "style":
            style = _style(value)
            if style != value:
                changed.append("style url")
                return f' style="{html.escape(style)}"' if style else ""
        elif name in ("src", "href", "data-src", "xlink:href", "background", "poster", "action"):
            scheme = re.sub(r"[\x00-\x20]", "", value).split(":", 1)[0].lower()
            if scheme in ("javascript", "vbscript", "data"):
                changed.append(name)
                return ""
        return part[0]

    attributes = ATTRIBUTE.sub(keep, found[3])
    if not changed:
        return found[0]
    dropped.extend(f"{found[2].lower()} {name}" for name in changed)
    return f"<{found[2]}{attributes}>"


def _style(value):
    if "url(" not in value.lower():
        return value
    kept = []
    for declaration in re.split(r";(?![^()]*\))", value):
        addresses = FOREIGN_URL.findall(declaration)
        if all(_hosted(address.strip()) for address in addresses):
            kept.append(declaration)
    return ";".join(kept)
