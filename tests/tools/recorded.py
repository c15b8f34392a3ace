"""Rows that were made once through the product's doors, put back in one go for the tests after.

Setting up the site takes a second; inserting its rows again takes a few milliseconds. What is put back is exactly
what was made, in the same database and from the same beginning.
"""

from django.db import connection, transaction
from django.utils import timezone

from wagtail.models import Site


# Follow from the code, or are written by the database itself.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}
# Wagtail's search index: its tables are not plain ones. The rows put back are not found by the admin's search.
SEARCH = {"wagtailsearch_indexentry", "wagtailsearch_indexentry_fts"}
_recordings = {}


def full_tables():
    """Return {table: number of rows} of the tables that hold rows, KEPT apart."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    asked = [f"SELECT '{name}', COUNT(*) FROM {name}" for name in sorted(tables)]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {name: count for name, count in cursor.fetchall() if count}


def once(make):
    """Call ``make()`` the first time from the present beginning on the present day; put its rows back later."""
    beginning = (connection.settings_dict["NAME"], timezone.localdate(), tuple(full_tables().items()))
    if beginning not in _recordings:
        make()
        _recordings[beginning] = [_recorded(name) for name in full_tables() if name not in SEARCH]
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for name, _count in beginning[2]:
            if name in SEARCH:
                continue
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        for insert, rows in _recordings[beginning]:
            cursor.executemany(insert, rows)
    Site.clear_site_root_paths_cache()


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
