"""Corrections (更正): a newer signed version that says what it puts right, and what is done about the copies in WeChat.

WeChat's ladder for each copy of an earlier version: a small edit on its website (the exact strings are printed), a
corrigendum in the next push, deletion. Whatever is chosen stays listed until it is done.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.log_actions import log

from articles.errors import Refusal
from articles.models import Institution
from articles.snapshot import push_choices
from publish import composing, deletions, edits
from publish.models import (
    ChannelSettings,
    Correction,
    CorrectionStep,
    Deletion,
    Publication,
    PushItem,
)
from publish.states import State
from publish.wechat import article as wechat_article
from themes import wechat as look
from themes.registry import DEFAULT


Kind = CorrectionStep.Kind


class CorrectionRefusedError(Refusal):
    """A step of the ladder that cannot be taken like this."""


# --- from a signature, to readers -------------------------------------------------------------------


def note_of(snapshot):
    """Return what a signed version says it corrects; snapshots of scheme xinglin/1 say nothing."""
    return (snapshot.get("correction") or "").strip()


def record(publication, earlier):
    """Insert the Correction when ``publication`` says something the version ``earlier`` (or None) did not say."""
    note = note_of(publication.snapshot)
    if earlier is None or not note or note == note_of(earlier.snapshot):
        return None
    return Correction.objects.create(
        publication=publication, corrects=earlier, note=note, made_at=publication.published_at
    )


def public(article_pk):
    """Return what readers are told of an article's corrections, newest first: dicts of day and note, as signed."""
    rows = Correction.objects.filter(publication__article_id=article_pk).order_by("-publication__number")
    signed = rows.values_list(
        "publication__approval__snapshot__correction", "publication__approval__signed_at"
    )
    return [{"day": timezone.localdate(at), "note": note.strip()} for note, at in signed]


def public_with_draft(article_pk, snapshot):
    """Return the same with what the unsigned ``snapshot`` would add, for previews: the day of that one is None."""
    known = public(article_pk)
    note = note_of(snapshot)
    if (
        not note
        or not Publication.objects.filter(article=article_pk).exists()
        or note in [one["note"] for one in known[:1]]
    ):
        return known
    return [{"day": None, "note": note}, *known]


# --- the ladder -----------------------------------------------------------------------------------


@dataclass
class Copy:
    """One copy of an earlier version in WeChat, and what can be done about it.

    ``edits``: what a small edit would have to change; ``objection``: why it is not offered ("" when it is);
    ``steps``: {kind: CorrectionStep} that were chosen.
    """

    item: PushItem
    edits: list
    characters: int
    objection: str
    steps: dict
    deletion: Deletion | None


def copies(correction):
    """Return the Copies that a correction concerns, newest first."""
    settings = ChannelSettings.load()
    steps = {}
    for step in correction.steps.select_related("chosen_by", "done_by", "push", "deletion"):
        steps.setdefault(step.item_id, {})[step.kind] = step
    found = deletions.copies(correction.publication.article_id).filter(
        publication__number__lt=correction.publication.number
    )
    return [
        _copy(item, correction, steps.get(item.pk, {}), settings)
        for item in found.select_related("publication__approval")
    ]


def _copy(item, correction, steps, settings):
    if Kind.EDIT in steps:
        chosen = [edits.Edit(**one) for one in steps[Kind.EDIT].strings]
        return Copy(item, chosen, edits.characters(chosen), "", steps, deletions.current(item))
    wanted, objection = _small_edit(item, correction.publication, settings)
    return Copy(item, wanted, edits.characters(wanted), objection, steps, deletions.current(item))


def _small_edit(item, publication, settings):
    """Return (edits, objection): what a small edit of ``item`` would change, and why it is not offered."""
    old, new = item.publication.snapshot, publication.snapshot
    if item.title and item.title not in {choice["title"] for choice in push_choices(new)}:
        return [], _("The title changes too; a small edit changes words of the body only.")
    if _pictures(old) != _pictures(new):
        return [], _("Pictures change too; a small edit changes words only.")
    facts = item.publication.facts(Institution.load())
    try:
        wanted = edits.edits(*(_words(snapshot, facts, item.push.theme) for snapshot in (old, new)))
    except edits.NotSmallError:
        return [], _("Whole paragraphs are added, removed or repeated; a small edit cannot do that.")
    if not wanted:
        return [], _("The words in WeChat stay the same: nothing to edit there.")
    done = CorrectionStep.objects.filter(item=item, kind=Kind.EDIT).count()
    if done >= settings.edit_times:
        return wanted, _("The %(count)d small edits WeChat allows for one article are used up.") % {
            "count": settings.edit_times
        }
    changed = edits.characters(wanted)
    if changed > settings.edit_characters:
        return wanted, _(
            "%(changed)d characters change; WeChat allows %(most)d in one small edit (see the settings)."
        ) % {"changed": changed, "most": settings.edit_characters}
    return wanted, ""


