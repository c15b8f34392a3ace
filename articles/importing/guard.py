"""What an import accepts at all: decided on the bytes, before any parser of ours builds anything from them."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from django.utils.translation import gettext as _

from defusedxml import DefusedXmlException
from defusedxml.sax import parse as parse_safely

from articles.importing import limits
from articles.importing.report import RefusedError


WORD, MARKDOWN, HTML = "word", "markdown", "html"
KINDS = {".docx": WORD, ".md": MARKDOWN, ".markdown": MARKDOWN, ".html": HTML, ".htm": HTML}
EXTENSIONS = ", ".join(KINDS)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # container of old Word and of encrypted new Word ([MS-CFB] 2.2)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_CENTRAL_ENTRY = b"PK\x01\x02"
_PICTURE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_BLANK_OR_MARK = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
_HTML_START = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Accepted:
    """A file that may be read. ``archive`` holds the checked parts of a Word file, ``text`` the others' text."""

    name: str
    kind: str
    text: str = ""
    archive: bytes = b""
    encoding: str = ""
    counts: dict | None = None


def read_limited(stream, name=""):
    """Return the bytes of a binary ``stream``, never reading more than one byte beyond the limit."""
    data = stream.read(limits.MAX_FILE_BYTES + 1)
    if len(data) > limits.MAX_FILE_BYTES:
        raise too_large(name)
    return data


def check_size(size, name=""):
    """Refuse a file by its size alone, so that nobody reads 200 MB to say no."""
    if size > limits.MAX_FILE_BYTES:
        raise too_large(name)


