"""Refusals that reach a person as a sentence."""

from django.core.exceptions import PermissionDenied, ValidationError


class NotSignedError(PermissionDenied):
    """A way to publish that does not pass through review."""


class AliasRefusedError(ValidationError):
    """An alias of an article would show text that nobody signed for that place."""


class ImageHeldError(ValidationError):
    """A picture is part of a text under review or signed."""


class ArticleKeptError(ValidationError):
    """An article with an approval stays, as evidence."""