def _words(snapshot, facts, theme):
    """Return the lines of a signed text as WeChat's readers have them; dates and names beside it are kept equal."""
    html = look.render(
        snapshot | {"correction": ""}, facts, lambda image: wechat_article.STAND_IN, theme or DEFAULT
    )
    return edits.lines(html)


def _pictures(snapshot):
    return [block["value"]["image"]["sha256"] for block in snapshot["body"] if block["type"] == "image"]


# --- what people do ---------------------------------------------------------------------------------


def choose(correction, item, kind, *, user):
    """Choose a rung of the ladder for a copy; return the CorrectionStep. Raises CorrectionRefusedError.

    A small edit keeps its strings; a corrigendum begins a push of the corrected version, to be composed and sent.
    Raises PushRefusedError when a newer version has taken this one's place.
    """
    copy = next((found for found in copies(correction) if found.item.pk == item.pk), None)
    if copy is None or kind not in (Kind.EDIT, Kind.CORRIGENDUM):
        raise CorrectionRefusedError(_("There is no such copy in WeChat."))
    if kind == Kind.EDIT and copy.objection:
        raise CorrectionRefusedError(copy.objection)
    strings = [vars(edit) for edit in copy.edits] if kind == Kind.EDIT else []
    try:
        with transaction.atomic():
            push = _corrigendum(correction, user) if kind == Kind.CORRIGENDUM else None
            step = CorrectionStep.objects.create(
                correction=correction, item=copy.item, kind=kind, strings=strings, chosen_by=user, push=push
            )
            _log(step, "choose", user)
    except IntegrityError as error:
        raise CorrectionRefusedError(_("This is chosen already.")) from error
    return step


def _corrigendum(correction, user):
    """Return the push that carries the corrected version: the one it is in already, or a new one to be composed."""
    publication = correction.publication
    held = PushItem.objects.filter(publication=publication, holds=True).select_related("push").first()
    if held:
        return held.push
    return composing.start(user, [publication])


def deletion_asked(correction, item, deletion, *, user):
    """Note that a copy's deletion was asked for because of a correction."""
    step, _created = CorrectionStep.objects.update_or_create(
        correction=correction,
        item=item,
        kind=Kind.DELETE,
        defaults={"deletion": deletion, "chosen_by": user, "chosen_at": timezone.now()},
    )
    return step


def tick(step, *, user):
    """Record that a named person made the small edit. Raises CorrectionRefusedError."""
    _set_done(step, user=user, done=True)


def untick(step, *, user):
    """Take a tick back. Raises CorrectionRefusedError."""
    _set_done(step, user=user, done=False)


def _set_done(step, *, user, done):
    changed = CorrectionStep.objects.filter(pk=step.pk, kind=Kind.EDIT, done_at__isnull=done).update(
        done_at=timezone.now() if done else None, done_by=user if done else None
    )
    if not changed:
        raise CorrectionRefusedError(_("This step has moved on meanwhile. Look at the page again."))
    _log(step, "done" if done else "undone", user)


def drop(step, *, user):
    """Give up a step that is not done; a push begun for it stays for the composer. Raises CorrectionRefusedError."""
    if step.kind == Kind.DELETE:
        raise CorrectionRefusedError(_("Call the deletion off on its own page."))
    with transaction.atomic():
        _log(step, "drop", user)
        if not CorrectionStep.objects.filter(pk=step.pk, done_at=None).delete()[0]:
            raise CorrectionRefusedError(_("This step has moved on meanwhile. Look at the page again."))


def _log(step, action, user):
    publication = step.correction.publication
    log(
        publication.article,
        f"xinglin.correction.{action}",
        user=user,
        data={"step": step.kind, "push": step.item.push_id, "version": publication.number},
    )


# --- lists ------------------------------------------------------------------------------------------


def open_steps():
    """Return the steps that wait to be done: an edit not ticked, a corrigendum not out, a deletion not ended."""
    ended = [Deletion.State.DONE, Deletion.State.DROPPED]
    return (
        CorrectionStep.objects.filter(done_at=None)
        .exclude(kind=Kind.DELETE, deletion__state__in=ended)
        .exclude(Q(kind=Kind.CORRIGENDUM) & _out())
        .select_related("correction__publication", "item__push")
    )


def _out():
    return Q(
        correction__publication__in=PushItem.objects.filter(push__state=State.DONE).values("publication")
    )


def is_done(step):
    """Return whether a step is done (see `open_steps`)."""
    if step.kind == Kind.EDIT:
        return step.done_at is not None
    if step.kind == Kind.DELETE:
        return step.deletion is not None and step.deletion.state == Deletion.State.DONE
    return PushItem.objects.filter(
        publication=step.correction.publication_id, push__state=State.DONE
    ).exists()
