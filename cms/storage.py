"""Uploaded files on an S3-compatible server."""

from django.conf import settings
from django.utils.encoding import filepath_to_uri

from storages.backends.s3 import S3Storage

from cms.media import is_public


class MediaStorage(S3Storage):
    """Readers fetch signed copies from the bucket; everything else goes through our own login.

    So only the prefix ``signed/`` of the bucket has to be public.
    """

    def url(self, name, parameters=None, expire=None, http_method=None):
        if is_public(name):
            return super().url(name, parameters, expire, http_method)
        return settings.MEDIA_URL + filepath_to_uri(name)