def too_large(name=""):
    """Return the refusal of a file beyond the limit."""
    return RefusedError(
        "too_large",
        _(
            "%(name)s is larger than %(limit)d MB. Make its pictures smaller or divide the text, then import it again."
        )
        % {"name": name or _("The file"), "limit": limits.MAX_FILE_BYTES // limits.MEGABYTE},
    )


def accept(name, data):
    """Return the file as Accepted. ``name`` decides what it claims to be, ``data`` what it is.

    Raises RefusedError with one sentence.
    """
    name = PurePath(name.replace("\\", "/")).name or "?"
    suffix = PurePath(name).suffix.lower()
    check_size(len(data), name)
    _refuse_known(name, suffix, data)
    kind = KINDS.get(suffix)
    if kind is None:
        raise _refused(
            "wrong_type",
            _(
                "%(name)s is none of the kinds that can be imported (%(kinds)s). Save it as one of these and try again."
            ),
            name,
        )
    if not data.strip(b"\x00 \t\r\n"):
        raise _refused(
            "empty", _("%(name)s is empty. Open it in its program, check the text and save it again."), name
        )
    if kind == WORD:
        archive, counts = _checked_archive(name, data)
        return Accepted(name, kind, archive=archive, counts=counts)
    text, encoding = _decoded(name, data)
    if kind == MARKDOWN and _HTML_START.match(text[:2000]):
        raise _refused(
            "wrong_type",
            _("%(name)s is a web page, not Markdown. Rename it to end in .html and import it again."),
            name,
        )
    return Accepted(name, kind, text=text, encoding=encoding)


def _refused(code, sentence, name, **values):
    return RefusedError(code, sentence % ({"name": name, "kinds": EXTENSIONS} | values))


def _refuse_known(name, suffix, data):
    """Refuse by name what people bring often, with the way out."""
    if suffix in (".docm", ".dotm"):
        raise _macros(name)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _refused(
                "password",
                _("%(name)s is protected with a password. Remove the password in Word and import it again."),
                name,
            )
        raise _refused(
            "old_word",
            _("%(name)s is in an old Office format. Open it in Word, save it as .docx and import that file."),
            name,
        )
    if suffix in (".doc", ".dot", ".wps", ".rtf") or data.startswith(b"{\\rtf"):
        raise _refused(
            "old_word",
            _("%(name)s is not a .docx file. Open it in Word or WPS, save it as .docx and import that file."),
            name,
        )
    if data.startswith(b"%PDF") or suffix == ".pdf":
        raise _refused(
            "wrong_type",
            _(
                "%(name)s is a PDF, whose text has no order to rely on. Ask for the Word file and import that one."
            ),
            name,
        )
    if suffix in (".mht", ".mhtml") or re.match(
        rb"(?:mime-version|from|content-type):", data[:200].lstrip(), re.IGNORECASE
    ):
        raise _refused(
            "wrong_type", _("%(name)s is a web archive. Save it in Word as .docx and import that file."), name
        )


def _macros(name):
    return _refused(
        "macros",
        _(
            "%(name)s contains macros (small programs). Save it in Word as .docx without macros and import that file."
        ),
        name,
    )


def _broken(name):
    return _refused(
        "broken",
        _(
            "%(name)s is damaged or incomplete. Open it in Word, save it again as .docx and import the new file."
        ),
        name,
    )


def _bomb(name):
    return _refused(
        "bomb",
        _(
            "%(name)s unpacks to far more than a manuscript holds. Copy its text into a new Word file and import that one."
        ),
        name,
    )


# --- Word ---------------------------------------------------------------------------------------


def _checked_archive(name, data):
    """Return (bytes of an archive that holds only what was checked, counts of noteworthy elements)."""
    if data.startswith(_EMPTY_ZIP):
        raise _broken(name)
    if not data.startswith(_ZIP):
        raise _refused(
            "wrong_type",
            _(
                "%(name)s ends in .docx but is not a Word file. Open it in its own program and save it as .docx."
            ),
            name,
        )
    if data.count(_CENTRAL_ENTRY) > limits.MAX_ARCHIVE_PARTS:
        raise _bomb(name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpacked(name, archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        RuntimeError,
    ) as error:
        raise _broken(name) from error
    _check_is_word(name, parts)
    counts = _check_xml(name, parts)
    if (
        counts.get("blip", 0) + counts.get("imagedata", 0) > 2 * limits.MAX_FIGURES
    ):  # each may come in two renderings
        raise _refused(
            "too_many_pictures",
            _("%(name)s shows more than %(limit)d pictures. Divide it and import the parts."),
            name,
            limit=limits.MAX_FIGURES,
        )
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return clean.getvalue(), counts


def _unpacked(name, archive):
    """Return {part: bytes}, counting what really comes out, not what the directory claims."""
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MAX_ARCHIVE_PARTS or declared > limits.MAX_UNPACKED_BYTES:
        raise _bomb(name)
    parts, total = {}, 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise _refused(
                "password",
                _("%(name)s is protected with a password. Remove the password in Word and import it again."),
                name,
            )
        if _leads_out(entry.filename):
            raise _refused(
                "paths",
                _(
                    "%(name)s holds a part named %(part)s, which would lie outside the file. Copy its text into a new Word file and import that one."
                ),
                name,
                part=entry.filename[:80],
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.filename in parts:
            raise _broken(name)
        content = bytearray()
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                total += len(chunk)
                packed = max(entry.compress_size, 1)
                regular = (
                    len(content) > limits.RATIO_COUNTS_FROM_BYTES
                    and len(content) / packed > limits.MAX_PACKING_RATIO
                )
                if total > limits.MAX_UNPACKED_BYTES or regular:
                    raise _bomb(name)
        parts[entry.filename] = bytes(content)
    return parts


def _leads_out(part):
    """True for a name that climbs out of the archive, or names a place on a disk (ECMA-376 part 2 allows neither)."""
    return (
        part.startswith(("/", "\\")) or "\\" in part or ":" in part or "\0" in part or ".." in part.split("/")
    )


def _check_is_word(name, parts):
    for part, content in list(parts.items()):
        if not content.startswith((_ZIP, _EMPTY_ZIP)):
            continue
        # Word embeds the tables behind its charts as workbooks; nobody opens them here. Any other archive has no business inside.
        if not part.lower().startswith("word/embeddings/"):
            raise _refused(
                "nested",
                _(
                    "%(name)s holds another archive (%(part)s). Copy its text into a new Word file and import that one."
                ),
                name,
                part=part[:80],
            )
        del parts[part]
    types = parts.get("[Content_Types].xml", b"")
    if any(part.lower().endswith("vbaproject.bin") for part in parts) or b"macroenabled" in types.lower():
        raise _macros(name)
    if b"wordprocessingml" not in types or not any(part.startswith("word/") for part in parts):
        raise _refused(
            "wrong_type",
            _(
                "%(name)s ends in .docx but is not a Word file. Open it in its own program and save it as .docx."
            ),
            name,
        )


def _check_xml(name, parts):
    """Scan every part that could be XML and drop those that are not Word's own. Returns element counts."""
    counts, total = {}, 0
    for part, content in list(parts.items()):
        if content.startswith(_PICTURE_STARTS) or not content.lstrip(_BLANK_OR_MARK).startswith(b"<"):
            continue  # XML can only begin with "<"
        if not part.lower().endswith((".xml", ".rels")):
            del parts[part]  # SVG, embedded pages: nothing that mammoth must read
            continue
        total += len(content)
        if total > limits.MAX_XML_BYTES:
            raise _bomb(name)
        handler = _Counter(counts)
        try:
            parse_safely(io.BytesIO(content), handler, forbid_dtd=True)
        except DefusedXmlException as error:
            raise _refused(
                "entities",
                _(
                    "%(name)s asks for outside or self-made entities in its part %(part)s, which Word never does. Copy its text into a new Word file and import that one."
                ),
                name,
                part=part,
            ) from error
        except _TooMuchError as error:
            raise _bomb(name) from error
        except (SAXParseException, UnicodeError, ValueError, LookupError) as error:
            raise _broken(name) from error
    return counts


class _TooMuchError(Exception):
    pass


class _Counter(ContentHandler):
    """Counts elements by local name and refuses depth and number beyond the limits."""

    def __init__(self, counts):
        super().__init__()
        self.counts = counts
        self.depth = 0

    def startElement(self, name, attrs):  # noqa: N802  the name SAX gives
        local = name.rpartition(":")[2]
        self.counts[local] = self.counts.get(local, 0) + 1
        self.counts[""] = self.counts.get("", 0) + 1
        self.depth += 1
        if self.depth > limits.MAX_XML_DEPTH or self.counts[""] > limits.MAX_XML_ELEMENTS:
            raise _TooMuchError

    def endElement(self, name):  # noqa: N802
        self.depth -= 1


# --- Text ---------------------------------------------------------------------------------------


def _decoded(name, data):
    """Return (text, encoding). UTF-8 first, then what the page says, then GB 18030, the Chinese Windows default."""
    if data.startswith((_ZIP, _EMPTY_ZIP, b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", *_PICTURE_STARTS[:3])):
        raise _refused(
            "wrong_type",
            _(
                "%(name)s is not a text file, whatever its name says. Check which file it is and import the right one."
            ),
            name,
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        declared = _META_CHARSET.search(data[:4096])
        candidates = ["utf-8-sig", *([declared.group(1).decode()] if declared else []), "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
        if "\x00" in text:
            break
        if len(text) > limits.MAX_FILE_BYTES:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    raise _refused(
        "unreadable",
        _("The characters of %(name)s cannot be read. Save it as text in UTF-8 and import it again."),
        name,
    )
