"""``/count/<id>.gif``: the picture of one pixel by which an article's visits are counted, by day and source alone.

It says nothing about a reader and keeps nothing: no cookie, no address, no program. Where a reader comes from is one of
five words. ``from=`` of the picture is what site.js found out; without JavaScript the browser names the page the picture
stands on (Referer), whose own ``from=`` tells a QR code and WeChat, and the rest is “elsewhere”. Every answer is the same
picture, whatever was asked and whether or not it counts, and asks no database (publish.visits).
"""

import re
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from publish import visits
from publish.models import VisitCount


Source = VisitCount.Source
PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
# What a page's own address may say; the rest is found out, not claimed.
CARRIED = (Source.QR.value, Source.WECHAT.value)
_ARTICLE = re.compile(r"([1-9][0-9]{0,17})\.gif", re.ASCII)
# Programs that say so. Most ask for no picture anyway.
_PROGRAM = re.compile(
    r"bot|spider|crawl|slurp|archiver|monitor|lighthouse|headless|python|curl|wget|go-http|okhttp|java/", re.I
)


@require_safe
def picture(request, name):
    """Answer with the picture; count a visit when a reader's browser shows it on a page of ours."""
    article = _ARTICLE.fullmatch(name)
    if article and request.method == "GET" and _by_a_reader(request):
        visits.sums.count(int(article[1]), source_of(request))
    return HttpResponse(
        PICTURE,
        content_type="image/gif",
        headers={"Cache-Control": "no-store", "Content-Length": len(PICTURE)},
    )


def carried(arguments):
    """Return the source that an address of ours carries (``from=``, or the key of a push), or an empty string.

    ``arguments``: a QueryDict or dict. WeChat writes words of its own into ``from`` where an article is shared.
    """
    source = arguments.get("from", "")
    if source in CARRIED:
        return source
    return Source.WECHAT.value if arguments.get("p") and not source else ""


def source_of(request):
    """Return where the reader came from; anything unknown is “elsewhere”."""
    told = request.GET.get("from", "")
    if told in Source.values:
        return told
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return Source.OTHER.value
    if page.netloc != request.get_host():
        return Source.OTHER.value
    query = {key: values[0] for key, values in parse_qs(page.query[:500]).items()}
    return query["from"] if query.get("from") in CARRIED else Source.OTHER.value


def _by_a_reader(request):
    # A browser that tells where it stands says "same-origin" for a picture of the page's own site.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return not _PROGRAM.search(request.headers.get("User-Agent", "")[:300])
