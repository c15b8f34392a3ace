"""A file's bytes to a Draft: everything that can fail about the file happens here, without database or storage."""

from django.utils.translation import gettext as _

from articles.importing import guard, html, limits, markdown, word
from articles.importing.flow import pieces_of
from articles.importing.pictures import PictureError, check
from articles.importing.pieces import Figure
from articles.importing.recognise import recognise
from articles.importing.report import RefusedError


_READERS = {guard.WORD: word.read, guard.MARKDOWN: markdown.read, guard.HTML: html.read}


def convert(name, data, report):
    """Return the Draft made from a file called ``name`` with the bytes ``data``; what happened goes to ``report``.

    Raises RefusedError with one sentence when the file is not accepted.
    """
    accepted = guard.accept(name, data)
    if accepted.encoding not in ("", "utf-8-sig", "utf-16"):
        report.changed(
            "encoding",
            _("The characters were read as %(encoding)s. Check a few unusual ones")
            % {"encoding": accepted.encoding.upper()},
        )
    source = _READERS[accepted.kind](accepted, report)
    pieces = pieces_of(source, report)
    pieces, pictures = _checked_pictures(pieces, source.embedded, report)
    draft = recognise(pieces, source, accepted.name, report)
    shown = {block["value"]["image"] for block in draft.body if block["type"] == "image"}
    draft.pictures = {address: picture for address, picture in pictures.items() if address in shown}
    if not draft.body:
        raise RefusedError(
            "no_text",
            _(
                "%(name)s holds no text that can be taken, perhaps only scanned pages. Ask for the file with its text."
            )
            % {"name": accepted.name},
        )
    if not draft.summary:
        report.not_taken("no_summary", _("Summary: none is marked in the file (摘要：…). Write one"))
    if not draft.key_message:
        report.not_taken(
            "no_key_message", _("Key message: none is marked in the file (一句话：…). Write one")
        )
    return draft


def _checked_pictures(pieces, embedded, report):
    """Return (pieces without unusable pictures, {address: Picture})."""
    pictures, bad = {}, {}
    kept = []
    for piece in pieces:
        if isinstance(piece, Figure):
            if piece.address not in pictures and piece.address not in bad:
                _check(piece.address, embedded, pictures, bad)
            if piece.address in bad:
                report.not_taken(
                    "picture_bad", _("A picture: %(reason)s") % {"reason": bad[piece.address]}, piece.place
                )
                continue
            picture = pictures[piece.address]
            if picture.turned_from:
                report.changed(
                    "picture_turned",
                    _("%(format)s pictures became PNG") % {"format": picture.turned_from},
                    piece.place,
                )
            if not piece.alt:
                report.changed(
                    "no_alt",
                    _("A picture has no description for people who cannot see it. Write one"),
                    piece.place,
                )
            report.taken("picture", _("Pictures"), piece.place)
        kept.append(piece)
    return kept, pictures


def _check(address, embedded, pictures, bad):
    if len(pictures) >= limits.MAX_PICTURES:
        bad[address] = _("only the first %(limit)d pictures of a file are taken") % {
            "limit": limits.MAX_PICTURES
        }
        return
    data = embedded.raw(address)
    try:
        if not data:
            raise PictureError(_("its data is missing or damaged; put it in by hand"))
        pictures[address] = check(data)
    except PictureError as error:
        bad[address] = str(error)
