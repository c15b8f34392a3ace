"""Who may fetch an uploaded file.

Copies of signed pictures and recordings, and of the hospital's logo and mark, are everybody's: their addresses follow from their
content. Library pictures, recordings and documents are for colleagues; an original may tell where and when it was taken.
"""

import mimetypes
import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse

from wagtail.admin.auth import require_admin_access

from werkzeug.http import parse_range_header
from whitenoise.responders import SlicedFile

from articles.sound_files import TYPES


def is_public(name):
    """Say whether the file ``name`` (its path in the storage) is a signed copy a reader may fetch."""
    return name.startswith("signed/") and not posixpath.basename(name).startswith("original.")


def serve(request, name):
    """Answer /media/<name>. nginx serves the public part before a request gets here."""
    if posixpath.normpath(name) != name or name.startswith("documents/"):
        # Documents have a view of their own, which knows their rights.
        raise Http404
    if is_public(name):
        return _file(request, name, "public, max-age=31536000, immutable")
    return _for_colleagues(request, name=name)


@require_admin_access
def _for_colleagues(request, name):
    return _file(request, name, "private, no-cache")


def _file(request, name, cache_control):
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    suffix = posixpath.splitext(name)[1].removeprefix(".")
    # The table of types is the machine's own, and some have none for M4A.
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": cache_control, "Accept-Ranges": "bytes"}
    wanted, size = parse_range_header(request.headers.get("Range")), file.size
    # A player moves to a place by asking for what stands there. Several ranges at once nobody asks for.
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return FileResponse(file, content_type=kind, headers=headers)
    if (part := wanted.range_for_length(size)) is None:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end = part
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return FileResponse(SlicedFile(file, start, end - 1), status=206, content_type=kind, headers=headers)
