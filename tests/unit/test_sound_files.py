"""Sound files on their way in: MP3 and M4A by their bytes, whole, measured, and freed of what is not sound."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import sound_files
from articles.sound_files import SoundError, take
from tests.support import sounds
from tests.support.sounds import FRAME, box, full, m4a, mp3


WHO = "林晓示的手机 31.23N 121.47E".encode()
GOOD = {
    "mp3": mp3(3),
    "mp3 with a frame that tells the length": mp3(3, told=83),
    "mp3 cut off within its last frame": mp3(3) + FRAME[:40],
    "mp3 with empty space in front and behind": sounds.id3v2(b"x") + bytes(500) + mp3(3) + bytes(5000),
    "mp3 with a tag of no length": mp3(3) + b"APETAGEX" + bytes(24),
    "m4a": m4a(3),
    "m4a with free space at its end": m4a(3, beside=box(b"free", bytes(4000))),
}
TAGGED = {
    "ID3 in front": mp3(3, id3=WHO),
    "ID3 and APE behind": mp3(3, tail=sounds.ape(WHO) + sounds.id3v1(WHO)),
    "a cut frame before a tag": mp3(3) + FRAME[:-30] + sounds.id3v1(WHO),
    "lyrics behind": mp3(3, tail=b"LYRICSBEGIN" + WHO + f"{11 + len(WHO):06}LYRICS200".encode()),
    "titles in the index": m4a(3, inside=box(b"udta", full(b"meta", box(b"ilst", WHO)))),
    "keys in the index": m4a(3, inside=full(b"meta", WHO)),
    "a box at the end": m4a(3, beside=box(b"uuid", WHO)),
    "old remains in free space": m4a(3, beside=box(b"free", WHO)),
    "bytes among the sound": m4a(3, gap=WHO),
}  # fmt: skip
FOREIGN = {
    "AMR": (b"#!AMR\n" + bytes(500), "AMR"),
    "WAV": (b"RIFF\x24\x08\0\0WAVEfmt " + bytes(500), "WAV"),
    "OGG": (b"OggS" + bytes(500), "OGG"),
    "AAC alone": (b"\xff\xf1\x50\x80" + bytes(500), "AAC"),
    "AMR in MP4": (m4a(3, codec=b"samr"), "AMR"),
    "lossless": (m4a(3, codec=b"alac"), "Apple Lossless"),
    "in fragments": (m4a(3, fragment=True), "MP4"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), "MP3"),
    "text": ("正文".encode() * 400, "MP3"),
    "nothing": (b"", "MP3"),
    "a program": (b"MZ" + bytes(range(256)) * 20, "MP3"),
}
DAMAGED = {
    "mp3 that ends before its time": mp3(3, told=500),
    "mp3 with a hole": mp3(3) + b"\x55" * 4000 + mp3(3),
    "m4a cut off": m4a(60)[:-300],
    "m4a cut off in the sound": m4a(60)[:500],
    "m4a whose tables point elsewhere": m4a(3).replace(struct.pack(">II", 1, 36), struct.pack(">II", 1, 9_000_000)),
    "m4a that is empty": box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat") + box(b"moov"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_recording_comes_in_whole_and_measured(name):
    sound = take(GOOD[name])
    assert (sound.format, sound.seconds) == (name[:3], 3)
    assert sound.data.count(FRAME if sound.format == "mp3" else sounds.AAC) == (
        83 if sound.format == "mp3" else 47
    )
    assert take(sound.data) == sound  # a clean one keeps every byte


@pytest.mark.parametrize("name", TAGGED)
def test_what_is_not_sound_is_gone(name):
    sound = take(TAGGED[name])
    for word in (WHO, WHO[:40], "林晓示".encode(), b"31.23N"):
        assert word not in sound.data
    if sound.format == "mp3":
        assert sound.data == mp3(3)
        return
    # Nothing has moved, and neither the telephone's name nor the time of recording is left.
    assert len(sound.data) == len(TAGGED[name])
    assert "某某".encode() not in sound.data and struct.pack(">I", sounds.CREATED) not in sound.data
    assert sounds.AAC * 47 in sound.data


@pytest.mark.parametrize("name", FOREIGN)
def test_other_files_are_refused_with_the_way_out(name):
    data, word = FOREIGN[name]
    with pytest.raises(SoundError) as refused:
        take(data)
    assert (
        refused.value.code == "foreign" and word in refused.value.sentence and "MP3" in refused.value.sentence
    )


@pytest.mark.parametrize("name", DAMAGED)
def test_broken_files_are_refused(name):
    with pytest.raises(SoundError) as refused:
        take(DAMAGED[name])
    assert refused.value.code in ("damaged", "tracks")


def test_limits_of_length_and_size_and_one_voice(monkeypatch):
    for data, code in (
        (mp3(15 * 60 + 3), "long"),
        (m4a(15 * 60 + 3), "long"),
        (mp3(0.5), "short"),
        (m4a(3, tracks=2), "tracks"),
        (m4a(3, kind=b"vide"), "tracks"),
    ):
        with pytest.raises(SoundError) as refused:
            take(data)
        assert refused.value.code == code
    assert take(mp3(15 * 60)).seconds == 900
    monkeypatch.setattr(sound_files, "MOST_BYTES", 5000)
    with pytest.raises(SoundError) as refused:
        take(mp3(3))
    assert refused.value.code == "bytes"


@settings(max_examples=150)
@given(
    st.sampled_from([mp3(1, id3=b"x", tail=sounds.ape(b"y"), told=28), m4a(1, inside=box(b"udta", b"x"))]),
    st.data(),
)
def test_whatever_a_file_holds_it_comes_in_clean_or_is_refused(data, draw):
    broken = bytearray(data)
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=6)):
        broken[place] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(broken)))
    try:
        sound = take(bytes(broken[: cut or None]))
    except SoundError:
        return
    assert 1 <= sound.seconds <= 900 and len(sound.data) <= len(broken)
