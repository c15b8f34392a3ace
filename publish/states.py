"""The states of a push and of a delivery, the moves between them, and the one way to make a move.

The table is plain data, so that tests walk it without a database. `move` and `save` are the only
functions that may write a push: both compare the row's version before they set anything, so two
workers (or a worker and a person) can never both believe that they acted on the same state.
"""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a push or a delivery stands."""

    READY = "READY", _("Ready to go out")
    SENDING = "SENDING", _("Being sent")
    WAITING = "WAITING", _("Waiting for WeChat's result")
    DONE = "DONE", _("Arrived")
    RETRY_AT = "RETRY_AT", _("Will be tried again")
    NEEDS_PERSON = "NEEDS_PERSON", _("Needs a person")
    UNKNOWN = "UNKNOWN", _("Outcome unknown")
    FAILED = "FAILED", _("Failed")
    CANCELLED = "CANCELLED", _("Cancelled")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


S = State

ALLOWED = {
    # UNKNOWN: the database turned out to be a restored copy; what happened since must be asked.
    S.READY: {S.SENDING, S.CANCELLED, S.UNKNOWN},
    # READY: the lease ran out, or the worker was told to stop, before any remote effect could begin.
    S.SENDING: {
        S.READY,
        S.WAITING,
        S.DONE,
        S.RETRY_AT,
        S.NEEDS_PERSON,
        S.UNKNOWN,
        S.FAILED,
        S.CANCELLED,
    },
    S.RETRY_AT: {S.SENDING, S.READY, S.CANCELLED, S.UNKNOWN},
    S.WAITING: {S.DONE, S.FAILED, S.NEEDS_PERSON, S.UNKNOWN},
    S.UNKNOWN: {S.READY, S.WAITING, S.DONE, S.NEEDS_PERSON, S.FAILED, S.CANCELLED},
    S.NEEDS_PERSON: {S.READY, S.WAITING, S.DONE, S.UNKNOWN, S.CANCELLED},
    # DONE: a person found it in WeChat after all.
    S.FAILED: {S.READY, S.DONE, S.UNKNOWN, S.CANCELLED},
    S.DONE: {S.WITHDRAWN},
    S.CANCELLED: set(),
    # DONE: a withdrawal from the website is undone (P6).
    S.WITHDRAWN: {S.DONE},
}

# Nothing more happens by itself.
FINAL = frozenset({S.CANCELLED})
# The publication is taken: no second push may carry it to the same account.
HOLDING = frozenset(set(State) - {S.FAILED, S.CANCELLED, S.WITHDRAWN})
# No worker can be at it, and no remote effect can be under way.
AT_REST = frozenset({S.READY, S.RETRY_AT, S.NEEDS_PERSON, S.FAILED})


class MoveRefusedError(Exception):
    """The table does not allow this move."""


class StaleRowError(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


def allowed(old, new):
    """Return whether a row in state ``old`` may go to ``new``."""
    return State(new) in ALLOWED[State(old)]


def save(row, *, where=None, **changes):
    """Write ``changes`` to ``row`` without changing its state: the checkpoint after a step.

    ``where`` holds further conditions. Raises StaleRowError when the row has been changed since it
    was read or a condition does not hold; then nothing is written.
    """
    manager = type(row)._default_manager
    found = manager.filter(pk=row.pk, version=row.version, state=row.state, **(where or {}))
    if found.update(version=row.version + 1, **changes) != 1:
        raise StaleRowError(f"{row} was changed by somebody else.")
    row.version += 1
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def move(row, to, *, by, reason="", now=None, **changes):
    """Take ``row`` to the state ``to``, write ``changes`` with it, and record the move.

    ``by`` names the worker or the person. ``row`` offers `moves` (related manager of the records)
    and `moved(old)` (what must change in the same transaction). Raises MoveRefusedError when the
    table has no such move, StaleRowError when the row is not as it was read.
    """
    to = State(to)
    old = State(row.state)
    if not allowed(old, to):
        raise MoveRefusedError(f"{row}: {old} does not lead to {to}.")
    now = now or timezone.now()
    with transaction.atomic():
        save(row, state=to, state_since=now, reason=reason, **changes)
        row.moves.create(old=old, new=to, at=now, by=str(by), reason=reason)
        row.moved(old, now)
    return row
