"""Pictures for WeChat: sizes, the shared budget, notes beforehand, crops of covers."""

import hashlib
import re

from django.core.cache import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articles import copies
from publish.wechat import images
from publish.wechat.images import encoding
from publish.wechat.images.encoding import fair_share
from tests.support import pictures as p


def signed(data, **options):
    """Return the image value of ``data``, its original stored."""
    value = copies.describe(data, alt="图", **options)
    copies._store(copies.name_of(value, "original"), lambda: data)
    return value


def sent(value, mark=""):
    return images.for_article([value], mark)[value["sha256"]]


@pytest.mark.hypothesis
@given(sizes=st.lists(st.integers(1, 3_000_000), max_size=40), budget=st.integers(1_000, 5_000_000))
def test_the_share_fits_and_small_ones_keep_theirs(sizes, budget):
    share = fair_share(sizes, budget)
    assert sum(min(size, share) for size in sizes) <= budget or not sizes
    if sum(sizes) > budget:
        cut = [size for size in sizes if size > share]
        assert cut and sum(min(size, share + 1) for size in sizes) > budget, "and nothing is given away"


@pytest.mark.hypothesis
@settings(max_examples=25)
@given(
    width=st.integers(1, 2600), height=st.integers(1, 900), kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    mode=st.sampled_from(["RGB", "L", "P", "1"]), noisy=st.booleans(),
)  # fmt: skip
def test_any_picture_is_a_small_jpeg_or_png_of_its_shape(width, height, kind, mode, noisy):
    picture = (p.photograph().resize((width, height)) if noisy else p.quarters(width, height)).convert(mode)
    if kind in ("JPEG", "WEBP"):
        picture = picture.convert("RGB" if mode == "P" else "L")
    value = signed(p.saved(picture, kind))
    made = sent(value)
    there = p.opened(made.data)
    assert there.format in ("JPEG", "PNG") and len(made.data) < encoding.BODY_LIMIT
    assert (made.width, made.height) == there.size and there.width == min(width, encoding.BODY_WIDTH)
    assert abs(there.height - height * there.width / width) <= 1
    encoding._made.cache_clear()
    assert sent(value) == made, "the same bytes every time"


def heavy(number):
    return signed(p.saved(p.photograph().rotate(number), "JPEG", quality=92))


def test_all_pictures_of_an_article_share_the_budget():
    small = signed(p.saved(p.photograph(200, 150), "JPEG"))
    values = [small, *(heavy(number) for number in range(9))]
    made = images.for_article(values)
    sizes = [len(made[value["sha256"]].data) for value in values]
    assert sum(sizes) <= encoding.ARTICLE_LIMIT
    assert made[small["sha256"]].data == copies.read(small), "a small one stays as it is"
    assert min(sizes[1:]) > encoding.ARTICLE_LIMIT / 9 * 0.4, "and nobody gets next to nothing"


def test_what_fits_goes_as_it_was_signed():
    for data in (p.saved(p.photograph(600, 400), "JPEG"), p.saved(p.quarters(), "PNG")):
        assert sent(signed(data)).data == data


def test_drawings_stay_without_loss_and_photographs_become_jpeg():
    assert sent(signed(p.saved(p.quarters(2000, 1000), "WEBP", lossless=True))).mime == "image/png"
    assert sent(signed(p.saved(p.photograph(), "WEBP", quality=90))).mime == "image/jpeg"


def test_what_shines_through_becomes_white_when_png_is_too_large():
    noise = [Image.effect_noise((1600, 1200), 120) for _band in range(3)]
    glass = Image.merge("RGB", noise).convert("RGBA")
    glass.paste((0, 0, 0, 0), (0, 600, 1600, 1200))
    made = sent(signed(p.saved(glass, "PNG")))
    assert made.mime == "image/jpeg"
    assert p.alike([p.opened(made.data).getpixel((500, 700))], [(255, 255, 255)])


def test_a_watermark_makes_other_bytes_at_the_same_size():
    value = signed(p.saved(p.photograph(900, 600), "JPEG"))
    plain, marked = sent(value), sent(value, "示例医院")
    assert plain.sha256 != marked.sha256 and (plain.width, plain.height) == (marked.width, marked.height)
    assert plain.sha256 == hashlib.sha256(plain.data).hexdigest()


