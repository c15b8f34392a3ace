"""Pictures inside a file: found, decoded, checked; nothing is ever fetched from elsewhere."""

import base64
import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from wagtail.images.fields import WagtailImageField

from PIL import Image


SCHEME = "picture:"
# Formats of the library first (taken as they are), then those that become PNG. Others are never opened.
_KEPT = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_TURNED = ("BMP", "TIFF")
_OPENED = ("JPEG", "PNG", "GIF", "WEBP", *_TURNED)  # an MPO, as some telephones write it, opens as a JPEG
_DATA = re.compile(r"data:image/[\w.+-]{1,40}(?:;[\w=.+-]{1,40}){0,3};base64,", re.IGNORECASE)
_EMBEDDED = re.compile(
    rf"""(?P<open>["'(<])(?P<data>{_DATA.pattern}[A-Za-z0-9+/=%\s]*+)(?=["')>])""", re.IGNORECASE
)


class PictureError(ValueError):
    """A picture that cannot go into the library; the message says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A checked picture: its bytes, file extension, SHA-1 as Wagtail's library keeps it, and what it was turned from."""

    data: bytes
    extension: str
    sha1: str
    turned_from: str = ""


class Embedded:
    """The raw bytes of a file's pictures; the tree refers to them as ``picture:<number>``."""

    def __init__(self):
        self._raw = []

    def add(self, data):
        """Keep ``data`` (bytes, or None for what could not be decoded) and return its address in the tree."""
        self._raw.append(data)
        return f"{SCHEME}{len(self._raw) - 1}"

    def add_data_uri(self, uri):
        """Keep the bytes behind a ``data:`` address and return its address in the tree."""
        found = _DATA.match(uri)
        return self.add(_decoded(uri[found.end() :]) if found else None)

    def extract(self, text):
        """Return ``text`` with embedded pictures in quotes or brackets replaced by their addresses."""
        return _EMBEDDED.sub(lambda match: match["open"] + self.add_data_uri(match["data"]), text)

    def raw(self, address):
        """Return the bytes behind an address, or None."""
        number = address.removeprefix(SCHEME)
        if not number.isascii() or not number.isdigit() or len(number) > 6 or int(number) >= len(self._raw):
            return None
        return self._raw[int(number)]


def _decoded(text):
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", unquote_to_bytes(text)), validate=True)
    except ValueError:
        return None


def check(data):
    """Return ``data`` as a Picture the library accepts. Raises PictureError.

    Format and size are read from the header first; only then are the pixels unpacked, to find damage.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=_OPENED) as image:
                name = image.format
                _check_pixels(image)
                image.load()
                extension, turned_from = _KEPT.get(name, "png"), ""
                if name in _TURNED:
                    data, turned_from = _as_png(image), name
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error
        except PictureError:
            raise
        except Exception as error:  # Pillow's decoders raise of every kind on damaged bytes
            raise PictureError(
                _("not a readable picture; save it as JPEG or PNG and put it in by hand")
            ) from error
    try:
        # The same rules as for a picture uploaded by hand.
        WagtailImageField().clean(SimpleUploadedFile(f"picture.{extension}", data))
    except ValidationError as error:
        raise PictureError(" ".join(error.messages)) from error
    return Picture(data, extension, hashlib.sha1(data, usedforsecurity=False).hexdigest(), turned_from)


def _check_pixels(image):
    width, height = image.size
    if width * height * getattr(image, "n_frames", 1) > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels():
    return PictureError(
        _("more than %(limit)d million pixels; make it smaller and put it in by hand")
        % {"limit": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000}
    )


def _as_png(image):
    out = io.BytesIO()
    (image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else image.convert("RGB")).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()
