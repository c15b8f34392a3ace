"""Sound files built byte by byte: valid frames of silence and the boxes a telephone writes. No recording of anybody.

``mp3`` and ``m4a`` give what browsers play; the keyword arguments add what people and programs leave in such files.
"""

import struct


# --- MP3: MPEG 2, layer III, mono, 16 kHz, 16 kbit/s: 72-byte frames of 36 ms ---------------------------

FRAME_BYTES, FRAME_SECONDS = 72, 576 / 16000
# No side information set and no bits of sound: a decoder gives out silence.
FRAME = b"\xff\xf3\x28\xc4" + bytes(FRAME_BYTES - 4)


def mp3(seconds=3, *, id3=b"", tail=b"", told=None):
    """Return an MP3 of silence; ``id3``: text of a tag in front, ``tail``: bytes behind, ``told``: frames in a Xing frame."""
    frames = FRAME * round(seconds / FRAME_SECONDS)
    if told is not None:
        xing = FRAME[:13] + b"Xing" + struct.pack(">II", 1, told)
        frames = xing + bytes(FRAME_BYTES - len(xing)) + frames
    return (id3v2(id3) if id3 else b"") + frames + tail


def id3v2(text):
    body = b"TPE1" + struct.pack(">I", len(text) + 1) + b"\0\0\x03" + text
    size = len(body)
    return b"ID3\x04\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + body


def id3v1(text):
    return b"TAG" + text[:60].ljust(125, b"\0")


def ape(text):
    item = struct.pack("<II", len(text), 0) + b"Artist\0" + text
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)
    return item + foot


# --- M4A: AAC-LC, mono, 16 kHz; frames of 1024 samples -----------------------------------------------------

RATE, SAMPLES = 16000, 1024
# A single channel element that holds nothing but zeros, and the end mark.
AAC = bytes([0x01, 0x40, 0x00, 0x07])
CREATED = 3_870_000_000  # seconds since 1904: somebody's afternoon


def box(name, *contents):
    body = b"".join(contents)
    return struct.pack(">I4s", len(body) + 8, name) + body


def full(name, *contents, version=0, flags=0):
    return box(name, struct.pack(">I", version << 24 | flags), *contents)


def m4a(seconds=3, *, inside=b"", beside=b"", codec=b"mp4a", kind=b"soun", tracks=1, gap=b"", fragment=False):
    """Return an M4A of silence with its index behind the sound, as telephones write it.

    ``inside``: boxes in the index beside the track, ``beside``: boxes at the end of the file, ``gap``: bytes among the
    sound that no table speaks of.
    """
    count = round(seconds * RATE / SAMPLES)
    head = box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
    sound = box(b"mdat", gap, AAC * count)
    track = _track(count, len(head) + 8 + len(gap), codec, kind)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    long = count * SAMPLES
    mvhd = full(
        b"mvhd", struct.pack(">IIIIIH", CREATED, CREATED, RATE, long, 0x10000, 0x100), bytes(10), matrix, bytes(24),
        struct.pack(">I", 2),
    )  # fmt: skip
    moov = box(b"moov", mvhd, track * tracks, inside)
    return head + sound + moov + (box(b"moof") if fragment else b"") + beside


def _track(count, start, codec, kind):
    long = count * SAMPLES
    config = b"\x05\x02\x14\x08"  # AAC-LC, 16 kHz, one channel
    decoder = b"\x04" + bytes([13 + len(config)]) + b"\x40\x15" + bytes(11) + config
    stream = b"\x03" + bytes([3 + len(decoder) + 3]) + b"\0\1\0" + decoder + b"\x06\x01\x02"
    entry = box(
        codec,
        bytes(6),
        b"\0\1",
        bytes(8),
        struct.pack(">HHHHI", 1, 16, 0, 0, RATE << 16),
        full(b"esds", stream),
    )
    stbl = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry),
        full(b"stts", struct.pack(">III", 1, count, SAMPLES)),
        full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        full(b"stsz", struct.pack(">II", len(AAC), count)),
        full(b"stco", struct.pack(">II", 1, start)),
    )
    minf = box(
        b"minf", full(b"smhd", bytes(4)),
        box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1))), stbl,
    )  # fmt: skip
    hdlr = full(b"hdlr", bytes(4), kind, bytes(12), "某某的手机\0".encode())
    mdhd = full(b"mdhd", struct.pack(">IIIIHH", CREATED, CREATED, RATE, long, 0x55C4, 0))
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    tkhd = full(
        b"tkhd", struct.pack(">IIIII", CREATED, CREATED, 1, 0, long), bytes(8), b"\0\0\0\0\1\0\0\0", matrix, bytes(8),
        flags=7,
    )  # fmt: skip
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf))
