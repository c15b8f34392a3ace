"""What a picture file says besides its pixels: the label of AI-made content stays, all else goes.

Files are rewritten part by part, without decoding, so that pixels keep every bit. Of metadata are kept the colour profile,
the resolution, and what says that the picture was made by a machine:

* the implicit label of GB 45438-2025, a JSON object ``AIGC``: in XMP (``http://www.tc260.org.cn/ns/AIGC/1.0/``, guide
  TC260-PG-20259A), in the EXIF UserComment, or in a PNG text of that name. Nobody may remove it (生成合成内容标识办法, art. 10);
* IPTC's DigitalSourceType, which C2PA manifests and XMP name alike. A manifest itself does not outlive any change of the
  file, and may name people and places, so only this value of it is kept.

Everything else (EXIF with GPS and maker notes, IPTC, comments, thumbnails, what is appended behind the picture) is left out.
"""

import html
import json
import re
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image


ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_DESCRIPTION = 0x010E
# A JPEG segment holds 65,533 bytes; real labels have a few hundred.
_LONGEST_LABEL = 16_000
_AIGC = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# IPTC NewsCodes that tell of a machine, the strongest first.
_SOURCES = (
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "compositeSynthetic",
    "algorithmicMedia",
    "algorithmicallyEnhanced",
)
# As an attribute or as an element, under any prefix: some writers declare another one than they use.
_XMP_LABEL = re.compile(
    r"""\bAIGC\s*=\s*(?:"([^"]*)"|'([^']*)')|<(?:[\w.-]+:)?AIGC(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<]*)</"""
)
_EXIF = b"Exif\0\0"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_XMP = "XML:com.adobe.xmp"
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class DamagedError(ValueError):
    """The parts of the file cannot be told apart; decode the picture and write it anew."""


@dataclass(frozen=True)
class Label:
    """What a picture says about its machine: ``aigc`` is the JSON object of GB 45438-2025 as it was written, ``source`` an
    IPTC digital source type. Both may be empty."""

    aigc: str = ""
    source: str = ""

    def __bool__(self):
        return bool(self.aigc or self.source)


NO_LABEL = Label()


def read_label(data, picture):
    """Return the Label in a file: its bytes ``data``, and ``picture``, the same opened by Pillow (for PNG: and loaded)."""
    texts = {name: value for name, value in picture.info.items() if isinstance(value, str | bytes)}
    xmp = _text(texts.get("xmp") or texts.get(_PNG_XMP) or _raw_xmp(data))
    found = [*_labels_in_xmp(xmp), _text(texts.get("AIGC")), *_labels_in_exif(picture)]
    aigc = next((label for one in found if (label := _object(one))), "")
    everything = data + xmp.encode(errors="replace")
    source = next((name for name in _SOURCES if (_SOURCE + name).encode() in everything), "")
    return Label(aigc, source)


def rewrite(data, kind, label=NO_LABEL, orientation=1):
    """Return ``data``, a file of ``kind`` (JPEG, PNG, GIF, WEBP), with ``label`` and no other words in it.

    ``orientation``: the EXIF value to write, for a picture that is still to be turned when shown. The same input gives
    the same bytes, and what came out comes out again unchanged. Raises DamagedError.
    """
    try:
        return {"JPEG": _jpeg, "PNG": _png, "GIF": _gif, "WEBP": _webp}[kind](data, label, orientation)
    except (IndexError, struct.error) as error:
        raise DamagedError(f"{kind} ends too early") from error


def turned(picture):
    """Return the EXIF orientation of an opened picture, 1 when it has none or a wrong one."""
    with suppress(Exception):  # whatever Pillow raises on broken EXIF
        value = picture.getexif().get(ORIENTATION, 1)
        return value if value in range(1, 9) else 1
    return 1


# --- reading ------------------------------------------------------------------------------------------


def _text(value):
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value or ""


def _raw_xmp(data):
    """Return XMP that Pillow does not hand out (GIF): it stands as plain text in every kind of file."""
    begin = data.find(b"<x:xmpmeta")
    return data[begin : data.find(b"</x:xmpmeta>", begin) + 12] if begin >= 0 else b""


