"""Public search: what readers may find, on articles.textsearch. Publications only, and only live ones.

What was typed is looked for as it is, together with the other names the glossary knows for it. Where nothing holds it,
what may have been meant is tried (publish.spelling), then a topic or department of that name, then some of the words.
"""

from dataclasses import dataclass, field

from django.utils import timezone

from articles.textsearch import finding, showing
from articles.textsearch.finding import Found, Reading
from articles.textsearch.query import LONGEST_QUERY, words_of  # noqa: F401
from articles.textsearch.showing import marked  # noqa: F401
from articles.textsearch.tokens import RUNS, letters, normal
from articles.textsearch.tokens import tokens_of as _tokens_of
from publish import spelling
from publish.models import Publication, SearchEntry
from publish.models.search import INDEX


class LivePublications:
    """What readers may see, of one topic when ``topic_id`` is given (articles.textsearch.finding.Source)."""

    index = INDEX
    texts = ("title", "summary", "key_message", "body_text")

    def __init__(self, topic_id=None):
        self.among = None
        if topic_id is not None:
            self.among = Publication.objects.live().filter(topic_id=topic_id).values("pk")

    def rows(self, keys, fields):
        rows = Publication.objects.live().filter(pk__in=keys).values_list("pk", *fields) if keys else ()
        return {row[0]: row[1:] for row in rows}


MOST_NAMES = 3  # other names of what was typed that are searched for as well
MOST_NEAR = 5  # words offered beside the hits


@dataclass
class Answer(Found):
    """Found (ids of publications), and how it was understood.

    ``instead``: the text that was searched for in place of what was typed, or "". ``also``: other names that were searched
    for as well. ``near``: further words that may have been meant, each with hits. ``place``: ("topic" or "department",
    key) when what was searched for is the name of one, else None.
    """

    instead: str = ""
    also: list = field(default_factory=list)
    near: list = field(default_factory=list)
    place: tuple | None = None


def find(query, topic_id=None, exact=False):
    """Return an Answer to what a reader typed; any text will do.

    ``topic_id`` limits it to one topic. ``exact``: nothing but what was typed.
    """
    source, typed = LivePublications(topic_id), finding.reading(query)
    if not typed.words:
        return Answer()
    if exact:
        found = finding.strict([typed], source)
        return _answer(found if found.ids else finding.loose(typed, source))
    answer, alike = _as_typed(typed, source)
    if answer.ids:
        answer.near = _leading(alike)
        return answer
    candidates = spelling.near(normal(query)[:LONGEST_QUERY])
    for number, text in enumerate(candidates[: spelling.MOST_READINGS]):
        corrected, _ = _as_typed(finding.reading(text), source)
        if corrected.ids:
            corrected.instead = text
            corrected.near = _leading([word for word in candidates[number + 1 :] if word != text])
            return corrected
    found = _answer(finding.loose(typed, source))
    found.near = _leading(candidates + [word for word in alike if word not in candidates])
    return found


def _as_typed(typed, source):
    """Return the Answer to a Reading and other names of it, or to the place it names; and words that sound like it."""
    parts = _parts(typed)
    rows, alike = spelling.known(parts)
    readings, also = [typed], []
    for name, others in spelling.other_names(rows).items():
        if name not in parts:
            continue
        for other in others:
            # What holds the longer name of two holds the shorter one anyway.
            if len(also) < MOST_NAMES and other not in also and name not in normal(other):
                readings.append(_said_otherwise(typed, name, other))
                also.append(other)
    answer = _answer(finding.strict(readings, source))
    answer.also = also if answer.ids else []
    whole = [row for row in rows if normal(row.word) == typed.phrase]
    if any(row.kind in (spelling.words.Kind.TOPIC, spelling.words.Kind.DEPARTMENT) for row in whole):
        name = whole[0].word
        if place := spelling.places_of([name]).get(name):
            answer.place = (*place, name)
    if not answer.ids and answer.place:
        kind, pk, _ = answer.place
        members = Publication.objects.live().filter(**{f"{kind}_id": pk}).order_by("-pk")
        if source.among is not None:
            members = members.filter(pk__in=source.among)
        answer.ids = _fresh_first(list(members.values_list("pk", flat=True)[: finding.SHOWN]), {})
    return answer, [row.word for row in alike]


def _parts(typed):
    """Return what may be a name in a Reading: the whole, and words that stand side by side, at most four of them."""
    ends = range(1, 5)
    joined = ["".join(typed.words[i : i + n]) for i in range(len(typed.words)) for n in ends]
    return list(dict.fromkeys([typed.phrase, *(part for part in joined if part in typed.phrase)]))


def _said_otherwise(typed, name, other):
    """Return the Reading in which ``other`` stands for ``name``; it is looked for as one, not cut into words."""
    said = [run[: finding.LONGEST_TOKEN] for run in RUNS.findall(normal(other))]
    kept = [word for word in typed.words if word not in name]
    return Reading((*said, *kept), typed.phrase.replace(name, letters(normal(other))))


def _answer(found):
    answer = Answer(**vars(found))
    answer.ids = _fresh_first(found.ids, found.ranks) if not found.loose else found.ids
    return answer


def _fresh_first(ids, ranks):
    """Return ``ids`` with those overdue for review below their equals."""
    late = set()
    if ids:
        late = set(
            Publication.objects.filter(pk__in=ids, valid_until__lt=timezone.localdate()).values_list(
                "pk", flat=True
            )
        )
    return sorted(ids, key=lambda pk: (ranks.get(pk, 0), pk in late)) if late else ids


def _leading(texts):
    """Return the words among ``texts`` that lead to something, at most MOST_NEAR."""
    texts = list(dict.fromkeys(texts))[: 2 * MOST_NEAR]
    if not texts:
        return []
    return [text for text, held in zip(texts, spelling.are_held(texts), strict=True) if held][:MOST_NEAR]


def tokens_of(publication):
    """Return the blank-separated tokens of a publication, for its SearchEntry."""
    return _tokens_of(*(getattr(publication, name) for name in LivePublications.texts))


def rebuild():
    """Make every search entry anew, after a change of the tokens or a restored backup; return how many there are."""
    return finding.store_anew(
        SearchEntry,
        (
            SearchEntry(article_id=one.article_id, publication=one, tokens=tokens_of(one))
            for one in Publication.objects.live().iterator(chunk_size=200)
        ),
    )


def snippet(publication, words):
    """Return marked parts of the place where the words are met first: the summary, else the text around them."""
    return showing.passage(publication.summary, (publication.key_message, publication.body_text), words)
