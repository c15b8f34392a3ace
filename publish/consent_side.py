"""What ``articles.registry.consent_side`` asks of the publishing room: what shows a patient, and hiding it."""

from django.utils.translation import gettext as _

from publish import deletions, publishing
from publish.consents import open_runs_with, signed_with
from publish.models import Publication
from publish.states import State


def articles_with(consent):
    """Return the ids of the articles that rest on ``consent`` and are live or under review."""
    live = signed_with(consent).filter(state=Publication.State.LIVE)
    reviewed = open_runs_with(consent).values_list("workflow_state__object_id", flat=True)
    return {*live.values_list("article", flat=True), *map(int, reviewed)}


def shown_with(consent):
    """Return what rests on ``consent``: ``live`` publications, ``under_review`` pages, ``copies`` (PushItems) in WeChat."""
    signed = list(signed_with(consent).only("pk", "article", "title", "path", "state", "number"))
    versions = {publication.pk for publication in signed}
    copies = [
        copy
        for article in sorted({publication.article_id for publication in signed})
        for copy in deletions.copies(article)
        if copy.publication_id in versions and copy.push.state == State.DONE
    ]
    for copy in copies:
        copy.deletion = deletions.current(copy)
    return {
        "live": [publication for publication in signed if publication.state == Publication.State.LIVE],
        "under_review": [step.workflow_state.content_object for step in open_runs_with(consent)],
        "copies": copies,
    }


def hide(consent, user):
    """Withdraw the live publications that rest on ``consent``; returns their titles. Call inside a transaction."""
    live = list(signed_with(consent).filter(state=Publication.State.LIVE).order_by("pk"))
    for publication in live:
        # The sentence of any withdrawal by the editors: readers must not learn that a patient asked for it.
        publishing.withdraw(publication, reason=_("Taken off the website by the editors."), user=user)
    return [publication.title for publication in live]
