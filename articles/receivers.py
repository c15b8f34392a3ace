"""What the articles room refuses at the level of rows, whichever way the deletion comes."""

from articles.errors import ArticleKeptError, ImageHeldError


def keep_held_image(sender, instance, **kwargs):
    """Refuse to delete a picture that a text under review or signed shows."""
    if reason := instance.objection():
        raise ImageHeldError(reason)


def keep_reviewed_article(sender, instance, **kwargs):
    """Refuse to delete an article under review or signed."""
    if reason := instance.deletion_objection():
        raise ArticleKeptError(reason)
