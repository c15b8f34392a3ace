"""What will happen to a picture on its way to WeChat, told to the librarian beforehand; only its header is read."""

import io
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from PIL import Image

from articles import copies, intake, picture_metadata, pixels
from publish.wechat.images.covers import COVER_SHAPE
from publish.wechat.images.encoding import BODY_LIMIT, BODY_WIDTH


# What a file says does not change: it is kept by its hash.
_KEPT_SECONDS = 24 * 60 * 60
_VERSION = 1


@dataclass(frozen=True)
class Facts:
    """What the header of a picture's file says. ``width`` and ``height`` are those of the upright picture."""

    kind: str
    bytes: int
    width: int
    height: int
    frames: int
    clear: bool
    srgb: bool
    cmyk: bool
    ai_label: bool


@dataclass(frozen=True)
class Note:
    """``code`` for programs (animation, transparent, colours, smaller, kind, unreadable, small_cover), ``text`` for people."""

    code: str
    text: str


def notes(image, *, cover=False):
    """Return the Notes on ``image``: a LibraryImage, or the IMAGE value of a signed snapshot.

    ``cover``: whether it is used as a cover. Never raises: a file that cannot be read is a note too.
    """
    facts = facts_of(image)
    if facts is None:
        return [Note("unreadable", _("The file of this picture is damaged or missing. Upload it again."))]
    return list(_notes(facts, cover))


def facts_of(image):
    """Return the Facts of a LibraryImage or an IMAGE value, or None when its file cannot be read."""
    signed = isinstance(image, dict)
    sha = image["sha256"] if signed else image.file_hash
    key = f"picture-facts:{_VERSION}:{sha}"
    found = cache.get(key) if sha else None
    if found is None:
        try:
            found = _read(copies.read(image) if signed else copies.library_bytes(image))
        except Exception:  # noqa: BLE001 - missing, altered, or whatever Pillow raises on damaged bytes
            return None
        if sha:
            cache.set(key, found, _KEPT_SECONDS)
    return found


def _read(data):
    with Image.open(io.BytesIO(data), formats=intake.OPENED) as picture:
        width, height = picture.size
        if picture_metadata.turned(picture) >= 5:
            width, height = height, width
        return Facts(
            kind=picture.format,
            bytes=len(data),
            width=width,
            height=height,
            frames=getattr(picture, "n_frames", 1),
            clear=picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info,
            srgb=pixels.is_srgb(picture),
            cmyk=picture.mode == "CMYK",
            ai_label=bool(picture_metadata.read_label(data, picture)),
        )


def _notes(facts, cover):
    if facts.frames > 1:
        yield Note("animation", _("WeChat shows only the first picture of the animation."))
    if facts.clear and cover:
        yield Note("transparent", _("Transparent parts become white in WeChat."))
    elif facts.clear:
        yield Note(
            "transparent",
            _("Transparent parts stay if the picture is small enough as PNG; otherwise they become white."),
        )
    if facts.cmyk:
        yield Note(
            "colours", _("The picture has printing colours (CMYK); on a screen they look a little different.")
        )
    if cover:
        if facts.width < COVER_SHAPE[0] or facts.height < COVER_SHAPE[1]:
            yield Note(
                "small_cover",
                _(
                    "The cover has only %(width)d × %(height)d pixels; at least %(least_width)d × %(least_height)d look sharp."
                )
                % {
                    "width": facts.width,
                    "height": facts.height,
                    "least_width": COVER_SHAPE[0],
                    "least_height": COVER_SHAPE[1],
                },
            )
        return
    if facts.width > BODY_WIDTH or facts.bytes >= BODY_LIMIT:
        yield Note(
            "smaller",
            _(
                "For WeChat the picture is made smaller: from %(width)d pixels wide, %(size)s MB, to at most %(widest)d, under 1 MB."
            )
            % {"width": facts.width, "size": f"{facts.bytes / 1e6:.1f}", "widest": BODY_WIDTH},
        )
    elif facts.kind not in ("JPEG", "PNG", "MPO"):
        yield Note(
            "kind", _("WeChat takes no %(kind)s; it gets the picture as JPEG or PNG.") % {"kind": facts.kind}
        )
