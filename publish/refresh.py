"""Having the caches in front of us read again what changed: rows made with the change itself, done by a worker.

A cache of ours keeps a page for two seconds, and for a week in case the application is down. So that it does not bring
back then what was withdrawn, the worker asks each cache in ``CACHE_REFRESH_URLS`` for the addresses concerned, with a
secret header that makes it fetch them anew and keep the answer (deploy/nginx.conf).
"""

import logging
import math
import ssl
import time
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from publish import jobs
from publish.models import CacheRefresh, Correction, Publication, Withdrawal
from publish.website import counting, places, sitemaps
from publish.website.reader import PAGE_SIZE
from themes import website


logger = logging.getLogger(__name__)

HEADER = "X-Cache-Refresh"
# What our nginx says of an answer that it fetched because of the header; anything else: it does not know the secret.
CONFIRMED = "BYPASS"
ANSWERS = {200, 301, 302, 404, 410}
TIMEOUT = 4.0  # seconds a cache has for one answer
ENOUGH = 60.0  # seconds for one row, well within the lease
LEASE = timedelta(minutes=2)
# Once more, for a page that was being made before the change and was kept after it.
AGAIN = timedelta(seconds=8)
WAITS = (2, 5, 10, 30, 60, 120, 300)  # seconds before the next try; then the last for ever
# As long as nginx keeps a page that nobody reads (inactive); after that there is nothing left to refresh.
KEEP = timedelta(days=7)
TROUBLE = 3  # tries after which people are told
AT_ONCE = 100  # addresses in one row; a topic that moves has thousands
NEIGHBOURS = 200
LIST_PAGES = 20  # of a list; the rest is old, and gone from the caches before long


# --- what has changed -------------------------------------------------------------------------------


def paths_of(*publications):
    """Return the addresses that tell readers of ``publications``, those that show their texts first."""
    paths = [path for one in publications for path in (*_views(one.path), *_permanent(one.permanent_path))]
    cards = [f"{one.permanent_path}card.png" for one in publications]
    return list(dict.fromkeys([*paths, *cards, *_lists(publications)]))


def _lists(publications):
    """Return the addresses of the lists that name any of ``publications``."""
    live = Publication.objects.live()
    lists = {"/": (live.count(), None)}
    for slug, pk in dict.fromkeys((one.path.split("/")[1], one.topic_id) for one in publications):
        lists[f"/{slug}/"] = (live.filter(topic_id=pk).count(), None)
    lists |= places.naming(publications)
    lists["/corrections/"] = (Correction.objects.count() + Withdrawal.objects.count(), None)
    pages = [page for path, (rows, size) in lists.items() for page in _pages(path, rows, size or PAGE_SIZE)]
    return [*pages, "/feed/", *sitemaps.parts(lists["/"][0])]


def _views(path):
    return [path, *(f"{path}?v={view}" for view in website.VIEWS)]


def _permanent(path):
    """Return the copies of a permanent address: by view, or by what it says of where the reader came from."""
    return [*_views(path), *(f"{path}?from={source}" for source in counting.CARRIED)]


