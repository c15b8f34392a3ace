"""Public search in Chinese: the same answers on SQLite and on PostgreSQL.

The index holds, for each live publication, its distinct tokens: single Chinese characters, overlapping pairs of them, and
runs of letters and digits; those of the title once more behind a mark. A query is cut into words (jieba, on this side
only, so that a new dictionary needs no new index); each word asks for its pairs, all joined by AND; words of three
characters and more are then looked up in the text itself, on a bounded number of candidates. Titles come first, then
the newest. Nothing is ranked beyond what is shown, so that the cost does not follow the number of hits.
"""

import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection, transaction

import jieba

from publish.models import Publication, SearchEntry
from publish.models.search import VECTOR


SHOWN = 200  # more hits than this are counted as "200+"
CANDIDATES = 500  # texts looked into, at most, for one query
CHUNK = 100  # texts fetched at once
SIMILAR = 40  # articles that hold only some of the words: further ones help nobody
TEXTS = ("title", "summary", "key_message", "body_text")
LONGEST_QUERY = 100  # characters; nobody types more, and more only costs
MOST_WORDS = 16
LONGEST_TOKEN = 40
AND, OR = " & ", " | "
TITLE = "†"  # no letter or digit, so never part of a token itself
SNIPPET = 70  # characters

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_IS_HAN = re.compile(rf"[{HAN}]")
# Words of questions: left out while anything else remains, because texts answer without repeating them.
ASKING = frozenset(
    [
        "怎么",
        "怎么办",
        "怎样",
        "怎么样",
        "如何",
        "什么",
        "为什么",
        "为何",
        "吗",
        "呢",
        "吧",
        "啊",
        "的",
        "了",
        "是",
        "在",
        "有",
        "和",
        "与",
        "我",
        "你",
        "他",
        "她",
        "请问",
        "是否",
        "是不是",
        "能不能",
        "能否",
        "可以",
        "可不可以",
        "要不要",
        "会不会",
        "有没有",
        "多少",
        "哪些",
        "哪个",
        "几",
        "得",
        "地",
        "就",
        "都",
        "也",
        "还",
        "又",
        "很",
        "要",
        "能",
        "会",
    ]
)


@dataclass
class Found:
    """Ids of publications, best first; ``more``: there are further ones; ``loose``: they hold only some of the words."""

    ids: list = field(default_factory=list)
    words: list = field(default_factory=list)
    more: bool = False
    loose: bool = False


# --- Text to tokens ---------------------------------------------------------------------------


def normal(text):
    """Return ``text`` as it is compared: full-width forms, case and compatibility characters made one."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens_of(publication):
    """Return the blank-separated tokens of a publication, for its SearchEntry."""
    own = _tokens(normal(text_of(publication)))
    title = {TITLE + token for token in _tokens(normal(publication.title))}
    return " ".join(sorted(own | title))


def text_of(publication):
    """Return everything of a publication that search looks at."""
    return "\n".join((publication.title, publication.summary, publication.key_message, publication.body_text))


def _tokens(text):
    tokens = set()
    for run in _RUNS.findall(text):
        if _IS_HAN.match(run):
            tokens.update(run)
            tokens.update(_pairs(run))
        else:
            tokens.add(run[:LONGEST_TOKEN])
    return tokens


def _pairs(run):
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _letters(text):
    return "".join(_RUNS.findall(text))


# --- Query to words ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _dictionary():
    # Built by hand because jieba would keep a cache in the shared temporary folder and load whatever lies there.
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(jieba.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def warm():
    """Load the dictionary (most of a second), at the start of a web process rather than in somebody's search."""
    _dictionary()


def words_of(query):
    """Return the words of ``query``, normal, without repetition; empty when it holds neither letter nor digit."""
    words = []
    for run in _RUNS.findall(normal(query)[:LONGEST_QUERY]):
        if len(run) > 2 and _IS_HAN.match(run):
            words += _dictionary().lcut(run, HMM=False)
        else:
            words.append(run[:LONGEST_TOKEN])
    words = list(dict.fromkeys(words))
    return ([word for word in words if word not in ASKING] or words)[:MOST_WORDS]


def _asked(word):
    """The tokens a word asks for, each with whether a token that begins with it will do."""
    if not _IS_HAN.match(word):
        return [(word, len(word) > 1)]
    return [(token, False) for token in (_pairs(word) or [word])]


# --- Asking the database ----------------------------------------------------------------------


def find(query, topic_id=None):
    """Return Found for what a reader typed; any text will do. ``topic_id`` limits it to one topic."""
    words = words_of(query)
    if not words:
        return Found()
    with _by_index_only():
        found = _strict(words, _letters(normal(query))[:LONGEST_QUERY], topic_id)
        return found if found.ids else _loose(words, topic_id)


def _strict(words, phrase, topic_id):
    asked = list(dict.fromkeys(token for word in words for token in _asked(word)))
    # The characters of a pair stand side by side in every hit; only those of longer words may be scattered.
    doubtful = [word for word in words if _IS_HAN.match(word) and len(word) > 2]
    limit = CANDIDATES if doubtful else SHOWN + 1

    candidates = _candidates([(TITLE + token, prefix) for token, prefix in asked], AND, topic_id, limit)
    titles = _confirmed(candidates, doubtful, ("title",), SHOWN + 1)
    # Who typed a title, or a part of one, finds that article first.
    hits = sorted(titles, key=lambda pk: phrase not in _letters(normal(titles[pk][0])))
    more = len(candidates) >= CANDIDATES
    if len(hits) <= SHOWN:
        candidates = _candidates(asked, AND, topic_id, limit + len(hits))
        more = more or len(candidates) >= CANDIDATES
        others = [pk for pk in candidates if pk not in titles]
        hits += _confirmed(others, doubtful, TEXTS if doubtful else ("pk",), SHOWN + 1 - len(hits))
    return Found(hits[:SHOWN], words, more=len(hits) > SHOWN or (more and len(hits) == SHOWN))


