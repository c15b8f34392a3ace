"""What people do to a text under review: read it, sign it, return it, call it back."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page, Revision, TaskState, WorkflowState

from articles import registry
from articles.digest import digest
from articles.snapshot import build
from review import changes, checklist, evidence, people, proofs, returns, rights
from review.errors import MayNotSignError, ReviewStateError, StaleTextError
from review.models import ReviewTaskState, StepKind


@dataclass(frozen=True)
class Reading:
    """One text as it was shown: its snapshot, digest, the fingerprint of the stored revision behind it, and its page."""

    snapshot: dict
    digest: str
    stored: str
    article: object


def read(task_state):
    """Return the Reading of the text of ``task_state``; copies its pictures by content.

    Reads pictures from storage: call it outside transactions. Raises articles.copies.CopyError.
    """
    revision = Revision.objects.get(pk=task_state.revision_id)
    article = revision.as_object()
    snapshot = build(article)
    return Reading(snapshot, digest(snapshot), _fingerprint(revision), article)


def decide(task_state, user, decision, *, device=""):
    """Sign or return as ``decision`` says (``DecisionForm.cleaned_data``), and remember the text as the one last read.

    Raises as ``sign`` and ``send_back`` do.
    """
    seen = decision["seen_digest"]
    if decision["decision"] == "sign":
        state = sign(
            task_state,
            user,
            seen_digest=seen,
            answers=decision["answers"],
            reasons=decision["reasons"],
            comment=decision["comment"],
            whole=decision["whole"],
            device=device,
        )
    else:
        state = send_back(
            task_state, user, seen_digest=seen, notes=decision["notes"], reason=decision["comment"]
        )
    changes.decided(user, int(state.workflow_state.object_id), state)


def sign(task_state, user, *, seen_digest, answers, reasons=None, comment="", whole=True, device=""):
    """Sign one step over the text whose digest was seen; the last step approves and publishes.

    ``answers`` maps each question's code (review.checklist) to "yes", "no" or "na", ``reasons`` those of “na” to words.
    ``whole``: the whole text was reviewed again, which moves its next review date; a first signature always covers the
    whole. ``device``: what kind of device was used. Raises StaleTextError when the text is no longer the one seen,
    MayNotSignError (P2), ReviewStateError when it was decided already or an answer forbids signing.
    """
    reading = _read_as_seen(task_state, seen_digest)
    version, questions = checklist.questions_for(task_state)
    reasons = {code: text.strip() for code, text in (reasons or {}).items() if text.strip()}
    _check_answers(questions, answers, reasons)
    found = evidence.kept(reading.snapshot, reading.article)
    with transaction.atomic():
        state = _lock_open(task_state, reading)
        step = rights.StepRights(state)
        if reason := step.objection(user):
            raise MayNotSignError(reason)
        entry = people.entry_of(user)
        signature = (
            people.signer(user, entry)
            | {"username": user.username, "credentials": people.credentials_at(user, entry)}
            | rights.basis(user, step)
            | {
                "checklist": version,
                "questions": {question.code: str(question.text) for question in questions},
                "answers": {question.code: answers[question.code] for question in questions},
                "reasons": {
                    question.code: reasons[question.code]
                    for question in questions
                    if answers[question.code] == checklist.NOT_APPLICABLE
                },
                "findings": found,
                "comment": comment,
                "whole": whole or not state.workflow_state.content_object.specific.approvals.exists(),
                "device": device,
            }
        )
        return _put_under(state, reading, signature, user, comment)


def record_confirmation(task_state, user, *, seen_digest, how, day, note=""):
    """Record that an author without an account confirmed the text in writing; the step passes in the author's name.

    ``how`` is a value of ``forms.ConfirmationForm.HOW``, ``day`` the date of the writing. Raises as ``sign`` does.
    """
    reading = _read_as_seen(task_state, seen_digest)
    with transaction.atomic():
        state = _lock_open(task_state, reading)
        if objection := objection_to_record(user, state):
            raise MayNotSignError(objection)
        author = reading.snapshot["author"]
        signature = author | {
            "username": "",
            "credentials": {},
            "confirmed": {"how": how, "on": day.isoformat(), "note": note},
            "recorded_by": people.signer(user) | {"username": user.username},
            "checklist": "",
            "questions": {},
            "answers": {},
            "reasons": {},
            "comment": note,
            "whole": True,
            "device": "",
        }
        return _put_under(state, reading, signature, user, note)


def objection_to_record(user, task_state, step=None, page=None):
    """Return the sentence why ``user`` may not record the author's confirmation of this step, or an empty string.

    ``step`` (its rights.StepRights) and ``page`` (the article) are handed in when many are asked about.
    """
    step = step or rights.StepRights(task_state)
    if step.kind != StepKind.AUTHOR:
        return _("This step is not the author's.")
    if step.text.author_user_id:
        return _("The author has an account here and confirms the text personally.")
    page = page or task_state.workflow_state.content_object.specific
    if not user.is_active or not page.permissions_for_user(user).can_edit():
        return _("Only librarians who may edit this text record its author's confirmation.")
    return ""


def send_back(task_state, user, *, seen_digest, notes=(), reason=""):
    """Return the text (退回修改) with points to change, kept as ReturnNotes; gives back the step.

    ``notes`` are dicts of "category", "passage", "text", "suggestion"; ``reason`` alone makes one point of the category
    “something else”. Raises as ``sign`` does, and ReviewStateError when nothing says what to change.
    """
    points = returns.points_from(notes, reason)
    reading = _read_as_seen(task_state, seen_digest)
    with transaction.atomic():
        state = _lock_open(task_state, reading)
        if objection := rights.objection_to_sign(user, state):
            raise MayNotSignError(objection)
        state.digest, state.snapshot = reading.digest, reading.snapshot
        returns.keep(points, state)
        state.reject(user=user, comment=returns.in_words(points))
    return state


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


def _read_as_seen(task_state, seen_digest):
    reading = read(task_state)
    if reading.digest != seen_digest:
        raise StaleTextError(
            _("The text is not the one you were shown. Please read it again before you decide.")
        )
    return reading


def _put_under(state, reading, signature, user, comment):
    """Store the signature with what every one says, and let the chain go on."""
    # Built anew: what was read before the lock may hold a permission or a picture as it was then.
    if reason := registry.first_objection(registry.signing_guards, state.revision.as_object()):
        raise ReviewStateError(reason)
    state.digest, state.snapshot = reading.digest, reading.snapshot
    state.signature = signature | {
        "step": state.task.name,
        "kind": state.task.specific.kind,
        "digest": reading.digest,
        "proofs": proofs.record_of(state.workflow_state, reading.digest),
        "signed_at": timezone.now().isoformat(),
    }
    state.approve(user=user, comment=comment)
    return ReviewTaskState.objects.get(pk=state.pk)


def _check_answers(questions, answers, reasons):
    for question in questions:
        answer = answers.get(question.code)
        if answer not in (checklist.YES, checklist.NO, checklist.NOT_APPLICABLE):
            raise ReviewStateError(
                _("Please answer every question: “%(text)s” is open.") % {"text": question.text}
            )
        if answer not in question.answers:
            raise ReviewStateError(
                _("“%(text)s” has to be answered with yes or no.") % {"text": question.text}
            )
        if answer == checklist.NOT_APPLICABLE and question.code not in reasons:
            raise ReviewStateError(
                _("Say why “%(text)s” does not apply to this text.") % {"text": question.text}
            )
    for question in questions:
        if question.stop and answers[question.code] == checklist.NO:
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
    state.revision = revision
    return state


def _fingerprint(revision):
    content = json.dumps(revision.content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
