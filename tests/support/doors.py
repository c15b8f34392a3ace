"""Every address that takes posts, and what a post writes: for the matrices of who may change what."""

import re
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, get_resolver
from django.views.generic import RedirectView


ROOMS = ("review", "publish", "articles", "cms")
# What knocking leaves behind is no change: sessions, the log of opened links, Wagtail's index of what points where,
# smaller copies of pictures.
UNWATCHED = {
    "django_session",
    "review_linkopening",
    "wagtailcore_referenceindex",
    "articles_libraryrendition",
}


def names_of_doors():
    """Return the names, with their namespaces, of all addresses of ours that may answer a post."""
    return {
        ":".join([*spaces, pattern.name or str(pattern.pattern)])
        for spaces, pattern in addresses()
        if is_ours(pattern.callback) and takes_posts(pattern.callback)
    }


def addresses(patterns=None, spaces=()):
    """Yield (namespaces, URLPattern) of every address."""
    for found in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(found, URLPattern):
            yield spaces, found
        else:
            yield from addresses(
                found.url_patterns, (*spaces, found.namespace) if found.namespace else spaces
            )


def is_ours(view):
    """True for views of our modules, and for Wagtail's over models of ours."""
    cls = getattr(view, "view_class", None)
    if cls is None:
        return view.__module__.split(".")[0] in ROOMS
    model = getattr(view, "view_initkwargs", {}).get("model") or getattr(cls, "model", None)
    return cls.__module__.split(".")[0] in ROOMS or getattr(model, "_meta", None) in {
        one._meta for one in apps.get_models() if one._meta.app_label in ROOMS
    }


def takes_posts(view):
    cls = getattr(view, "view_class", None)
    if cls is None:
        return True
    return not issubclass(cls, RedirectView) and hasattr(cls, "post") and "post" in cls.http_method_names


@contextmanager
def written_tables():
    """Give the set of watched tables that SQL inside the block inserts into, updates or deletes from."""
    tables = set()

    def note(execute, sql, params, many, context):
        if found := re.match(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', sql):
            tables.add(found.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables
    tables -= UNWATCHED


def rows():
    """Return every row of every table of ours, and of Wagtail's that reviews stand in."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in ("review", "articles", "publish", "wagtailcore")
        and model._meta.db_table not in UNWATCHED
    ]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
            found[table] = cursor.fetchall()
    return found
