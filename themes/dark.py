"""WeChat's dark mode: what it makes of each colour of an article.

Written anew after WeChat's own library mp-darkmode 1.2 (github.com/wechatjs/mp-darkmode, src/modules/sdk.js): very
bright and grey backgrounds turn dark, other bright ones are dimmed to a brightness of 190; text and borders too near
their background are lightened or darkened. Colours are three numbers from 0 to 255.
"""

import colorsys
import re
from html import escape
from html.parser import HTMLParser

from PIL import ImageColor


PAGE = (25, 25, 25)  # #191919
TEXT = (25, 25, 25)  # colour of text that names none, by day
WHITE_LIKE = 250  # perceived brightness
BRIGHTEST_GROUND = 190
NEAREST = 65  # difference in brightness between text and its ground
REACH = 163 - 25  # brightness of WeChat's dark text (#a3a3a3) less that of its dark page

_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|(?<![\w-])[a-z]+(?![\w-])", re.IGNORECASE)
_VOID = frozenset({"br", "img", "hr", "wbr"})


def background(colour):
    """Return what WeChat makes of a background colour; white paper becomes the dark page."""
    hue, light, saturation = _hls(colour)
    if (saturation == 0 and light > 40) or brightness(colour) > WHITE_LIKE:
        return _from_hls(0, min(100, 100 + _hls(PAGE)[1] - light), 0)
    if brightness(colour) > BRIGHTEST_GROUND:
        return _at_brightness(BRIGHTEST_GROUND, colour)
    return _from_hls(hue, 22, saturation) if light < 22 else colour


def text(colour, ground):
    """Return what WeChat makes of a text colour on an already converted background."""
    own, below = brightness(colour), brightness(ground)
    if own >= WHITE_LIKE:
        return colour
    if abs(below - own) > REACH and below <= brightness(PAGE) + 2:
        return _at_brightness(REACH + below, colour)
    if abs(below - own) >= NEAREST:
        return colour
    hue, light, saturation = _hls(colour)
    if below >= 100:
        if light > 50:
            return text(_from_hls(hue, 90 - light, saturation), ground)
        return _at_brightness(min(REACH, below - NEAREST), colour)
    if light <= 40:
        return text(_from_hls(hue, 90 - light, saturation), ground)
    return _at_brightness(min(REACH, below + NEAREST), colour)


def brightness(colour):
    """Return the perceived brightness, 0 to 255 (W3C AERT)."""
    return (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) / 1000


def night(html):
    """Return a WeChat body with the colours of its style attributes as the dark mode shows them.

    The ground around it must be PAGE; colours it cannot read stay. Text without a colour is the page's own.
    """
    reader = _Night()
    reader.feed(html)
    reader.close()
    return "".join(reader.out)


class _Night(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.out = []
        self._open = [("", TEXT, PAGE)]  # tag, text colour by day, ground by night

    def handle_starttag(self, tag, attrs):
        _tag, ink, ground = self._open[-1]
        style = dict(attrs).get("style")
        if style:
            style, ink, ground = _night_style(style, ink, ground)
            written = "".join(
                f' {name}="{escape(style if name == "style" else value or "")}"' for name, value in attrs
            )
            self.out.append(f"<{tag}{written}>")
        else:
            self.out.append(self.get_starttag_text())
        if tag not in _VOID:
            self._open.append((tag, ink, ground))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        if any(tag == opened for opened, _ink, _ground in self._open[1:]):
            while self._open.pop()[0] != tag:
                pass
        self.out.append(f"</{tag}>")

    def handle_data(self, data):
        self.out.append(data)

    def handle_entityref(self, name):
        self.out.append(f"&{name};")

    def handle_charref(self, name):
        self.out.append(f"&#{name};")


def _night_style(style, ink, ground):
    """Return (style by night, text colour by day, ground by night) below an element with ``style``."""
    declarations = [
        (name.strip().lower(), value.strip())
        for name, _, value in (d.partition(":") for d in style.split(";"))
    ]
    own_ground = own_ink = None
    for name, value in declarations:
        if name in ("background", "background-color"):
            own_ground = _first(value) or own_ground
        elif name == "color":
            own_ink = _first(value) or own_ink
    ground = background(own_ground) if own_ground else ground
    ink = own_ink or ink
    turned = [(name, _turned(name, value, ground)) for name, value in declarations if name]
    if own_ground and not own_ink:
        # As mp-darkmode does: inherited text is fitted to the new ground.
        turned.append(("color", _written(text(ink, ground))))
    return ";".join(f"{name}:{value}" for name, value in turned), ink, ground


def _turned(name, value, ground):
    if name in ("background", "background-color"):
        return _each(value, background)
    if name == "color":
        return _each(value, lambda colour: text(colour, ground))
    if name.startswith("border"):
        return _each(value, lambda colour: text(colour, PAGE))
    return value


def _each(value, change):
    def one(found):
        colour = _read(found[0])
        return _written(change(colour)) if colour else found[0]

    return _COLOUR.sub(one, value)


def _first(value):
    return next((colour for found in _COLOUR.findall(value) if (colour := _read(found))), None)


def _read(written):
    """Return a CSS colour as three numbers, None when it is none or lets its ground through."""
    try:
        parts = ImageColor.getrgb(written)
    except ValueError:
        return None
    return parts[:3] if len(parts) == 3 or parts[3] == 255 else None


def _written(colour):
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def _hls(colour):
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    return hue, light * 100, saturation * 100


def _from_hls(hue, light, saturation):
    return tuple(part * 255 for part in colorsys.hls_to_rgb(hue, light / 100, saturation / 100))


def _at_brightness(target, colour):
    red, green, blue = (min(255, part * target / brightness(colour)) for part in colour)
    if green == 0 or red == 255 or blue == 255:
        green = (target * 1000 - red * 299 - blue * 114) / 587
    elif red == 0:
        red = (target * 1000 - green * 587 - blue * 114) / 299
    elif blue == 0 or green == 255:
        blue = (target * 1000 - red * 299 - green * 587) / 114
    return tuple(max(0, min(255, part)) for part in (red, green, blue))
