"""Have references that readers see been retracted since the signature? Asked at night, told to librarians once.

The answers are the kept ones of ``articles.citing.lookups``, so that the finding ``evidence.retracted`` stands in every
draft that cites the same work. Nothing leaves the server while the look-ups of PubMed and Crossref are switched off.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.citing import lookups
from articles.models import Reference
from publish import jobs
from publish.models import Publication
from review import notices, people


# A turn each hour of the night. The worker sends nothing meanwhile, so turns are short.
HOURS = range(1, 5)
SECONDS = 20


def slot(now):
    """Return the name of the turn at ``now``, or None by day."""
    local = timezone.localtime(now)
    return f"{local:%Y-%m-%d}T{local:%H}" if local.hour in HOURS else None


def look(now):
    """Ask about the identifiers that are due, then tell; return how many notices are new. Call it outside transactions."""
    live = Publication.objects.live().values("article")
    references = list(
        Reference.objects.filter(article__in=live).exclude(doi="", pmid="").order_by("article", "sort_order")
    )
    lookups.ask_again(references, now, SECONDS)
    gone = lookups.retracted_now()
    found = [one for one in references if lookups.identifiers_of(one) & gone]
    if not found:
        return 0
    librarians = list(people.with_right("review.view_rereview"))
    with override(settings.LANGUAGE_CODE):
        return sum(_tell(one, person, gone, now) for one in found for person in librarians)


def _tell(reference, person, gone, now):
    article = reference.article
    facts = {
        "title": notices.line(article.title),
        "number": [one.pk for one in article.references.all()].index(reference.pk) + 1,
        "identifier": ", ".join(sorted(lookups.identifiers_of(reference) & gone)),
    }
    text = _(
        "Reference %(number)d of “%(title)s” (%(identifier)s) has been retracted since the article was signed."
        " Check what the text took from it, then correct the article or take it back."
    )
    edit = settings.ADMIN_URL + reverse("wagtailadmin_pages:edit", args=[article.pk])
    return notices.write(
        "re_review",
        f"retracted:{article.pk}:{reference.key}:{person.pk}",
        person,
        _("A reference has been retracted: %(title)s") % facts,
        f"{text % facts}\n{edit}",
        now=now,
    )


jobs.register("retractions", slot, look)
