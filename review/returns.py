"""Points of a return: written at a passage, answered by the author, their wording taken over with one click."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page, TaskState

from review import changes, progress, wording
from review.errors import MayNotSignError, ReviewStateError
from review.models import Category, ReturnNote


MOST_POINTS = 10


# --- Writing ------------------------------------------------------------------------------------


def points_from(notes, reason=""):
    """Return unsaved ReturnNotes from dicts and a general ``reason``. Raises ReviewStateError naming what is wrong."""
    dicts = [dict(note) for note in notes]
    if reason.strip():
        dicts.append({"category": Category.OTHER, "text": reason})
    if not dicts:
        raise ReviewStateError(_("Write what has to change, so that the author can act on it."))
    return [_point(given) for given in dicts]


def _point(given):
    values = {name: (given.get(name) or "").strip() for name in ("category", "passage", "text", "suggestion")}
    values["category"] = values["category"] or Category.OTHER
    if values["suggestion"] and not values["passage"]:
        raise ReviewStateError(_("Copy the passage that your better wording is meant for."))
    if values["suggestion"] and not values["text"]:
        values["text"] = _("Please use the better wording.")
    point = ReturnNote(**values)
    try:
        point.clean_fields(exclude=["task_state"])
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = ReturnNote._meta.get_field(field).verbose_name
        raise ReviewStateError(f"{label}：{sentences[0]}") from None
    return point


def keep(points, task_state):
    """Store unsaved ``points`` with the pass that returned the text."""
    for point in points:
        point.task_state = task_state
        point.save()


def in_words(points):
    """Return the points as lines of text, for lists and messages that know no more."""
    lines = []
    for point in points:
        line = f"“{point.passage}”：{point.text}" if point.passage else point.text
        lines.append(f"{line} → “{point.suggestion}”" if point.suggestion else line)
    return "\n".join(lines)


# --- Reading and answering ----------------------------------------------------------------------


def last_returned(article, before=None):
    """Return the newest returned pass of ``article`` since its last approval (and before the pass ``before``), or None."""
    passes = progress.passes_of(article).filter(status=TaskState.STATUS_REJECTED)
    passes = passes.select_related("finished_by", "task", "workflow_state")
    if before is not None:
        passes = passes.filter(pk__lt=before.pk)
    returned = passes.order_by("-pk").first()
    approval = article.approvals.order_by("-sequence").first() if returned else None
    return None if approval and approval.signed_at > returned.finished_at else returned


def article_of(returned):
    """Return the newest draft of the article whose text was returned."""
    return returned.workflow_state.content_object.specific.get_latest_revision_as_object()


def may_answer(user, returned):
    """True for those who may edit the article, for its author and for who submitted it."""
    article = article_of(returned)
    return user.is_active and (
        user.pk in (article.author_user_id, returned.workflow_state.requested_by_id)
        or article.permissions_for_user(user).can_edit()
    )


def is_open(returned):
    """True while points can be answered: the article is not under review again, nor signed since."""
    page = returned.workflow_state.content_object.specific
    return last_returned(page) == returned and progress.open_step(page) is None


def answer(note, user, text):
    """Keep the author's answer to a point. Raises MayNotSignError, ReviewStateError."""
    _refuse_closed(note.task_state)
    if not may_answer(user, note.task_state):
        raise MayNotSignError(_("Points are answered by the author and by those who may edit the article."))
    text = text.replace("\0", "").strip()
    if len(text) > ReturnNote._meta.get_field("answer").max_length:
        raise ReviewStateError(_("The answer is too long: 1,000 characters at most."))
    if text == note.answer:
        return
    note.answer, note.answered_by, note.answered_at = text, user, timezone.now()
    note.save(update_fields=["answer", "answered_by", "answered_at"])


def take_over(note, user):
    """Put the point's better wording in place of its passage, as a new revision of the draft.

    Raises MayNotSignError, and ReviewStateError when the passage does not stand exactly once in the draft.
    """
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=note.task_state.workflow_state.object_id).specific
        note = ReturnNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
        _refuse_closed(note.task_state)
        if not page.permissions_for_user(user).can_edit():
            raise MayNotSignError(_("Only those who may edit the article take a wording over."))
        if note.taken_over or not note.suggestion:
            raise ReviewStateError(_("There is no wording to take over, or it has been taken over already."))
        lock = page.get_lock()
        if lock and lock.for_user(user):
            raise ReviewStateError(_("Somebody has locked this article. Ask them to unlock it first."))
        draft = page.get_latest_revision_as_object()
        wording.replace(draft, note.passage, note.suggestion)
        draft.save_revision(user=user, log_action=True)
        note.taken_over = True
        note.answered_by = note.answered_by or user
        note.answered_at = note.answered_at or timezone.now()
        note.save(update_fields=["taken_over", "answered_by", "answered_at"])


def _refuse_closed(returned):
    if not is_open(returned):
        raise ReviewStateError(_("This return is closed: the text is under review again, or signed."))


def changes_since(returned, snapshot):
    """Return [(kind, text)] of what changed since the text was returned; None when it was not kept then."""
    return changes.between(returned.snapshot, snapshot) if returned.snapshot else None
