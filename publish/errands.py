"""Small remote work beside the pushes: checks, comparisons, previews, deletions.

A module registers a function `take(ctx)` that finds one due thing, claims it (compare and set), does it and returns
True, or returns False when nothing is due. It handles its own CallErrors. `deliver` asks each in every round.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Errand:
    """``reads_only``: goes on while everything outgoing is held."""

    name: str
    take: object
    reads_only: bool = False


_errands = {}


def register(name, take, *, reads_only=False):
    """Add an errand; registering a name again replaces it."""
    _errands[name] = Errand(name, take, reads_only)


def run_one(ctx, paused):
    """Do one due thing; return whether there was one."""
    return any(errand.take(ctx) for errand in list(_errands.values()) if errand.reads_only or not paused)
