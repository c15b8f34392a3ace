"""Asking the database for the texts that hold the words of a query."""

from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.expressions import RawSQL

from articles.models.token_index import VECTOR, TokenIndex
from articles.textsearch.query import LONGEST_QUERY, MOST_WORDS, asked, words_of
from articles.textsearch.tokens import IS_HAN, LONGEST_TOKEN, RUNS, TITLE, letters, normal


SHOWN = 200  # more hits than this are counted as "200+"
CANDIDATES = 500  # texts looked into, at most, for one reading of a query
SIMILAR = 40  # texts that hold only some of the words: further ones help nobody
AND, OR = " & ", " | "
# How well a text answers, the best first: its title is what was typed, holds it, holds its words, holds another name of it;
# its text holds the words, or another name of them.
EXACT, PART, TITLE_WORDS, ALSO_TITLE, TEXT, ALSO_TEXT = range(6)
# For a common word PostgreSQL would rather walk the newest rows and cut each text anew: seconds, not milliseconds. Its
# planner is kept to the token index for one statement, in the same round; SQLite has no other way.
BY_INDEX_ONLY = "SET LOCAL enable_seqscan = {0}; SET LOCAL enable_indexscan = {0}"


class Source(Protocol):
    """What is searched: the index, the texts behind it, and who may be found."""

    index: TokenIndex
    among: object  # None, or a queryset of the index's keys: nothing else is a candidate

    def rows(self, keys, whole) -> dict:
        """Return {key: its texts, the title first} of those of ``keys`` that may be found now.

        Of those that are not in the set ``whole`` the title alone is wanted, the other texts may be empty.
        """


