"""WeChat's dark conversion of one colour pair, after the published algorithm of its mp-darkmode library (v1.2).

Written anew from its description: very bright and grey backgrounds turn dark, other bright ones are dimmed to a
brightness of 190; text that is then too near its background is lightened or darkened.
"""

import colorsys


PAGE = (25, 25, 25)
REACH = 163 - 25  # brightness of WeChat's dark text less that of its dark page


def rgb(colour):
    """Return "#rgb" or "#rrggbb" as three numbers from 0 to 255."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def contrast(one, other):
    """Return the WCAG contrast of two colours given as numbers."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def dark_background(colour):
    """Return what WeChat makes of a background colour; white paper becomes the dark page."""
    hue, light, saturation = _hls(colour)
    if (saturation == 0 and light > 40) or _brightness(colour) > 250:
        return _from_hls(hue, min(100, 109.8 - light), 0)
    if _brightness(colour) > 190:
        return _at_brightness(190, colour)
    return _from_hls(hue, 22, saturation) if light < 22 else colour


def dark_text(colour, ground):
    """Return what WeChat makes of a text colour on an already converted background."""
    own, below = _brightness(colour), _brightness(ground)
    if own >= 250:
        return colour
    if abs(below - own) > REACH and below <= 27:
        return _at_brightness(REACH + below, colour)
    if abs(below - own) >= 65:
        return colour
    hue, light, saturation = _hls(colour)
    if below >= 100:
        if light > 50:
            return dark_text(_from_hls(hue, 90 - light, saturation), ground)
        return _at_brightness(min(REACH, below - 65), colour)
    if light <= 40:
        return dark_text(_from_hls(hue, 90 - light, saturation), ground)
    return _at_brightness(min(REACH, below + 65), colour)


def _brightness(colour):
    return (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) / 1000


def _hls(colour):
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    return hue, light * 100, saturation * 100


def _from_hls(hue, light, saturation):
    return tuple(part * 255 for part in colorsys.hls_to_rgb(hue, light / 100, saturation / 100))


def _at_brightness(target, colour):
    red, green, blue = (min(255, part * target / _brightness(colour)) for part in colour)
    if green == 0 or red == 255 or blue == 255:
        green = (target * 1000 - red * 299 - blue * 114) / 587
    elif red == 0:
        red = (target * 1000 - green * 587 - blue * 114) / 299
    elif blue == 0 or green == 255:
        blue = (target * 1000 - red * 299 - green * 587) / 114
    return tuple(max(0, min(255, part)) for part in (red, green, blue))


def _luminance(colour):
    parts = [part / 255 for part in colour]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
