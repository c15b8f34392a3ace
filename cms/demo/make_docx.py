"""Make ``content/gum-bleeding.docx`` from ``content/gum-bleeding.txt`` (a fixture tool, not run by the product).

    python -m cms.demo.make_docx

Needs python-docx (a development requirement). The text source is read line by line: ``#`` headings, ``-`` and ``1.`` lists, ``|`` table
rows, ``![alt](drawing)`` pictures, ``**bold**`` and ``[text](address)`` links. Same source, same bytes.
"""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from cms.demo.drawings import draw


CONTENT = Path(__file__).parent / "content"
EPOCH = datetime(2026, 11, 22, tzinfo=UTC)


def _link(paragraph, words, address):
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = words
    run.append(text)
    link.append(run)
    paragraph._p.append(link)


def _write(paragraph, line):
    """Add ``line`` with its bold words and links to ``paragraph``."""
    for bold, words, address, plain in re.findall(r"\*\*(.+?)\*\*|\[(.+?)\]\((.+?)\)|([^*\[]+)", line):
        if address:
            _link(paragraph, words, address)
        else:
            paragraph.add_run(bold or plain).bold = bool(bold) or None


def _table(document, rows):
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    table = document.add_table(rows=0, cols=len(cells[0]), style="Table Grid")
    for number, row in enumerate(cells):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(words).bold = True if number == 0 else None
    # Marked as heading row, as Word's "repeat header rows" does.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def build(source):
    """Return the Word document for the marked-up text ``source`` as bytes."""
    document = Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = "示例医院图书馆"
    properties.created = properties.modified = EPOCH
    properties.comments = ""
    rows, in_references = [], False
    for line in [*source.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            _table(document, rows)
            rows = []
        if heading := re.match(r"(#+) (.+)", line):
            document.add_heading(heading[2], len(heading[1]))
            in_references = heading[2] == "参考文献"
        elif picture := re.match(r"!\[(.+)\]\((.+)\)", line):
            document.add_picture(io.BytesIO(draw(picture[2])), width=Cm(15))
            document.inline_shapes[-1]._inline.docPr.set("descr", picture[1])
        elif line.startswith("- "):
            _write(document.add_paragraph(style="List Bullet"), line[2:])
        elif numbered := re.match(r"\d+\. (.+)", line):
            if in_references:  # typed with its number, as most manuscripts have it
                document.add_paragraph(line)
            else:
                _write(document.add_paragraph(style="List Number"), numbered[1])
        elif line.strip():
            _write(document.add_paragraph(), line)
    out = io.BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def _settled(data):
    """The same archive without the time of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main():
    source = (CONTENT / "gum-bleeding.txt").read_text(encoding="utf-8")
    (CONTENT / "gum-bleeding.docx").write_bytes(build(source))


if __name__ == "__main__":
    main()
