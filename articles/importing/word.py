"""Word: mammoth turns the checked archive into HTML by style names, never by looks."""

import io

from django.utils.translation import gettext as _

import mammoth
from mammoth.docx.files import InvalidFileReferenceError

from articles.importing import tree
from articles.importing.pictures import Embedded
from articles.importing.report import RefusedError
from articles.importing.source import Source


# Word and WPS store English style names even in Chinese editions; styles made by hand are often Chinese.
STYLE_MAP = "\n".join(
    [
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
    """Return the Source of an accepted Word file. Raises RefusedError when mammoth cannot read it."""
    embedded = Embedded()
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(accepted.archive),
            style_map=STYLE_MAP,
            include_embedded_style_map=False,  # a file does not say how it is read
            external_file_access=False,
            convert_image=mammoth.images.img_element(lambda image: {"src": _kept(image, embedded)}),
        )
    except Exception as error:  # whatever a malformed document makes mammoth stumble over
        raise RefusedError(
            "broken",
            _(
                "%(name)s cannot be read as a Word file. Open it in Word, save it again as .docx and import the new file."
            )
            % {"name": accepted.name},
        ) from error
    _report_losses(accepted.counts or {}, report)
    body, _title = tree.parse(result.value)
    return Source(body, embedded)


def _kept(image, embedded):
    try:
        with image.open() as stream:
            return embedded.add(stream.read())
    except InvalidFileReferenceError:
        return LINKED
    except KeyError:
        return MISSING


def _report_losses(counts, report):
    """Name what mammoth passes over in silence. ``counts``: elements by local name."""
    if counts.get("oMath"):
        report.not_taken(
            "formula", _("Formulas. Type them as text, and check doses and units against the file")
        )
    if counts.get("chart") or counts.get("relIds"):
        report.not_taken("chart", _("Charts and diagrams drawn in Word. Put them in as pictures"))
    if counts.get("OLEObject") or counts.get("altChunk"):
        report.not_taken("object", _("Embedded objects and documents"))
    if counts.get("commentReference"):
        report.not_taken("comment", _("Comments in the margin"))
    if counts.get("ins") or counts.get("del") or counts.get("moveFrom"):
        report.changed(
            "tracked",
            _("Tracked changes were taken as accepted. Check the text against the author's last version"),
        )
    if counts.get("txbxContent"):
        report.changed("textbox", _("Text boxes stand after the paragraph they were anchored to"))
