"""Content-addressed copies of pictures."""

import io

from django.core.files.storage import default_storage

import pytest
from PIL import Image

from articles import copies
from articles.picture_metadata import ORIENTATION
from tests.factories import picture_bytes


def stored(data, **options):
    value = copies.describe(data, **options)
    copies._store(copies.name_of(value, "original"), lambda: data)
    return value


def opened(data):
    return Image.open(io.BytesIO(data))


def test_original_comes_back_byte_for_byte_or_not_at_all():
    data = picture_bytes()
    value = stored(data)
    assert copies.read(value) == data
    name = copies.name_of(value, "original")
    default_storage.delete(name)
    with pytest.raises(copies.CopyError):
        copies.read(value)
    copies._store(name, lambda: b"something else")
    with pytest.raises(copies.CopyError):
        copies.read(value)


@pytest.mark.parametrize(
    ("spec", "size"),
    [("full", (1200, 511)), ("small", (600, 256)), ("cover", (900, 383)), ("square", (500, 500))],
)
def test_renditions_have_their_sizes(spec, size):
    value = stored(picture_bytes(2400, 1022))
    assert opened(copies.rendition(value, spec)).size == size
    assert copies.dimensions(value, spec) == size


def test_small_pictures_are_not_blown_up():
    value = stored(picture_bytes(300, 128))
    assert opened(copies.rendition(value, "full")).size == (300, 128)


def test_crop_follows_the_focal_point():
    value = {"width": 1000, "height": 1000, "focal": [900, 500, 10, 10]}
    left, top, right, bottom = copies.crop_box(value, 0.5)
    assert (right, top, bottom) == (1000, 0, 1000) and left == 500
    assert copies.name_of(value | {"sha256": "ab" * 32, "format": "jpeg"}, "square") != copies.name_of(
        value | {"sha256": "ab" * 32, "format": "jpeg", "focal": None}, "square"
    )


def test_rotated_phone_photo_stands_upright_and_says_nothing_about_the_place():
    picture = Image.new("RGB", (400, 200), "#123456")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    value = stored(out.getvalue())
    assert (value["width"], value["height"]) == (200, 400)
    full = opened(copies.rendition(value, "full"))
    assert full.size == (200, 400)
    assert not full.getexif()


def test_transparent_png_stays_png_and_covers_become_jpeg():
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (255, 0, 0, 80)).save(out, "PNG")
    value = stored(out.getvalue())
    assert opened(copies.rendition(value, "full")).format == "PNG"
    assert opened(copies.rendition(value, "cover")).format == "JPEG"


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_nonsense_is_refused_with_a_sentence(data):
    with pytest.raises(copies.CopyError, match=r"."):
        copies.describe(data)
