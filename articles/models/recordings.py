"""Recordings (朗读录音): an article read aloud by a physician or a librarian; part of what is signed."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import sound_files
from articles.errors import RecordingKeptError


def _stays():
    return _("A recording stays as it is. Add the new reading as another recording and choose that one.")


class RecordingFile(FieldFile):
    """The last door before storage: whoever saves a recording's file, it goes through articles.sound_files."""

    def save(self, name, content, save=True):
        """Store ``content`` cleaned, under a name that says nothing. Raises SoundError; then nothing is stored."""
        if not self.instance._state.adding:
            raise RecordingKeptError(_stays())
        sound = sound_files.take_file(content).sound
        self.instance.describe(sound)
        super().save(f"{self.instance.sha256[:32]}.{sound.format}", ContentFile(sound.data), save=save)

    save.alters_data = True


class RecordingFileField(models.FileField):
    attr_class = RecordingFile


class Recording(models.Model):
    """One sound file, cleaned on intake; never changed afterwards, a new reading is a new row.

    ``sha256`` is of the stored bytes and enters the digest of each article that carries it. The title is for colleagues
    only and may change.
    """

    class Format(models.TextChoices):
        MP3 = "mp3", "MP3"
        M4A = "m4a", "M4A"

    KEPT = ("reader", "file", "format", "sha256", "size", "seconds")

    title = models.CharField(
        gettext_lazy("title"), max_length=120, help_text=gettext_lazy("For colleagues, to find it by.")
    )
    reader = models.CharField(
        gettext_lazy("voice"),
        max_length=80,
        help_text=gettext_lazy(
            "The name readers see. A recording is a person's own voice: what a computer speaks does not come in here, "
            "and in a text it would have to be declared under “AI use”."
        ),
    )
    file = RecordingFileField(gettext_lazy("file"), upload_to="recordings")
    format = models.CharField(gettext_lazy("format"), max_length=3, choices=Format.choices, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(gettext_lazy("size in bytes"), editable=False)
    seconds = models.PositiveIntegerField(gettext_lazy("length in seconds"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(gettext_lazy("added"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = gettext_lazy("recording")
        verbose_name_plural = gettext_lazy("recordings")

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Save; of a row that is there already only the title. Raises RecordingKeptError."""
        if not self._state.adding:
            stored = Recording.objects.get(pk=self.pk)
            if any(str(getattr(self, name)) != str(getattr(stored, name)) for name in self.KEPT):
                raise RecordingKeptError(_stays())
        return super().save(*args, **kwargs)

    def describe(self, sound):
        """Take over what articles.sound_files found out about the file."""
        self.format, self.seconds = sound.format, sound.seconds
        self.sha256, self.size = sound.sha256, len(sound.data)