def test_a_damaged_or_missing_copy_is_a_sentence():
    value = signed(p.saved(p.quarters(30, 30), "PNG"))
    with pytest.raises(copies.CopyError):
        sent(value | {"sha256": "0" * 64})
    rubbish = b"GIF89a rubbish"
    broken = {"sha256": hashlib.sha256(rubbish).hexdigest(), "format": "gif", "alt": "坏图"}
    copies._store(copies.name_of(broken, "original"), lambda: rubbish)
    with pytest.raises(images.PictureError, match="坏图"):
        images.for_article([broken])
    with pytest.raises(images.PictureError, match="坏图"):
        images.for_cover(broken)


# --- notes --------------------------------------------------------------------------------------------


def gif():
    return p.saved(p.quarters(), "GIF", save_all=True, append_images=[p.quarters().rotate(180)])


NOTES = [
    (lambda: p.saved(p.quarters(), "PNG"), []),
    (gif, ["animation", "kind"]),
    (lambda: p.saved(p.quarters(mode="RGBA"), "PNG"), ["transparent"]),
    (lambda: p.saved(p.quarters(mode="CMYK"), "JPEG"), ["colours"]),
    (lambda: p.saved(p.quarters(3000, 200), "PNG"), ["smaller"]),
    (lambda: p.saved(p.quarters(), "WEBP"), ["kind"]),
]


@pytest.mark.parametrize(("make", "codes"), NOTES)
def test_notes_tell_what_will_happen(make, codes):
    found = images.notes(signed(make()))
    assert [note.code for note in found] == codes and all(note.text for note in found)


def test_notes_on_covers_and_on_files_that_are_gone():
    small = signed(p.saved(p.quarters(mode="RGBA"), "PNG"))
    assert [note.code for note in images.notes(small, cover=True)] == ["transparent", "small_cover"]
    large = signed(p.saved(p.quarters(1800, 766), "PNG"))
    assert images.notes(large, cover=True) == []
    gone = {"sha256": "1" * 64, "format": "png"}
    assert [note.code for note in images.notes(gone)] == ["unreadable"]


def test_notes_read_a_file_once(monkeypatch):
    cache.clear()
    value = signed(p.saved(p.quarters(333, 22), "PNG"))
    first = images.notes(value)
    monkeypatch.setattr(copies, "read", lambda image: pytest.fail("read again"))
    assert images.notes(value) == first


# --- covers -------------------------------------------------------------------------------------------


@pytest.mark.hypothesis
@given(
    width=st.integers(20, 9000), height=st.integers(20, 9000),
    focal=st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
)  # fmt: skip
def test_crops_have_the_ratio_wechat_wants(width, height, focal):
    """53402 otherwise: within two in a hundred, six decimals, inside the picture, the focal point inside."""
    point = focal and [int(focal[0] * (width - 1)), int(focal[1] * (height - 1)), 0, 0]
    value = {"width": width, "height": height, "focal": point}
    for crop in images.cover_info(value)["crop_percent_list"]:
        parts = [crop[name] for name in ("x1", "y1", "x2", "y2")]
        assert all(re.fullmatch(r"[01](\.\d{1,6})?", part) for part in parts)
        x1, y1, x2, y2 = map(float, parts)
        assert 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1
        shape = (x2 - x1) * width / ((y2 - y1) * height)
        assert abs(shape / images.covers.RATIOS[crop["ratio"]] - 1) < 0.02
        if point:
            assert x1 - 1e-6 <= point[0] / width <= x2 + 1e-6 and y1 - 1e-6 <= point[1] / height <= y2 + 1e-6


@pytest.mark.parametrize(
    ("size", "expected"), [((300, 200), (900, 600)), ((1, 1), (4, 4)), ((4000, 3000), (1600, 1200)), ((50, 2000), (50, 2000))]
)  # fmt: skip
def test_covers_are_made_neither_tiny_nor_huge(size, expected):
    made = images.for_cover(signed(p.saved(p.quarters(*size), "PNG")))
    assert (made.width, made.height) == expected == p.opened(made.data).size


def test_a_cover_has_no_glass_and_no_watermark():
    made = images.for_cover(signed(p.saved(p.quarters(1800, 766, "RGBA"), "PNG")))
    assert p.opened(made.data).mode == "RGB"


def test_the_drawn_cover_is_the_same_every_time():
    assert images.drawn_cover("#112233") == images.drawn_cover("#112233") != images.drawn_cover("#332211")
    assert images.drawn_cover("url(x)") == images.drawn_cover(None)
    assert Image.MIME["PNG"] == images.drawn_cover("").mime
