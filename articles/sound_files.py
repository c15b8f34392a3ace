"""What happens to a recording on its way in: MP3 or M4A by its bytes, whole, and freed of all that is not sound. No database.

The name's extension is not believed. Of an MP3 only the frames are kept; in an M4A whatever is not needed for playing
(titles, places, pictures, times, old remains) is overwritten where it stands, so that every offset stays right.
The length is counted, frame by frame, and not taken from a header: it becomes part of what is signed.
"""

import hashlib
import struct
from dataclasses import dataclass
from itertools import pairwise

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from articles.errors import Refusal


MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 15 * 60
ACCEPT = ".mp3,.m4a"
TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4"}


class SoundError(Refusal):
    """A file that does not become a recording; ``code`` is bytes, long, short, foreign, tracks or damaged."""


@dataclass(frozen=True)
class Sound:
    """A recording as it is kept: bytes, format (a key of TYPES) and length in whole seconds."""

    data: bytes
    format: str
    seconds: int

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()


class SoundFile(SimpleUploadedFile):
    """An upload that has been through ``take`` already; ``sound`` is its Sound."""

    def __init__(self, sound):
        super().__init__(f"recording.{sound.format}", sound.data, TYPES[sound.format])
        self.sound = sound


def take_file(file):
    """Return an uploaded or stored File as SoundFile. Raises SoundError with a sentence."""
    if isinstance(file, SoundFile):
        return file
    _check_size(file.size)
    file.seek(0)
    return SoundFile(take(file.read()))


def take(data):
    """Return ``data``, the bytes of a file from outside, as Sound. Raises SoundError with a sentence."""
    _check_size(len(data))
    if kind := _foreign_kind(data):
        raise _foreign(kind)
    kind, read = ("m4a", _m4a) if data[4:8] == b"ftyp" else ("mp3", _mp3)
    try:
        cleaned, length = read(data)
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged() from error
    if length > MOST_SECONDS:
        raise _too_long()
    if length < 1:
        raise SoundError(
            _("There is less than a second of sound in this file. Record it again."), code="short"
        )
    return Sound(cleaned, kind, round(length))


# --- Refusals -------------------------------------------------------------------------------------


