"""Recordings (朗读录音): an article read aloud by a physician or a librarian; part of what is signed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Recording(models.Model):
    """One sound file, cleaned on intake; never changed afterwards, a new reading is a new row.

    ``sha256`` is of the stored bytes and enters the digest of each article that carries it.
    """

    title = models.CharField(_("title"), max_length=120)
    reader = models.CharField(_("read by"), max_length=80, help_text=_("The name readers see."))
    file = models.FileField(_("file"), upload_to="recordings")
    sha256 = models.CharField(max_length=64, editable=False)
    seconds = models.PositiveIntegerField(_("length in seconds"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")

    def __str__(self):
        return self.title
