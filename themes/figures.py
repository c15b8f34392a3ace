"""The colours of the small figures that articles are illustrated with: the theme's own, in the hospital's colour."""

from themes.colour import brand
from themes.registry import DEFAULT
from themes.tokens import tokens


def palette(colour):
    """Return {name: "#rgb" or "#rrggbb"} of calm's colours, its brand replaced by the hospital's ``colour`` made readable."""
    return tokens(DEFAULT)["colours"] | {"brand": brand(colour, DEFAULT)}
