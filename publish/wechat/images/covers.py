"""Covers: permanent material of at most 10 MB (add_material, October 2026), and their crops."""

import re
from functools import lru_cache

from django.utils.translation import gettext as _

from PIL import Image, ImageDraw

from articles import copies, picture_metadata, pixels
from publish.wechat.images.encoding import (
    REMEMBERED,
    Picture,
    PictureError,
    TooLargeError,
    opened,
    saved,
    unreadable,
    within,
)


COVER_LIMIT = 10_000_000
COVER_WIDTH = 1600
COVER_SHAPE = (900, 383)
# Smaller ones were refused now and then (53402).
SMALLEST = COVER_SHAPE[0]
RATIOS = {"2.35_1": 2.35, "1_1": 1.0}
_PLAIN_COLOUR = "#0F766E"


def for_cover(image):
    """Return the Picture of a cover, uncropped. ``image``: a snapshot's IMAGE. Raises PictureError, copies.CopyError."""
    try:
        return _made(image["sha256"], image["format"])
    except TooLargeError as error:
        raise PictureError(
            _("The picture “%(alt)s” cannot be made small enough.") % {"alt": image["alt"]}
        ) from error
    except PictureError as error:
        raise unreadable(image) from error


@lru_cache(maxsize=REMEMBERED)
def _made(sha256, kind):
    picture, label = opened({"sha256": sha256, "format": kind, "alt": ""})
    try:
        shown = pixels.on_white(pixels.shown(picture))
        # Stretched moderately, never a strip of a few pixels into millions.
        larger = min(4, SMALLEST / shown.width)
        if larger > 1 and shown.height * larger <= 4 * SMALLEST:
            size = round(shown.width * larger), max(1, round(shown.height * larger))
            shown = shown.resize(size, Image.Resampling.LANCZOS)
        return within(shown, label, sha256[:16], COVER_LIMIT, COVER_WIDTH)
    except (OSError, ValueError, SyntaxError) as error:
        raise TooLargeError from error


def drawn_cover(colour):
    """Return the Picture of a plain cover in the institution's ``colour`` ("#rrggbb")."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour or ""):
        colour = _PLAIN_COLOUR
    width, height = COVER_SHAPE
    picture = Image.new("RGB", COVER_SHAPE, colour)
    draw = ImageDraw.Draw(picture, "RGBA")
    for step, radius in enumerate((420, 320, 220, 120)):
        centre = (width - 150, height // 2)
        draw.ellipse(
            [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius],
            fill=(255, 255, 255, 14 + 6 * step),
        )
    data = saved(picture, "PNG", picture_metadata.NO_LABEL)
    return Picture("cover.png", data, "image/png", width, height)


def cover_info(image):
    """Return the crops of a cover around its focal point, as draft/add takes them.

    The box of each crop must have the target's ratio, or WeChat answers 53402; coordinates are
    fractions with at most six decimals, as text.
    """
    if image is None:
        image = {"width": COVER_SHAPE[0], "height": COVER_SHAPE[1], "focal": None}
    crops = []
    for name, ratio in RATIOS.items():
        left, top, right, bottom = copies.crop_box(image, ratio)
        fractions = (
            left / image["width"],
            top / image["height"],
            right / image["width"],
            bottom / image["height"],
        )
        crops.append(
            {"ratio": name}
            | dict(zip(("x1", "y1", "x2", "y2"), (_number(part) for part in fractions), strict=True))
        )
    return {"crop_percent_list": crops}


def _number(value):
    return f"{min(max(value, 0), 1):.6f}".rstrip("0").rstrip(".") or "0"
