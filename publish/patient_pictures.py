"""Pictures of patients whose consent was withdrawn: their public copies go, so that no old address shows them.

The library's original stays, held and unchanged, so that the record can still be proved; a new signature under a new
consent makes the copies again. Storage may be another machine, so a worker does this and no request (P4).
"""

import hashlib
import logging

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from wagtail.models import WorkflowState

from articles import copies, intake
from articles.models import ConsentRecord, LibraryImage
from publish import consents
from publish.models import Publication
from review.models.holds import ImageHold


logger = logging.getLogger(__name__)


def slot(now):
    """Once an hour."""
    return timezone.localtime(now).strftime("%Y-%m-%dT%H")


def forget(now):
    """Delete the public copies of all pictures that rest on withdrawn consents only."""
    for consent in ConsentRecord.objects.exclude(withdrawn_on=None).order_by("pk"):
        for image in _pictures(consent):
            _forget(image)


def _pictures(consent):
    """Return the pictures that show this patient and that no live text and no text under review shows."""
    runs = consents.signed_with(consent).values("approval__workflow_state")
    by_article = Q(holds__workflow_state__in=runs, shows_patient=True, consent=None)
    shown = ImageHold.objects.filter(
        Q(workflow_state__approval__publication__state=Publication.State.LIVE)
        | Q(workflow_state__status=WorkflowState.STATUS_IN_PROGRESS)
    )
    return (
        LibraryImage.objects.filter(Q(consent=consent) | by_article)
        # By their bytes: two rows of the library may hold the same picture.
        .exclude(file_hash__in=shown.values("image__file_hash"))
        .distinct()
    )


def _forget(image):
    try:
        data = intake.cleaned(copies.library_bytes(image))
    except copies.CopyError:
        logger.warning("picture %s: its original is missing, so its copies cannot be found", image.pk)
        return
    folder = copies.folder_of(hashlib.sha256(data).hexdigest())
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
