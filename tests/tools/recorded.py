"""Rows that were made once through the product's doors, put back in one go for the tests after.

Setting up the site takes a second; inserting its rows again takes a few milliseconds. What is put back is exactly
what was made, in the same database and from the same beginning.
"""

from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from wagtail.models import Site

from tests.tools import replayed


# Follow from the code, or are written by the database itself.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}
# Wagtail's search index: its tables are not plain ones. The rows put back are not found by the admin's search.
SEARCH = {"wagtailsearch_indexentry", "wagtailsearch_indexentry_fts"}
# What Wagtail's migrations, or tests.tools.roots, put there.
ROOTS = ("wagtail", "auth_group")
_recordings = {}


@cache
def _tables():
    return sorted(
        set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    )


def full_tables():
    """Return the names of the tables that hold rows, KEPT apart."""
    asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in _tables()]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def _counted():
    """Return ((table, number of rows), …) of the tables that hold rows."""
    asked = [f"SELECT '{name}', COUNT(*) FROM {name}" for name in full_tables()]  # noqa: S608
    if not asked:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return tuple(cursor.fetchall())


def once(make):
    """Call ``make()`` the first time from the present beginning on the present day; put its rows back later.

    Where a test has made rows of its own before, ``make()`` is a step after them (``replayed``).
    """
    rows = _counted()
    if any(not name.startswith(ROOTS) for name, _count in rows):
        replayed.step(make)
        return
    _from_the_beginning(make, rows)


def _from_the_beginning(make, rows):
    beginning = (make.__code__, connection.settings_dict["NAME"], timezone.localdate(), rows)
    if beginning not in _recordings:
        make()
        _recordings[beginning] = [_recorded(name) for name in full_tables() if name not in SEARCH]
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for name, _count in beginning[-1]:
            if name in SEARCH:
                continue
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        for insert, rows in _recordings[beginning]:
            cursor.executemany(insert, rows)
    Site.clear_site_root_paths_cache()
    replayed.stand_on(beginning)


def _recorded(name):
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        columns = [found.name for found in connection.introspection.get_table_description(cursor, name)]
        # The sign keeps SQLite's driver from turning stored values into Python's.
        sign = "+" if connection.vendor == "sqlite" else ""
        cursor.execute(f"SELECT {', '.join(sign + quote(column) for column in columns)} FROM {name}")  # noqa: S608
        rows = cursor.fetchall()
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {name} ({', '.join(map(quote, columns))}) VALUES ({marks})", rows  # noqa: S608