def _confirmed(candidates, words, fields, wanted):
    """Return {id: its ``fields``} of the first ``wanted`` candidates that readers may see and that hold the words."""
    found = {}
    for start in range(0, len(candidates), CHUNK):
        rows = _live(candidates[start : start + CHUNK], *fields)
        for pk in candidates[start : start + CHUNK]:
            if pk in rows and _holds(rows[pk], words):
                found[pk] = rows[pk]
                if len(found) == wanted:
                    return found
    return found


def _loose(words, topic_id):
    """Articles that hold some pairs of the query, those with most of them first."""
    pairs = [token for word in words for token in _asked(word)]
    pairs += _asked("".join(word for word in words if _IS_HAN.match(word)) or words[0])
    pairs = [token for token in dict.fromkeys(pairs) if len(token[0]) > 1][:MOST_WORDS]
    if not pairs:
        return Found(words=words)
    ids = _candidates([(TITLE + token, prefix) for token, prefix in pairs], OR, topic_id, SIMILAR)
    ids = list(dict.fromkeys(ids + _candidates(pairs, OR, topic_id, SIMILAR)))
    scores = {}
    for pk, parts in _live(ids, *TEXTS).items():
        title, text = normal(parts[0]), normal("\n".join(parts))
        scores[pk] = sum((token in text) + 2 * (token in title) for token, _ in pairs)
    best = max(scores.values(), default=0)
    ids = sorted((pk for pk in scores if scores[pk] * 2 >= best), key=lambda pk: (-scores[pk], -pk))
    return Found(ids[:SIMILAR], [token for token, _ in pairs], loose=True)


def _holds(parts, words):
    text = "\n".join(parts) if words else ""
    # Most texts hold the words as they were typed; only the rest is worth making normal.
    return all(word in text for word in words) or all(word in normal(text) for word in words)


def _live(ids, *fields):
    """Return {id: its fields} of those publications that readers may see now."""
    rows = Publication.objects.live().filter(pk__in=ids).values_list("pk", *fields) if ids else ()
    return {row[0]: row[1:] for row in rows}


def _candidates(tokens, joined_by, topic_id, limit):
    """Return the ids of publications that hold the tokens, newest first, at most ``limit``."""
    on_postgresql = connection.vendor == "postgresql"
    if on_postgresql:
        query = joined_by.join(f"'{token}'{':*' if prefix else ''}" for token, prefix in tokens)
        select = f"SELECT publication_id FROM publish_searchentry WHERE {VECTOR} @@ %s::tsquery"  # noqa: S608
        name = "publication_id"
    else:
        word = " AND " if joined_by == AND else " OR "
        query = word.join(f'"{token}"{" *" if prefix else ""}' for token, prefix in tokens)
        select = "SELECT rowid FROM publish_search_fts WHERE publish_search_fts MATCH %s"
        name = "rowid"
    parameters = [query]
    if topic_id is not None:
        select += (
            f" AND {name} IN (SELECT id FROM publish_publication WHERE topic_id = %s AND state = 'live')"  # noqa: S608
        )
        parameters.append(topic_id)
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


def rebuild():
    """Make every search entry anew, after a change of the tokens or a restored backup; return how many there are."""
    count = 0
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        batch = []
        for publication in Publication.objects.live().iterator(chunk_size=200):
            batch.append(
                SearchEntry(
                    article_id=publication.article_id, publication=publication, tokens=tokens_of(publication)
                )
            )
            count += 1
            if len(batch) == 200:
                SearchEntry.objects.bulk_create(batch)
                batch = []
        SearchEntry.objects.bulk_create(batch)
    return count


# --- Showing a hit ----------------------------------------------------------------------------


def marked(text, words):
    """Return ``text`` in parts, [{"text", "match"}], so that a template can mark the words without trusting the text."""
    if not words:
        return [{"text": text, "match": False}]
    pattern = re.compile(
        "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE
    )
    parts, end = [], 0
    for match in pattern.finditer(text):
        if match.start() > end:
            parts.append({"text": text[end : match.start()], "match": False})
        if parts and parts[-1]["match"] and match.start() == end:
            parts[-1]["text"] += match.group()
        else:
            parts.append({"text": match.group(), "match": True})
        end = match.end()
    if end < len(text):
        parts.append({"text": text[end:], "match": False})
    return parts


def snippet(publication, words):
    """Return marked parts of the place where the words are met first: the summary, else the text around them."""
    wanted = sorted(words, key=len, reverse=True)
    summary = normal(publication.summary)
    if not any(len(word) > 1 or len(words) == 1 for word in wanted if word in summary):
        for text in (publication.key_message, publication.body_text):
            lowered = text.casefold()
            for word in wanted:
                at = lowered.find(word)
                if at >= 0 and len(lowered) == len(text):
                    return marked(_around(text, at), words)
    return marked(publication.summary, words)


def _around(text, at):
    start = max(0, at - SNIPPET // 3)
    piece = text[start : start + SNIPPET].replace("\n", " ").strip()
    return f"{'…' if start else ''}{piece}{'…' if start + SNIPPET < len(text) else ''}"