def with_texts(rows, names, keys, whole, also=()):
    """Return the values (key, *``names``, *``also``) of those of ``rows`` (a queryset) that have ``keys``.

    Of the texts ``names`` those that Source.rows leaves out are empty.
    """
    title, *texts = names
    if not whole:
        texts = [Value("")] * len(texts)
    elif len(whole) < len(keys):
        wanted = Q(pk__in=whole)
        texts = [
            Case(When(wanted, then=F(name)), default=Value(""), output_field=TextField()) for name in texts
        ]
    return rows.filter(pk__in=keys).order_by().values_list("pk", title, *texts, *also)


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

    @property
    def tokens(self):
        """What the words ask the index for, [(token, whether its beginning will do)]."""
        return list(dict.fromkeys(token for word in self.words for token in asked(word)))

    @property
    def doubtful(self):
        """The words that must be looked up in the text itself."""
        # The characters of a pair stand side by side in every hit; only those of longer words may be scattered.
        return [word for word in self.words if IS_HAN.match(word) and len(word) > 2]


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

    What says so in its title comes before what says it in its text; within a rank the newest first. The database is asked
    twice as a rule, four times at most.
    """
    readings = [one for one in readings if one.words]
    if not readings:
        return Found()
    looked = _Looked(readings, source)
    in_titles, in_texts = _candidates(readings, source)
    looked.at(in_titles, _ahead(in_titles, in_texts))
    ranks = {}
    for number, key in in_titles:
        if looked.holds(number, key, 1):
            rank = ALSO_TITLE if number else _rank(looked.rows[key][0], readings[0].phrase)
            ranks.setdefault(key, rank)
    full = _many(in_titles)
    if len(ranks) <= SHOWN:
        if len(in_titles) > SHOWN:
            # No text was asked for, but these titles only seemed to hold the words.
            _, in_texts = _candidates(readings, source, titles=False)
        full = full or _many(in_texts)
        left = [(number, key) for number, key in in_texts if key not in ranks][: 2 * CANDIDATES]
        for place, (number, key) in enumerate(left):
            if not looked.knows(number, key):
                looked.at((), left[place:])
            if looked.holds(number, key):
                ranks.setdefault(key, ALSO_TEXT if number else TEXT)
            if len(ranks) > SHOWN:
                break
    ids = sorted(ranks, key=lambda pk: (ranks[pk], -pk))
    more = len(ids) > SHOWN or (full and len(ids) == SHOWN)
    words = list(dict.fromkeys(word for one in readings for word in one.words))
    return Found(ids[:SHOWN], words, more=more, ranks=ranks)


def _candidates(readings, source, titles=True):
    """Return what may hold the words of ``readings`` in its title, and in its text: pairs (number of the reading, key).

    Texts are not asked for where enough titles seem to hold them.
    """
    limits = [CANDIDATES if one.doubtful else SHOWN + 1 for one in readings]
    questions = [
        ([(TITLE + token, prefix) for token, prefix in one.tokens], AND, limit)
        for one, limit in zip(readings, limits, strict=True)
        if titles
    ]
    # Whose title holds the words is among those whose text does.
    texts = [(one.tokens, AND, limit + SHOWN) for one, limit in zip(readings, limits, strict=True)]
    answers = _ask(questions, source, then=texts)
    known, others = answers[: len(questions)], answers[len(questions) :]
    return [[(number, key) for number, keys in enumerate(some) for key in keys] for some in (known, others)]


def _ahead(in_titles, in_texts):
    """Return as many of ``in_texts`` as are probably needed beside the titles, and some more."""
    titles = {key for _, key in in_titles}
    wanted = max(0, SHOWN + 1 - len(titles))
    return [pair for pair in in_texts if pair[1] not in titles][: wanted + wanted // 4]


def _many(pairs):
    numbers = [number for number, _ in pairs]
    return any(numbers.count(number) >= CANDIDATES for number in set(numbers))


class _Looked:
    """The texts of candidates, fetched in as few rounds as possible."""

    def __init__(self, readings, source):
        self.source, self.doubtful = source, [one.doubtful for one in readings]
        self.rows, self.asked, self.whole = {}, set(), set()

    def at(self, titles, texts):
        """Fetch the titles of some pairs (number, key) and what it takes to know of others whether their text holds the words."""
        whole = {key for number, key in texts if self.doubtful[number]} - self.whole
        keys = whole | ({key for _, key in (*titles, *texts)} - self.asked)
        if keys:
            self.rows |= self.source.rows(keys, whole)
        self.asked |= keys
        self.whole |= whole

    def knows(self, number, key):
        return key in (self.whole if self.doubtful[number] else self.asked)

    def holds(self, number, key, texts=None):
        """Return whether a text may be shown and holds the doubtful words of a reading, in the first ``texts`` of its parts."""
        return key in self.rows and _holds(self.rows[key][:texts], self.doubtful[number])


def _rank(title, phrase):
    """Who typed a title, or a part of one, finds that text first."""
    own = letters(normal(title))
    return EXACT if own == phrase else PART if phrase in own else TITLE_WORDS


def _holds(parts, words):
    text = "\n".join(parts) if words else ""
    # Most texts hold the words as they were typed; only the rest is worth making normal.
    return all(word in text for word in words) or all(word in normal(text) for word in words)


def loose(one, source):
    """Return Found with the texts that hold some pairs of a Reading's words, those with most of them first."""
    words = list(one.words)
    pairs = [token for word in words for token in asked(word)]
    pairs += asked("".join(word for word in words if IS_HAN.match(word)) or words[0]) if words else []
    pairs = [token for token in dict.fromkeys(pairs) if len(token[0]) > 1][:MOST_WORDS]
    if not pairs:
        return Found(words=words)
    marked = [(TITLE + token, prefix) for token, prefix in pairs]
    titles, texts = _ask([(marked, OR, SIMILAR), (pairs, OR, SIMILAR)], source)
    ids = {*titles, *texts}
    scores = {}
    for pk, parts in (source.rows(ids, ids) if ids else {}).items():
        title, text = normal(parts[0]), normal("\n".join(parts))
        scores[pk] = sum((token in text) + 2 * (token in title) for token, _ in pairs)
    best = max(scores.values(), default=0)
    ids = sorted((pk for pk in scores if scores[pk] * 2 >= best), key=lambda pk: (-scores[pk], -pk))
    return Found(ids[:SIMILAR], [token for token, _ in pairs], loose=True)


def candidates(tokens, joined_by, source, limit):
    """Return the keys of entries that hold the tokens [(token, as a beginning)], newest first, at most ``limit``."""
    return _ask([(tokens, joined_by, limit)], source)[0]


def tokens_of_text(text):
    """Return the tokens that a text which holds ``text`` as it is must have, [(token, whether its beginning will do)]."""
    return [token for run in RUNS.findall(normal(text)) for token in asked(run[:LONGEST_TOKEN])]