def _labels_in_xmp(xmp):
    found = ("".join(groups).removesuffix("]]>") for groups in _XMP_LABEL.findall(xmp))
    return [html.unescape(text) for text in found]


def _labels_in_exif(picture):
    with suppress(Exception):
        exif = picture.getexif()
        return [_comment(exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT)), _comment(exif.get(_DESCRIPTION))]
    return []


def _comment(value):
    """Return an EXIF text; a UserComment begins with eight bytes that name its character set."""
    if not isinstance(value, bytes):
        return value if isinstance(value, str) and "AIGC" in value else ""
    if value.startswith(b"UNICODE\0"):
        texts = [value[8:].decode(name, "replace") for name in ("utf-16-be", "utf-16-le", "utf-8")]
    else:
        texts = [value[8:].decode("utf-8", "replace"), value.decode("utf-8", "replace")]
    return next((text.strip("\0 ") for text in texts if '"AIGC"' in text), "")


def _object(text):
    """Return the label's JSON object in ``text``, which may be wrapped as {"AIGC": …}; "" when there is none."""
    text = text.strip("\0 \r\n\t")
    if not text.startswith("{") or len(text) > _LONGEST_LABEL:
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if "AIGC" in value:
        value = value["AIGC"]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return _object(text) if isinstance(value, str | dict) else ""
    return _XML_FORBIDDEN.sub("", text) if value else ""


# --- writing ------------------------------------------------------------------------------------------


def xmp(label):
    """Return the label as an XMP packet, as files of kinds that are written by Pillow alone (AVIF) carry it."""
    return _xmp(label) if label else b""


def _xmp(label):
    parts = []
    if label.aigc:
        parts.append(f"<TC260:AIGC>{escape(label.aigc)}</TC260:AIGC>")
    if label.source:
        parts.append(
            f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE}{label.source}</Iptc4xmpExt:DigitalSourceType>"
        )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:TC260="{_AIGC}" xmlns:Iptc4xmpExt="{_IPTC}">{"".join(parts)}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _exif(label, orientation):
    """Return EXIF with the label as UserComment and the orientation, or nothing when there is neither."""
    exif = Image.Exif()
    if orientation != 1:
        exif[ORIENTATION] = orientation
    if label.aigc:
        wrapped = json.dumps({"AIGC": json.loads(label.aigc)})
        exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = b"ASCII\0\0\0" + wrapped.encode("ascii")
    elif orientation == 1:
        return b""
    return exif.tobytes().removeprefix(_EXIF)


# --- JPEG ---------------------------------------------------------------------------------------------

# In the coded pixels FF is followed by 00 or a restart mark; anything else ends them.
_SCAN_END = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_SOS, _EOI = 0xDA, 0xD9


def _jpeg(data, label, orientation):
    if not data.startswith(b"\xff\xd8"):
        raise DamagedError("not a JPEG")
    first, rest, at = b"", bytearray(), 2
    while True:
        if data[at] != 0xFF:
            raise DamagedError("a segment is missing")
        while data[at + 1] == 0xFF:
            at += 1
        mark = data[at + 1]
        if mark == _EOI:
            break  # the thumbnail, film or second picture behind it goes
        if mark == 0x01 or 0xD0 <= mark <= 0xD8:
            raise DamagedError("a mark stands outside the pixels")
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end > len(data):
            raise DamagedError("a segment is cut off")
        if mark == 0xE0 and data[at + 4 : at + 9] == b"JFIF\0":
            # Its thumbnail may show what the picture was cropped from.
            first = first or b"\xff\xe0\x00\x10" + data[at + 4 : at + 16] + b"\0\0"
        elif _kept_in_jpeg(mark, data[at + 4 : at + 16]):
            rest += b"\xff" + data[at + 1 : end]
        at = end
        if mark == _SOS:
            found = _SCAN_END.search(data, at)
            end = found.start() if found else len(data)
            rest += data[at:end]
            if not found:
                break
            at = end
    if b"\xff\xda" not in rest:
        raise DamagedError("no pixels")
    words = b""
    if exif := _exif(label, orientation):
        words += _app1(_EXIF + exif)
    if label:
        words += _app1(_JPEG_XMP + _xmp(label))
    return b"\xff\xd8" + first + words + bytes(rest) + b"\xff\xd9"


