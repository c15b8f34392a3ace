"""Asking the database for the texts that hold the words of a query."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from articles.models.token_index import VECTOR, TokenIndex
from articles.textsearch.query import LONGEST_QUERY, MOST_WORDS, asked, words_of
from articles.textsearch.tokens import IS_HAN, LONGEST_TOKEN, RUNS, TITLE, letters, normal


SHOWN = 200  # more hits than this are counted as "200+"
CANDIDATES = 500  # texts looked into, at most, for one query
CHUNK = 100  # texts fetched at once
SIMILAR = 40  # texts that hold only some of the words: further ones help nobody
AND, OR = " & ", " | "
# How well a text answers, the best first: its title is what was typed, holds it, holds its words, holds another name of it;
# its text holds the words, or another name of them.
EXACT, PART, TITLE_WORDS, ALSO_TITLE, TEXT, ALSO_TEXT = range(6)


class Source(Protocol):
    """What is searched: the index, the texts behind it, and who may be found."""

    index: TokenIndex
    texts: tuple  # names of the fields that are searched, the title first
    among: object  # None, or a queryset of the index's keys: nothing else is a candidate

    def rows(self, keys, fields) -> dict:
        """Return {key: its ``fields``} of those of ``keys`` that may be found now."""


@dataclass
class Found:
    """Keys of the index, best first; ``more``: there are further ones; ``loose``: they hold only some of the words.

    ``words`` are those to mark. ``ranks`` gives each key's rank (EXACT …), so that equals can be sorted again.
    """

    ids: list = field(default_factory=list)
    words: list = field(default_factory=list)
    more: bool = False
    loose: bool = False
    ranks: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One way to say what is looked for: its words, and its letters, by which a title is known to be about it."""

    words: tuple
    phrase: str


def reading(query):
    """Return the Reading of what somebody typed; without words when it holds neither letter nor digit."""
    return Reading(tuple(words_of(query)), letters(normal(query))[:LONGEST_QUERY])


def find(query, source):
    """Return Found for what somebody typed; any text will do."""
    asked_for = reading(query)
    found = strict([asked_for], source)
    return found if found.ids else loose(asked_for, source)


def strict(readings, source):
    """Return Found with the texts that hold all words of one of ``readings``, those of the first before the others.

    What says so in its title comes before what says it in its text; within a rank the newest first.
    """
    readings = [one for one in readings if one.words]
    if not readings:
        return Found()
    ranks, full = {}, False
    with _by_index_only():
        for number, one in enumerate(readings):
            found, doubtful = _candidates(one, source, TITLE, 0)
            full = full or len(found) >= CANDIDATES
            for pk, parts in _confirmed(found, doubtful, source.texts[:1], SHOWN + 1, source).items():
                ranks.setdefault(pk, ALSO_TITLE if number else _rank(parts[0], one.phrase))
        titles = len(ranks)
        for number, one in enumerate(readings):
            if len(ranks) > SHOWN:
                break
            found, doubtful = _candidates(one, source, "", titles)
            full = full or len(found) >= CANDIDATES
            others = [pk for pk in found if pk not in ranks]
            fields = source.texts if doubtful else ()
            for pk in _confirmed(others, doubtful, fields, SHOWN + 1 - len(ranks), source):
                ranks[pk] = ALSO_TEXT if number else TEXT
    ids = sorted(ranks, key=lambda pk: (ranks[pk], -pk))
    more = len(ids) > SHOWN or (full and len(ids) == SHOWN)
    words = list(dict.fromkeys(word for one in readings for word in one.words))
    return Found(ids[:SHOWN], words, more=more, ranks=ranks)


def _candidates(one, source, mark, further):
    """Return the keys that may hold the words of a Reading, and those words that must still be looked up in the text."""
    tokens = list(dict.fromkeys(token for word in one.words for token in asked(word)))
    # The characters of a pair stand side by side in every hit; only those of longer words may be scattered.
    doubtful = [word for word in one.words if IS_HAN.match(word) and len(word) > 2]
    limit = (CANDIDATES if doubtful else SHOWN + 1) + further
    return candidates([(mark + token, prefix) for token, prefix in tokens], AND, source, limit), doubtful


def _rank(title, phrase):
    """Who typed a title, or a part of one, finds that text first."""
    own = letters(normal(title))
    return EXACT if own == phrase else PART if phrase in own else TITLE_WORDS


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


def loose(one, source):
    """Return Found with the texts that hold some pairs of a Reading's words, those with most of them first."""
    words = list(one.words)
    pairs = [token for word in words for token in asked(word)]
    pairs += asked("".join(word for word in words if IS_HAN.match(word)) or words[0]) if words else []
    pairs = [token for token in dict.fromkeys(pairs) if len(token[0]) > 1][:MOST_WORDS]
    if not pairs:
        return Found(words=words)
    with _by_index_only():
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
    select, query = _select(tokens, joined_by, source.index)
    name = source.index.key if connection.vendor == "postgresql" else "rowid"
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


def holding(words, index, limit):
    """Return, for each of ``words``, at most ``limit`` keys of entries that hold its tokens: one question for all."""
    found = [[] for _ in words]
    asking, parameters = [], []
    for number, word in enumerate(words):
        tokens = [token for run in RUNS.findall(normal(word)) for token in asked(run[:LONGEST_TOKEN])]
        if not tokens:
            continue
        select, query = _select(tokens, AND, index)
        # Unordered, so that the database may stop at the first ones.
        asking.append(f"SELECT {number}, * FROM ({select} LIMIT {int(limit)}) AS s{number}")  # noqa: S608
        parameters.append(query)
    if not asking:
        return found
    with _by_index_only(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asking), parameters)
        for number, key in cursor.fetchall():
            found[number].append(key)
    return found


def _select(tokens, joined_by, index):
    """Return the statement that asks the database's index for ``tokens``, without order, and its parameter."""
    if connection.vendor == "postgresql":
        query = joined_by.join(f"'{token}'{':*' if prefix else ''}" for token, prefix in tokens)
        return f"SELECT {index.key} FROM {index.table} WHERE {VECTOR} @@ %s::tsquery", query  # noqa: S608
    word = " AND " if joined_by == AND else " OR "
    query = word.join(f'"{token}"{" *" if prefix else ""}' for token, prefix in tokens)
    return f"SELECT rowid FROM {index.fts} WHERE {index.fts} MATCH %s", query  # noqa: S608


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
