"""From the signed picture to bytes that WeChat takes, and the crops of a cover.

Body pictures go through media/uploadimg: JPEG or PNG under 1 MB. Covers are permanent material: at
most 10 MB. Re-encoding leaves EXIF behind, so no place or person travels with a picture.
"""

import io
import re

from django.utils.translation import gettext_lazy as _

from PIL import Image, ImageDraw, ImageOps

from articles import copies


# Raised with every change that makes other bytes from the same picture: WeChat's copies are
# remembered under it.
RECIPE = 1
BODY_LIMIT = 1_000_000
COVER_LIMIT = 10_000_000
# The column of an article is 677 CSS pixels on a desktop; more than this nobody sees.
BODY_WIDTH = 1080
COVER_WIDTH = 1600
COVER_SHAPE = (900, 383)
RATIOS = {"2.35_1": 2.35, "1_1": 1.0}
QUALITIES = (86, 78, 68, 58)


class PictureError(Exception):
    """A picture that cannot be made fit for WeChat; the text is a translated sentence."""


def for_body(image):
    """Return (name, bytes, type) of a body picture. ``image``: a snapshot's IMAGE. Raises PictureError."""
    return _encoded(image, BODY_LIMIT, BODY_WIDTH)


def for_cover(image):
    """Return (name, bytes, type) of a cover, uncropped. Raises PictureError."""
    return _encoded(image, COVER_LIMIT, COVER_WIDTH)


def drawn_cover(colour):
    """Return (name, bytes, type) of a plain cover in the institution's ``colour`` ("#rrggbb")."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour or ""):
        colour = "#0F766E"
    width, height = COVER_SHAPE
    picture = Image.new("RGB", COVER_SHAPE, colour)
    draw = ImageDraw.Draw(picture, "RGBA")
    for step, radius in enumerate((420, 320, 220, 120)):
        centre = (width - 150, height // 2)
        draw.ellipse(
            [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius],
            fill=(255, 255, 255, 14 + 6 * step),
        )
    return "cover.png", _saved(picture, "PNG"), "image/png"


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


def _encoded(image, limit, widest):
    try:
        data = copies.read(image)
        with Image.open(io.BytesIO(data)) as opened:
            turned = opened.getexif().get(0x0112, 1) != 1
            clean = not opened.getexif() and not opened.info.get("xmp")
            plain = opened.mode in ("RGB", "L", "P", "RGBA") and not getattr(opened, "is_animated", False)
            keep = opened.format in ("JPEG", "PNG") and plain and clean and not turned
            if keep and len(data) < limit and opened.width <= widest:
                return _named(image, data, opened.format)
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(
            _("The picture “%(alt)s” cannot be read: its stored copy is damaged or missing.")
            % {"alt": image["alt"]}
        ) from error
    return _smaller(image, picture, limit, widest)


def _smaller(image, picture, limit, widest):
    seen_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if seen_through or image["format"] in ("png", "gif"):
        # Lossless first: figures with lines and letters suffer most from JPEG.
        drawn = _fitted(picture.convert("RGBA" if seen_through else "RGB"), widest)
        data = _saved(drawn, "PNG")
        if len(data) < limit:
            return _named(image, data, "PNG")
    if seen_through:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    picture = picture.convert("RGB")
    while True:
        drawn = _fitted(picture, widest)
        for quality in QUALITIES:
            data = _saved(drawn, "JPEG", quality)
            if len(data) < limit:
                return _named(image, data, "JPEG")
        widest = drawn.width * 3 // 4
        if widest < 200:
            raise PictureError(
                _("The picture “%(alt)s” cannot be made small enough.") % {"alt": image["alt"]}
            )


def _fitted(picture, widest):
    if picture.width <= widest:
        return picture
    height = max(1, round(picture.height * widest / picture.width))
    return picture.resize((widest, height), Image.Resampling.LANCZOS)


def _saved(picture, kind, quality=None):
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(out, "JPEG", quality=quality, optimize=True)
    else:
        picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _named(image, data, kind):
    extension, mime = ("jpg", "image/jpeg") if kind == "JPEG" else ("png", "image/png")
    return f"{image['sha256'][:16]}.{extension}", data, mime
