"""Which signed texts, and texts under review, rest on which patient's consent."""

from django.db.models import Q
from django.utils.translation import gettext as _

from wagtail.models import Revision, TaskState

from articles.models import ConsentRecord
from publish.models import Publication
from review.models import Approval, ReviewTaskState
from review.models.holds import ImageHold


def signed_with(consent):
    """Return the publications, of whatever state, whose signed text rests on ``consent``."""
    # What was signed is in the revision; the article's row may have been edited since.
    signed = Revision.objects.filter(pk__in=Approval.objects.values("revision_id"))
    lists = [revision for revision, chosen in _chosen(signed) if consent.pk in chosen]
    return Publication.objects.filter(
        Q(approval__revision_id__in=lists)
        | Q(approval__workflow_state__in=_runs_showing(consent))
        | Q(article__consents=consent, state=Publication.State.LIVE)
    ).distinct()


def open_runs_with(consent):
    """Return the open steps of texts under review that rest on ``consent``."""
    steps = ReviewTaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    revisions = Revision.objects.filter(pk__in=steps.values("revision_id"))
    lists = [revision for revision, chosen in _chosen(revisions) if consent.pk in chosen]
    return steps.filter(Q(revision_id__in=lists) | Q(workflow_state__in=_runs_showing(consent))).distinct()


def objection_to_put_back(publication):
    """Return the sentence why a withdrawn publication must not come back, or an empty string."""
    approval = publication.approval
    content = Revision.objects.filter(pk=approval.revision_id).values_list("content", flat=True).first() or {}
    held = ImageHold.objects.filter(workflow_state=approval.workflow_state_id).exclude(image__consent=None)
    consents = ConsentRecord.objects.filter(
        Q(pk__in=content.get("consents", [])) | Q(pk__in=held.values("image__consent"))
    )
    for consent in consents.select_for_update():
        if consent.withdrawn_on or consent.has_ended():
            return _(
                "This version shows a patient whose consent %(code)s no longer stands, so it stays withdrawn. "
                "Edit the article and have it signed again."
            ) % {"code": consent.patient_code}
    return ""


def _chosen(revisions):
    """Yield (id, ids of consents) of those revisions that list any."""
    return (
        revisions.filter(content__has_key="consents")
        .exclude(content__consents=[])
        .values_list("pk", "content__consents")
    )


def _runs_showing(consent):
    return ImageHold.objects.filter(image__consent=consent).values("workflow_state")
