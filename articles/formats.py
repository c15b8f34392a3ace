"""The renditions of a signed picture once more, in formats that cost a reader less, and smaller for narrow screens.

Encoding them takes longer than a signature may, so a worker makes them afterwards, never a reader's request. What there is
stands in a small file beside the copies, written when all is made; pages show JPEG and PNG until then.
"""

import io
import json
import mimetypes
import time

from django.core.files.storage import default_storage

from articles import copies, picture_metadata


# What is made of a picture in the text, and of a cover: {rendition: formats}, the best first. The cover has its JPEG already.
BODY = {"full": ("avif", "webp"), "small": ("avif", "webp")}
COVER = {"cover": ("avif", "webp"), "cover-small": ("avif", "webp", "jpg"), "thumb": ("webp", "jpg")}
TYPES = {"avif": "image/avif", "webp": "image/webp"}
# Photographs: as good to the eye as our JPEG. Drawings keep their edges.
_PHOTOGRAPH = {
    "avif": {"quality": 62, "speed": 7, "max_threads": 1},
    "webp": {"quality": 80, "method": 4},
    "jpg": {"quality": copies.QUALITY, "optimize": True, "progressive": True},
}
_DRAWING = {
    "avif": {"quality": 80, "speed": 7, "max_threads": 1, "subsampling": "4:4:4"},
    "webp": {"lossless": True, "method": 4},
}
_PILLOW = {"avif": "AVIF", "webp": "WEBP"}
# How long a process remembers what there is, and what there is not, in seconds.
_REMEMBER, _ASK_AGAIN = 600, 60
_MOST = 5_000

for _extension, _type in TYPES.items():
    mimetypes.add_type(_type, f".{_extension}")

_known = {}


def wanted(snapshot):
    """Return the pictures of a snapshot as (image value, BODY or COVER)."""
    found = [(block["value"]["image"], BODY) for block in snapshot["body"] if block["type"] == "image"]
    return [*([(snapshot["cover"], COVER)] if snapshot["cover"] else []), *found]


def made(value, kind):
    """Return what there is of an image value: {rendition: [formats]}, empty while it is not made. Asks no database."""
    if not value["sha256"]:
        return {}
    key = (getattr(default_storage, "location", ""), list_name(value, kind))
    found, until = _known.get(key, (None, 0))
    if found is None or time.monotonic() > until:
        found = _listed(key[1])
        if len(_known) > _MOST:
            _known.clear()
        _known[key] = (found, time.monotonic() + (_REMEMBER if found else _ASK_AGAIN))
    return found


def make(value, kind):
    """Make what is missing of an image value; return whether something was. Raises CopyError, or what Pillow raises."""
    name = list_name(value, kind)
    if default_storage.exists(name):
        return False
    data = copies.read(value)
    found = {spec: _make(data, value, spec, formats) for spec, formats in kind.items()}
    # Of a format that is missing at one width, the other would be shown on every screen.
    missing = {one for spec, formats in kind.items() for one in formats if one not in found[spec]}
    found = {spec: [one for one in kept if one not in missing] for spec, kept in found.items()}
    copies.store(name, json.dumps(found).encode())
    _known.pop((getattr(default_storage, "location", ""), name), None)
    return True


def _make(data, value, spec, formats):
    """Store a rendition in ``formats``; return those that are smaller than what readers have already."""
    drawing = copies.name_of(value, spec).endswith(".png")
    picture, label = copies.pixels_of(data, value, spec, clear=drawing)
    usual = len(copies.rendition(value, spec)) if spec in copies.KEPT else None
    kept = []
    for extension in formats:
        encoded = _encoded(picture, extension, label, _DRAWING if drawing else _PHOTOGRAPH)
        if usual is None or len(encoded) < usual:
            copies.store(copies.name_of(value, spec, extension), encoded)
            kept.append(extension)
    return kept


def _encoded(picture, extension, label, options):
    out = io.BytesIO()
    if extension == "jpg":
        picture.save(out, "JPEG", **options[extension])
        return picture_metadata.rewrite(out.getvalue(), "JPEG", label)
    # Pillow writes no words into these but those it is given.
    words = picture_metadata.xmp(label)
    picture.save(out, _PILLOW[extension], xmp=words, exif=b"", icc_profile=b"", **options[extension])
    return out.getvalue()


def list_name(value, kind):
    """Return the name in storage of the list of what there is; a cover's depends on its focal point."""
    return copies.name_of(value, "cover" if kind is COVER else "full", "json")


def _listed(name):
    try:
        with default_storage.open(name, "rb") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}
