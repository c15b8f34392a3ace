"""The card of an article: title, key message, dates and a code, as one picture that a patient keeps and passes on in WeChat.

Drawn from the signed snapshot when it is first asked for and kept under a name made of all it shows, so that one that is
there costs reading a file. It has no address but ``/a/<id>/card.png``, which answers only while the article is live: who
withdraws an article takes back its card. Nobody can ask for another size, text or colour.
"""

import hashlib
import json
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.figures import drawing
from publish.models import Publication
from publish.website import reader
from publish.website.responses import public
from themes import figures, website


KIND = "share"
# Part of the name of what is kept; a higher one has all cards drawn anew.
EDITION = 1


def of(publication, institution):
    """Return what the card of a live ``publication`` shows, as articles.figures takes it; None where there is none.

    None is handed out of an article that is overdue, for a picture in a phone is not called back; nor of words that
    the font lacks. ``institution`` is an articles.Institution.
    """
    snapshot = publication.snapshot
    shown = {
        "title": snapshot["title"],
        "message": snapshot["key_message"] or snapshot["summary"],
        "hospital": " ".join(filter(None, (institution.name, institution.short_name))),
        "signed": True,
        "dates": [
            _("Reviewed %(date)s") % {"date": date_format(publication.signed_on)},
            _("Valid until %(date)s") % {"date": date_format(publication.valid_until)},
        ],
        "address": f"{publication.permanent_url}?from=qr",
    }
    return None if publication.is_overdue() or drawing.missing(shown) else shown


def page(request, publication, shown):
    """Return the page that shows the card and says how to keep it."""
    return website.render_page(
        "card",
        reader.institution(request).facts(),
        request,
        title=publication.title,
        words=publication.summary,
        canonical=reader.absolute(publication.path),
        picture=f"{publication.permanent_path}card.png",
        alt=drawing.alt(KIND, shown),
    )


@public
def picture(request, pk):
    """Answer ``/a/<id>/card.png``: 200 with the picture, 410 after a withdrawal, else 404."""
    found = Publication.objects.filter(article_id=int(pk)).select_related("approval")
    publication = found.live().first()
    if publication is None:
        if found.filter(state=Publication.State.WITHDRAWN).exists():
            return HttpResponse(status=410)
        raise Http404
    institution = reader.institution(request)
    shown = of(publication, institution)
    if shown is None:
        raise Http404
    return HttpResponse(_png(shown, institution.colour), content_type="image/png")


def _png(shown, colour):
    """Return the card, from where cards are kept or drawn now."""
    palette = figures.palette(colour)
    named = json.dumps([EDITION, shown, palette], ensure_ascii=False, sort_keys=True)
    name = f"cards/{hashlib.sha256(named.encode()).hexdigest()}.png"
    try:
        with default_storage.open(name, "rb") as file:
            return file.read()
    except OSError:
        data = drawing.draw(KIND, shown, palette).png()
        with suppress(OSError):  # not kept: drawn again next time
            default_storage.save(name, ContentFile(data))
        return data
