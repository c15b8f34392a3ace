"""Refusals of the publishing room, each with its sentence."""

from articles.errors import Refusal


class WithdrawalError(Refusal):
    """A withdrawal, or its undoing, that does not fit the publication's state."""


class AddressTakenError(Refusal):
    """Two articles want the same address on the site."""
