"""Asking the database for the texts that hold the words of a query."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from articles.models.token_index import VECTOR, TokenIndex
from articles.textsearch.query import LONGEST_QUERY, MOST_WORDS, asked, words_of
from articles.textsearch.tokens import IS_HAN, TITLE, letters, normal


SHOWN = 200  # more hits than this are counted as "200+"
CANDIDATES = 500  # texts looked into, at most, for one query
CHUNK = 100  # texts fetched at once
SIMILAR = 40  # texts that hold only some of the words: further ones help nobody
AND, OR = " & ", " | "


class Source(Protocol):
    """What is searched: the index, the texts behind it, and who may be found."""

    index: TokenIndex
    texts: tuple  # names of the fields that are searched, the title first
    among: object  # None, or a queryset of the index's keys: nothing else is a candidate

    def rows(self, keys, fields) -> dict:
        """Return {key: its ``fields``} of those of ``keys`` that may be found now."""


@dataclass
class Found:
    """Keys of the index, best first; ``more``: there are further ones; ``loose``: they hold only some of the words."""

    ids: list = field(default_factory=list)
    words: list = field(default_factory=list)
    more: bool = False
    loose: bool = False


def find(query, source):
    """Return Found for what somebody typed; any text will do."""
    words = words_of(query)
    if not words:
        return Found()
    with _by_index_only():
        found = _strict(words, letters(normal(query))[:LONGEST_QUERY], source)
        return found if found.ids else _loose(words, source)


def _strict(words, phrase, source):
    tokens = list(dict.fromkeys(token for word in words for token in asked(word)))
    # The characters of a pair stand side by side in every hit; only those of longer words may be scattered.
    doubtful = [word for word in words if IS_HAN.match(word) and len(word) > 2]
    limit = CANDIDATES if doubtful else SHOWN + 1

    title = source.texts[:1]
    found = candidates([(TITLE + token, prefix) for token, prefix in tokens], AND, source, limit)
    titles = _confirmed(found, doubtful, title, SHOWN + 1, source)
    # Who typed a title, or a part of one, finds that text first.
    hits = sorted(titles, key=lambda pk: phrase not in letters(normal(titles[pk][0])))
    more = len(found) >= CANDIDATES
    if len(hits) <= SHOWN:
        found = candidates(tokens, AND, source, limit + len(hits))
        more = more or len(found) >= CANDIDATES
        others = [pk for pk in found if pk not in titles]
        hits += _confirmed(others, doubtful, source.texts if doubtful else (), SHOWN + 1 - len(hits), source)
    return Found(hits[:SHOWN], words, more=len(hits) > SHOWN or (more and len(hits) == SHOWN))


def _confirmed(found, words, fields, wanted, source):
    """Return {key: its ``fields``} of the first ``wanted`` candidates that may be shown and that hold the words."""
    confirmed = {}
    for start in range(0, len(found), CHUNK):
        rows = source.rows(found[start : start + CHUNK], fields)
        for pk in found[start : start + CHUNK]:
            if pk in rows and _holds(rows[pk], words):
                confirmed[pk] = rows[pk]
                if len(confirmed) == wanted:
                    return confirmed
    return confirmed


def _loose(words, source):
    """Texts that hold some pairs of the query, those with most of them first."""
    pairs = [token for word in words for token in asked(word)]
    pairs += asked("".join(word for word in words if IS_HAN.match(word)) or words[0])
    pairs = [token for token in dict.fromkeys(pairs) if len(token[0]) > 1][:MOST_WORDS]
    if not pairs:
        return Found(words=words)
    ids = candidates([(TITLE + token, prefix) for token, prefix in pairs], OR, source, SIMILAR)
    ids = list(dict.fromkeys(ids + candidates(pairs, OR, source, SIMILAR)))
    scores = {}
    for pk, parts in source.rows(ids, source.texts).items():
        title, text = normal(parts[0]), normal("\n".join(parts))
        scores[pk] = sum((token in text) + 2 * (token in title) for token, _ in pairs)
    best = max(scores.values(), default=0)
    ids = sorted((pk for pk in scores if scores[pk] * 2 >= best), key=lambda pk: (-scores[pk], -pk))
    return Found(ids[:SIMILAR], [token for token, _ in pairs], loose=True)


def _holds(parts, words):
    text = "\n".join(parts) if words else ""
    # Most texts hold the words as they were typed; only the rest is worth making normal.
    return all(word in text for word in words) or all(word in normal(text) for word in words)


def candidates(tokens, joined_by, source, limit):
    """Return the keys of entries that hold the tokens [(token, as a beginning)], newest first, at most ``limit``."""
    index = source.index
    if connection.vendor == "postgresql":
        query = joined_by.join(f"'{token}'{':*' if prefix else ''}" for token, prefix in tokens)
        select = f"SELECT {index.key} FROM {index.table} WHERE {VECTOR} @@ %s::tsquery"  # noqa: S608
        name = index.key
    else:
        word = " AND " if joined_by == AND else " OR "
        query = word.join(f'"{token}"{" *" if prefix else ""}' for token, prefix in tokens)
        select = f"SELECT rowid FROM {index.fts} WHERE {index.fts} MATCH %s"  # noqa: S608
        name = "rowid"
    parameters = [query]
    if source.among is not None:
        try:
            inner, values = source.among.order_by().query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            return []
        # The sign keeps SQLite from asking the index for each of those rows, one after another.
        select += f" AND {name if connection.vendor == 'postgresql' else f'+{name}'} IN ({inner})"
        parameters += values
    select += f" ORDER BY {name} DESC LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(select, parameters)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _by_index_only():
    """Keep PostgreSQL's planner to the token index; SQLite has no other way.

    For a common word PostgreSQL would rather walk the newest rows and cut each text anew: seconds, not milliseconds.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")


def store_anew(model, entries, chunk=200):
    """Replace every row of ``model`` by ``entries`` (an iterable of unsaved rows), all or none; return how many there are."""
    count = 0
    with transaction.atomic():
        model.objects.all().delete()
        batch = []
        for entry in entries:
            batch.append(entry)
            count += 1
            if len(batch) == chunk:
                model.objects.bulk_create(batch)
                batch = []
        model.objects.bulk_create(batch)
    return count
