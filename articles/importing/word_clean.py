"""A Word text as its reader sees it: changes accepted, one of two renderings chosen, wrappers taken off.

Works on the parsed parts in place, before mammoth sees them. Everything decided here is named in the report.
"""

import re

from django.utils.translation import gettext as _

from mammoth.docx.dingbats import dingbats

from articles.importing.report import Place, snippet, start_of
from articles.importing.wordml import (
    MC,
    PIC,
    RUN,
    TEXT_BOX,
    TR,
    WP,
    A,
    P,
    T,
    W,
    is_on,
    make,
    rendering,
    value,
    words,
)


_WRAPPERS = {W + name for name in ("smartTag", "customXml", "ins", "moveTo", "dir", "bdo")}
_PROPERTIES = {W + name for name in ("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr")}
_WRAPPER_PROPERTIES = {W + "smartTagPr", W + "customXmlPr", W + "sdtPr", W + "sdtEndPr"}
_GONE = {W + "del", W + "moveFrom"}
_LINK = re.compile(r"^\s*HYPERLINK\b", re.IGNORECASE)
# Fonts whose letters are drawings; the file stores private code points for them.
_SYMBOL_FONTS = {"Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"}
UNKNOWN_SYMBOL = "□"


def clean(root, report):
    """Clean one story (document, footnotes, endnotes) in place."""
    _Cleaner(report).children(root)


class _Cleaner:
    def __init__(self, report):
        self.report = report

    def children(self, element):
        """Replace the children of ``element`` by what stays of them."""
        kept, held = [], []
        for child in list(element):
            for part in self.keep(child):
                if part.tag == P:
                    if _mark_is_deleted(part):
                        # The end of this paragraph was deleted: its words go on in the next one (ECMA-376 17.13.5.15).
                        held += [inner for inner in part if inner.tag != W + "pPr"]
                        continue
                    if held:
                        after = 1 if len(part) and part[0].tag == W + "pPr" else 0
                        part[after:after] = held
                        held = []
                kept.append(part)
        if held:
            last = make("p")
            last.extend(held)
            kept.append(last)
        element[:] = kept

    def keep(self, element):
        """Return the elements that stand for ``element``."""
        tag = element.tag
        if tag in _PROPERTIES:
            return [element]
        if tag in _GONE:
            if found := _deleted_words(element):
                self.tracked(_("deleted: %(text)s") % {"text": snippet(found)}, "")
            return []
        if tag == TR and element.find(f"{W}trPr/{W}del") is not None:
            self.tracked(_("deleted: %(text)s") % {"text": snippet(_deleted_words(element))}, "")
            return []
        if tag == RUN and is_on(element, "rPr/vanish"):
            if found := words(element):
                self.report.not_taken("hidden", _("Text that Word hides from its readers"), snippet(found))
            return []
        if tag == MC + "AlternateContent":
            return self.inside(rendering(element))
        if tag == W + "sdt":
            return self.control(element)
        if tag in _WRAPPERS:
            if tag in (W + "ins", W + "moveTo") and (found := words(element)):
                self.tracked(_("inserted: %(text)s") % {"text": snippet(found)}, start_of(found))
            return self.inside(element)
        if tag == W + "fldSimple":
            return self.field(element)
        if tag == W + "ruby":
            return self.ruby(element)
        if tag == W + "sym":
            return [self.symbol(element)]
        if tag == W + "drawing":
            self.children(element)
            return _plain_drawings(element)
        if tag == RUN and _font(element) in _SYMBOL_FONTS:
            self.symbols(element)
        self.children(element)
        return [element]

    def inside(self, element):
        """Return what stays of the children of a wrapper."""
        if element is None:
            return []
        self.children(element)
        return [child for child in element if child.tag not in _WRAPPER_PROPERTIES]

    def tracked(self, place, text):
        """Note a change; ``text``: its words as far as they are still in the text."""
        self.report.changed(
            "tracked",
            _("Tracked changes were taken as accepted. Check the text against the author's last version"),
            Place(place, text),
        )

    def control(self, element):
        """Return the content of a content control, without tables of contents and prompts to type something."""
        properties = element.find(W + "sdtPr")
        gallery = value(properties, "docPartObj/docPartGallery", "")
        if gallery == "Table of Contents":
            self.report.not_taken("contents", _("The table of contents"), snippet(words(element)))
            return []
        if properties is not None and properties.find(W + "showingPlcHdr") is not None:
            if found := words(element):
                self.report.not_taken(
                    "prompt", _("Prompts of form fields that nobody filled in"), snippet(found)
                )
            return []
        content = element.find(W + "sdtContent")
        return self.inside(content)

    def field(self, element):
        """Return a field's result; a link becomes a field in the long form, which mammoth reads."""
        instruction = element.get(W + "instr", "")
        content = self.inside(element)
        if not _LINK.match(instruction):
            return content
        begin, code, middle, end = (make("r") for _part in range(4))
        begin.append(make("fldChar", fldCharType="begin"))
        code.append(make("instrText"))
        code[0].text = instruction
        middle.append(make("fldChar", fldCharType="separate"))
        end.append(make("fldChar", fldCharType="end"))
        return [begin, code, middle, *content, end]

    def ruby(self, element):
        """Return characters with their reading in brackets."""
        base, reading = (
            words(found) if (found := element.find(W + name)) is not None else ""
            for name in ("rubyBase", "rt")
        )
        part = make("t")
        part.text = f"{base}（{reading}）" if reading else base
        self.report.changed("ruby", _("Readings above characters stand in brackets now"), snippet(part.text))
        return [part]

    def symbol(self, element):
        """Return a letter of a symbol font as the character it draws."""
        return _text(self.drawn(element.get(W + "font", ""), number_of(element.get(W + "char", ""))))

    def symbols(self, run):
        font = _font(run)
        for part in run.iter(T):
            part.text = "".join(
                self.drawn(font, ord(letter)) if 0xF000 <= ord(letter) <= 0xF0FF else letter
                for letter in part.text or ""
            )

    def drawn(self, font, code):
        found = dingbats.get((font, code)) or dingbats.get((font, code & 0xFF))
        if found:
            return chr(found)
        self.report.changed(
            "symbol",
            _("A sign of a symbol font is not known here and stands as □. Check it against the file"),
            f"{font} {code:X}",
        )
        return UNKNOWN_SYMBOL


