"""A file's tree as a row of pieces. What is lost on the way is named in the report."""

import re

from django.utils.translation import gettext as _

from articles.importing import limits, phrases, widths, word
from articles.importing.inline import MARKS, NOTE, Writer, safe_link, tidy
from articles.importing.pictures import SCHEME
from articles.importing.pieces import Figure, Heading, Item, Items, Quote, Table, Text
from articles.importing.remarks import ANCHOR
from articles.importing.report import Place, RefusedError, snippet, start_of


HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Removed with everything inside: their text was never meant to be read as part of the article.
_PROGRAMS = ("script", "noscript", "template", "style")
_FRAMES = (
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "video",
    "audio",
    "canvas",
    "svg",
    "math",
    "map",
)
_CONTROLS = ("button", "select", "textarea", "input", "datalist", "progress", "meter")
_SURROUNDINGS = ("nav", "aside", "footer", "dialog")
_SILENT = (
    "head",
    "title",
    "meta",
    "link",
    "base",
    "col",
    "colgroup",
    "param",
    "source",
    "track",
    "hr",
    "wbr",
    "area",
)
_CONTAINERS = frozenset(
    [
        "body",
        "div",
        "section",
        "article",
        "main",
        "header",
        "center",
        "details",
        "summary",
        "fieldset",
        "form",
        "address",
        "hgroup",
        "dl",
        "figure",
        "li",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "legend",
        "blockquote",
    ]
)
_STRUCK = ("s", "strike", "del")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# Word describes pictures by itself; such words help nobody.
_MACHINE_ALT = re.compile(
    r"已自动生成|automatically generated|^(?:图片|图像|picture|image|img)\s*\d*$|\.(?:png|jpe?g|gif|bmp|tiff?|webp|emf|wmf)$",
    re.IGNORECASE,
)
_DOUBLE_BLANKS = re.compile("[^\\s][ \u00a0\u3000]{2,}(?=[^\\s])")
_WIDE_BLANKS = re.compile("(?<=[^\\s])[ \u00a0\u3000]{2,}(?=[^\\s])")
_NOTES = ("footnote-", "endnote-")
_BACK = ("#footnote-ref-", "#endnote-ref-")
_MATHS_TAG = "{"  # SVG and MathML elements carry their namespace


def pieces_of(source, report):
    """Return the pieces of a Source in order. Raises RefusedError when there are more than an article may have."""
    flow = _Flow(source.embedded, report)
    flow.container(source.body, frozenset(), "")
    flow.flush()
    if flow.remarks and flow.pieces:
        flow.pieces[-1].remarks += flow.remarks
    flow.report_attributes(source.body)
    characters = sum(len(getattr(piece, "text", "")) for piece in flow.pieces)
    if characters > limits.MAX_ARTICLE_CHARACTERS:
        raise RefusedError(
            "too_long",
            _(
                "The file holds %(count)d characters; an article holds %(limit)d at most. Divide it and import the parts."
            )
            % {"count": characters, "limit": limits.MAX_ARTICLE_CHARACTERS},
        )
    return flow.pieces


