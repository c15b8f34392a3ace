"""The words that readers may mean (SearchWord): made from what is signed and live, and from the glossary, and kept up.

A publication that goes live brings its words in the same transaction; taking one back takes no word away, because whoever
suggests a word asks first whether it leads anywhere (publish.spelling.leading). What no longer does is dropped at night.
"""

import math
from collections import Counter

from django.db import transaction
from django.db.models import Exists, OuterRef

from articles.models import Department, GlossaryTerm, TopicPage
from articles.pinyin import sound_of
from articles.textsearch import finding
from articles.textsearch.query import ASKING, dictionary
from articles.textsearch.tokens import IS_HAN, RUNS, normal
from publish import jobs
from publish.models import Publication, SearchVariant, SearchWord
from publish.models.search import INDEX


LONGEST = 40  # characters of a word
LONGEST_NAME = 12  # characters of another name of a term: more is an explanation
LONGEST_PAIR = 8  # characters of two words of a title
FROM_TEXT = 12  # words a text may bring, beside those of its title
# Words more frequent than this in Chinese say nothing about a text: in its title, in it, long and only once in it.
USUAL_IN_TITLE, USUAL_IN_TEXT, USUAL_IF_ONCE = 9_000, 1_500, 600
MOST_COUNTED = 200  # articles behind a word; more make no difference
AT_ONCE = 100
FIRST = "^"  # before a first character, which is no letter and so never part of a spelling
# Spellings without one character are kept for words in which the rest still tells something.
CHARACTERS, LETTERS = range(3, 13), range(5, 25)

Kind = SearchWord.Kind
STRONGEST = [Kind.TOPIC, Kind.DEPARTMENT, Kind.TERM, Kind.WORD, Kind.SYNONYM]


def warm():
    """Load the tables of sounds at the start of a web process rather than in somebody's search."""
    sound_of("杏林")


# --- What brings words --------------------------------------------------------------------------


def keep(publication):
    """Add the words of a publication that is going live; call inside its transaction. None is changed or taken away."""
    wanted = dict.fromkeys(words_of(publication), Kind.WORD)
    wanted |= _of_terms(GlossaryTerm.objects.all(), _text(publication))
    topic, department = Publication.objects.values_list("topic__title", "department__name").get(
        pk=publication.pk
    )
    if department:
        wanted[department, ""] = Kind.DEPARTMENT
    wanted[topic, ""] = Kind.TOPIC
    _add(wanted)


def keep_term(term, deleted=False):
    """Let the words follow a changed entry of the glossary, where a live article holds one of its names."""
    SearchWord.objects.filter(means=term.term).delete()
    if not deleted and any(_holding(_names(term), 1)):
        _add(_of_term(term))


def words_of(publication):
    """Return the keys (word, "") of the words of a publication's title, and of its text where worth suggesting."""
    cutter = dictionary()
    found = []
    for run in RUNS.findall(normal(publication.title)):
        # Chinese cut with guesses at new words here: names of medicines are in no dictionary.
        parts = cutter.lcut(run, HMM=True) if IS_HAN.match(run) else [run]
        telling = [_telling(part, USUAL_IN_TITLE) for part in parts]
        found += [part for part, tells in zip(parts, telling, strict=True) if tells]
        # Two that stand side by side are often what a text is about: 牙龈出血, 流感疫苗.
        pairs = zip(parts, parts[1:], telling, telling[1:], strict=False)
        found += [a + b for a, b, one, other in pairs if one and other and len(a + b) <= LONGEST_PAIR]
    counted = Counter(
        word
        for run in RUNS.findall(normal(publication.body_text))
        for word in (cutter.lcut(run, HMM=False) if IS_HAN.match(run) else [run])
    )
    scores = {
        word: times * math.log(cutter.total / (cutter.FREQ.get(word) or 1))
        for word, times in counted.items()
        if (times > 1 and _telling(word, USUAL_IN_TEXT)) or (len(word) > 2 and _telling(word, USUAL_IF_ONCE))
    }
    found += sorted(scores, key=lambda word: (-scores[word], word))[:FROM_TEXT]
    return [(word, "") for word in dict.fromkeys(found)]


def _telling(word, usual):
    if len(word) > LONGEST or word.isdigit() or word in ASKING:
        return False
    if not IS_HAN.match(word):
        return len(word) > 2 and not any(character.isdigit() for character in word)
    frequency = dictionary().FREQ.get(word, 0)
    return len(word) > 1 and frequency <= usual and (frequency > 0 or len(word) > 2)


def _of_terms(terms, text):
    """Return the words of those of ``terms`` that ``text`` holds by any of their names."""
    wanted = {}
    for term in terms.only("term", "plain", "synonyms"):
        if any(normal(name) in text for name in _names(term)):
            wanted |= _of_term(term)
    return wanted


def _of_term(term):
    wanted = {(name, term.term[:LONGEST]): Kind.SYNONYM for name in _names(term)[1:]}
    return wanted | {(term.term[:LONGEST], ""): Kind.TERM}


def _names(term):
    """Return the names of a term, its own first, without those that are rather explanations."""
    return [term.term, *other_names(term)]


def other_names(term):
    """Return what people say for a term, and its synonyms."""
    names = [term.plain, *term.names[1:]]
    return [name for name in dict.fromkeys(names) if 1 < len(name) <= LONGEST_NAME and name != term.term]


