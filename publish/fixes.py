"""What one click can mend of a draft: proposed from its latest revision, shown, and saved as a new revision.

A fix is named by a code: ``shorten.title``, ``shorten.2.digest``, ``unlink.<block>``, ``empty``, ``convert.<picture>``.
Nothing is written before `apply`, and there only when the draft is still the one that was looked at.
"""

import io
import re
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.blocks import StreamValue
from wagtail.permissions import policy_registry

from bs4 import BeautifulSoup
from PIL import Image

from articles import copies, pixels
from articles.errors import Refusal
from articles.models import ArticlePage, LibraryImage
from articles.snapshot import block_text, build, image_ids, push_choices
from articles.textsearch.query import dictionary
from publish.wechat import limits
from themes import links


ENDS = ("。！？!?…", "；;", "，,、：: ")  # where a text may be cut, best first
KINDS = ("shorten", "unlink", "empty", "convert")
MOST = {"title": limits.TITLE, "digest": limits.DIGEST}


class FixRefusedError(Refusal):
    """A fix that cannot be made of this draft now."""


@dataclass(frozen=True)
class Draft:
    """The draft a fix is made of, and what tells whether it is still the latest."""

    article: ArticlePage
    mark: str


@dataclass(frozen=True)
class Proposal:
    """What a fix would do: ``changes`` are (where, before, after); with ``most`` the text may still be edited."""

    title: str
    changes: list
    most: int = 0
    image: LibraryImage | None = None

    @property
    def text(self):
        return self.changes[0][2]


def latest(page_pk):
    """Return the Draft of an article. Raises ArticlePage.DoesNotExist."""
    page = ArticlePage.objects.get(pk=page_pk)
    revision = page.get_latest_revision()
    # Autosave writes over a revision in place, so its number alone does not say what was read.
    mark = f"{revision.pk}-{revision.created_at.isoformat()}" if revision else "none"
    return Draft(revision.as_object() if revision else page, mark)


def propose(draft, code):
    """Return the Proposal of a fix. Raises FixRefusedError when there is nothing (more) to mend."""
    kind, _dot, rest = code.partition(".")
    found = _PROPOSE[kind](draft.article, rest) if kind in _PROPOSE else None
    if not found or not (found.changes or found.image):
        raise FixRefusedError(_("There is nothing left to mend here. The text has changed in the meantime."))
    return found


def apply(draft, code, *, user, text=""):
    """Save a new revision of the draft with the fix in it; return (revision before, new revision).

    Raises FixRefusedError when the draft is no longer the latest, is frozen, or when ``text`` does not fit.
    """
    _check_still(draft, user)
    proposal = propose(draft, code)
    kind, _dot, rest = code.partition(".")
    picture = _converted(proposal.image, user) if kind == "convert" else None
    with transaction.atomic():
        ArticlePage.objects.select_for_update().get(pk=draft.article.pk)
        article, before = _check_still(draft, user)
        if kind == "shorten":
            _write_text(article, rest, _fitting(text or proposal.text, proposal.most))
        elif kind == "convert":
            _replace_picture(article, proposal.image.pk, picture)
        else:
            _APPLY[kind](article, rest)
        return before, article.save_revision(user=user, log_action=True, clean=False)


def _check_still(draft, user):
    """Return (article, revision) of the latest draft. Raises FixRefusedError when it is not ``draft``, or not to be edited."""
    page = ArticlePage.objects.get(pk=draft.article.pk)
    if not page.permissions_for_user(user).can_edit():
        raise FixRefusedError(_("You may not edit this article."))
    lock = page.get_lock()
    if lock and lock.for_user(user):
        raise FixRefusedError(str(lock.get_message(user) or _("This text is locked.")))
    now = latest(page.pk)
    if now.mark != draft.mark:
        raise FixRefusedError(
            _("The text has changed in the meantime, so nothing was written. Look at the proposal again.")
        )
    return now.article, page.get_latest_revision()


# --- texts ----------------------------------------------------------------------------------------


def shortened(text, most):
    """Return the beginning of ``text`` that fits into ``most`` UTF-16 units, cut where a sentence, a clause or a word ends."""
    text = " ".join(text.split())
    if limits.length(text) <= most:
        return text
    head = _fitted(text, most)
    for marks in ENDS:
        at = max(head.rfind(mark) for mark in marks)
        if at + 1 >= len(head) / 2:
            return head[: at + 1] if marks == ENDS[0] else head[:at].rstrip()
    return _whole_words(text, _fitted(text, most - 1)) + "…"


def _fitted(text, most):
    while limits.length(text) > most:
        text = text[: most if len(text) > most else -1]
    return text


def _whole_words(text, head):
    """Return ``head``, a beginning of ``text``, without the piece of a word at its end."""
    kept = ""
    for word in dictionary().cut(text):
        if len(kept) + len(word) > len(head):
            break
        kept += word
    return kept.rstrip() or head


def _fitting(text, most):
    text = " ".join(text.split())
    if not text:
        raise FixRefusedError(_("The text is empty."))
    if (count := limits.length(text)) > most:
        raise FixRefusedError(_("%(n)d characters; WeChat allows %(limit)d.") % {"n": count, "limit": most})
    return text


def _propose_shorter(article, rest):
    number, name = _choice(rest)
    choices = push_choices(build(article, read=copies.outline))
    if number >= len(choices):
        return None
    before, most = choices[number][name], MOST[name]
    if limits.length(before) <= most:
        return None
    place = {"title": _("Title in WeChat"), "digest": _("Digest in WeChat")}[name]
    return Proposal(_("Shorten"), [(place, before, shortened(before, most))], most=most)