class _Flow:
    def __init__(self, embedded, report):
        self.embedded, self.report = embedded, report
        self.pieces, self.writer = [], Writer()
        self.section = self.last_text = ""
        self.aside = None  # where pictures and tables inside lists and quotes wait for their end
        self.remarks = []  # comments met since the last piece
        self.sources = False  # inside a list of references or notes, whose punctuation is its own
        self.figures = 0

    # --- Places --------------------------------------------------------------------------

    def place(self, text=""):
        """Name the place of ``text`` by its section and its first characters."""
        text = text or self.writer.peek() or self.last_text
        if self.section and text and text != self.section:
            words = _("under %(heading)s, at %(text)s") % {
                "heading": start_of(self.section),
                "text": start_of(text),
            }
            return Place(words, start_of(text))
        return snippet(text or self.section) if text or self.section else Place(_("at the beginning"))

    # --- Blocks --------------------------------------------------------------------------

    def emit(self, piece):
        if self.aside is not None:
            self.aside.append(piece)
            return
        piece.remarks, self.remarks = [*piece.remarks, *self.remarks], []
        self.pieces.append(piece)

    def take(self):
        """Return (html, text, bold) of the writer; say what was put right."""
        html, text, bold = self.writer.take(mend=not self.sources)
        if not self.sources:
            labels = {
                widths.LETTERS: _("Full-width letters and digits became ordinary ones"),
                widths.PUNCTUATION: _("Half-width punctuation between Chinese characters became full-width"),
            }
            for kind in sorted(self.writer.mended):
                self.report.changed(f"width_{kind}", labels[kind], self.place(text))
        if phrases.plain(NOTE.sub("", text)).lower() in phrases.REFERENCES:
            self.sources = True
        return html, text, bold

    def flush(self, role=""):
        """End the current paragraph."""
        html, text, bold = self.take()
        if text.strip():
            self.emit(Text(html, text, bold, role, place=self.place(text)))
            self.last_text = text

    def container(self, element, marks, href):
        """Walk the children of a block element."""
        self.text(element.text, marks, href)
        for child in element:
            self.element(child, marks, href)
            self.text(child.tail, marks, href)

    def text(self, text, marks, href):
        if text:
            if not self.sources and _DOUBLE_BLANKS.search(text) and not phrases.labelled(tidy(text)):
                self.report.changed("blanks", _("Doubled blanks became single ones"), self.place(tidy(text)))
                text = _WIDE_BLANKS.sub(" ", text)
            self.writer.write(tidy(text), marks, href)

    def element(self, element, marks, href):
        tag = element.tag
        if not isinstance(tag, str):  # a comment
            return
        if tag.startswith(_MATHS_TAG):
            tag = tag.rpartition("}")[2]
        if self.dropped(element, tag):
            return
        style = element.get("style", "")
        if tag in MARKS:
            marks = marks | {MARKS[tag]}
        elif _BOLD.search(style) and tag not in HEADINGS:
            marks = marks | {"strong"}
        if tag in HEADINGS:
            self.heading(element, HEADINGS[tag])
        elif tag == "p":
            self.paragraph(element, marks, href)
        elif tag in ("ul", "ol", "menu", "dir"):
            self.list(element, tag == "ol")
        elif tag == "table":
            self.table(element)
        elif tag == "blockquote":
            self.quote(element)
        elif tag == "pre":
            self.preformatted(element, marks)
        elif tag == "img":
            self.picture(element)
        elif tag == "br":
            self.writer.line_break()
        elif tag == "a":
            self.anchor(element, marks, href)
        elif tag == "dt":
            self.block(element, marks | {"strong"}, href)
        elif tag in ("figcaption", "dd"):
            self.block(element, marks, href, role="caption" if tag == "figcaption" else "")
        elif tag in _CONTAINERS:
            self.block(element, marks, href)
        else:
            if tag in _STRUCK:
                self.report.changed(
                    "struck",
                    _("Struck-out text was kept without the line. Delete it if it should go"),
                    self.place(),
                )
            self.container(element, marks, href)

    def dropped(self, element, tag):
        """Return True when the element goes with its contents; say so unless it is empty of meaning."""
        if tag in _SILENT:
            return True
        reason = ""
        if tag in _PROGRAMS:
            if tag == "script":
                self.report.not_taken("script", _("Scripts (programs in the page)"))
            return True
        if tag in _FRAMES:
            reason = (
                "frame",
                _(
                    "Video, audio, frames and drawings inside the page. Put a picture or a link in their place"
                ),
            )
        elif tag in _CONTROLS:
            reason = ("control", _("Form fields and buttons"))
        elif tag in _SURROUNDINGS:
            reason = ("surroundings", _("Menus, side columns and page footers"))
        elif element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
            if not _words(element):
                return True
            reason = ("hidden", _("Text that the page hides from its readers"))
        elif "contents" in element.get("class", "").split() and tag == "p":
            reason = ("contents", _("The table of contents"))
        if reason:
            self.report.not_taken(*reason, self.place())
        return bool(reason)

    def block(self, element, marks, href, role=""):
        self.flush()
        self.container(element, marks, href)
        self.flush(role)

    def paragraph(self, element, marks, href):
        role = "caption" if "caption" in element.get("class", "").split() else ""
        self.block(element, marks, href, role)

    def heading(self, element, level):
        self.flush()
        outer, self.aside = self.aside, []
        self.sources = False
        self.container(element, frozenset(), "")
        _html, text, _bold = self.take()
        inside, self.aside = self.aside, outer
        # A picture or a block inside the heading divides it into pieces.
        text = " ".join([*(piece.text for piece in inside if isinstance(piece, Text)), *text.split()])
        inside = [piece for piece in inside if not isinstance(piece, Text)]
        if text:
            self.section = text
            self.emit(Heading(text, level, place=snippet(text)))
        for piece in inside:
            self.emit(piece)

    def preformatted(self, element, marks):
        self.flush()
        for number, line in enumerate("".join(element.itertext()).strip("\n").split("\n")):
            if number:
                self.writer.line_break()
            self.writer.write(tidy(line), marks, "")
        self.flush()

    # --- Lists ---------------------------------------------------------------------------

    def list(self, element, ordered):
        self.flush()
        outer, self.aside = self.aside, []
        items, notes = self.items(element, depth=1)
        waiting, self.aside = self.aside, outer
        if items:
            place = self.place(items[0].text)
            self.emit(Items(ordered, items, notes, place=place))
            self.last_text = items[-1].text
            if (element.get("start") or "1").strip() != "1":
                self.report.changed(
                    "numbering",
                    _("A numbered list went on from an earlier number; now it starts at 1"),
                    place,
                )
        for piece in waiting:
            self.report.changed(
                "out_of_list",
                _("A picture, table or quotation inside a list now follows the list"),
                piece.place,
            )
            self.emit(piece)

    def items(self, element, depth):
        """Return (items, whether they are notes) of a list element."""
        items, notes = [], False
        for child in element:
            if child.tag in ("ul", "ol"):  # a list straight inside a list, as old editors write it
                self.inner_list(child, items, depth)
                continue
            if not isinstance(child.tag, str) or self.dropped(child, child.tag):
                continue
            name = child.get("id") or ""
            if name.startswith(_NOTES):
                notes = self.sources = True
            items.append(self.item(child, depth))
            items[-1].name = name if name.startswith(_NOTES) else ""
        return [item for item in items if item.text or item.inner], notes

    def item(self, element, depth):
        item = Item("", "")
        lists, waiting = [], self.aside
        self.aside = []
        self.text(element.text, frozenset(), "")
        for child in element:
            if child.tag in ("ul", "ol"):
                self.flush()
                lists.append(child)
            else:
                self.element(child, frozenset(), "")
            self.text(child.tail, frozenset(), "")
        self.flush()
        inside, self.aside = self.aside, waiting
        texts = [piece for piece in inside if isinstance(piece, Text)]
        item.html = "<br/>".join(piece.html for piece in texts)
        item.text = "\n".join(piece.text for piece in texts)
        self.aside += [piece for piece in inside if not isinstance(piece, Text)]
        for inner in lists:
            self.inner_list(inner, [item], depth)
        return item

    def inner_list(self, element, items, depth):
        """Put a list into the last of ``items``, as lines of its text beyond the deepest level."""
        inner, _notes = self.items(element, depth + 1)
        if not inner:
            return
        if not items:
            items += inner
            return
        last = items[-1]
        if depth >= limits.MAX_LIST_DEPTH:
            self.report.changed(
                "list_depth",
                _("A list lay too deep inside others; its lines were joined to the line above"),
                self.place(inner[0].text),
            )
            last.html = "<br/>".join([last.html, *(item.html for item in inner)])
        else:
            last.inner += Items(element.tag == "ol", inner).html
        last.text = "\n".join([last.text, *(item.text for item in inner)]).strip()

    # --- Tables --------------------------------------------------------------------------

    def table(self, element):
        self.flush()
        outer, self.aside = self.aside, []
        rows, merged, headed = self.rows(element)
        caption = element.find("caption")
        text = _words(caption) if caption is not None else ""
        inside, self.aside = self.aside, outer
        width = max((len(row) for row in rows), default=0)
        place = self.place(next((cell for row in rows for cell in row if cell), ""))
        if width == 1 and len(rows) == 1:  # a frame around text, not a table
            self.report.changed("frame_table", _("A table of one cell became plain text"), place)
            for piece in inside:
                self.emit(piece)
            return
        if width and any(cell for row in rows for cell in row):
            if width > limits.MAX_TABLE_COLUMNS or width * len(rows) > limits.MAX_TABLE_CELLS:
                self.report.not_taken(
                    "big_table",
                    _("A table too large for a phone. Divide it or put it in as a picture"),
                    place,
                )
            else:
                rows = [row + [""] * (width - len(row)) for row in rows]
                self.emit(Table(rows, headed, text, place=place))
                self.last_text = place and (rows[0][0] or self.last_text)
                if merged:
                    self.report.changed(
                        "merged_cells", _("Merged cells were divided; each part repeats the words"), place
                    )
        for piece in inside:
            if not isinstance(piece, (Text, Items, Heading)):
                self.report.changed(
                    "out_of_table",
                    _("A picture, table or quotation inside a table now follows the table"),
                    piece.place,
                )
                self.emit(piece)

    def rows(self, table):
        """Return (rows of text, whether cells were merged, whether the first row is headings)."""
        rows, merged, headed, carried = [], False, False, {}
        for number, row in enumerate(_own_rows(table)):
            cells, kinds = [], []
            for cell in (child for child in row if child.tag in ("td", "th")):
                while len(cells) in carried and carried[len(cells)][0] > 0:
                    self.carry(cells, carried)
                across, down = _span(cell, "colspan"), _span(cell, "rowspan")
                merged = merged or across > 1 or down > 1
                text = self.cell(cell)
                kinds.append(cell.tag)
                for _part in range(min(across, limits.MAX_TABLE_COLUMNS + 1)):
                    if down > 1:
                        carried[len(cells)] = [down - 1, text]
                    cells.append(text)
                if len(cells) > limits.MAX_TABLE_COLUMNS:
                    break
            while (
                len(cells) in carried
                and carried[len(cells)][0] > 0
                and len(cells) <= limits.MAX_TABLE_COLUMNS
            ):
                self.carry(cells, carried)
            if number == 0:
                headed = bool(kinds) and all(kind == "th" for kind in kinds)
            if cells:
                rows.append(cells)
        return rows, merged, headed

    @staticmethod
    def carry(cells, carried):
        carried[len(cells)][0] -= 1
        cells.append(carried[len(cells)][1])

    def cell(self, element):
        """Return the text of a cell; other pieces wait in ``aside``."""
        outer, self.aside = self.aside, []
        self.container(element, frozenset(), "")
        self.flush()
        inside, self.aside = self.aside, outer
        self.aside += inside
        linked = [piece for piece in inside if "<a " in getattr(piece, "html", "")]
        if linked:
            self.report.changed(
                "link_in_table",
                _("Links in table cells and quotations were dropped, their words kept"),
                linked[0].place,
            )
        return "\n".join(piece.text for piece in inside if isinstance(piece, (Text, Items, Heading)))

    # --- Quotations, pictures, links --------------------------------------------------------

    def quote(self, element):
        self.flush()
        outer, self.aside = self.aside, []
        self.container(element, frozenset(), "")
        self.flush()
        inside, self.aside = self.aside, outer
        texts = [piece for piece in inside if isinstance(piece, (Text, Items, Heading))]
        if any("<a " in getattr(piece, "html", "") for piece in texts):
            self.report.changed(
                "link_in_table",
                _("Links in table cells and quotations were dropped, their words kept"),
                texts[0].place,
            )
        if texts:
            self.emit(Quote("\n".join(piece.text for piece in texts), place=texts[0].place))
        for piece in inside:
            if not isinstance(piece, (Text, Items, Heading)):
                self.emit(piece)

    def picture(self, element):
        self.figures += 1
        if self.figures > limits.MAX_FIGURES:
            raise too_many_pictures()
        address = (element.get("src") or element.get("data-src") or "").strip()
        alt = " ".join(tidy(element.get("alt") or "").split())
        if address.lower().startswith("data:"):
            address = self.embedded.add_data_uri(address)
        if _MACHINE_ALT.search(alt):
            alt = ""
        # Words before a picture in the same paragraph stay before it.
        self.flush()
        place = snippet(alt) if alt else self.place()
        if address.startswith(SCHEME):
            self.emit(Figure(address, alt, place=place))
        elif address == word.MISSING:
            self.report.not_taken(
                "picture_missing",
                _(
                    "A picture that is missing inside the file or of a kind not accepted. Put it in by hand as JPEG or PNG"
                ),
                place,
            )
        elif "mmbiz" in address and "qpic.cn" in address:
            self.report.not_taken(
                "picture_at_wechat",
                _(
                    "A picture that lies only at WeChat; nothing is fetched from there. Ask for it and put it in by hand"
                ),
                Place(address[:200], place.text),
            )
        else:
            self.report.not_taken(
                "picture_outside",
                _(
                    "A picture that is not inside the file but elsewhere; nothing is fetched from outside. Put it in by hand"
                ),
                place,
            )

    def anchor(self, element, marks, href):
        address = element.get("href")
        name = element.get("id") or ""
        if name.startswith(ANCHOR):
            self.remarks.append(name.removeprefix(ANCHOR))
        if address is None:
            self.container(element, marks, href)
            return
        if address.startswith(tuple(f"#{kind}" for kind in _NOTES)) and not address.startswith(_BACK):
            self.writer.note(address[1:])
            return
        if address.startswith("#"):
            if _words(element) != "↑":  # the way back from a note
                self.container(element, marks, href)
            return
        link = safe_link(address)
        if not link and _words(element):
            self.report.changed(
                "link",
                _("A link that is not a whole http or https address was dropped, its words kept"),
                self.place(_words(element)),
            )
        self.container(element, marks, link or href)

    def report_attributes(self, root):
        """Say once that handlers in tags were left out."""
        if any(name.lower().startswith("on") for element in root.iter() for name in element.keys()):  # noqa: SIM118
            self.report.not_taken("handler", _("Commands inside the page's tags (onclick and the like)"))


def too_many_pictures():
    """Return the refusal of a file that shows more pictures than any manuscript."""
    return RefusedError(
        "too_many_pictures",
        _("The file shows more than %(limit)d pictures. Divide it and import the parts.")
        % {"limit": limits.MAX_FIGURES},
    )


def _own_rows(table):
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _span(cell, name):
    text = (cell.get(name) or "1").strip()
    return (
        max(1, min(int(text), limits.MAX_TABLE_CELLS))
        if text.isascii() and text.isdigit() and len(text) < 6
        else 1
    )


def _words(element):
    return " ".join("".join(element.itertext()).split())
