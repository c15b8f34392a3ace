"""The font that ships with Xinglin, for words drawn into pictures: figures and watermarks."""

from functools import cache
from pathlib import Path

from PIL import ImageFont


FONT = Path(__file__).parent / "fonts" / "XinglinSansSC-Regular-GB2312.otf"
# Beside GB 2312 as Python reads it.
_ALSO = "·—"


def missing(text):
    """Return the characters of ``text`` that the font cannot draw, in order, each once."""
    return "".join(dict.fromkeys(character for character in text if not _has(character)))


@cache
def font(size):
    """Return the font at ``size`` pixels."""
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _has(character):
    if character.isascii():
        return character.isprintable() or character.isspace()
    if character in _ALSO:
        return True
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