def _check_size(size):
    if size > MOST_BYTES:
        raise SoundError(
            _(
                "The file is too big: %(size)d MB, and at most %(limit)d MB are possible. "
                "Export it as MP3 with one channel and 64 kbit/s: that is enough for a voice."
            )
            % {"size": -(-size // 2**20), "limit": MOST_BYTES // 2**20},
            code="bytes",
        )


def _too_long():
    return SoundError(
        _("The recording is longer than %(limit)d minutes. Readers stop listening long before: shorten it.")
        % {"limit": MOST_SECONDS // 60},
        code="long",
    )


def _damaged():
    return SoundError(
        _(
            "This recording is damaged, or was cut off on the way. Play it on your computer: if it plays to its end, "
            "export it once more as MP3; if not, record it again."
        ),
        code="damaged",
    )


def _foreign(kind=""):
    if not kind:
        return SoundError(
            _("This is not a recording that can be used here. Choose an MP3 or M4A file."), code="foreign"
        )
    return SoundError(
        _(
            "This is a %(kind)s file; recordings come in as MP3 or M4A. Open it on a computer in a sound program, for "
            "example Audacity, export it as MP3 with one channel and 64 kbit/s, and choose the new file here. "
            "On a phone: set the recorder to M4A or MP3 before you record."
        )
        % {"kind": kind},
        code="foreign",
    )


def _tracks():
    return SoundError(
        _(
            "This file holds more than one voice track: a film, chapters or other data. Export the sound alone as MP3."
        ),
        code="tracks",
    )


def _foreign_kind(data):
    """Return the name of a kind of sound file that people record and that is not taken, or ""."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "WAV"
    if data[:4] == b"FORM" and data[8:11] == b"AIF":
        return "AIFF"
    if data[:2] in (b"\xff\xf0", b"\xff\xf1", b"\xff\xf8", b"\xff\xf9"):  # ADTS: layer 0, which no MP3 has
        return "AAC"
    known = {
        b"#!AMR": "AMR", b"OggS": "OGG", b"fLaC": "FLAC", b"caff": "CAF",
        b"\x30\x26\xb2\x75": "WMA", b"\x1a\x45\xdf\xa3": "WebM",
    }  # fmt: skip
    return next((name for magic, name in known.items() if data.startswith(magic)), "")


# --- MP3 ------------------------------------------------------------------------------------------

_LOW_KBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_KBITS = {3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320), 2: _LOW_KBITS, 0: _LOW_KBITS}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LONGEST_FRAME = 1441


@dataclass(frozen=True)
class _Frame:
    size: int
    samples: int
    rate: int
    version: int


def _mp3(data):
    """Return (the frames alone, length in seconds)."""
    start, end = _between_tags(data)
    place, count, first = start, 0, None
    while (frame := _frame(data, place, first)) and place + frame.size <= end:
        first = first or frame
        place += frame.size
        count += 1
        if count * frame.samples > (MOST_SECONDS + 1) * frame.rate:
            raise _too_long()
    # A recorder that is switched off leaves half a frame behind; more than that is not sound, or broken.
    if first is None or count < 3:
        raise _foreign()
    if len(data[place:end].strip(b"\0")) > _LONGEST_FRAME:
        raise _damaged()
    told = _frames_told(data, start, first)
    if told is not None:
        count -= 1  # that frame is no sound
        if told > count + 2:
            raise _damaged()
    return data[start:place], count * first.samples / first.rate


def _frame(data, place, like):
    """Return the frame of Layer III that begins at ``place``, of the same kind as ``like``; None when there is none."""
    header = data[place : place + 4]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, kbits, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or not 0 < kbits < 15 or rate == 3:
        return None
    rate, samples = _RATES[version][rate], 1152 if version == 3 else 576
    if like and (like.version, like.rate) != (version, rate):
        return None
    size = samples // 8 * _KBITS[version][kbits] * 1000 // rate + (header[2] >> 1 & 1)
    return _Frame(size, samples, rate, version)


def _between_tags(data):
    """Return (start, end) of what stands between ID3v2 in front and ID3v1, APE, Lyrics3 or ID3v2 behind."""
    start, end = 0, len(data)
    while data[start : start + 3] == b"ID3":
        start += 10 + _syncsafe(data[start + 6 : start + 10]) + (10 if data[start + 5] & 0x10 else 0)
    start += len(data[start : start + 2**16]) - len(data[start : start + 2**16].lstrip(b"\0"))
    while end > start:
        if data[end - 128 : end - 125] == b"TAG":
            end -= 128
        elif data[end - 227 : end - 223] == b"TAG+":
            end -= 227
        elif data[end - 32 : end - 24] == b"APETAGEX":
            size, _items, flags = struct.unpack("<III", data[end - 20 : end - 8])
            end -= max(size, 32) + (32 if flags >> 31 else 0)
        elif data[end - 9 : end] == b"LYRICS200" and data[end - 15 : end - 9].isdigit():
            end -= int(data[end - 15 : end - 9]) + 15
        elif data[end - 10 : end - 7] == b"3DI":
            end -= _syncsafe(data[end - 4 : end]) + 20
        else:
            break
    return start, max(start, end)


def _syncsafe(four):
    return sum((byte & 0x7F) << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def _frames_told(data, start, first):
    """Return how many frames of sound the first frame speaks of (Xing, Info or VBRI), or None when it is sound itself."""
    frame = data[start : start + first.size]
    if frame[36:40] == b"VBRI":
        return struct.unpack(">I", frame[50:54])[0]
    mono = data[start + 3] >> 6 == 3
    place = 4 + ((17 if mono else 32) if first.version == 3 else (9 if mono else 17))
    if frame[place : place + 4] not in (b"Xing", b"Info"):
        return None
    flags, told = struct.unpack(">II", frame[place + 4 : place + 12])
    return told if flags & 1 else 0


# --- M4A ------------------------------------------------------------------------------------------

# What playing needs, by the box around it. Everything else is overwritten.
_NEEDED = {
    b"": {b"ftyp", b"moov", b"mdat"},
    b"moov": {b"mvhd", b"trak", b"iods"},
    b"trak": {b"tkhd", b"mdia", b"edts"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"smhd", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"},
}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
# Ten times what a quarter of an hour needs; more would only cost time and memory.
_MOST_MDAT, _MOST_ROWS = 16, 1_000_000
_AAC = {0x40, 0x66, 0x67, 0x68}
_KINDS = {b"samr": "AMR", b"sawb": "AMR", b"alac": "Apple Lossless", b"ac-3": "AC-3"}


def _m4a(data):
    """Return (the file with what is not sound overwritten, length in seconds)."""
    out, found = bytearray(data), {}
    _sift(out, 0, len(out), b"", found)
    if b"moof" in found:
        raise _foreign("MP4 in fragments")
    if not {b"moov", b"mdat"} <= set(found) or len(found[b"mdat"]) > _MOST_MDAT:
        raise _damaged()
    if len(found.get(b"trak", ())) != 1 or found.get(b"hdlr") != [b"soun"]:
        raise _tracks()
    try:
        tables = {name: found[name][0] for name in (b"mdhd", b"stsd", b"stts", b"stsc", b"stsz")}
        chunks = (found.get(b"stco") or found[b"co64"])[0]
    except KeyError as error:
        raise _damaged() from error
    _check_codec(tables[b"stsd"])
    sizes = _sample_sizes(tables[b"stsz"])
    runs = _table(tables[b"stts"], ">II")
    if not sizes or sum(count for count, _ticks in runs) != len(sizes):
        raise _damaged()
    starts = [place for (place,) in _table(chunks, ">I" if b"stco" in found else ">Q")]
    _blank_around(out, found[b"mdat"], _chunks(starts, _table(tables[b"stsc"], ">III"), sizes))
    long = tables[b"mdhd"][0] == 1
    (scale,) = struct.unpack_from(">I", tables[b"mdhd"], 20 if long else 12)
    if not scale:
        raise _damaged()
    return bytes(out), sum(count * ticks for count, ticks in runs) / scale


def _sift(out, start, end, parent, found):
    """Walk the boxes of ``out`` from ``start`` to ``end``: overwrite what is not needed, put the rest into ``found``.

    ``found``: name of the box -> contents of each; of ``mdat`` where it begins and ends, of ``hdlr`` the kind of track.
    """
    while start < end:
        size, name = struct.unpack_from(">I4s", out, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", out, start + 8), 16
        elif size == 0 and not parent:
            size = end - start
        if size < head or start + size > end:
            raise _damaged()
        inside, after = start + head, start + size
        if name == b"moof":
            found[name] = []
        elif name not in _NEEDED[parent]:
            out[start + 4 : start + 8] = b"free"
            out[inside:after] = bytes(after - inside)
        elif name in _NEEDED:
            found.setdefault(name, []).append(b"")
            _sift(out, inside, after, name, found)
        elif name == b"mdat":
            found.setdefault(name, []).append((inside, after))
        else:
            if name in _TIMED:
                out[inside + 4 : inside + (20 if out[inside] == 1 else 12)] = bytes(
                    16 if out[inside] == 1 else 8
                )
            if name == b"hdlr":
                out[inside + 12 : after] = bytes(after - inside - 12)  # who wrote it, and with what
            kept = bytes(out[inside:after])
            found.setdefault(name, []).append(kept[8:12] if name == b"hdlr" else kept)
        start = after


def _table(box, row):
    """Return the rows of a full box that holds a count and then rows."""
    (count,) = struct.unpack_from(">I", box, 4)
    if count > _MOST_ROWS or count * struct.calcsize(row) > len(box) - 8:
        raise _damaged()
    return [struct.unpack_from(row, box, 8 + number * struct.calcsize(row)) for number in range(count)]


def _sample_sizes(box):
    same, count = struct.unpack_from(">II", box, 4)
    if same:
        return [same] * count if count <= _MOST_ROWS else []
    return [size for (size,) in _table(box[4:], ">I")]


def _chunks(starts, runs, sizes):
    """Return (start, end) in the file of each chunk of sound. ``runs``: rows of stsc."""
    found, sample = [], 0
    runs = [*runs, (len(starts) + 1, 0, 0)]
    if runs[0][0] != 1:
        raise _damaged()
    for (first, samples, _entry), (later, *_rest) in pairwise(runs):
        if not first < later <= len(starts) + 1:
            raise _damaged()
        for place in starts[first - 1 : later - 1]:
            found.append((place, place + sum(sizes[sample : sample + samples])))
            sample += samples
    if sample != len(sizes):
        raise _damaged()
    return found


def _blank_around(out, boxes, chunks):
    """Overwrite what lies in ``boxes`` (mdat) beside the chunks; each of them has to lie inside one."""
    chunks = sorted(chunks)
    if any(not any(a <= start <= end <= b for a, b in boxes) for start, end in chunks):
        raise _damaged()
    for start, end in boxes:
        place = start
        for first, last in [*((a, b) for a, b in chunks if start <= a < end), (end, end)]:
            if first > place:
                out[place:first] = bytes(first - place)
            place = max(place, last)


def _check_codec(box):
    """Raise SoundError unless the one sample entry of stsd is plain AAC."""
    (count,) = struct.unpack_from(">I", box, 4)
    name = box[12:16]
    if name in _KINDS:
        raise _foreign(_KINDS[name])
    place = box.find(b"esds")
    if count != 1 or name != b"mp4a" or place < 0:
        raise _foreign()
    place = _descriptor(box, place + 8, 0x03)
    flags = box[place + 2]
    place += 3 + (2 if flags & 0x80 else 0) + (1 + box[place + 3] if flags & 0x40 else 0)
    place = _descriptor(box, place + (2 if flags & 0x20 else 0), 0x04)
    if box[place] not in _AAC:
        raise _foreign()


def _descriptor(box, place, tag):
    """Return where the contents of the descriptor ``tag`` at ``place`` begin."""
    if box[place] != tag:
        raise _damaged()
    place += 1
    while box[place] & 0x80:
        place += 1
    return place + 1
