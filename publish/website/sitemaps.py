"""``/sitemap.xml``: every address that search engines may keep, with the day on which readers last got something new there.

Days come from publications and withdrawals alone: a page that nobody signed anything for since has not changed. Beyond ten
thousand addresses the map becomes an index of maps, in which old articles keep their place.
"""

from collections import defaultdict
from xml.sax.saxutils import escape

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.utils import timezone

from publish.models import Publication, Withdrawal
from publish.website import places, reader
from publish.website.reader import absolute
from publish.website.responses import public


MOST = 10_000  # addresses in one map
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@public
def sitemap(request):
    """Answer ``/sitemap.xml``: the map, or the index of the maps when there are too many addresses for one."""
    articles = list(_articles().values_list("path", "published_at"))
    lists = _lists()
    if len(lists) + len(articles) <= MOST:
        return _answer("urlset", "url", [*lists, *articles])
    days = [changed for _path, changed in articles]
    parts = [days[start : start + MOST] for start in range(0, len(days), MOST)]
    maps = [(_part(number), max(part)) for number, part in enumerate(parts, start=1)]
    newest = max((changed for _path, changed in lists if changed), default=None)
    return _answer("sitemapindex", "sitemap", [(_part(0), newest), *maps])


@public
def part(request, number):
    """Answer ``/sitemap-<number>.xml``: 0 holds the lists, the others ten thousand articles each, the oldest first."""
    number = int(number)
    start = (number - 1) * MOST
    entries = _articles().values_list("path", "published_at")[start : start + MOST] if number else _lists()
    if not entries:
        raise Http404
    return _answer("urlset", "url", entries)


def parts(number):
    """Return the addresses of the map and its parts on a site with ``number`` articles."""
    more = range(-(-number // MOST) + 1) if number > MOST - 500 else ()
    return ["/sitemap.xml", *map(_part, more)]


def _part(number):
    return f"/sitemap-{number}.xml"


def _articles():
    # What is overdue asks search engines to leave it out (noindex), so it is not offered here either.
    return Publication.objects.live().filter(valid_until__gte=timezone.localdate()).order_by("pk")


def _lists():
    """Return [(path, moment or None)] of the pages that are no article and hold something."""
    topics = reader.topics_with_articles(counted=False)
    days = changes()
    return [
        ("/", days["/"]),
        *((topic["url"], days["topic", topic["pk"]]) for topic in topics),
        *places.addresses(topics, days),
        ("/how-we-check/", days["/"]),
        ("/corrections/", days["withdrawn or corrected"]),
        ("/accessibility/", None),
    ]


def changes():
    """Return when readers last got something new, or lost something, as a dict that gives None for what it does not hold.

    By "/" (anywhere), ("topic" or "department", id), ("letter", letter), and "withdrawn or corrected". Three queries,
    whose rows are as many as there are topics with departments and letters.
    """
    found = defaultdict(lambda: None)

    def tell(key, moment):
        if moment and (found[key] is None or found[key] < moment):
            found[key] = moment

    published = Publication.objects.order_by().values_list("topic_id", "department_id", "letter")
    taken_back = Withdrawal.objects.order_by().values_list(
        "publication__topic_id", "publication__department_id", "publication__letter"
    )
    both = taken_back.annotate(Max("withdrawn_at"), Max("undone_at"))
    for topic, department, letter, *moments in [*published.annotate(Max("published_at")), *both]:
        for moment in moments:
            for key in ("/", ("topic", topic), ("department", department), ("letter", letter)):
                tell(key, moment)
    for *_place, withdrawn, undone in both:
        tell("withdrawn or corrected", withdrawn)
        tell("withdrawn or corrected", undone)
    corrected = Publication.objects.exclude(correction=None).aggregate(day=Max("published_at"))
    tell("withdrawn or corrected", corrected["day"])
    return found


def _answer(root, element, entries):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SPACE}">']
    for path, changed in entries:
        day = f"<lastmod>{timezone.localdate(changed).isoformat()}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{escape(absolute(path))}</loc>{day}</{element}>")
    lines.append(f"</{root}>")
    return HttpResponse("\n".join(lines) + "\n", content_type="application/xml; charset=utf-8")