def _choice(rest):
    """Return (number, name) of ``title``, ``digest``, ``1.title`` …; raises FixRefusedError."""
    match = re.fullmatch(r"(?:([1-9])\.)?(title|digest)", rest)
    if not match:
        raise FixRefusedError(_("There is no such fix."))
    return int(match[1] or 0), match[2]


def _write_text(article, rest, text):
    number, name = _choice(rest)
    if not number:
        setattr(article, f"push_{name}", text)
        return
    alternatives = list(article.push_alternatives.all())
    setattr(alternatives[number - 1], name, text)
    article.push_alternatives = alternatives


# --- blocks ---------------------------------------------------------------------------------------


def _raw(article):
    """Return the body as plain data."""
    return [dict(block) for block in article.body.get_prep_value()]


def _write_body(article, raw):
    article.body = StreamValue(article.body.stream_block, raw, is_lazy=True)


def _propose_no_empty(article, rest):
    body = build(article, read=copies.outline)["body"]
    empty = [block for block in body if block["type"] != "image" and not block_text(block).strip()]
    blocks = article.body.stream_block.child_blocks
    names = [str(blocks[block["type"]].label) for block in empty]
    return Proposal(_("Remove empty blocks"), [(name, _("empty"), "") for name in names])


def _remove_empty(article, rest):
    shown = [child for child in article.body if child.block_type != "image" or child.value["image"]]
    body = build(article, read=copies.outline)["body"]
    gone = {
        child.id
        for child, block in zip(shown, body, strict=True)
        if block["type"] != "image" and not block_text(block).strip()
    }
    _write_body(article, [block for block in _raw(article) if block.get("id") not in gone])


def _propose_unlinked(article, block_id):
    block = next((block for block in _raw(article) if block.get("id") == block_id), None)
    if block is None:
        return None
    changes = []
    _each_html(block["value"], lambda html: _unlinked(html, changes))
    return Proposal(_("Remove links"), changes)


def _unlink(article, block_id):
    raw = _raw(article)
    for block in raw:
        if block.get("id") == block_id:
            block["value"] = _each_html(block["value"], lambda html: _unlinked(html, []))
    _write_body(article, raw)


def _each_html(value, change):
    """Return stored block data with ``change`` made in each string that may hold a link."""
    if isinstance(value, str):
        return change(value) if "<a" in value else value
    if isinstance(value, dict):
        return {name: _each_html(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_each_html(one, change) for one in value]
    return value


def _unlinked(html, changes):
    soup = BeautifulSoup(html, "html.parser")
    for anchor in soup.find_all("a"):
        href = anchor.get("href") or ""
        if not links.stays(href):
            changes.append((anchor.get_text(), href or _("a page of this site"), anchor.get_text()))
            anchor.unwrap()
    return str(soup)


# --- pictures -------------------------------------------------------------------------------------


def _propose_converted(article, rest):
    if not rest.isascii() or not rest.isdigit() or int(rest) not in image_ids(article):
        return None
    image = LibraryImage.objects.get(pk=int(rest))
    return Proposal(
        _("Make a JPEG or PNG"),
        [(image.title, image.filename, _("a new picture in the library; the old one stays"))],
        image=image,
    )


def _converted(image, user):
    """Return a new library picture with the first frame of ``image`` in screen colours."""
    if not policy_registry.get_by_type(LibraryImage).user_has_permission(user, "add"):
        raise FixRefusedError(_("You may not add pictures to the library."))
    try:
        with Image.open(io.BytesIO(copies.library_bytes(image))) as opened:
            picture = pixels.shown(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, copies.CopyError) as error:
        raise FixRefusedError(_("The picture cannot be read. Choose another one.")) from error
    as_png = picture.mode == "RGBA" or pixels.is_drawing(picture)
    out = io.BytesIO()
    if as_png:
        picture.save(out, "PNG", optimize=True)
    else:
        picture.save(out, "JPEG", quality=90, optimize=True)
    name = f"{image.filename.rsplit('.', 1)[0]}.{'png' if as_png else 'jpg'}"
    copy = LibraryImage(
        title=image.title,
        description=image.description,
        credit=image.credit,
        licence=image.licence,
        source=image.source,
        shows_patient=image.shows_patient,
        consent=image.consent,
        collection=image.collection,
        uploaded_by_user=user,
        file=ContentFile(out.getvalue(), name=name),
        **{
            f"focal_point_{part}": getattr(image, f"focal_point_{part}")
            for part in ("x", "y", "width", "height")
        },
    )
    copy._set_image_file_metadata()
    copy.save()
    return copy


def _replace_picture(article, old, new):
    raw = _raw(article)
    for block in raw:
        if block["type"] == "image" and block["value"].get("image") == old:
            block["value"] = block["value"] | {"image": new.pk}
    _write_body(article, raw)
    if article.cover_id == old:
        article.cover = new
    alternatives = list(article.push_alternatives.all())
    for one in alternatives:
        if one.cover_id == old:
            one.cover = new
    article.push_alternatives = alternatives


_PROPOSE = {
    "shorten": _propose_shorter,
    "unlink": _propose_unlinked,
    "empty": _propose_no_empty,
    "convert": _propose_converted,
}
_APPLY = {"unlink": _unlink, "empty": _remove_empty}
