"""Figures and crops as pictures of the library."""

import io

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.permissions import policy_registry

from PIL import Image

from articles import pixels, registry
from articles.errors import Refusal
from articles.figures import drawing
from articles.figures.words import words
from articles.models import Institution, LibraryImage


SHAPES = {"cover": (2.35, 900), "square": (1.0, 500)}  # width ÷ height, and the least width in pixels
LARGEST = 2000  # pixels a side
QUALITY = 92


class CropRefusedError(Refusal):
    """A part of a picture that cannot become one of its own."""


def policy():
    """Return Wagtail's rules on who may do what with pictures."""
    return policy_registry.get_by_type(LibraryImage)


def palette():
    """Return the colours of the figures by name, in the hospital's own colour."""
    return registry.figure_palette(Institution.load().colour)


def collection_for(user):
    """Return the first collection to which ``user`` may add pictures, or None."""
    return policy().collections_user_has_permission_for(user, "add").first()


def draw(kind, data):
    """Return (PNG bytes, alternative text) of a figure."""
    return drawing.draw(kind, data, palette()).png(), drawing.alt(kind, data)


def store(kind, data, user, old=None):
    """Keep a figure in the library and return it; in place of ``old``, unless a text under review or signed shows that."""
    png, alt = draw(kind, data)
    institution = Institution.load()
    with transaction.atomic():
        if old:
            old = LibraryImage.objects.select_for_update().get(pk=old.pk)
        if old and not old.objection():
            return _redraw(old, kind, data, png, alt)
        image = LibraryImage(
            title=data["title"],
            description=alt,
            credit=old.credit if old else institution.name,
            licence=old.licence if old else words()["own_work"],
            source=old.source if old else institution.name,
            drawing={"kind": kind, "data": data},
            collection=old.collection if old else collection_for(user),
            uploaded_by_user=user,
        )
        image.file = ContentFile(png, name=f"figure-{kind}.png")
        image._set_image_file_metadata()
        image.save()
    return image


def _redraw(image, kind, data, png, alt):
    # Words that somebody wrote by hand stay.
    before = image.drawing
    if image.description == drawing.alt(before["kind"], before["data"]):
        image.description = alt
    if image.title == before["data"]["title"]:
        image.title = data["title"]
    storage, name = image.file.storage, image.file.name
    image.drawing = {"kind": kind, "data": data}
    image.file = ContentFile(png, name=f"figure-{kind}.png")
    image._set_image_file_metadata()
    image.save()
    image.renditions.all().delete()
    transaction.on_commit(lambda: storage.delete(name))
    return image


def proposed(image, shape):
    """Return the largest part of ``image`` of a shape, around its focal point: (x, y, width, height) in pixels."""
    ratio, _least = SHAPES[shape]
    width = min(image.width, image.height * ratio)
    height = width / ratio
    focal = image.get_focal_point()
    centre = focal.centroid if focal else None
    x, y = (centre.x, centre.y) if centre else (image.width / 2, image.height / 2)
    left = min(max(x - width / 2, 0), image.width - width)
    top = min(max(y - height / 2, 0), image.height - height)
    return round(left), round(top), int(width), int(height)


def crop(image, shape, left, top, width, user, title):
    """Keep a part of ``image`` as a new picture with the same rights and consent; the height follows from the shape.

    Raises CropRefusedError with a sentence when the part lies outside or is too small.
    """
    ratio, least = SHAPES[shape]
    height = int(width / ratio)
    if left < 0 or top < 0 or left + width > image.width or top + height > image.height:
        raise CropRefusedError(_("This part reaches beyond the picture. Make it smaller or move it."))
    if width < min(least, proposed(image, shape)[2]):
        raise CropRefusedError(
            _("This part is too small to look sharp: it needs %(least)d pixels across.") % {"least": least}
        )
    with image.open_file() as file, Image.open(file) as opened:
        kind = "PNG" if opened.format == "PNG" else "JPEG"
        part = pixels.shown(opened).crop((left, top, left + width, top + height))
    part.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if kind == "JPEG":
        pixels.on_white(part).save(out, "JPEG", quality=QUALITY)
    else:
        part.save(out, "PNG", optimize=True)
    made = LibraryImage(
        title=title,
        uploaded_by_user=user,
        **{
            name: getattr(image, name)
            for name in (
                "description",
                "credit",
                "licence",
                "source",
                "shows_patient",
                "consent",
                "collection",
            )
        },
    )
    allowed = policy().collections_user_has_permission_for(user, "add")
    if image.collection not in allowed:
        made.collection = allowed.first()
    made.file = ContentFile(out.getvalue(), name=f"{shape}-{image.pk}.{'png' if kind == 'PNG' else 'jpg'}")
    made._set_image_file_metadata()
    made.save()
    return made
