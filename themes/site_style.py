"""The website's look as one small inline style: a theme's tokens as custom properties, by day and by night.

static/themes/calm/site.css holds the rules and no value of its own, so that a theme changes by its tokens alone. A
theme may add rules of its own in ``web/site.css`` of its folder: they stand in the same style.
"""

import base64
import hashlib
import itertools
import re
from functools import lru_cache

from themes.colour import AA, contrast, hexadecimal, rgb, shades
from themes.registry import folder
from themes.tokens import tokens


DAY, NIGHT, ASKED = "day", "night", ""  # ASKED: as the reader's phone is set
EDGE = 3  # WCAG 2.2, 1.4.11
_AT_NIGHT = (0.6, 0.45, 0.3)  # a loud colour on a dark page dazzles
_BREATH = {DAY: 0.045, NIGHT: 0.085}  # of the hospital's colour in "soft"


@lru_cache(maxsize=64)
def style(theme, colour="", light=ASKED):
    """Return the CSS text for the pages of ``theme`` with the hospital's ``colour``.

    ``light`` DAY or NIGHT shows that one whatever the phone is set to, for previews. Raises UnknownThemeError.
    """
    day, night = (_declared(palette(theme, colour, light)) for light in (DAY, NIGHT))
    if light == NIGHT:
        sheet = f":root{{color-scheme:dark;{_measures(theme)}{night}}}"
    elif light == DAY:
        sheet = f":root{{color-scheme:light;{_measures(theme)}{day}}}"
    else:
        sheet = (
            f":root{{color-scheme:light dark;{_measures(theme)}{day}}}"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{night}}}}}"
        )
    return sheet + _own_rules(theme)


def source(sheet):
    """Return the CSP source that allows the inline style ``sheet``."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'"


@lru_cache(maxsize=128)
def palette(theme, colour="", light=DAY):
    """Return ``{name: "#rrggbb"}``: every colour of the website with the hospital's ``colour`` made readable.

    What cannot be read as a colour, or made readable, gives way to the theme's own.
    """
    found = tokens(theme)
    given = found["colours"] | found["site"] | (found["night"] if light == NIGHT else {})
    chosen = {name for table in ("site", "night") for name in found[table]}
    for wanted in (colour, found["colours"]["brand"]):
        try:
            wanted = rgb(wanted)
        except ValueError:
            continue
        if made := _with_brand(wanted, given, chosen, found, light):
            return made
    raise ValueError(f"No shade of the colours of the theme {theme!r} reads {light or 'by day'}.")


def faults(theme):
    """Yield (pair, contrast, wanted contrast, DAY or NIGHT) of what does not read with the theme's own colours."""
    for light in (DAY, NIGHT):
        try:
            colours = palette(theme, "", light)
        except ValueError:
            yield "brand", 0, AA, light
            continue
        for name, text, ground, wanted in _pairs(tokens(theme)):
            if (found := contrast(colours[text], colours[ground])) < wanted:
                yield name, found, wanted, light


def _with_brand(wanted, given, chosen, found, light):
    """Return the colours with those that follow the hospital's, or None when no shade of it reads."""
    pairs = [(text, ground, ratio) for _name, text, ground, ratio in _pairs(found)]
    # As a ground of white text it may be darkened; by night it may have to be lighter to be seen on the page.
    fills = itertools.chain(shades(wanted), shades(wanted, lighter=True))
    fill = next((shade for shade in fills if _fits(given | {"brand-fill": shade}, pairs, "brand-fill")), None)
    if fill is None:
        return None
    texts = shades(wanted, lighter=True, saturations=_AT_NIGHT) if light == NIGHT else shades(wanted)
    for shade in texts:
        named = {"soft": _mixed(shade, given["paper"], _BREATH[light])} if "soft" not in chosen else {}
        made = given | named | {"brand": shade, "brand-fill": fill}
        if _fits(made, pairs, "brand") and _fits(made, pairs, "soft"):
            return {name: hexadecimal(rgb(value)) for name, value in made.items()}
    return None


def _pairs(found):
    """Yield (name, text, ground, wanted contrast) of every pair of the website."""
    for table, ratio in (("pairs-website", AA), ("edges-website", EDGE)):
        for name, (text, ground) in found[table].items():
            yield name, text, ground, ratio


def _fits(colours, pairs, name):
    return all(
        contrast(colours[text], colours[ground]) >= ratio
        for text, ground, ratio in pairs
        if name in (text, ground) and text in colours and ground in colours
    )


def _mixed(colour, ground, share):
    return hexadecimal(
        share * one + (1 - share) * other for one, other in zip(rgb(colour), rgb(ground), strict=True)
    )


def _declared(colours):
    return "".join(f"--{name}:{value};" for name, value in sorted(colours.items()))


def _measures(theme):
    """Return sizes and spaces as declarations; sizes of type follow what the reader's browser is set to."""
    found = tokens(theme)
    values = {
        "base": f"{found['size']['site-body'] / 16:.5g}em",
        "base-large": f"{found['size']['site-large'] / 16:.5g}em",
        "leading": found["leading"]["body"],
        **{f"type-{name}": f"{value}rem" for name, value in found["type"].items()},
        **{f"space-{name}": f"{value}px" for name, value in found["space"].items()},
        **{f"radius-{name}": f"{value}px" for name, value in found["radius"].items()},
    }
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _own_rules(theme):
    file = folder(theme) / "web" / "site.css"
    if not file.is_file():
        return ""
    plain = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s*", r"\1", re.sub(r"\s+", " ", plain)).strip()
