"""Refusals of the review room, each with its sentence."""

from articles.errors import Refusal


class AppendOnlyError(Refusal):
    """A record of approval was about to be changed or removed."""


class ReviewStateError(Refusal):
    """The review is not where the action expects it: decided already, called back, or the text has changed."""


class StaleTextError(ReviewStateError):
    """The text is no longer the one that was shown."""


class MayNotSignError(Refusal):
    """This person may not sign this text (P2): not asked, not in post, outside their specialty, or the author."""