def _pages(path, rows, size):
    """Return the pages of a list of ``rows``, and one more: it was there when there was a row more."""
    last = min(rows // size + 1, LIST_PAGES)
    return [path, f"{path}?v=large", *(f"{path}?page={number}" for number in range(2, last + 1))]


def changed(*publications, wrong=False, now=None):
    """Have every cache read again what tells of ``publications``, once at once and once a little later.

    ``wrong``: their old words must not be read again anywhere, so the articles that point to them follow. Call inside
    the transaction of the change: neither can then be there without the other. Of a moved one give both, as it was and
    as it is.
    """
    if not settings.CACHE_REFRESH_URLS or not publications:
        return
    now = now or timezone.now()
    paths = paths_of(*publications)
    rows = [*_rows(paths, now, now), *_rows(paths, now, now + AGAIN)]
    if wrong:
        rows += _rows([path for one in publications for path in _neighbours(one)], now, now + AGAIN)
    CacheRefresh.objects.bulk_create(rows)


def _rows(paths, now, due):
    return [
        CacheRefresh(
            paths=paths[start : start + AT_ONCE],
            left=list(settings.CACHE_REFRESH_URLS),
            created_at=now,
            due_at=due,
        )
        for start in range(0, len(paths), AT_ONCE)
    ]


def _neighbours(publication):
    """Return the addresses of the articles that may name ``publication`` below their text."""
    near = Publication.objects.live().filter(topic_id=publication.topic_id).exclude(pk=publication.pk)
    newest = near.order_by("-published_at", "-pk").values_list("path", flat=True)[:NEIGHBOURS]
    # Sheets, leaflets and cards name no other article.
    return [view for path in newest for view in (path, f"{path}?v=large")]


# --- the worker's part ------------------------------------------------------------------------------


def take(now):
    """Do one refresh that is due; return whether there was one. Doing it twice is harmless."""
    if not settings.CACHE_REFRESH_URLS:
        return False
    try:
        row = _claim(now)
        if row is None:
            return False
        _do(row, now)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the program must not keep the pushes waiting
        logger.error("cache refresh broke: %s", type(error).__name__)
    return True


def _claim(now):
    """Return the oldest row that is due, leased to this worker by its time, or None."""
    for row in CacheRefresh.objects.filter(done_at=None, due_at__lte=now).order_by("due_at", "pk")[:5]:
        lease = CacheRefresh.objects.filter(pk=row.pk, done_at=None, due_at=row.due_at)
        if lease.update(due_at=now + LEASE):
            row.due_at = now + LEASE
            return row
    return None


def _do(row, now):
    """Ask the caches that are left; keep which of them did not confirm, and when to ask again."""
    left, errors, until = [], [], time.monotonic() + ENOUGH
    for base in row.left:
        if base not in settings.CACHE_REFRESH_URLS:
            continue  # it is no cache of ours any more
        if error := ask(base, row.paths, until):
            left.append(base)
            errors.append(f"{urlsplit(base).netloc}: {error}")
            logger.warning("cache refresh: %s", errors[-1])
    tries = row.tries + 1
    wait = timedelta(seconds=WAITS[min(row.tries, len(WAITS) - 1)])
    # Who was so slow that the lease ran out has nothing to say any more.
    CacheRefresh.objects.filter(pk=row.pk, due_at=row.due_at).update(
        left=left,
        tries=tries,
        error="; ".join(errors)[:300],
        due_at=now + wait,
        done_at=None if left else now,
    )


def ask(base, paths, until=math.inf):
    """Have the cache at ``base`` read ``paths`` again; return an empty string, or what was wrong.

    ``until``: the time (monotonic) after which it has taken too long. It is asked for the site's own name, whatever its address is, and must prove that name by its certificate.
    """
    if connection.in_atomic_block:
        raise RuntimeError("no network call inside a transaction")
    site = urlsplit(settings.SITE_URL)
    headers = {"Host": site.netloc, HEADER: settings.CACHE_REFRESH_SECRET, "User-Agent": "Xinglin"}
    http = _connection(urlsplit(base), site.hostname)
    try:
        for path in paths:
            if time.monotonic() > until:
                return f"{path}: too slow"
            http.request("GET", iri_to_uri(path), headers=headers)
            answer = http.getresponse()
            answer.read()
            if answer.status not in ANSWERS:
                return f"{path}: HTTP {answer.status}"
            if answer.headers.get("X-Cache") != CONFIRMED:
                return f"{path}: CACHE_REFRESH_SECRET is not the one this cache knows"
    except (OSError, HTTPException) as error:
        # Their texts may hold whatever the other side sent.
        return type(error).__name__
    finally:
        with suppress(OSError):
            http.close()
    return ""


class _NamedConnection(HTTPSConnection):
    """HTTPS to an address that answers for another name: several caches have the same one."""

    def __init__(self, host, port, name):
        self._name = name
        super().__init__(host, port, timeout=TIMEOUT, context=ssl.create_default_context())

    def connect(self):
        HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self._name)


def _connection(base, name):
    if base.scheme == "https":
        return _NamedConnection(base.hostname, base.port, name)
    return HTTPConnection(base.hostname, base.port, timeout=TIMEOUT)


# --- what people are told -----------------------------------------------------------------------------


def in_trouble():
    """Return the refreshes that failed several times and are still tried."""
    waiting = CacheRefresh.objects.filter(done_at=None, tries__gte=TROUBLE)
    return waiting if settings.CACHE_REFRESH_URLS else waiting.none()


def tidy(now):
    """Drop the rows whose pages no cache keeps any more."""
    CacheRefresh.objects.filter(created_at__lt=now - KEEP).delete()


jobs.register("tidy-refreshes", jobs.daily(3), tidy)
