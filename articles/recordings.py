"""Recordings as part of a text: their value in a snapshot, the copy by content that readers get, and who uses them.

A copy lies beside the copies of pictures (articles.copies), under ``signed/<two characters>/<sha256>/``, so that what was
signed is what readers hear, whatever becomes of the row or of its file.
"""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from wagtail.models import Page, Revision

from articles.copies import CopyError, folder_of
from articles.models import ArticlePage


def keep(recording):
    """Copy ``recording`` by content and return its value. Call it outside transactions. Raises CopyError."""
    value = outline(recording)
    name = name_of(value)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(_library_bytes(recording)))
    read(value)
    return value


def probe(recording):
    """Return the value of ``recording`` after a look at its file, storing nothing. Raises CopyError."""
    _library_bytes(recording)
    return outline(recording)


def outline(recording):
    """Return the value of ``recording`` from its row alone."""
    return {
        "sha256": recording.sha256,
        "format": recording.format,
        "seconds": recording.seconds,
        "size": recording.size,
        "reader": recording.reader,
    }


def read(value):
    """Return the signed copy. Raises CopyError when it is missing or its bytes have changed."""
    data = _read(default_storage, name_of(value), _("The signed copy of a recording is missing."))
    if _differs(data, value["sha256"], value["size"]):
        raise CopyError(_("The signed copy of a recording has been altered on disk."))
    return data


def url(value):
    """Return the address of the signed copy."""
    return default_storage.url(name_of(value))


def name_of(value):
    """Return the name in storage of the signed copy."""
    return f"{folder_of(value['sha256'])}/recording.{value['format']}"


def shown(value):
    """Return what a player is made of, for a value or None: its address, the reader's name, the length in words."""
    return value and {"url": url(value), "reader": value["reader"], "length": length(value["seconds"])}


def source():
    """Return the source of signed copies for a Content-Security-Policy."""
    address = urlsplit(default_storage.url("signed/x"))
    return f"{address.scheme}://{address.netloc}" if address.netloc else "'self'"


def length(seconds):
    """Return a length in words: “3 min 20 s”."""
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    if not seconds % 60:
        return _("%(minutes)d min") % {"minutes": seconds // 60}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def used_by(recording):
    """Return the articles that carry ``recording``, or carried it in a version that is kept, by title.

    Every version counts: one whose recording is gone could not be opened again.
    """
    versions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        # Reading them is what costs; clocks of several machines may differ a little.
        created_at__gte=recording.created_at - timedelta(days=1),
        content__recording=recording.pk,
    )
    ids = {int(pk) for pk in versions.values_list("object_id", flat=True)}
    ids |= set(ArticlePage.objects.filter(recording=recording).values_list("pk", flat=True))
    return list(ArticlePage.objects.filter(pk__in=ids).order_by("title", "pk"))


def objection_to_delete(recording):
    """Return the sentence why ``recording`` stays, or an empty string."""
    if not (articles := used_by(recording)):
        return ""
    return _("Articles, or earlier versions of them, carry this recording, so it stays: %(titles)s.") % {
        "titles": "、".join(_("“%(title)s”") % {"title": one.title} for one in articles[:5])
    }


def _library_bytes(recording):
    sentence = _("The file of the recording “%(title)s” is missing.") % {"title": recording.title}
    data = _read(recording.file.storage, recording.file.name, sentence)
    if _differs(data, recording.sha256, recording.size):
        raise CopyError(
            _("The file of the recording “%(title)s” has been altered on disk. Choose another recording.")
            % {"title": recording.title}
        )
    return data


def _read(storage, name, sentence):
    try:
        with storage.open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise CopyError(sentence) from error


def _differs(data, sha256, size):
    return len(data) != size or hashlib.sha256(data).hexdigest() != sha256
