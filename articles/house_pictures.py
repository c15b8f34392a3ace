"""The pictures of the house, its logo and its mark, as copies that readers may fetch: the library is for colleagues.

A copy's address follows from the picture's bytes, so a replaced picture has another one and any cache may keep both.
Rendering a page asks the library's row alone.
"""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from PIL import Image

from articles import copies, pixels


LOGO, MARK = (480, 96), (160, 160)  # twice the size they have on the page


def shown(image, box):
    """Return {"url", "width", "height"} of the copy of the library's ``image`` that fits ``box``; None without a picture."""
    if image is None or not image.file_hash:
        return None
    width, height = _fit(image.width, image.height, box)
    return {"url": default_storage.url(_name(image, box)), "width": width, "height": height}


def keep(image, box):
    """Store the copy of ``image`` for ``box``. Raises CopyError with a sentence when its file cannot be read."""
    name = _name(image, box)
    if default_storage.exists(name):
        return
    try:
        with Image.open(io.BytesIO(copies.library_bytes(image))) as source:
            source.load()
            picture = pixels.shown(source)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise copies.CopyError(
            _("The picture “%(title)s” cannot be read.") % {"title": image.title}
        ) from error
    out = io.BytesIO()
    picture.resize(_fit(*picture.size, box), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    default_storage.save(name, ContentFile(out.getvalue()))


def _name(image, box):
    return f"signed/institution/{image.file_hash}-{box[0]}x{box[1]}.png"


def _fit(width, height, box):
    share = min(1, box[0] / width, box[1] / height)
    return max(1, round(width * share)), max(1, round(height * share))
