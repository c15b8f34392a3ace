"""Refusals of the publishing room, each with its sentence."""

from articles.errors import Refusal


class WithdrawalError(Refusal):
    """A withdrawal, or its undoing, that does not fit the publication's state."""


class AddressTakenError(Refusal):
    """Two articles want the same address on the site."""


class PushRefusedError(Refusal):
    """A push cannot be made, or not be changed in this way now."""


class ChangedMeanwhileError(PushRefusedError):
    """Somebody else changed the push since it was read; the sentence says who."""
