"""Scans of signed papers: checked by content, stored under a name that says nothing, never at an address."""

import io
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from PIL import Image


MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 100_000_000  # an A4 page at 600 dots an inch has 35 million
ACCEPT = ".pdf,.jpg,.jpeg,.png"
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


class ScanInput(forms.FileInput):
    """A file chooser without the address that Django's own would print: private files have none."""

    def __init__(self, attrs=None):
        super().__init__({"accept": ACCEPT} | (attrs or {}))


class ScanField(forms.FileField):
    """An upload that is a PDF, a JPEG or a PNG, whatever its name says."""

    widget = ScanInput

    def to_python(self, data):
        """Return the file under a name of our own. Raises ValidationError with a sentence."""
        file = super().to_python(data)
        return file and take(file)


def take(file):
    """Return an uploaded scan as a file with a name that says nothing. Raises ValidationError."""
    if file.size > MOST_BYTES:
        raise ValidationError(
            _("The file has %(size)d MB; 10 MB at most are possible. Scan it with fewer dots per inch.")
            % {"size": -(-file.size // 2**20)}
        )
    file.seek(0)
    data = file.read()
    kind = _kind(data)
    if not kind:
        raise ValidationError(
            _("This is not a PDF, JPEG or PNG that can be opened. Scan the paper again as PDF.")
        )
    return SimpleUploadedFile(f"{uuid.uuid4().hex}.{kind}", data, TYPES[kind])


def _kind(data):
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return "pdf"
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            picture.load()
            return "png" if picture.format == "PNG" else "jpg"
    except Exception:  # noqa: BLE001 - Pillow's decoders raise of every kind on damaged bytes
        return ""


def hand_out(stored, name):
    """Return the response that downloads a stored scan as ``name``; 404 when there is none.

    It is never shown inside the browser and never kept by it or on the way.
    """
    try:
        file = stored.open("rb") if stored else None
    except OSError:
        file = None
    if file is None:
        raise Http404
    kind = stored.name.rsplit(".", 1)[-1]
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{kind}",
        content_type=TYPES.get(kind, "application/octet-stream"),
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def forget(storage, name):
    """Delete a scan that another one replaced, once the change is committed."""
    if name:
        transaction.on_commit(lambda: storage.delete(name))
