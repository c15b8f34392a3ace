"""How WeChat changes the look of a body: pictures, night colours, larger type. An approximation for the eye."""

import colorsys
import html
import re

from PIL import ImageColor


COLOUR = r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)|(?<![\w-])(?:white|black|red|green|blue|gray|grey|orange|navy|teal|maroon|silver|yellow|purple)(?![\w-])"
NIGHT = (0x19, 0x19, 0x19)
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


def night(content):
    """Inline colours as the night mode turns them: light grounds become dark, dark text becomes light."""
    return _styles(content, _night_style)


def _styles(content, change):
    def one(found):
        style = change(html.unescape(found[2]))
        return f'{found[1]}"{html.escape(style)}"'

    content = re.sub(r'(<[a-zA-Z][^<>]*?\sstyle\s*=\s*)"([^"]*)"', one, content)
    return re.sub(r"(<[a-zA-Z][^<>]*?\sstyle\s*=\s*)'([^']*)'", one, content)


def _night_style(style):
    declarations = []
    for declaration in re.split(r";(?![^()]*\))", style):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if name in ("background", "background-color"):
            value = re.sub(r"(?:linear|radial)-gradient\((?:[^()]|\([^()]*\))*\)", _flat, value)
            value = re.sub(COLOUR, lambda found: _turn(found[0], ground=True), value)
        elif name == "color":
            value = re.sub(COLOUR, lambda found: _turn(found[0], ground=False), value)
        elif name.startswith("border") or name == "outline":
            value = re.sub(COLOUR, lambda found: _turn(found[0], ground=True), value)
        declarations.append(name + colon + value if colon else declaration)
    return ";".join(declarations)


def _flat(found):
    """A gradient under text becomes its first colour."""
    first = re.search(COLOUR, found[0])
    return first[0] if first else "transparent"


def _turn(text, ground):
    try:
        red, green, blue, *alpha = ImageColor.getrgb(_integers(text))
    except ValueError:
        return text
    hue, light, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if ground:
        if light > 0.5:
            light = max(1 - light, 0.1) if saturation > 0.15 else max(1 - light, 0x19 / 255)
            light = min(light, 0.32)
    elif light < 0.6:
        light = min(0.85, max(1 - light, 0.62))
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, light, saturation))
    alpha_value = _alpha(text, alpha)
    return (
        f"rgb({red}, {green}, {blue})"
        if alpha_value is None
        else f"rgba({red}, {green}, {blue}, {alpha_value})"
    )


def _integers(text):
    """Pillow reads rgb() only; the alpha is handled apart."""
    found = re.match(r"rgba?\(\s*([\d.]+)\s*[, ]\s*([\d.]+)\s*[, ]\s*([\d.]+)", text)
    return f"rgb({', '.join(str(round(float(part))) for part in found.groups())})" if found else text


def _alpha(text, parsed):
    found = re.match(r"rgba\(.*[,/]\s*([\d.]+)\s*\)$", text)
    if found:
        return found[1]
    return f"{parsed[0] / 255:.2g}" if parsed else None
