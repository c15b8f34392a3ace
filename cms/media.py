"""Who may fetch an uploaded file.

Copies of signed pictures, and of the hospital's logo and mark, are everybody's: their addresses follow from their
content. Library pictures and documents are for colleagues; an original may tell where and when it was taken.
"""

import mimetypes
import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from wagtail.admin.auth import require_admin_access


def is_public(name):
    """Say whether the file ``name`` (its path in the storage) is a signed copy a reader may fetch."""
    return name.startswith("signed/") and not posixpath.basename(name).startswith("original.")


def serve(request, name):
    """Answer /media/<name>. nginx serves the public part before a request gets here."""
    if posixpath.normpath(name) != name or name.startswith("documents/"):
        # Documents have a view of their own, which knows their rights.
        raise Http404
    if is_public(name):
        return _file(name, "public, max-age=31536000, immutable")
    return _for_colleagues(request, name=name)


@require_admin_access
def _for_colleagues(request, name):
    return _file(name, "private, no-cache")


def _file(name, cache_control):
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(file, content_type=kind, headers={"Cache-Control": cache_control})
