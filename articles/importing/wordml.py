"""The XML inside a checked Word archive: names, parts, and small questions about elements."""

import io
import posixpath
import zipfile
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring


# Transitional (ECMA-376) and strict (ISO/IEC 29500) names of the same things; strict files are read as transitional.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/picture": b"http://schemas.openxmlformats.org/drawingml/2006/picture",
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
V = "{urn:schemas-microsoft-com:vml}"
P, RUN, T, TBL, TR, TC = W + "p", W + "r", W + "t", W + "tbl", W + "tr", W + "tc"
TEXT_BOX = W + "txbxContent"
VAL = W + "val"


class Package:
    """Parts of a Word archive by name. ``part`` parses once; ``saved`` gives the archive with the parsed parts written anew."""

    def __init__(self, archive):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            self._parts = {name: opened.read(name) for name in opened.namelist()}
        self._trees = {}
        for name, data in self._parts.items():
            if name.endswith((".xml", ".rels")) and b"purl.oclc.org/ooxml" in data:
                for strict, usual in _STRICT.items():
                    data = data.replace(strict, usual)
                self._parts[name] = data

    def names(self):
        """Return the names of all parts."""
        return list(self._parts)

    def part(self, name):
        """Return the root element of a part, or None when there is none. Raises ParseError, like its parser."""
        if name not in self._trees:
            data = self._parts.get(name)
            self._trees[name] = fromstring(data, forbid_dtd=True) if data else None
        return self._trees[name]

    @property
    def main(self):
        """The name of the main part: what the package says it is, as a rule word/document.xml."""
        relations = self.part("_rels/.rels")
        for relation in relations if relations is not None else ():
            if relation.get("Type", "").endswith("/officeDocument"):
                name = posixpath.normpath(relation.get("Target", "").lstrip("/"))
                if name in self._parts:
                    return name
        return "word/document.xml"

    def saved(self):
        """Return the archive's bytes, stored without compression, for the next reader in memory."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in self._parts.items():
                if (tree := self._trees.get(name)) is not None:
                    data = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
                archive.writestr(name, data)
        return out.getvalue()


def value(element, path, default=None):
    """Return the w:val of the element at ``path`` (names without their namespace, as a/b) below ``element``."""
    found = element.find("/".join(W + name for name in path.split("/"))) if element is not None else None
    return default if found is None else found.get(VAL, "")


def is_on(element, path):
    """Return True, False, or None when nothing is said, for a switch such as w:b."""
    found = value(element, path)
    return None if found is None else found not in ("0", "false", "off")


def number(text, default=0):
    """Return ``text`` as a whole number, or ``default``; w:sz may hold fractions."""
    try:
        return int(float(text))
    except (TypeError, ValueError, OverflowError):
        return default


def words(element):
    """Return the text of the runs below ``element``, blanks collapsed."""
    return " ".join("".join(part.text or "" for part in element.iter(T)).split())


def make(tag, **attributes):
    """Return a new element ``w:tag`` with ``w:`` attributes."""
    return ElementTree.Element(W + tag, {W + name: text for name, text in attributes.items()})


def rendering(alternate):
    """Return the one of several renderings (mc:AlternateContent) that readers see: the first with words or a picture."""
    branches = [child for child in alternate if child.tag in (MC + "Choice", MC + "Fallback")]
    for wanted in ((TEXT_BOX,), (A + "blip", V + "imagedata"), (T,)):
        for branch in branches:
            if any(next(branch.iter(tag), None) is not None for tag in wanted):
                return branch
    return branches[0] if branches else None
