"""How WeChat changes the look of a body: pictures and larger type. An approximation for the eye.

Night colours are those of `themes.dark`, the one module that is borrowed from the product."""

import html
import re


SIZES = {"standard": 1.0, "large": 1.25, "largest": 1.5}


def local_pictures(content):
    """Point mmbiz addresses at the sandbox's own store."""
    return re.sub(r"(?:https?:)?//mmbiz\.q(?:pic|logo)\.cn/", "/phone/mmbiz/", content)


def scaled(content, factor):
    """Larger type: inline font sizes and line heights in px grow by the factor."""
    if factor == 1:
        return content

    def grow(found):
        return f"{found[1]}{float(found[2]) * factor:g}px"

    return _styles(
        content, lambda style: re.sub(r"((?:font-size|line-height)\s*:\s*)([\d.]+)px", grow, style)
    )


def _styles(content, change):
    def one(found):
        style = change(html.unescape(found[2]))
        return f'{found[1]}"{html.escape(style)}"'

    content = re.sub(r'(<[a-zA-Z][^<>]*?\sstyle\s*=\s*)"([^"]*)"', one, content)
    return re.sub(r"(<[a-zA-Z][^<>]*?\sstyle\s*=\s*)'([^']*)'", one, content)
