"""Colours as numbers: reading them, their contrast, and a hospital's own colour made readable."""

import colorsys
import re
from functools import lru_cache

from themes import dark
from themes.tokens import tokens


AA = 4.5  # WCAG 2.2, 1.4.3
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}")


def rgb(colour):
    """Return "#rgb" or "#rrggbb" as three numbers from 0 to 255; raises ValueError for anything else."""
    if not _HEX.fullmatch(colour or ""):
        raise ValueError(f"{colour!r} is not a colour like #RRGGBB.")
    digits = colour[1:]
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def hexadecimal(colour):
    """Return three numbers as "#rrggbb"."""
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def contrast(one, other):
    """Return the WCAG contrast (1–21) of two colours, each "#rrggbb" or three numbers."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def contrasts(text, ground):
    """Return the contrast of ``text`` on ``ground`` ("#rrggbb") on paper and after WeChat's dark conversion."""
    text, ground = rgb(text), rgb(ground)
    night = dark.background(ground)
    return contrast(text, ground), contrast(dark.text(text, night), night)


def reads(text, ground):
    """Return whether ``text`` can be read on ``ground``, by day and by night."""
    return min(contrasts(text, ground)) >= AA


def brand(colour, theme):
    """Return the hospital's ``colour`` as "#rrggbb", changed as little as makes every pair of ``theme`` readable.

    First it is darkened, then also greyed: a loud colour of any brightness stays too near WeChat's dark page.
    The theme's own when ``colour`` is none, or when no shade of it reads.
    """
    found = tokens(theme)
    pairs = tuple(tuple(pair) for pair in found["pairs"].values() if "brand" in pair)
    return _brand(colour, tuple(found["colours"].items()), pairs)


@lru_cache(maxsize=64)
def _brand(wanted, colours, pairs):
    colours = dict(colours)
    try:
        candidates = shades(rgb(wanted))
    except ValueError:
        return colours["brand"]
    for shade in candidates:
        named = colours | {"brand": shade}
        if all(reads(named[text], named[ground]) for text, ground in pairs):
            return shade
    return colours["brand"]


def shades(colour, *, lighter=False, saturations=(1, 0.85, 0.7, 0.55, 0.4, 0.25)):
    """Yield ``colour`` (three numbers), then its hue darker and darker, or lighter, and again with less saturation."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    for kept in saturations:
        for step in range(100):
            moved = light + step / 100 if lighter else light - step / 100
            if step and not 0.1 <= moved <= 0.97:  # nearly black or white has no hue
                continue
            yield hexadecimal(part * 255 for part in colorsys.hls_to_rgb(hue, moved, saturation * kept))


def _luminance(colour):
    parts = (part / 255 for part in (rgb(colour) if isinstance(colour, str) else colour))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
