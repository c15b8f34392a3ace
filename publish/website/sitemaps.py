"""``/sitemap.xml``: the home page, topics, indexes and every signed article, by their public addresses."""

from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.utils import timezone

from publish.models import Publication
from publish.website import places, reader
from publish.website.reader import absolute
from publish.website.responses import public


LIMIT = 50_000  # addresses in one file, by the sitemaps protocol


@public
def sitemap(request):
    """Return the site map; beyond the protocol's limit the newest articles."""
    # What is overdue asks search engines to leave it out (noindex), so it is not offered here either.
    articles = Publication.objects.live().filter(valid_until__gte=timezone.localdate())
    articles = articles.order_by("-published_at", "-pk").values_list("path", "published_at")
    topics = reader.topics_with_articles(counted=False)
    entries = [("/", None), *((topic["url"], None) for topic in topics)]
    entries += [(path, None) for path in places.addresses(topics)]
    entries += articles[: LIMIT - len(entries)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for path, changed in entries:
        day = f"<lastmod>{timezone.localdate(changed).isoformat()}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{escape(absolute(path))}</loc>{day}</url>")
    lines.append("</urlset>")
    return HttpResponse("\n".join(lines) + "\n", content_type="application/xml; charset=utf-8")
