"""Files that nobody reaches by an address: scans of consents, permissions, stamped forms."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="articles.private.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """Below VAR_DIR, outside MEDIA_ROOT, without addresses; views hand the files out to those who may see them."""

    @property
    def base_location(self):
        return Path(settings.VAR_DIR) / "private"

    @property
    def location(self):
        return str(self.base_location)

    def url(self, name):
        raise ValueError("Private files have no address.")
