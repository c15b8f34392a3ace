"""Public search: what readers may find, on articles.textsearch. Publications only, and only live ones.

What was typed is looked for as it is, together with the other names the glossary knows for it. Where nothing holds it,
what may have been meant is tried (publish.spelling), then a topic or department of that name, then some of the words.
"""

from dataclasses import dataclass, field

from django.db.models import Case, When
from django.utils import timezone

from articles.textsearch import finding, showing
from articles.textsearch.finding import Found, Reading
from articles.textsearch.query import LONGEST_QUERY, words_of  # noqa: F401
from articles.textsearch.showing import marked  # noqa: F401
from articles.textsearch.tokens import RUNS, letters, normal
from articles.textsearch.tokens import tokens_of as _tokens_of
from publish import spelling
from publish.models import Publication, SearchEntry, SearchWord
from publish.models.search import INDEX


class LivePublications:
    """What readers may see, of one topic when ``topic_id`` is given (articles.textsearch.finding.Source)."""

    index = INDEX
    texts = ("title", "summary", "key_message", "body_text")

    def __init__(self, topic_id=None):
        self.among = None
        self.late = set()  # keys of those read that are overdue for review
        if topic_id is not None:
            self.among = Publication.objects.live().filter(topic_id=topic_id).values("pk")

    def rows(self, keys, whole):
        today, found = timezone.localdate(), {}
        live = Publication.objects.live()
        for pk, *parts, until in finding.with_texts(live, self.texts, keys, whole, also=["valid_until"]):
            found[pk] = parts
            if until < today:
                self.late.add(pk)
        return found


MOST_NAMES = 3  # other names of what was typed that are searched for as well
MOST_NEAR = 5  # words offered beside the hits
PLACES = (SearchWord.Kind.TOPIC, SearchWord.Kind.DEPARTMENT)


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


@dataclass
class _Meaning:
    """What a text may mean: its Reading, other names in it, words that sound like one of it, and the place it names.

    ``place``: (the name, "topic" or "department", key) or None.
    """

    typed: Reading
    readings: list
    also: list
    alike: list
    place: tuple | None


def find(query, topic_id=None, exact=False):
    """Return an Answer to what a reader typed; any text will do.

    ``topic_id`` limits it to one topic. ``exact``: nothing but what was typed.
    """
    source, typed = LivePublications(topic_id), finding.reading(query)
    if not typed.words:
        return Answer()
    if exact:
        found = finding.strict([typed], source)
        return _answer(found if found.ids else finding.loose(typed, source), source)
    meaning = _meanings([typed])[0]
    answer = _as_typed(meaning, source)
    if answer.ids:
        answer.near = _leading(meaning.alike)
        return answer
    candidates = spelling.near(normal(query)[:LONGEST_QUERY])
    corrections = _meanings([finding.reading(text) for text in candidates[: spelling.MOST_READINGS]])
    words = list(dict.fromkeys(candidates + meaning.alike))[: spelling.MOST_READINGS + 2 * MOST_NEAR]
    held = spelling.are_held(words, [one.typed.tokens for one in corrections])
    words, held = [word for word, leads in zip(words, held, strict=False) if leads], held[len(words) :]
    for number, correction in enumerate(corrections):
        if held[number] or correction.also or correction.place:
            corrected = _as_typed(correction, source)
            if corrected.ids:
                corrected.instead = candidates[number]
                later = candidates[number + 1 :]
                corrected.near = [word for word in words if word in later][:MOST_NEAR]
                return corrected
    found = _answer(finding.loose(typed, source), source)
    found.near = words[:MOST_NEAR]
    return found


def _meanings(typed):
    """Return the _Meaning of each of some Readings; two questions to the database at most, however many they are."""
    if not typed:
        return []
    parts = [_parts(one) for one in typed]
    known = spelling.known(parts)
    whole = [
        [row for row in rows if normal(row.word) == one.phrase]
        for one, (rows, _) in zip(typed, known, strict=True)
    ]
    named = [next((row.word for row in rows if row.kind in PLACES), None) for rows in whole]
    places = spelling.places_of([name for name in named if name])
    found = []
    for one, some, (rows, alike), name in zip(typed, parts, known, named, strict=True):
        readings, also = _other_readings(one, some, rows)
        place = (*places[name], name) if name in places else None
        found.append(_Meaning(one, [one, *readings], also, [row.word for row in alike], place))
    return found


def _other_readings(typed, parts, rows):
    """Return the Readings with other names of what a Reading holds, and these names."""
    readings, also = [], []
    for name, others in spelling.other_names(rows).items():
        if name not in parts:
            continue
        for other in others:
            # What holds the longer name of two holds the shorter one anyway.
            if len(also) < MOST_NAMES and other not in also and name not in normal(other):
                readings.append(_said_otherwise(typed, name, other))
                also.append(other)
    return readings, also


def _as_typed(meaning, source):
    """Return the Answer to what was typed and other names of it, or to the place it names."""
    answer = _answer(finding.strict(meaning.readings, source), source)
    answer.also = meaning.also if answer.ids else []
    answer.place = meaning.place
    if not answer.ids and answer.place:
        kind, pk, _ = answer.place
        members = Publication.objects.live().filter(**{f"{kind}_id": pk}).order_by("-pk")
        if source.among is not None:
            members = members.filter(pk__in=source.among)
        overdue = Case(When(valid_until__lt=timezone.localdate(), then=1), default=0)
        answer.ids = list(members.order_by(overdue, "-pk").values_list("pk", flat=True)[: finding.SHOWN])
    return answer


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


def _answer(found, source):
    answer = Answer(**vars(found))
    if not found.loose:
        # Those overdue for review below their equals.
        answer.ids = sorted(found.ids, key=lambda pk: (found.ranks[pk], pk in source.late))
    return answer


def _leading(texts):
    """Return the words among ``texts`` that lead to something, at most MOST_NEAR."""
    texts = list(dict.fromkeys(texts))[: 2 * MOST_NEAR]
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
