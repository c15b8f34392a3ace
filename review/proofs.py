"""Proof-readings (一校、二校、三校) of a text under review: who read which, by name. They enter the signatures after them."""

from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.models import TaskState

from review import rights
from review.errors import MayNotSignError, ReviewStateError, StaleTextError
from review.models import ProofReading, StepKind


NUMBERS = (1, 2, 3)


def readings(workflow_state):
    """Return [(number, its name, ProofReading or None)] of a run, in order."""
    done = {one.number: one for one in workflow_state.proof_readings.select_related("reader")}
    labels = dict(ProofReading._meta.get_field("number").choices)
    return [(number, labels[number], done.get(number)) for number in NUMBERS]


def record(task_state, user, *, number, seen_digest, digest, note=""):
    """Keep that ``user`` proof-read the text with ``digest``; a reading of an older text of this run makes room.

    Raises StaleTextError when another text was seen, MayNotSignError, ReviewStateError when the run is not open or
    somebody has done this reading already.
    """
    if seen_digest != digest:
        raise StaleTextError(
            _("The text is not the one you were shown. Please read it again before you decide.")
        )
    if number not in NUMBERS:
        raise ReviewStateError(_("There are three proof-readings: first, second and third."))
    if task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise ReviewStateError(_("This text has already been decided or called back. Nothing was changed."))
    if not may_read_proof(user, task_state):
        raise MayNotSignError(_("Proof-readings are recorded by librarians and editors."))
    with transaction.atomic():
        run = type(task_state.workflow_state).objects.select_for_update().get(pk=task_state.workflow_state_id)
        earlier = run.proof_readings.filter(number=number)
        if standing := earlier.filter(digest=digest).select_related("reader").first():
            raise ReviewStateError(
                _("%(who)s has recorded this proof-reading already.") % {"who": standing.reader}
            )
        earlier.delete()
        return ProofReading.objects.create(
            workflow_state=run, number=number, reader=user, digest=digest, note=note.strip()[:300]
        )


def may_read_proof(user, task_state):
    """True for librarians who may edit the article, and for those who sign the step as editors or office."""
    task = task_state.task.specific
    page = task_state.workflow_state.content_object.specific
    return user.is_active and (
        page.permissions_for_user(user).can_edit()
        or (task.kind in (StepKind.EDITOR, StepKind.OFFICE) and rights.is_asked(user, task_state))
    )


def record_of(workflow_state, digest):
    """Return the run's proof-readings of the text with ``digest`` as plain values, for a signature."""
    done = workflow_state.proof_readings.filter(digest=digest).select_related("reader")
    return [
        {
            "number": one.number,
            "name": one.reader.get_full_name() or one.reader.username,
            "username": one.reader.username,
            "note": one.note,
            "read_at": one.read_at.isoformat(),
        }
        for one in done.order_by("number")
    ]
