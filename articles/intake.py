"""What happens to a picture on its way into the library: checked, made showable, and freed of words on people and places.

Whatever a telephone, a scanner or an office program writes comes in as JPEG, PNG, GIF or WebP, which every browser shows.
A file that is already so keeps its pixels to the bit, and a clean one all its bytes. The name's extension is not believed.
Limits stand in the settings: WAGTAILIMAGES_MAX_UPLOAD_SIZE (bytes) and WAGTAILIMAGES_MAX_IMAGE_PIXELS (of all frames).
"""

import hashlib
import io
import os
import warnings
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

import pillow_heif
from PIL import Image, JpegImagePlugin

from articles import picture_metadata, pixels
from articles.errors import Refusal


pillow_heif.register_heif_opener()

# Only these decoders ever see a file from outside. A JPEG with several pictures in it (MPO) opens as JPEG.
OPENED = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_NAMES = {"MPO": "JPEG"}
# Of a picture that is written anew: no difference is seen, and it may be written once more for readers.
QUALITY = 92


class IntakeError(Refusal):
    """A file that does not come into the library; ``code`` is unreadable, pixels or bytes."""


@dataclass(frozen=True)
class Taken:
    """A picture as the library keeps it: bytes, kind (a key of EXTENSIONS), and the kind it was turned from, or ""."""

    data: bytes
    kind: str
    turned_from: str = ""

    @property
    def extension(self):
        return EXTENSIONS[self.kind]

    @property
    def sha1(self):
        """Return the hash by which Wagtail's library knows a file."""
        return hashlib.sha1(self.data, usedforsecurity=False).hexdigest()


class TakenFile(SimpleUploadedFile):
    """A file that has been through ``take`` already."""


def take(data):
    """Return ``data``, the bytes of a picture from outside, as Taken. Raises IntakeError with a sentence.

    Sizes are read from the header first; only then are the pixels unpacked, to find damage.
    """
    check_size(len(data))
    try:
        with warnings.catch_warnings():
            # Ours is the limit, and it is checked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=OPENED) as picture:
                _check_pixels(picture)
                picture.load()
                return _showable(data, picture)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except IntakeError:
        raise
    except MemoryError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Pillow's decoders raise of every kind on damaged bytes
        raise IntakeError(
            _("This file cannot be read as a picture. Open it on your computer and save it as JPEG or PNG."),
            code="unreadable",
        ) from error


def take_file(file):
    """Return an uploaded or stored File as TakenFile, with the extension its bytes deserve. Raises IntakeError."""
    if isinstance(file, TakenFile):
        return file
    check_size(file.size)
    file.seek(0)
    taken = take(file.read())
    stem = os.path.splitext(os.path.basename(file.name or "picture"))[0] or "picture"
    return TakenFile(f"{stem}.{taken.extension}", taken.data, Image.MIME[taken.kind])


def check_size(size):
    """Raise IntakeError when a file of ``size`` bytes is too big."""
    limit = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    if size > limit:
        raise IntakeError(
            _("The file is too big: %(size)d MB, and at most %(limit)d MB are possible. Save it smaller.")
            % {"size": -(-size // 2**20), "limit": limit // 2**20},
            code="bytes",
        )


def cleaned(data):
    """Return the bytes of a stored picture without words on people and places, pixels and orientation untouched.

    What cannot be taken apart comes back as it is. The result follows from ``data`` alone, on every machine.
    """
    try:
        with Image.open(io.BytesIO(data), formats=OPENED) as picture:
            kind = _NAMES.get(picture.format, picture.format)
            if kind not in EXTENSIONS:
                return data
            label = picture_metadata.read_label(data, picture)
            return picture_metadata.rewrite(data, kind, label, picture_metadata.turned(picture))
    except Exception:  # noqa: BLE001 - damaged: whoever opens the picture will say so
        return data


def _check_pixels(picture):
    width, height = picture.size
    # Of the pictures in one HEIF file or the pages of one TIFF only the first is unpacked.
    frames = getattr(picture, "n_frames", 1) if picture.format in ("GIF", "PNG", "WEBP") else 1
    if width * height * frames > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels():
    return IntakeError(
        _("The picture has more than %(limit)d million pixels. Make it smaller and try again.")
        % {"limit": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000},
        code="pixels",
    )


def _showable(data, picture):
    kind = _NAMES.get(picture.format, picture.format)
    label = picture_metadata.read_label(data, picture)
    moves = getattr(picture, "n_frames", 1) > 1 and kind in ("GIF", "PNG", "WEBP")
    upright = picture_metadata.turned(picture) == 1 or moves
    if kind in EXTENSIONS and upright and picture.mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA"):
        try:
            return Taken(picture_metadata.rewrite(data, kind, label), kind)
        except picture_metadata.DamagedError:
            pass  # readable, but oddly built: written anew
    return _written_anew(picture, kind, label)


def _written_anew(picture, kind, label):
    shown = pixels.shown(picture)
    out = io.BytesIO()
    if shown.mode == "RGBA" or kind == "PNG" or (kind in ("BMP", "TIFF", "GIF") and pixels.is_drawing(shown)):
        new = "PNG"
        shown.save(out, new)
    else:
        new = "JPEG"
        shown.save(out, new, **_as_fine(picture))
    data = picture_metadata.rewrite(out.getvalue(), new, label)
    check_size(len(data))
    return Taken(data, new, "" if kind == new else kind)


def _as_fine(picture):
    """Return the settings that write a JPEG as finely as it was, so that turning it costs nothing anybody sees."""
    tables = getattr(picture, "quantization", None)
    if tables and picture.mode in ("RGB", "L"):
        return {"qtables": tables, "subsampling": JpegImagePlugin.get_sampling(picture)}
    return {"quality": QUALITY}
