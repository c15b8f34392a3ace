"""Refusals that reach a person as a sentence, wherever they are raised (see ``cms.middleware``)."""

from django.core.exceptions import ValidationError


class Refusal(ValidationError):  # noqa: N818 - the field's word; its kinds end in Error
    """Base of every refusal of our own; ``sentence`` says what was wrong and what to do."""

    @property
    def sentence(self):
        return "\n".join(str(message) for message in self.messages)

    def __str__(self):
        return self.sentence  # Django's own would print a list, and people read this


class NotSignedError(Refusal):
    """A way to publish that does not pass through review."""


class AliasRefusedError(Refusal):
    """An alias of an article would show text that nobody signed for that place."""


class ImageHeldError(Refusal):
    """A picture is part of a text under review or signed."""


class ArticleKeptError(Refusal):
    """An article that is under review or signed stays."""


class ConsentError(Refusal):
    """A consent that cannot be changed or withdrawn like this."""


class RecordingKeptError(Refusal):
    """A recording is not changed, and stays while a version of an article carries it."""
