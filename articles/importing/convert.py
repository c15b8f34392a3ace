"""A file's bytes to a Draft: everything that can fail about the file happens here, without database or storage."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from articles.choices import SourceType
from articles.importing import accounts, guard, html, limits, markdown, progress, rendering, word
from articles.importing.flow import pieces_of
from articles.importing.pictures import PictureError, check
from articles.importing.pieces import Figure
from articles.importing.recognise import recognise
from articles.importing.report import RefusedError


_READERS = {guard.WORD: word.read, guard.MARKDOWN: markdown.read, guard.HTML: html.read}


@dataclass
class CameIn:
    """What came in, to look at: ``html`` of a harmless page and its ``lines`` [(id, letters)]."""

    html: str = ""
    lines: list = field(default_factory=list)


def convert(name, data, report, tell=progress.silent, came_in=None):
    """Return the Draft made from a file called ``name`` with the bytes ``data``; what happened goes to ``report``.

    ``tell(step, percent)`` is called as it goes (articles.importing.progress); ``came_in``, a CameIn, is filled when
    somebody wants to see the file beside the draft. Raises RefusedError with one sentence when the file is not accepted.
    """
    tell(progress.CHECKING, progress.PERCENT[progress.CHECKING])
    accepted = guard.accept(name, data)
    if accepted.encoding not in ("", "utf-8-sig", "utf-16"):
        report.changed(
            "encoding",
            _("The characters were read as %(encoding)s. Check a few unusual ones")
            % {"encoding": accepted.encoding.upper()},
        )
    tell(progress.READING, progress.PERCENT[progress.READING])
    source = _READERS[accepted.kind](accepted, report)
    pieces = pieces_of(source, report)
    pieces, pictures = _checked_pictures(pieces, source.embedded, report, tell)
    if came_in is not None:
        came_in.html, came_in.lines = rendering.render(source.body, pictures)
    tell(progress.RECOGNISING, progress.PERCENT[progress.RECOGNISING])
    draft = recognise(pieces, source, accepted.name, report)
    if source.reprint is not None:
        draft.source_type, draft.source_line = SourceType.REPOSTED.value, source.reprint
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
    tell(progress.COMPARING, progress.PERCENT[progress.COMPARING])
    report.account = accounts.settle(source.inventory, draft, report).as_data()
    return draft


def _checked_pictures(pieces, embedded, report, tell):
    """Return (pieces without unusable pictures, {address: Picture})."""
    pictures, bad = {}, {}
    kept, seen, figures = [], 0, sum(isinstance(piece, Figure) for piece in pieces)
    for piece in pieces:
        if isinstance(piece, Figure):
            start, end = progress.PERCENT[progress.PICTURES], progress.PERCENT[progress.RECOGNISING]
            tell(progress.PICTURES, start + (end - start) * seen // figures)
            seen += 1
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
