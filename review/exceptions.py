"""Exceptions (P2): the chief librarian lets one named person sign one text in spite of a named objection."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.log_actions import log
from wagtail.models import Page, TaskState

from review import rights
from review.errors import MayNotSignError, ReviewStateError
from review.models import Objection, Physician, ReviewTaskState, SigningException


LEAST_REASON = 5
"""Characters: a reason an inspector can read is more than “ok” or “同意”."""


@dataclass(frozen=True)
class Refused:
    """A person who would sign this step but for ``hindrances``, each of which can be excepted."""

    entry: Physician
    hindrances: tuple

    @property
    def key(self):
        """What a form posts: the person and exactly the objections that were shown."""
        return f"{self.entry.pk}:{','.join(sorted(one.objection for one in self.hindrances))}"


def refused(task_state):
    """Return those of the step's people with an entry whom only objections that can be excepted keep from signing."""
    step = rights.StepRights(task_state)
    entries = (
        Physician.objects.in_post()
        .filter(user__groups__in=step.task.groups.all())
        .exclude(user__in=step.earlier_signers)
        .select_related("user", "department")
        .distinct()
    )
    if step.kind in rights.MEDICAL:
        entries = entries.filter(profession__in=rights.MEDICAL[step.kind])
    found = []
    for entry in entries:
        lifted = step.lifted.get(entry.pk, ())
        hindrances = [one for one in step.against_text(entry.user_id, entry) if one.objection not in lifted]
        if hindrances:
            found.append(Refused(entry, tuple(hindrances)))
    return found


def grant(task_state, user, key, reason):
    """Except one person (``key`` of a Refused as it was shown) from what keeps them from signing; returns the rows.

    Raises MayNotSignError for those who may not except, and for oneself; ReviewStateError when the step is decided, the
    reason says nothing, or the objections are no longer those that were shown.
    """
    if not rights.may_except(user):
        raise MayNotSignError(_("Only the chief librarian makes an exception."))
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ReviewStateError(_("Write the reason in a few words; it is kept with your name and listed."))
    limit = SigningException._meta.get_field("reason").max_length
    if len(reason) > limit:
        raise ReviewStateError(_("The reason may have %(limit)d characters at most.") % {"limit": limit})
    with transaction.atomic():
        # The page first, as signing does: so that the two wait for each other.
        page = Page.objects.select_for_update().get(pk=task_state.workflow_state.object_id)
        state = ReviewTaskState.objects.select_for_update(of=("self",)).get(pk=task_state.pk)
        if state.status != TaskState.STATUS_IN_PROGRESS:
            raise ReviewStateError(
                _("This text has already been decided or called back. Nothing was changed.")
            )
        person = next((one for one in refused(state) if one.key == key), None)
        if person is None:
            raise ReviewStateError(_("What keeps this person from signing has changed. Please look again."))
        if person.entry.user_id == user.pk:
            raise MayNotSignError(_("Nobody makes an exception for themselves."))
        granted = [
            SigningException.objects.create(
                workflow_state_id=state.workflow_state_id,
                physician=person.entry,
                objection=hindrance.objection,
                reason=reason,
                granted_by=user,
            )
            for hindrance in person.hindrances
        ]
        log(
            page.specific,
            "review.except",
            user=user,
            data={
                "name": person.entry.name,
                "objections": [str(Objection(one.objection).label) for one in granted],
                "reason": reason,
            },
        )
    return granted
