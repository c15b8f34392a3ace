"""Visits of readers: kept in the memory of the process for a moment, then added to the day's totals all at once.

A push brings a hundred readers a second, and a row written for each would keep editors and workers waiting on SQLite. So a
visit costs no statement; a thread that lives while there is something to write adds up what came in a few seconds. Counts
are best effort: a process that is killed loses those seconds, and while the database is away the sums wait in memory.
"""

import atexit
import logging
import threading
from collections import Counter

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils import timezone

from publish.models import Publication, VisitCount


logger = logging.getLogger(__name__)

# Sums kept while nothing can be written: some megabytes. What is new beyond that is not counted.
MOST = 20_000
AT_ONCE = 500  # rows in a statement
LONGEST_WAIT = 60  # seconds between tries while the database is away

_ADD = (
    "INSERT INTO {table} (day, article_id, source, visits) VALUES {rows} "
    "ON CONFLICT (day, article_id, source) DO UPDATE SET visits = {table}.visits + excluded.visits"
)


class Sums:
    """What one process has counted and not written yet: {(day, article, source): visits}."""

    def __init__(self):
        self._sums = Counter()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = None

    def count(self, article_id, source, day=None):
        """Count a visit; never waits for the database. What is no article is found out when it is written."""
        key = (day or timezone.localdate(), article_id, source)
        with self._lock:
            if key in self._sums or len(self._sums) < MOST:
                self._sums[key] += 1
            if settings.VISITS_WRITTEN_EVERY and self._thread is None:
                self._start()

    def _start(self):
        self._thread = threading.Thread(target=self._run, name="visits", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # no thread to be had, or the process is ending
            self._thread = None

    def write(self):
        """Add what was counted to the database; return whether it could. What could not stays for the next time."""
        with self._writing:
            with self._lock:
                taken, self._sums = self._sums, Counter()
            try:
                _add(taken)
            except Exception as error:  # noqa: BLE001 - a count is worth no page, and no thread
                with self._lock:
                    for key, number in taken.items():
                        if key in self._sums or len(self._sums) < MOST:
                            self._sums[key] += number
                level = logging.WARNING if isinstance(error, DatabaseError) else logging.ERROR
                logger.log(level, "visits wait, they cannot be written: %s", type(error).__name__)
                return False
        return True

    def _run(self):
        wait = settings.VISITS_WRITTEN_EVERY
        try:
            while True:
                ended = self._stop.wait(wait)
                wait = settings.VISITS_WRITTEN_EVERY if self.write() else min(2 * wait, LONGEST_WAIT)
                with self._lock:
                    if ended or not self._sums:
                        self._thread = None
                        return
        finally:
            connection.close()

    def finish(self):
        """Write what is left now: the process ends."""
        thread = self._thread
        if thread is not None:
            self._stop.set()
            thread.join(5)
            self._stop.clear()


sums = Sums()
atexit.register(sums.finish)


def _add(taken):
    """Add {(day, article, source): visits} to the totals, of live articles only.

    One statement adds and inserts, so that several processes lose nothing; all take the rows in the same order, so that
    none waits for one that waits for it.
    """
    articles = sorted({article for _day, article, _source in taken})
    known = set()
    for start in range(0, len(articles), AT_ONCE):
        live = Publication.objects.live().filter(article_id__in=articles[start : start + AT_ONCE])
        known.update(live.values_list("article_id", flat=True))
    rows = sorted((*key, number) for key, number in taken.items() if key[1] in known)
    table = connection.ops.quote_name(VisitCount._meta.db_table)
    as_kept = VisitCount._meta.get_field("day").get_db_prep_value
    with transaction.atomic():
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            statement = _ADD.format(table=table, rows=", ".join(["(%s, %s, %s, %s)"] * len(some)))
            with connection.cursor() as cursor:
                cursor.execute(
                    statement, [value for day, *rest in some for value in (as_kept(day, connection), *rest)]
                )
