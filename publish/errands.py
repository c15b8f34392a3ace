"""Small remote work beside the pushes: checks, comparisons, previews, deletions.

A module registers a function `take(ctx)` that finds one due thing, claims it (compare and set), does it and returns
True, or returns False when nothing is due. It handles its own CallErrors. `deliver` asks each in every round.
"""

import logging
from dataclasses import dataclass

from django.db import Error as DatabaseError

from publish.wechat import scrub


logger = logging.getLogger(__name__)


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
    """Do one due thing; return whether there was one. A fault in one errand keeps neither pushes nor others waiting."""
    for errand in list(_errands.values()):
        if paused and not errand.reads_only:
            continue
        try:
            if errand.take(ctx):
                return True
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of the program; what it was at says so itself
            logger.error("errand %s broke: %s", errand.name, scrub.text(repr(error)))
    return False
