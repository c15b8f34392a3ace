"""Pictures inside a file: found without running away, checked before they are unpacked."""

import io

import pytest
from PIL import Image

from articles.importing.pictures import Embedded, PictureError, check
from tests.fixtures import make_import_files as files


@pytest.mark.parametrize(
    ("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")]
)
def test_formats_of_the_library_are_kept_to_the_byte(kind, extension):
    data = files.picture(kind)
    picture = check(data)
    assert (picture.data, picture.extension, picture.turned_from) == (data, extension, "")


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
def test_formats_of_old_office_programs_become_png(kind):
    picture = check(files.picture(kind))
    assert (picture.extension, picture.turned_from) == ("png", kind)
    assert Image.open(io.BytesIO(picture.data)).size == (160, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ" * 100,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"\xd7\xcd\xc6\x9a" + b"\0" * 60,
        files.picture("JPEG")[:300],
        files.picture("PNG")[:60],
        files.png_claiming(60_000, 60_000),
        files.png_claiming(8_000, 7_000),
    ],
    ids=[
        "svg",
        "program",
        "postscript",
        "metafile",
        "cut jpeg",
        "cut png",
        "bomb",
        "above the library's limit",
    ],
)
def test_anything_else_is_refused(data):
    with pytest.raises(PictureError):
        check(data)


def test_many_frames_count_like_one_large_picture(settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 160 * 100 * 3
    frames = [Image.new("RGB", (160, 100), colour) for colour in ("red", "green", "blue", "white")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureError):
        check(out.getvalue())


def test_embedded_pictures_leave_the_text():
    data = files.picture()
    embedded = Embedded()
    text = embedded.extract(
        f'<img src="{files.data_uri(data)}"> ![x]({files.data_uri(data)}) [a]: <{files.data_uri(data)}>'
    )
    assert text == '<img src="picture:0"> ![x](picture:1) [a]: <picture:2>'
    assert [embedded.raw(f"picture:{number}") for number in range(3)] == [data] * 3


@pytest.mark.parametrize(
    "address", ["picture:1", "picture:-1", "picture:", "picture:９", "picture:0x0", "https://example.org/"]
)
def test_an_address_that_a_file_made_up_finds_nothing(address):
    embedded = Embedded()
    embedded.add(b"x")
    assert embedded.raw(address) is None


def test_damaged_base64_is_no_picture():
    embedded = Embedded()
    assert embedded.raw(embedded.add_data_uri("data:image/png;base64,AAA=A")) is None
    assert embedded.raw(embedded.add_data_uri("data:text/html;base64,AAAA")) is None