def holding(tokens, index, limit, among=None):
    """Return, for each list of ``tokens``, at most ``limit`` keys of entries that hold them: one question for all.

    ``among``: a queryset of keys; of those found, others are left out.
    """
    found = [[] for _ in tokens]
    asking, parameters = [], []
    for number, wanted in enumerate(tokens):
        if wanted:
            select, query = _select(wanted, AND, index)
            # Unordered, so that the database may stop at the first ones.
            asking.append(f"SELECT {number} AS number, * FROM ({select} LIMIT {int(limit)}) AS s{number}")  # noqa: S608
            parameters.append(query)
    if asking:
        statement = " UNION ALL ".join(asking)
        if among is not None:
            inner, values = _among(among, f"held.{_key(index)}")
            statement = f"SELECT * FROM ({statement}) AS held WHERE EXISTS ({inner})"  # noqa: S608
            parameters += values
        for number, key in _rows(statement, parameters):
            found[number].append(key)
    return found


def _ask(questions, source, then=()):
    """Return the keys, newest first, that answer each of ``questions`` (tokens, AND or OR, at most how many), in one statement.

    ``then``: questions that are asked as well where the first ones found no more than SHOWN altogether.
    """
    found = [[] for _ in (*questions, *then)]
    try:
        selects, parameters = _selects((*questions, *then), len(questions), source)
    except EmptyResultSet:
        return found
    tables = ""
    if questions and then:
        tables = f"WITH before AS ({' UNION ALL '.join(selects[: len(questions)])}) "
        selects = ["SELECT * FROM before", *selects[len(questions) :]]
    for number, pk in _rows(tables + " UNION ALL ".join(selects), parameters):
        found[number].append(pk)
    return [sorted(keys, reverse=True) for keys in found]


def _selects(questions, first, source):
    """Return the statements of `_ask`, of which those after the ``first`` look at the answers to these; and parameters."""
    key, selects, parameters = _key(source.index), [], []
    postgresql = connection.vendor == "postgresql"
    for number, (tokens, joined_by, limit) in enumerate(questions):
        select, query = _select(tokens, joined_by, source.index)
        parameters.append(query)
        if 0 < first <= number:
            select += f" AND (SELECT count(*) FROM before) <= {SHOWN}"  # noqa: S608
        if source.among is not None:
            # Asked of one after another, from the newest, until there are enough: the rest of them may be everything.
            # OFFSET 0 keeps PostgreSQL from making a join of it.
            if postgresql:
                select = f"SELECT {key} FROM ({select} ORDER BY {key} DESC OFFSET 0) AS hits WHERE TRUE"  # noqa: S608
            inner, values = _among(source.among, f"hits.{key}" if postgresql else f"{source.index.fts}.{key}")
            select += f" AND EXISTS ({inner}{' OFFSET 0' if postgresql else ''})"
            parameters += values
        select += f" ORDER BY {key} DESC LIMIT {int(limit)}"
        selects.append(f"SELECT {number} AS number, * FROM ({select}) AS s{number}")  # noqa: S608
    return selects, parameters


def _select(tokens, joined_by, index):
    """Return the statement that asks the database's index for ``tokens``, without order, and its parameter."""
    if connection.vendor == "postgresql":
        query = joined_by.join(f"'{token}'{':*' if prefix else ''}" for token, prefix in tokens)
        return f"SELECT {index.key} FROM {index.table} WHERE {VECTOR} @@ %s::tsquery", query  # noqa: S608
    word = " AND " if joined_by == AND else " OR "
    query = word.join(f'"{token}"{" *" if prefix else ""}' for token, prefix in tokens)
    return f"SELECT rowid FROM {index.fts} WHERE {index.fts} MATCH %s", query  # noqa: S608


def _key(index):
    """Return what `_select` calls the key."""
    return index.key if connection.vendor == "postgresql" else "rowid"


def _among(queryset, key):
    """Return the statement that finds the row of ``queryset`` whose key is that of another statement, and its parameters."""
    one = queryset.order_by().filter(pk=RawSQL(key, ()))  # noqa: S611
    sql, values = one.query.get_compiler(connection=connection).as_sql()
    return sql, list(values)


def _rows(statement, parameters):
    """Return the rows of a statement that asks the token index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            off, on = BY_INDEX_ONLY.format("off"), BY_INDEX_ONLY.format("on")
            # Several statements sent at once are one transaction, unless there is one already.
            cursor.execute(f"{off}; {statement}; {on}", parameters)
            while cursor.description is None:
                cursor.nextset()
        else:
            cursor.execute(statement, parameters)
        return cursor.fetchall()


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
