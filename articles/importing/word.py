"""Word: the checked archive is cleaned, then mammoth turns it into HTML by style names.

Cleaning (``word_clean``, ``word_looks``, ``word_lists``, ``word_comments``) is done on the XML, so that mammoth reads an
ordinary file: one rendering of each drawing, no tracked changes, headings with styles, lists that end where they end.
"""

import io

from django.utils.translation import gettext as _

import mammoth
from mammoth.docx.files import InvalidFileReferenceError

from articles.importing import limits, tree, word_clean, word_comments, word_inventory, word_lists, word_looks
from articles.importing.pictures import Embedded
from articles.importing.report import RefusedError, snippet
from articles.importing.source import Source
from articles.importing.wordml import Package, W


# Word and WPS store English style names even in Chinese editions; styles made by hand are often Chinese.
STYLE_MAP = "\n".join(
    [
        f"p.{word_looks.TITLE_STYLE} => h1:fresh",
        *(f"p.{word_looks.HEADING_STYLE}{level} => h{level}:fresh" for level in range(1, 7)),
        f"p.{word_lists.BREAK_STYLE} => hr:fresh",
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='文章标题'] => h1:fresh",
        *(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7)),
        *(f"p[style-name='标题{level}'] => h{level}:fresh" for level in range(1, 7)),
        "p[style-name='caption'] => p.caption:fresh",
        "p[style-name='题注'] => p.caption:fresh",
        "p[style-name^='toc '] => p.contents:fresh",
        "p[style-name='Quote'] => blockquote > p:fresh",
        "p[style-name='Intense Quote'] => blockquote > p:fresh",
        "p[style-name='引用'] => blockquote > p:fresh",
        "p[style-name='明显引用'] => blockquote > p:fresh",
        "r[style-name='Emphasis'] => em",
    ]
)
LINKED, MISSING = "linked:", "missing:"


def read(accepted, report):
    """Return the Source of an accepted Word file. Raises RefusedError when it cannot be read."""
    embedded = Embedded()
    try:
        package = Package(accepted.archive)
        held = word_inventory.of_package(package)
        remarks = _prepare(package, report)
        result = mammoth.convert_to_html(
            io.BytesIO(package.saved()),
            style_map=STYLE_MAP,
            include_embedded_style_map=False,  # a file does not say how it is read
            external_file_access=False,
            convert_image=mammoth.images.img_element(lambda image: {"src": _kept(image, embedded)}),
        )
    except Exception as error:  # whatever a malformed document makes us stumble over
        raise RefusedError(
            "broken",
            _(
                "%(name)s cannot be read as a Word file. Open it in Word, save it again as .docx and import the new file."
            )
            % {"name": accepted.name},
        ) from error
    _report_losses(accepted.counts or {}, report)
    body, _title = tree.parse(result.value, limits.MAX_WORD_SOURCE_CHARACTERS, limits.MAX_WORD_ELEMENTS)
    return Source(body, embedded, inventory=held, remarks=remarks)


def _prepare(package, report):
    """Clean the parts in place and return the comments, {id: Remark}."""
    main = package.part(package.main)
    styles = word_looks.Styles(package.part("word/styles.xml"))
    numbering = word_lists.Numbering(package.part("word/numbering.xml"))
    remarks = word_comments.read_comments(package.part("word/comments.xml"))
    stories = [main, package.part("word/footnotes.xml"), package.part("word/endnotes.xml")]
    for story in stories:
        if story is not None:
            word_clean.clean(story, report)
            word_clean.lift_text_boxes(story, report)
            word_looks.mark_raised(story)
    body = main.find(W + "body") if main is not None else None
    if body is not None:
        word_comments.mark(body, remarks)
        word_looks.mark_headings(body, styles, report)
        word_lists.divide(body, numbering, styles, report)
    for text in word_inventory.margins(package):
        report.not_taken("margin", _("Page headers and footers"), snippet(text))
    return remarks


def _kept(image, embedded):
    try:
        with image.open() as stream:
            return embedded.add(stream.read())
    except InvalidFileReferenceError:
        return LINKED
    except KeyError:
        return MISSING


def _report_losses(counts, report):
    """Name what neither mammoth nor the cleaning takes. ``counts``: elements by local name."""
    if counts.get("oMath"):
        report.not_taken(
            "formula", _("Formulas. Type them as text, and check doses and units against the file")
        )
    if counts.get("chart") or counts.get("relIds"):
        report.not_taken("chart", _("Charts and diagrams drawn in Word. Put them in as pictures"))
    if counts.get("OLEObject") or counts.get("altChunk"):
        report.not_taken("object", _("Embedded objects and documents"))
