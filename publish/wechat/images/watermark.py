"""The visible watermark: small, in the bottom right corner, white with a dark edge, so that it reads on light and dark."""

from PIL import Image, ImageDraw

from articles.lettering import FONT, font, missing  # noqa: F401  the font, for callers of this module


SMALLEST_PICTURE = 240  # px; on smaller ones it would cover what they show
_WIDTH = 0.5  # of the picture, at most
_INK, _EDGE = (255, 255, 255, 215), (0, 0, 0, 150)


def drawn_on(picture, text):
    """Return ``picture`` (RGB, RGBA, L) with ``text`` on it.

    Nothing is drawn on very small pictures, nor when a glyph is missing: never an empty box, never half a name.
    """
    text = " ".join(text.split())
    if not text or missing(text) or min(picture.size) < SMALLEST_PICTURE:
        return picture
    size = max(14, round(picture.width / 40))
    while size > 8 and font(size).getlength(text) > picture.width * _WIDTH:
        size -= 1
    edge, margin = max(1, size // 12), round(size * 0.6)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    ImageDraw.Draw(layer).text(
        (picture.width - margin, picture.height - margin),
        text,
        font=font(size),
        fill=_INK,
        stroke_width=edge,
        stroke_fill=_EDGE,
        anchor="rd",
    )
    marked = Image.alpha_composite(picture.convert("RGBA"), layer)
    return marked if picture.mode == "RGBA" else marked.convert("RGB")