def number_of(text):
    """Return a hexadecimal number, or 0."""
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _text(text):
    part = make("t")
    part.text = text
    return part


def _font(run):
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(W + "ascii", "") or fonts.get(W + "hAnsi", "")


def _mark_is_deleted(paragraph):
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    return marks is not None and any(marks.find(name) is not None for name in _GONE)


def _deleted_words(element):
    return " ".join(
        "".join(part.text or "" for part in element.iter() if part.tag in (T, W + "delText")).split()
    )


def _plain_drawings(drawing):
    """Return drawings with one picture each, where a group or canvas holds several; text boxes stay where they are."""
    direct = f"{A}graphic/{A}graphicData/{PIC}pic"
    frames = [child for child in drawing if child.tag in (WP + "inline", WP + "anchor")]
    within = [picture for frame in frames for picture in frame.iter(PIC + "pic")]
    if not within or all(
        frame.find(direct) is not None and len(list(frame.iter(PIC + "pic"))) == 1 for frame in frames
    ):
        return [drawing]
    result = [drawing] if next(drawing.iter(TEXT_BOX), None) is not None else []
    properties = frames[0].find(WP + "docPr")
    for picture in within:
        new, inline = make("drawing"), make("x")
        inline.tag = WP + "inline"
        own = picture.find(f"{PIC}nvPicPr/{PIC}cNvPr")
        described = own if own is not None and own.get("descr") else properties
        label = make("x")
        label.tag = WP + "docPr"
        label.attrib.update(dict(described.attrib) if described is not None else {})
        graphic, data = make("x"), make("x")
        graphic.tag, data.tag = A + "graphic", A + "graphicData"
        data.append(picture)
        graphic.append(data)
        inline.extend([label, graphic])
        new.append(inline)
        result.append(new)
    if next(drawing.iter(TEXT_BOX), None) is not None:
        for parent in drawing.iter():
            for picture in [child for child in parent if child.tag == PIC + "pic"]:
                parent.remove(picture)
    return result


# --- Text boxes -----------------------------------------------------------------------------------


def lift_text_boxes(container, report):
    """Put the paragraphs and tables of text boxes after the paragraph they were anchored to, at every depth."""
    kept = []
    for child in list(container):
        kept.append(child)
        if child.tag == P:
            for box in _boxes(child):
                lift_text_boxes(box, report)
                if found := words(box):
                    report.changed(
                        "textbox",
                        _("Text boxes stand after the paragraph they were anchored to"),
                        snippet(found),
                    )
                kept += list(box)
        else:
            lift_text_boxes(child, report)
    container[:] = kept


def _boxes(paragraph):
    """Take the outermost text boxes out of a paragraph and return them."""
    found, waiting = [], [paragraph]
    while waiting:
        element = waiting.pop(0)
        for child in list(element):
            if child.tag == TEXT_BOX:
                element.remove(child)
                found.append(child)
            else:
                waiting.append(child)
    return found
