"""What people do to a text under review: read it, sign it, return it, call it back."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page, Revision, TaskState, WorkflowState

from articles.digest import digest
from articles.snapshot import build
from review import checklist, rights
from review.errors import MayNotSignError, ReviewStateError, StaleTextError
from review.models import ReviewTaskState


@dataclass(frozen=True)
class Reading:
    """One text as it was shown: its snapshot, digest, and the fingerprint of the stored revision behind it."""

    snapshot: dict
    digest: str
    stored: str


def read(task_state):
    """Return the Reading of the text of ``task_state``; copies its pictures by content.

    Reads pictures from storage: call it outside transactions. Raises articles.copies.CopyError.
    """
    revision = Revision.objects.get(pk=task_state.revision_id)
    snapshot = build(revision.as_object())
    return Reading(snapshot, digest(snapshot), _fingerprint(revision))


def sign(task_state, user, *, seen_digest, answers, comment=""):
    """Sign one step over the text whose digest was seen; the last step approves and publishes.

    ``answers`` maps each question's code (review.checklist) to "yes" or "no". Raises StaleTextError when the text is no
    longer the one seen, MayNotSignError (P2), ReviewStateError when it was decided already or an answer forbids signing.
    """
    reading = read(task_state)
    if reading.digest != seen_digest:
        raise StaleTextError(
            _("The text is not the one you were shown. Please read it again before you decide.")
        )
    _check_answers(answers)
    with transaction.atomic():
        state = _lock_open(task_state, reading)
        if reason := rights.objection_to_sign(user, state):
            raise MayNotSignError(reason)
        state.digest, state.snapshot = reading.digest, reading.snapshot
        state.signature = user.physician.credentials() | {
            "username": user.username,
            "step": state.task.name,
            "digest": reading.digest,
            "checklist": checklist.VERSION,
            "answers": dict(answers),
            "comment": comment,
            "signed_at": timezone.now().isoformat(),
        }
        state.save()
        state.approve(user=user, comment=comment)
    return ReviewTaskState.objects.get(pk=state.pk)


def send_back(task_state, user, *, seen_digest, reason):
    """Return the text with a reason (退回修改). Raises as ``sign`` does, and ReviewStateError without a reason."""
    reason = reason.strip()
    if not reason:
        raise ReviewStateError(_("Write what has to change, so that the author can act on it."))
    reading = read(task_state)
    if reading.digest != seen_digest:
        raise StaleTextError(
            _("The text is not the one you were shown. Please read it again before you decide.")
        )
    with transaction.atomic():
        state = _lock_open(task_state, reading)
        if objection := rights.objection_to_sign(user, state):
            raise MayNotSignError(objection)
        state.reject(user=user, comment=reason)


def call_back(workflow_state, user):
    """Take a text back from review so that it can be edited. Raises MayNotSignError, ReviewStateError."""
    if not rights.may_call_back(user, workflow_state):
        raise MayNotSignError(
            _("Only the person who submitted a text, or the chief librarian, calls it back.")
        )
    with transaction.atomic():
        state = WorkflowState.objects.select_for_update().get(pk=workflow_state.pk)
        if state.status not in (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES):
            raise ReviewStateError(_("This review has ended; there is nothing to call back."))
        state.cancel(user=user)


def _check_answers(answers):
    missing = [
        question
        for question in checklist.QUESTIONS
        if answers.get(question.code) not in (checklist.YES, checklist.NO)
    ]
    if missing:
        raise ReviewStateError(
            _("Please answer every question: “%(text)s” is open.") % {"text": missing[0].text}
        )
    for question in checklist.QUESTIONS:
        if answers[question.code] == checklist.NO:
            raise ReviewStateError(
                _("You answered “no” to “%(text)s”. Return the text with your reason instead.")
                % {"text": question.text}
            )


def _lock_open(task_state, reading):
    """Lock page, step and revision; return the step. Raises when it was decided or the stored text has changed."""
    Page.objects.select_for_update().get(pk=task_state.workflow_state.object_id)
    state = ReviewTaskState.objects.select_for_update(of=("self",)).get(pk=task_state.pk)
    if (
        state.status != TaskState.STATUS_IN_PROGRESS
        or state.workflow_state.status != WorkflowState.STATUS_IN_PROGRESS
    ):
        raise ReviewStateError(_("This text has already been decided or called back. Nothing was changed."))
    page = state.workflow_state.content_object
    revision = Revision.objects.get(pk=state.revision_id)
    if page.latest_revision_id != revision.pk or _fingerprint(revision) != reading.stored:
        raise StaleTextError(
            _("The text has been changed since it was submitted. It has to be submitted again.")
        )
    return state


def _fingerprint(revision):
    content = json.dumps(revision.content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
