"""What a picture's file says: people and places go, the label of AI-made content stays, pixels keep every bit."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from articles import intake, picture_metadata
from articles.picture_metadata import Label
from tests.support import pictures as p


def frames():
    return [p.quarters(), p.quarters().rotate(180)]


def png_with_xmp():
    words = PngInfo()
    words.add_itxt("XML:com.adobe.xmp", p.xmp(label=True, source=True).decode(), zip=True)
    return p.saved(p.quarters(), "PNG", pnginfo=words)


def png_with_words():
    words = PngInfo()
    words.add_text("Author", p.PERSON)
    words.add_itxt("Location", p.PLACE, zip=True)
    words.add_itxt("AIGC", json.dumps(p.AIGC))
    return p.saved(p.quarters(), "PNG", pnginfo=words, exif=p.exif())


def jpeg_with_everything():
    """EXIF, XMP, IPTC, a comment, a C2PA manifest, and a film behind the end."""
    data = p.saved(p.quarters(), "JPEG", exif=p.exif(label=True), xmp=p.xmp(source=True), comment=p.PERSON)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04" + p.PERSON.encode()
    manifest = b"JP\0\1jumb" + p.PLACE.encode()
    segments = b"".join(
        b"\xff" + mark + (len(words) + 2).to_bytes(2, "big") + words
        for mark, words in ((b"\xed", iptc), (b"\xeb", manifest))
    )
    return data[:2] + segments + data[2:] + b"ftypmp4" + p.PLACE.encode()


KINDS = {
    "jpeg": (jpeg_with_everything, "JPEG", True, True),
    "jpeg xmp": (lambda: p.saved(p.quarters(), "JPEG", xmp=p.xmp(label=True)), "JPEG", True, False),
    "png": (png_with_words, "PNG", True, False),
    "png xmp": (png_with_xmp, "PNG", True, True),
    "webp": (
        lambda: p.saved(p.quarters(), "WEBP", lossless=True, exif=p.exif(label=True), xmp=p.xmp(source=True)),
        "WEBP", True, True,
    ),
    "gif": (lambda: p.saved(p.quarters(mode="P"), "GIF", comment=p.PERSON), "GIF", False, False),
    "moving gif": (
        lambda: p.saved(frames()[0], "GIF", save_all=True, append_images=frames()[1:], comment=p.PERSON, loop=0),
        "GIF", False, False,
    ),
    "moving png": (
        lambda: p.saved(frames()[0], "PNG", save_all=True, append_images=frames()[1:], exif=p.exif()),
        "PNG", False, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_words_go_and_labels_stay_and_no_pixel_changes(name):
    make, kind, label, source = KINDS[name]
    data = make()
    before = p.opened(data)
    taken = intake.take(data)
    assert (taken.kind, taken.turned_from) == (kind, "")
    after = p.opened(taken.data)
    assert after.tobytes() == before.tobytes() and after.mode == before.mode
    assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
    assert p.telltales(taken.data) == []
    found = picture_metadata.read_label(taken.data, after)
    assert (json.loads(found.aigc) if found.aigc else None) == (p.AIGC if label else None)
    assert found.source == ("trainedAlgorithmicMedia" if source else "")
    assert intake.take(taken.data).data == taken.data == intake.cleaned(taken.data)


def test_the_label_stands_where_the_standard_wants_it():
    """GB 45438-2025 and its guide name XMP; readers of EXIF and of PNG texts find it too."""
    jpeg = p.opened(intake.take(jpeg_with_everything()).data)
    assert b"http://www.tc260.org.cn/ns/AIGC/1.0/" in jpeg.info["xmp"]
    comment = jpeg.getexif().get_ifd(0x8769)[0x9286]
    assert json.loads(comment.removeprefix(b"ASCII\0\0\0"))["AIGC"] == p.AIGC
    png = p.opened(intake.take(png_with_words()).data)
    assert json.loads(png.info["AIGC"]) == p.AIGC and b"DigitalSourceType>" not in png.info["xmp"]


def test_a_label_inside_a_c2pa_manifest_is_kept_without_the_manifest():
    data = p.saved(p.quarters(), "JPEG")
    manifest = b"JP\0\1jumb" + p.PERSON.encode() + p.TRAINED.encode()
    data = data[:2] + b"\xff\xeb" + (len(manifest) + 2).to_bytes(2, "big") + manifest + data[2:]
    taken = intake.take(data).data
    assert picture_metadata.read_label(taken, p.opened(taken)).source == "trainedAlgorithmicMedia"
    assert p.PERSON.encode() not in taken and b"jumb" not in taken


@pytest.mark.parametrize(
    "text",
    [
        '{"AIGC": {"Label": "1"}}', '{"Label": "1"}', ' {"AIGC": "{\\"Label\\": \\"1\\"}"} ',
    ],
)  # fmt: skip
def test_the_label_is_found_however_it_is_wrapped(text):
    assert json.loads(picture_metadata._object(text)) == {"Label": "1"}


@pytest.mark.parametrize("text", ["", "AIGC", "[1]", "{", '{"AIGC": 1}', "{" * 100_000, '{"a":' * 5000])
def test_what_is_no_label_is_none(text):
    assert picture_metadata._object(text) == ""


def test_hostile_xmp_is_read_in_a_moment():
    """No expansion of entities, no search that begins anew at each character."""
    assert picture_metadata._labels_in_xmp("<AIGC>" * 200_000) == []
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><TC260:AIGC>&a;</TC260:AIGC>'
    assert picture_metadata._object(picture_metadata._labels_in_xmp(bomb)[0]) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_cleaning_what_is_stored_keeps_the_turn(kind, orientation):
    """A copy taken before intake existed is shown as before; only its words go."""
    data = p.saved(p.quarters(), kind, exif=p.exif(orientation))
    cleaned = intake.cleaned(data)
    assert picture_metadata.turned(p.opened(cleaned)) == orientation
    assert p.telltales(cleaned) == [] != p.telltales(data)
    assert intake.cleaned(cleaned) == cleaned


@pytest.mark.hypothesis
@given(
    aigc=st.dictionaries(st.text(max_size=20), st.text(max_size=60), min_size=1, max_size=5),
    source=st.sampled_from(["", "trainedAlgorithmicMedia"]),
    kind=st.sampled_from(["JPEG", "PNG", "GIF"]),
)
def test_any_label_is_read_as_it_was_written(aigc, source, kind):
    text = json.dumps({"Label": "1"} | {key: value for key, value in aigc.items() if key != "AIGC"})
    data = picture_metadata.rewrite(p.saved(p.quarters(16, 16, "L"), kind), kind, Label(text, source))
    assert picture_metadata.read_label(data, p.opened(data)) == Label(text, source)
    assert p.opened(data).size == (16, 16)


@pytest.mark.hypothesis
@given(
    cut=st.integers(0, 1500),
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]),
    noise=st.binary(max_size=40),
)
def test_damaged_files_are_refused_or_read_never_a_traceback(cut, kind, noise):
    whole = p.saved(p.photograph(64, 48), kind)
    data = whole[: cut % len(whole)] + noise + whole[cut % len(whole) + len(noise) :]
    try:
        taken = intake.take(data)
    except intake.IntakeError as error:
        # A damaged header can also claim a size that is refused.
        assert error.sentence and error.code in {"unreadable", "pixels"}
    else:
        assert p.opened(taken.data).size == (64, 48) or taken.kind
        assert isinstance(intake.cleaned(data), bytes)


def test_mpo_becomes_one_plain_jpeg():
    """Telephones put a second picture, with its own place, behind the first."""
    data = p.saved(p.quarters(), "MPO", save_all=True, append_images=[p.quarters()], exif=p.exif())
    assert Image.open(io.BytesIO(data)).format == "MPO"
    taken = intake.take(data)
    assert p.opened(taken.data).format == "JPEG" and p.telltales(taken.data) == []
