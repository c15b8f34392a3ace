"""A draft as readers would see it, for editors and physicians only (the caller checks the rights)."""

from django.http import HttpResponse

from publish import corrections
from publish.website import reader
from publish.website.responses import policy
from themes import website


def facts_of_draft(institution, address=""):
    """Return the facts of a text that nobody has signed."""
    return {
        "signed_on": None,
        "valid_until": None,
        "published_on": None,
        "reviewers": [],
        "url": address,
        "institution": institution,
        "preview": True,
    }


def render(snapshot, page, request):
    """Return the website preview of ``snapshot``, the draft of ``page``; ``?dark=1`` shows it by night."""
    institution = reader.institution(request).facts()
    html = website.render_article(
        snapshot,
        facts_of_draft(institution, reader.absolute(f"/a/{page.pk}/") if page.pk else ""),
        request,
        corrections=corrections.public_with_draft(page.pk, snapshot) if page.pk else [],
    )
    headers = {
        "Content-Security-Policy": policy(request, website.light_of(request)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(html, headers=headers)