def _text(publication):
    parts = (publication.title, publication.summary, publication.key_message, publication.body_text)
    return normal("\n".join(parts))


# --- The tables ---------------------------------------------------------------------------------


def rebuild():
    """Fill the tables from the live publications, after a restored backup or a change here; return how many words.

    Safe at any time: nothing is gone in between, and what goes live meanwhile stays.
    """
    last = SearchWord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    wanted, terms = {}, list(GlossaryTerm.objects.only("term", "plain", "synonyms"))
    names = {term: [normal(name) for name in _names(term)] for term in terms}
    for publication in Publication.objects.live().iterator(chunk_size=200):
        wanted |= {key: Kind.WORD for key in words_of(publication) if key not in wanted}
        text = _text(publication)
        for term in [term for term in terms if any(name in text for name in names[term])]:
            wanted |= _of_term(term)
    wanted |= _places()
    keys = list(wanted)
    for start in range(0, len(keys), AT_ONCE):
        _add({key: wanted[key] for key in keys[start : start + AT_ONCE]})
    gone = [
        word.pk for word in SearchWord.objects.filter(pk__lte=last) if (word.word, word.means) not in wanted
    ]
    _drop(gone)
    _count()
    return SearchWord.objects.count()


def tidy(now):
    """The night's work: the words of topics and departments as they are called now, and all words counted."""
    _add(_places())
    _count()


def _count():
    """Count in how many articles each word is, and drop those that lead nowhere any more."""
    places = {word for word, _ in _places()}
    rows = list(SearchWord.objects.order_by("pk").values_list("pk", "word", "means", "weight"))
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        counts = _holding([word for _, word, _, _ in part], MOST_COUNTED)
        meant = _holding([means for _, _, means, _ in part], 1)
        changed, gone = [], []
        for (pk, word, _, weight), found, other in zip(part, counts, meant, strict=True):
            if not found and not other and word not in places:
                gone.append(pk)
            elif len(found) != weight:
                changed.append(SearchWord(pk=pk, weight=len(found)))
        SearchWord.objects.bulk_update(changed, ["weight"])
        _drop(gone)


def _holding(texts, limit):
    return finding.holding([finding.tokens_of_text(text) for text in texts], INDEX, limit)


def _places():
    """Return the words of the topics and departments that hold live articles."""
    live = Publication.objects.live()
    topics = TopicPage.objects.live().filter(Exists(live.filter(topic_id=OuterRef("pk"))))
    departments = Department.objects.filter(Exists(live.filter(department_id=OuterRef("pk"))))
    wanted = {(title, ""): Kind.DEPARTMENT for title in departments.values_list("name", flat=True)}
    return wanted | {(title, ""): Kind.TOPIC for title in topics.values_list("title", flat=True)}


def _add(wanted):
    """Store the words that are missing, {(word, means): kind}, with their spellings; a stronger kind replaces a weaker."""
    wanted = {key: kind for key, kind in wanted.items() if normal(key[0]) and len(key[0]) <= LONGEST}
    rows = SearchWord.objects.filter(word__in={word for word, _ in wanted})
    known = {(row.word, row.means): row for row in rows}
    for key in wanted.keys() & known.keys():
        kind = min(wanted[key], known[key].kind, key=STRONGEST.index)
        if kind != known[key].kind:
            SearchWord.objects.filter(pk=known[key].pk).update(kind=kind)
    # In the order of the unique index: two signatures that bring the same words wait for each other, and never in a ring.
    new = [_row(*key, wanted[key]) for key in sorted(wanted.keys() - known.keys())]
    if not new:
        return
    with transaction.atomic(savepoint=False):
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)
        rows = SearchWord.objects.filter(word__in={row.word for row in new}, variants=None)
        SearchVariant.objects.bulk_create(
            [
                SearchVariant(word=row, variant=variant)
                for row in rows
                for variant in sorted(spellings(row.word, row.pinyin))
            ],
            batch_size=500,
        )


def _row(word, means, kind):
    syllables = sound_of(word)
    return SearchWord(
        word=word,
        means=means,
        kind=kind,
        weight=1,
        pinyin=joined(syllables)[:160],
        initials="".join(one[0] for one in syllables.split())[:40] if IS_HAN.search(word) else "",
    )


def joined(syllables):
    """Return the sound of a word as it is kept and looked up: "gao xue ya" as "gaoxueya"."""
    return syllables.replace(" ", "")


def spellings(word, pinyin):
    """Return what leads to a word by a slip: its first character, marked, and it and its sound without one character."""
    word = normal(word)
    found = {FIRST + word[0]}
    if IS_HAN.search(word) and len(word) in CHARACTERS:
        found |= without_one(word)
    if len(pinyin) in LETTERS:
        found |= without_one(pinyin)
    return found


def without_one(text):
    """Return ``text`` with each of its characters left out once."""
    return {text[:i] + text[i + 1 :] for i in range(len(text))}


def _drop(pks):
    for start in range(0, len(pks), AT_ONCE):
        SearchWord.objects.filter(pk__in=pks[start : start + AT_ONCE]).delete()


jobs.register("words", jobs.daily(4), tidy)
