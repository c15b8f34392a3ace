"""Pictures inside a file: found, decoded, taken in as the library takes an upload; nothing is ever fetched from elsewhere."""

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.utils.translation import gettext as _

from articles import intake


SCHEME = "picture:"
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
    """Return ``data`` as a Picture the library accepts. Raises PictureError."""
    try:
        taken = intake.take(data)
    except intake.IntakeError as error:
        raise PictureError(_why(error.code)) from error
    return Picture(taken.data, taken.extension, taken.sha1, taken.turned_from)


def _why(code):
    """Return the end of the report's sentence about a picture that was left out."""
    if code == "pixels":
        return _("more than %(limit)d million pixels; make it smaller and put it in by hand") % {
            "limit": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
        }
    if code == "bytes":
        return _("more than %(limit)d MB; make it smaller and put it in by hand") % {
            "limit": settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // 2**20
        }
    return _("not a readable picture; save it as JPEG or PNG and put it in by hand")