def _kept_in_jpeg(mark, head):
    if 0xE0 <= mark <= 0xEF:
        return (mark == 0xE2 and head.startswith(b"ICC_PROFILE\0")) or (mark == 0xEE and head[:5] == b"Adobe")
    return mark != 0xFE  # a comment


def _app1(content):
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


# --- PNG ----------------------------------------------------------------------------------------------

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs acTL fcTL fdAT".split()
)


def _png(data, label, orientation):
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise DamagedError("not a PNG")
    out, at, wrote = bytearray(data[:8]), 8, False
    while True:
        size, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        if end > len(data):
            raise DamagedError("a chunk is cut off")
        if kind in (b"IDAT", b"fcTL") and not wrote:
            out += _png_words(label, orientation)
            wrote = True
        if kind in _PNG_KEPT:
            out += data[at:end]
        if kind == b"IEND":
            return bytes(out)
        at = end


def _png_words(label, orientation):
    words = _chunk(b"eXIf", _exif(NO_LABEL, orientation)) if orientation != 1 else b""
    if label:
        words += _chunk(b"iTXt", _PNG_XMP.encode() + b"\0\0\0\0\0" + _xmp(label))
    if label.aigc.isascii() and label.aigc:
        words += _chunk(b"tEXt", b"AIGC\0" + label.aigc.encode())
    elif label.aigc:
        words += _chunk(b"iTXt", b"AIGC\0\0\0\0\0" + label.aigc.encode())
    return words


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# --- WebP ---------------------------------------------------------------------------------------------

_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_HAS_XMP, _WEBP_HAS_EXIF = 0x04, 0x08


def _webp(data, label, orientation):
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise DamagedError("not a WebP")
    stop = min(8 + struct.unpack_from("<I", data, 4)[0], len(data))
    chunks, at = [], 12
    while at + 8 <= stop:
        kind, size = struct.unpack_from("<4sI", data, at)
        content = data[at + 8 : at + 8 + size]
        if len(content) < size:
            raise DamagedError("a chunk is cut off")
        if kind in _WEBP_KEPT:
            chunks.append((kind, content))
        at += 8 + size + size % 2
    if not chunks:
        raise DamagedError("no pixels")
    words = []
    if orientation != 1:
        words.append((_WEBP_HAS_EXIF, b"EXIF", _exif(NO_LABEL, orientation)))
    if label:
        words.append((_WEBP_HAS_XMP, b"XMP ", _xmp(label)))
    if chunks[0][0] == b"VP8X":
        flags = chunks[0][1][0] & ~(_WEBP_HAS_XMP | _WEBP_HAS_EXIF) | sum(flag for flag, _kind, _ in words)
        chunks[0] = (b"VP8X", bytes([flags]) + chunks[0][1][1:])
    elif words:
        raise DamagedError("no room for words")
    chunks += [(kind, content) for _flag, kind, content in words]
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --- GIF ----------------------------------------------------------------------------------------------

_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
# XMP in GIF is no chain of sub-blocks; these bytes lead a reader of sub-blocks to its end (XMP specification, part 3).
_GIF_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"


def _gif(data, label, orientation):
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise DamagedError("not a GIF")
    at = 13 + _colours(data[10])
    out = bytearray(data[:at])
    while data[at] != 0x3B:
        begin = at
        if data[at] == 0x2C:
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
            out += data[begin:at]
        elif data[at] == 0x21:
            at = _after_blocks(data, at + 2)
            kind = data[begin + 1]
            if kind in (0xF9, 0x01) or (kind == 0xFF and data[begin + 3 : begin + 14] in _GIF_KEPT):
                out += data[begin:at]
        else:
            raise DamagedError("an unknown block")
    if label:
        out += b"\x21\xff\x0bXMP DataXMP" + _xmp(label) + _GIF_TRAILER
    return bytes(out) + b"\x3b"


def _colours(flags):
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data, at):
    while data[at]:
        at += data[at] + 1
    if at >= len(data):
        raise DamagedError("a block is cut off")
    return at + 1
