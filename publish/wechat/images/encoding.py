"""Pictures of a body: JPEG or PNG, upright, sRGB, each under 1 MB, all of one article at most 1.5 MB.

Limits: media/uploadimg (上传发表内容中的图片), October 2026: jpg and png under 1 MB. The limit for a whole article is ours: a
reader on a telephone pays for it. The same picture, limit and watermark give the same bytes.
"""

import hashlib
import io
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from PIL import Image

from articles import copies, intake, picture_metadata, pixels
from publish.wechat.images import watermark
from themes.wechat import WIDEST_PICTURE


# Of the table of known pictures: by which rules a signed picture was turned into what WeChat holds.
RECIPE = 2
BODY_LIMIT = 1_000_000
ARTICLE_LIMIT = 1_500_000
# The column of an article is 677 CSS pixels on a desktop; more than this nobody sees.
BODY_WIDTH = WIDEST_PICTURE
NARROWEST = 200
QUALITIES = (86, 78, 68, 58)
# All of one article's pictures, twice: they are made to be uploaded and asked for again when the body is written.
REMEMBERED = 64


class PictureError(Exception):
    """A picture that cannot be made fit for WeChat; the text is a translated sentence."""


class TooLargeError(Exception):
    """No quality and width made the picture small enough."""


class Picture(NamedTuple):
    """What is sent: name, bytes and type of the file, and its real size in pixels."""

    name: str
    data: bytes
    mime: str
    width: int
    height: int

    @property
    def sha256(self):
        """Return the hash of the bytes: WeChat's copy is remembered under it, so the same bytes never go twice."""
        return hashlib.sha256(self.data).hexdigest()


def for_article(images, mark=""):
    """Return {sha256 of the signed picture: Picture} for the body pictures of one article.

    ``images``: IMAGE values of a snapshot. ``mark``: text of the watermark, or "". When all together are too large the
    budget is shared: small ones stay as they are, the others get equal parts. Raises PictureError, copies.CopyError.
    """
    made = {image["sha256"]: _picture(image, BODY_LIMIT - 1, mark) for image in images}
    share = fair_share([len(one.data) for one in made.values()], ARTICLE_LIMIT)
    for image in images:
        if len(made[image["sha256"]].data) > share:
            made[image["sha256"]] = _picture(image, share, mark)
    return made


def fair_share(sizes, budget):
    """Return how large one may be at most so that all together, each cut to that, fit ``budget``."""
    if sum(sizes) <= budget:
        return max(sizes, default=0)
    left, rest = budget, sorted(sizes)
    while rest and rest[0] <= left // len(rest):
        left -= rest.pop(0)
    return left // len(rest)


def opened(image):
    """Return (picture, label) of a signed picture, unpacked as it is. Raises PictureError, copies.CopyError."""
    data = copies.read(image)
    try:
        picture = Image.open(io.BytesIO(data), formats=intake.OPENED)
        # A JPEG may be unpacked at half or a quarter of its size, when that is still twice what is needed.
        picture.draft(None, (2 * BODY_WIDTH, 2 * BODY_WIDTH))
        picture.load()
        return picture, picture_metadata.read_label(data, picture)
    except Exception as error:  # Pillow's decoders raise of every kind on damaged bytes
        raise unreadable(image) from error


def within(picture, label, stem, limit, widest):
    """Return the Picture of ``picture`` (RGB, RGBA, L) in less than ``limit`` bytes and at most ``widest`` pixels wide.

    Drawings and what shines through stay without loss (PNG) while they fit; photographs become JPEG. Raises
    TooLargeError.
    """
    drawn = fitted(picture, widest)
    if drawn.mode == "RGBA" or pixels.is_drawing(drawn):
        data = saved(drawn, "PNG", label)
        if len(data) <= limit:
            return _named(stem, data, "PNG", drawn)
    picture = pixels.on_white(picture)
    while True:
        drawn = fitted(picture, widest)
        for quality in QUALITIES:
            data = saved(drawn, "JPEG", label, quality)
            if len(data) <= limit:
                return _named(stem, data, "JPEG", drawn)
        widest = drawn.width * 3 // 4
        if widest < NARROWEST:
            raise TooLargeError


def fitted(picture, widest):
    """Return ``picture``, made smaller when it is wider than ``widest``."""
    if picture.width <= widest:
        return picture
    height = max(1, round(picture.height * widest / picture.width))
    return picture.resize((widest, height), Image.Resampling.LANCZOS)


def _picture(image, limit, mark):
    try:
        return _made(image["sha256"], image["format"], limit, mark)
    except TooLargeError as error:
        raise PictureError(
            _("The picture “%(alt)s” cannot be made small enough.") % {"alt": image["alt"]}
        ) from error
    except PictureError as error:
        raise unreadable(image) from error


@lru_cache(maxsize=REMEMBERED)
def _made(sha256, kind, limit, mark):
    image = {"sha256": sha256, "format": kind, "alt": ""}
    if not mark and (ready := _as_it_is(image, limit)):
        return ready
    picture, label = opened(image)
    try:
        picture = watermark.drawn_on(fitted(pixels.shown(picture), BODY_WIDTH), mark)
    except (OSError, ValueError, SyntaxError) as error:
        raise unreadable(image) from error
    return within(picture, label, sha256[:16], limit, BODY_WIDTH)


def _as_it_is(image, limit):
    """Return the Picture of a file that WeChat and every telephone take unchanged, or None."""
    data = intake.cleaned(copies.read(image))
    if len(data) > limit:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            fits = picture.width <= BODY_WIDTH and getattr(picture, "n_frames", 1) == 1
            upright = picture_metadata.turned(picture) == 1 and pixels.is_srgb(picture)
            plain = picture.mode in ("RGB", "L", "P", "RGBA") and not _deep(data, picture)
            if fits and upright and plain:
                picture.load()
                return _named(image["sha256"][:16], data, picture.format, picture)
    except Exception:  # noqa: BLE001 - unpacked again below, and said there
        return None
    return None


def _deep(data, picture):
    """Return whether a PNG has sixteen bits a colour: Pillow reads it as eight, but the file holds more."""
    return picture.format == "PNG" and data[24] == 16


def saved(picture, kind, label, quality=None):
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(out, "JPEG", quality=quality, optimize=True)
    else:
        picture.save(out, "PNG", optimize=True)
    return picture_metadata.rewrite(out.getvalue(), kind, label)


def _named(stem, data, kind, picture):
    extension, mime = ("jpg", "image/jpeg") if kind == "JPEG" else ("png", "image/png")
    return Picture(f"{stem}.{extension}", data, mime, picture.width, picture.height)


def unreadable(image):
    return PictureError(
        _("The picture “%(alt)s” cannot be read: its stored copy is damaged or missing.")
        % {"alt": image["alt"]}
    )
