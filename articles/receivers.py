"""What the articles room refuses at the level of rows, whichever way the deletion comes."""

from django.db import transaction

from articles import intake
from articles.errors import ArticleKeptError, ImageHeldError, RecordingKeptError


def keep_held_image(sender, instance, **kwargs):
    """Refuse to delete a picture that a text under review or signed shows."""
    if reason := instance.objection():
        raise ImageHeldError(reason)


def keep_reviewed_article(sender, instance, **kwargs):
    """Refuse to delete an article under review or signed."""
    if reason := instance.deletion_objection():
        raise ArticleKeptError(reason)


def take_in_upload(sender, instance, **kwargs):
    """A picture whose form is not yet complete waits in public media: it too must say nothing about people and places."""
    kind = instance.for_content_type
    of_picture = kind is not None and kind.natural_key() == ("articles", "libraryimage")
    if of_picture and instance.file and not instance.file._committed:
        instance.file = intake.take_file(instance.file.file)


def keep_used_recording(sender, instance, **kwargs):
    """Refuse to delete a recording that a version of an article carries."""
    from articles import recordings  # reads the models, which are not loaded yet

    if reason := recordings.objection_to_delete(instance):
        raise RecordingKeptError(reason)


def forget_recording(sender, instance, **kwargs):
    """Delete the file of a recording with its row; signed copies stay."""
    name, storage = instance.file.name, instance.file.storage
    transaction.on_commit(lambda: storage.delete(name))
