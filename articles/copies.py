"""Content-addressed copies of pictures: what was signed stays what readers see, whatever happens to the library.

A copy lies under ``signed/<two characters>/<sha256>/``: ``original.<ext>`` and the renditions below. Addresses follow from
the image value alone, so that rendering a page asks neither the database nor the storage. The same renditions in further
formats are made later (articles.formats).
"""

import hashlib
import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from PIL import Image

from articles import intake, picture_metadata, pixels


FULL_WIDTH = 1200  # twice the site's text column of 600 CSS pixels
SMALL_WIDTH = 600
COVER_SIZE = (900, 383)  # WeChat's head card, 2.35:1
SQUARE_SIZE = (500, 500)
QUALITY = 82
SPECS = ("full", "small")
COVER_SPECS = ("cover", "square")
KEPT = (*SPECS, *COVER_SPECS)
# Cut from the cover by articles.formats only.
CUTS = {"cover": COVER_SIZE, "square": SQUARE_SIZE, "cover-small": (450, 191), "thumb": (240, 240)}
_EXTENSIONS = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}


class CopyError(ValueError):
    """The picture's file is missing, damaged or of a kind we do not publish."""


def keep(image, *, alt="", caption="", credit=""):
    """Copy ``image`` (a LibraryImage) by content, with renditions, and return its image value.

    Reads the file from storage, so call it outside transactions. Raises CopyError with a sentence.
    """
    data = intake.cleaned(library_bytes(image))
    value = describe(data, focal=focal_of(image), alt=alt, caption=caption, credit=credit or image.credit)
    _store(name_of(value, "original"), lambda: data)
    for spec in KEPT:
        _store(name_of(value, spec), lambda spec=spec: _rendered(data, value, spec))
    return value


def probe(image, *, alt="", caption="", credit=""):
    """Return the image value of ``image`` from its file, storing nothing. Raises CopyError."""
    return describe(
        intake.cleaned(library_bytes(image)),
        focal=focal_of(image),
        alt=alt,
        caption=caption,
        credit=credit or image.credit,
    )


def outline(image, *, alt="", caption="", credit=""):
    """Return an image value from the library's row alone, without a hash: enough to check texts, never to sign."""
    return {
        "sha256": "",
        "format": "jpeg",
        "width": image.width,
        "height": image.height,
        "focal": focal_of(image),
        "alt": alt,
        "caption": caption,
        "credit": credit or image.credit,
    }


def library_bytes(image):
    """Return the bytes of a library image as they lie in storage now. Raises CopyError."""
    try:
        with image.file.storage.open(image.file.name, "rb") as file:
            return file.read()
    except OSError as error:
        raise CopyError(
            _("The file of the picture “%(title)s” is missing.") % {"title": image.title}
        ) from error


def focal_of(image):
    """Return the focal area as [x, y, width, height] in pixels of the original, or None."""
    if not image.has_focal_point():
        return None
    return [
        image.focal_point_x,
        image.focal_point_y,
        image.focal_point_width or 0,
        image.focal_point_height or 0,
    ]


def describe(data, *, focal=None, alt="", caption="", credit=""):
    """Return the image value for ``data`` without storing anything. Raises CopyError."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
        with Image.open(io.BytesIO(data)) as picture:  # verify() leaves a PNG unusable
            kind, (width, height) = picture.format.lower(), picture.size
            if picture_metadata.turned(picture) >= 5:  # by a quarter
                width, height = height, width
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CopyError(_("A picture cannot be read: its file is damaged or not a picture.")) from error
    if kind not in _EXTENSIONS:
        raise CopyError(_("A picture is of the kind %(kind)s; use JPEG or PNG.") % {"kind": kind.upper()})
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "format": kind,
        "width": width,
        "height": height,
        "focal": focal,
        "alt": alt,
        "caption": caption,
        "credit": credit,
    }


def url(value, spec="full", extension=""):
    """Return the address of a rendition of an image value; ``extension``: in that format (articles.formats)."""
    return default_storage.url(name_of(value, spec, extension))


def read(value):
    """Return the signed original. Raises CopyError when the copy is missing or its bytes have changed."""
    data = _read(name_of(value, "original"))
    if hashlib.sha256(data).hexdigest() != value["sha256"]:
        raise CopyError(_("The signed copy of a picture has been altered on disk."))
    return data


def rendition(value, spec):
    """Return the bytes of a rendition, made anew when the file is missing."""
    name = name_of(value, spec)
    if not default_storage.exists(name):
        _store(name, lambda: _rendered(read(value), value, spec))
    return _read(name)


def dimensions(value, spec="full"):
    """Return (width, height) of a rendition in pixels."""
    if spec in CUTS:
        return CUTS[spec]
    limit = FULL_WIDTH if spec == "full" else SMALL_WIDTH
    if value["width"] <= limit:
        return value["width"], value["height"]
    return limit, max(1, round(value["height"] * limit / value["width"]))


def crop_box(value, ratio):
    """Return (left, top, right, bottom) in pixels of the largest box of ``ratio`` (width / height) around the focal point."""
    width, height = value["width"], value["height"]
    x, y = value["focal"][:2] if value["focal"] else (width / 2, height / 2)
    box_width, box_height = (width, width / ratio) if width / height <= ratio else (height * ratio, height)
    left = min(max(x - box_width / 2, 0), width - box_width)
    top = min(max(y - box_height / 2, 0), height - box_height)
    return left, top, left + box_width, top + box_height


def folder_of(sha):
    """Return where all copies of the picture with this SHA-256 lie in storage."""
    return f"signed/{sha[:2]}/{sha}"


def name_of(value, spec, extension=""):
    """Return the name in storage of a rendition, in its usual format or in that of ``extension``."""
    folder = folder_of(value["sha256"])
    if spec == "original":
        return f"{folder}/original.{_EXTENSIONS[value['format']]}"
    focal = "-".join(str(number) for number in value["focal"][:2]) if value["focal"] and spec in CUTS else ""
    extension = extension or ("png" if value["format"] in ("png", "gif") and spec in SPECS else "jpg")
    return f"{folder}/{spec}{f'-{focal}' if focal else ''}.{extension}"


def _rendered(data, value, spec):
    as_png = name_of(value, spec).endswith(".png")
    picture, label = pixels_of(data, value, spec, clear=as_png)
    out = io.BytesIO()
    if as_png:
        picture.save(out, "PNG", optimize=True)
    else:
        picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return picture_metadata.rewrite(out.getvalue(), "PNG" if as_png else "JPEG", label)


def pixels_of(data, value, spec, *, clear=False):
    """Return (picture, label) of a rendition of ``data``; ``clear``: what shines through stays so, else it is white."""
    with Image.open(io.BytesIO(data)) as source:
        source.load()
        label = picture_metadata.read_label(data, source)
        picture = pixels.shown(source)
        picture = picture if clear else pixels.on_white(picture)
    own = value | {"width": picture.width, "height": picture.height}
    size = dimensions(own, spec)
    box = crop_box(own, size[0] / size[1]) if spec in CUTS else None
    return picture.resize(size, Image.Resampling.LANCZOS, box=box), label


def store(name, data):
    """Keep ``data`` under ``name`` unless something is there already: equal names mean equal pictures."""
    _store(name, lambda: data)


def _store(name, make):
    # FileSystemStorage would pick another name for an existing file, so ask first; equal names mean equal bytes.
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(make()))


def _read(name):
    try:
        with default_storage.open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise CopyError(_("The signed copy of a picture is missing.")) from error
