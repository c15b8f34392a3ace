"""What a reader may have meant: pinyin, first letters, homophones, slips of the finger; and suggestions while typing.

Answers are words of SearchWord, each a hint only: that it leads to something is asked of the index (leading). Every
question is by equality or by a range on an index, and their number does not depend on the query.
"""

import unicodedata
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from articles.models import Department, GlossaryTerm, TopicPage
from articles.pinyin import sound_of
from articles.textsearch import finding
from articles.textsearch.query import dictionary
from articles.textsearch.tokens import IS_HAN, RUNS, normal
from publish import words
from publish.models import Publication, SearchWord
from publish.models.search import INDEX


LONGEST_LATIN = 30  # letters of a query that are read as pinyin
LONGEST_CHINESE = 20  # characters of a query in which slips are looked for
LONGEST_PIECE = 8  # characters of a word that is looked for in a longer query
MOST_READINGS = 3  # corrections that are searched for, one after another, until one finds something
MOST_SUGGESTIONS = 8
LOOKED_AT = 24  # words that are asked whether they lead anywhere
MOST_ROWS = 400  # words of the table that one question brings
IN_GLOSSARY = (words.Kind.TERM, words.Kind.SYNONYM)

# How far what was typed is from a word.
SAME_SOUND, FIRST_LETTERS, IN_PARTS, A_SLIP, A_BEGINNING = range(5)


# --- Corrections ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Near:
    """A text that may have been meant, and how far (SAME_SOUND …) it is from what was typed."""

    text: str
    distance: int


def near(query):
    """Return what ``query`` may have meant instead, as texts, the likeliest first; empty when nothing is near."""
    runs = RUNS.findall(_without_tones(normal(query)))
    whole = "".join(runs)
    if len(whole) < 2:
        return []
    if not IS_HAN.search(whole):
        found = _latin(runs, whole) if len(whole) <= LONGEST_LATIN else []
    else:
        found = _chinese(runs, whole) if len(whole) <= LONGEST_CHINESE else []
    texts = dict.fromkeys(one.text for one in sorted(found, key=lambda one: one.distance))
    return [text for text in texts if normal(text) != normal(query)]


def _latin(runs, whole):
    pieces = {whole[i:j] for i in range(len(whole)) for j in range(i + 3, min(len(whole), i + 24) + 1)}
    sounds = {*pieces, whole, *runs, *words.without_one(whole)}
    odd = {whole, *(run for run in runs if len(run) > 4)}
    initials = [whole] if len(whole) <= 8 else []
    rows = _rows(
        {"pinyin__in": sounds}, {"initials__in": initials}, {"variants__variant__in": _variants_of(odd)}
    )
    by_sound = [row for row in rows if row.pinyin in sounds]
    found = [Near(row.word, SAME_SOUND) for row in by_sound if row.pinyin == whole]
    found += [Near(row.word, FIRST_LETTERS) for row in rows if row.initials in initials]
    if parts := _in_parts(whole, by_sound):
        found.append(Near(parts, IN_PARTS))
    slips = _slips(odd, rows)
    found += [Near(word, A_SLIP) for word in slips.get(whole, ())]
    if len(runs) > 1 and (each := _each_run(runs, by_sound, slips)):
        found.append(Near(each, A_SLIP))
    if len(whole) > 3 and not found:
        found = [Near(row.word, A_BEGINNING) for row in _beginning("pinyin", whole)[:MOST_READINGS]]
    return found


def _each_run(runs, by_sound, slips):
    said = {}
    for row in by_sound:
        said.setdefault(row.pinyin, row.word)
    parts = [said.get(run) or next(iter(slips.get(run, ())), run) for run in runs]
    return " ".join(parts) if parts != runs else ""


def _in_parts(whole, rows):
    """Return the words whose sounds make up ``whole``, as few as possible, joined; or ""."""
    said = {}
    for row in rows:
        if IS_HAN.search(row.word):
            said.setdefault(row.pinyin, row.word)
    best = {0: []}
    for end in range(3, len(whole) + 1):
        for begin in range(end - 2):
            word = said.get(whole[begin:end])
            if word and begin in best and len(best[begin]) + 1 < len(best.get(end, range(99))):
                best[end] = [*best[begin], word]
    parts = best.get(len(whole), ())
    return " ".join(parts) if len(parts) > 1 else ""


def _chinese(runs, whole):
    spans = [span for run in runs for span in _spans(run)]
    if len(whole) <= LONGEST_PIECE and whole not in (text for text, _, _ in spans):
        spans.append((whole, joined(whole), False))
    if not spans:
        return []
    sounds = {sound for _, sound, _ in spans}
    # A word of the language is not taken for another one because a character differs; its sound may be.
    odd = [(text, sound) for text, sound, known in spans if not known]
    by_sound, slips = _chinese_slips(odd, sounds)
    said = {}
    for row in by_sound:
        said.setdefault(row.pinyin, []).append(row.word)
    found = []
    for text, sound, _known in spans:
        near_it = [Near(word, SAME_SOUND) for word in said.get(sound, ()) if normal(word) != text]
        near_it += [Near(word, A_SLIP) for word in slips.get(text, ())]
        found += [(text, one) for one in near_it]
    alone = [one for text, one in found if text == whole]
    # The longest first: what is right in a part may be wrong in the whole.
    found.sort(key=lambda pair: (pair[1].distance, -len(pair[0])))
    parts, corrected = [], "\0".join(runs)
    for text, one in found:
        if text != whole and not any(text in done or done in text for done in parts) and text in corrected:
            corrected = corrected.replace(text, one.text)
            parts.append(text)
    if parts and not alone:
        alone = [Near(corrected.replace("\0", " "), IN_PARTS)]
    return alone


def _spans(run):
    """Return (text, sound, whether it is a word of the language) of the parts of a run that may hide another word.

    Parts end where words end: so that no slip is seen across the border of two right words.
    """
    if not IS_HAN.match(run):
        return [(run, run, False)] if len(run) > 4 else []
    tokens = dictionary().lcut(run, HMM=False)
    syllables = sound_of(run).split()
    if len(syllables) != len(run):
        syllables = [words.joined(sound_of(character)) for character in run]
    found, start = [], 0
    for i in range(len(tokens)):
        text, single = "", False
        for token in tokens[i : i + LONGEST_PIECE]:
            text += token
            single = single or len(token) == 1
            if len(text) > LONGEST_PIECE:
                break
            if len(text) > 1 and single:
                found.append((text, "".join(syllables[start : start + len(text)]), False))
            elif text == run and len(text) > 1:
                found.append((text, "".join(syllables), True))
        start += len(tokens[i])
    return found


def _chinese_slips(odd, sounds):
    """Return the rows with one of ``sounds``, and {text: words} for each (text, sound) of ``odd``.

    These have one character or one letter of the sound more, less, other or swapped.
    """
    longer = {text for text, _ in odd if len(text) > 2}
    shorter = {shorter for text in longer for shorter in words.without_one(text) if len(shorter) > 2}
    keys = {text for text, _ in odd} | {
        left for text in longer for left in words.without_one(text) if len(left) > 1
    }
    odd_sounds = {sound for text, sound in odd if len(text) > 2 and len(sound) in words.LETTERS}
    left_of_sounds = {left for sound in odd_sounds for left in words.without_one(sound)}
    variants = keys | odd_sounds | left_of_sounds
    rows = _rows(
        {"pinyin__in": sounds | left_of_sounds}, {"word__in": shorter}, {"variants__variant__in": variants}
    )
    found = {}
    for text, sound in odd:
        for row in rows:
            word = normal(row.word)
            if word != text and word not in found.get(text, ()) and _is_slip(text, sound, word, row.pinyin):
                found.setdefault(text, []).append(row.word)
    return [row for row in rows if row.pinyin in sounds], found


def _is_slip(text, sound, word, pinyin):
    if not IS_HAN.search(text):
        return one_slip(text, pinyin)
    if len(text) > 2 and len(text) == len(word) and one_slip(sound, pinyin):
        return True  # 糖料病: nearly the same sound
    if max(len(text), len(word)) < 3 or not one_slip(text, word):
        return False
    if len(text) != len(word) or sorted(text) == sorted(word):
        return True  # a character too few, too many, or two swapped
    # Another character: of three, only where what was typed makes no words at all.
    return len(text) > 3 or all(len(token) == 1 for token in dictionary().lcut(text, HMM=False))


def _slips(pieces, rows):
    """Return {piece: words} of those ``rows`` whose sound (a Latin word's letters) is one slip away from a piece."""
    found = {}
    for piece in pieces:
        near_it = [row.word for row in rows if len(piece) > 4 and one_slip(piece, row.pinyin)]
        if near_it:
            found[piece] = list(dict.fromkeys(near_it))
    return found


def _variants_of(pieces):
    """Return what pieces of letters and words that are one slip away have in common."""
    long = {piece for piece in pieces if len(piece) > 4}
    return long | {left for piece in long for left in words.without_one(piece)}


def one_slip(one, other):
    """Return whether two spellings differ by one character: more, less, another, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]


# --- Names ----------------------------------------------------------------------------------------


def known(groups):
    """Return (rows, homophones) for each of ``groups`` of parts of a text: one question for all.

    Rows are the words of the table that are among the parts, with ``entry``, what the glossary says of each; homophones
    are others that sound like one of them.
    """
    wanted = [{normal(part) for part in parts if len(part) > 1} for parts in groups]
    sounds = [{joined(part) for part in some} for some in wanted]
    term = Coalesce(NullIf(OuterRef("means"), Value("")), OuterRef("word"))
    entry = GlossaryTerm.objects.filter(term=term).order_by()
    entry = entry.values(found=JSONObject(term="term", plain="plain", synonyms="synonyms"))
    everything = set().union(*sounds)
    rows = SearchWord.objects.filter(pinyin__in=everything).annotate(entry=Subquery(entry))
    rows = _ordered(rows.order_by("-weight", "pk")[:MOST_ROWS]) if everything else []
    found = []
    for some, said in zip(wanted, sounds, strict=True):
        own = [row for row in rows if row.pinyin in said]
        same = [row for row in own if normal(row.word) in some]
        others = [row for row in own if normal(row.word) not in some and IS_HAN.search(row.word)]
        found.append((same, others))
    return found


def other_names(rows):
    """Return {word as compared: its other names} for rows of ``known``, by the glossary as it is now."""
    return _names(GlossaryTerm(**row.entry) for row in rows if row.entry and row.kind in IN_GLOSSARY)


def _names(terms):
    found = {}
    for term in {term.term: term for term in terms}.values():
        names = [term.term, *words.other_names(term)]
        for name in names:
            found.setdefault(normal(name), []).extend(other for other in names if other != name)
    return found


# --- Suggestions ----------------------------------------------------------------------------------


def suggestions(query):
    """Return at most MOST_SUGGESTIONS rows of SearchWord that begin as ``query`` does, in characters or in sound.

    Each leads to at least one article that readers can see now.
    """
    typed = "".join(RUNS.findall(_without_tones(normal(query))))
    if not typed or len(typed) > LONGEST_LATIN:
        return []
    if IS_HAN.match(typed):
        rows = _rows({"variants__variant": words.FIRST + typed[0], "word__startswith": typed})
        if len(typed) > 1:
            rows += _beginning("pinyin", joined(typed))
    else:
        rows = _beginning("pinyin", typed)
        if len(typed) < 9:
            rows += _beginning("initials", typed)
        if len(typed) == 1:
            rows = _ordered(rows)
    once = {}
    for row in rows:
        once.setdefault(normal(row.word), row)
    return leading(list(once.values())[:LOOKED_AT])[:MOST_SUGGESTIONS]


def leading(rows):
    """Return those of ``rows`` (of SearchWord) that lead to a live publication now."""
    held = are_held([row.word for row in rows] + [row.means for row in rows])
    own, meant = held[: len(rows)], held[len(rows) :]
    unsure = [row for row, hit in zip(rows, own, strict=True) if not hit]
    places = places_of([row.word for row in unsure if row.kind in (words.Kind.TOPIC, words.Kind.DEPARTMENT)])
    meaning = {row.means for row in unsure if row.means}
    named = _names(GlossaryTerm.objects.filter(term__in=meaning)) if meaning else {}
    return [
        row
        for row, hit, other in zip(rows, own, meant, strict=True)
        if hit or row.word in places or (other and row.means in named.get(normal(row.word), ()))
    ]


def are_held(texts, tokens=()):
    """Return, for each of ``texts``, then for each list of ``tokens``, whether a live publication holds it now."""
    wanted = [*(finding.tokens_of_text(text) for text in texts), *tokens]
    live = Publication.objects.live().values("pk")
    return [bool(keys) for keys in finding.holding(wanted, INDEX, 3, among=live)]


def places_of(names):
    """Return {name: ("topic" or "department", key)} of those of ``names`` that are one with live articles."""
    if not names:
        return {}
    live = Publication.objects.live()
    departments = Department.objects.filter(name__in=names).order_by()
    topics = TopicPage.objects.live().filter(title__in=names).order_by()
    departments = departments.filter(Exists(live.filter(department_id=OuterRef("pk"))))
    topics = topics.filter(Exists(live.filter(topic_id=OuterRef("pk"))))
    both = departments.values_list(Value("department"), "name", "pk").union(
        topics.values_list(Value("topic"), "title", "pk"), all=True
    )
    # A topic of a department's name is meant rather.
    return {name: (kind, pk) for kind, name, pk in sorted(both)}


# --- Looking up -----------------------------------------------------------------------------------


def joined(text):
    """Return the sound of ``text`` as it is looked up."""
    return words.joined(sound_of(text))


def _without_tones(text):
    """Return ``text`` with the signs over Latin letters left out (gāoxuèyā), ü as v."""
    parts = unicodedata.normalize("NFD", text.replace("ü", "v"))
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not "\u0300" <= sign <= "\u036f"))


def _rows(*lookups):
    """Return the words that any of ``lookups`` asks for: one question, in which each uses its own index."""
    asked = [SearchWord.objects.filter(**lookup) for lookup in lookups if all(lookup.values())]
    if not asked:
        return []
    rows = asked[0].union(*asked[1:]) if len(asked) > 1 else asked[0]
    return _ordered(rows.order_by("-weight", "pk")[:MOST_ROWS])


def _beginning(column, start):
    """Return the rows whose ``column`` (small letters and digits alone) begins with ``start``, the weightiest first."""
    if not start.isascii():
        return []
    # A range, because neither database takes its index for LIKE.
    rows = SearchWord.objects.filter(**{f"{column}__gte": start, f"{column}__startswith": start})
    if end := _after(start):
        rows = rows.filter(**{f"{column}__lt": end})
    return _ordered(rows.order_by("-weight", "pk")[:LOOKED_AT])


def _after(start):
    """Return the first text behind all that begin with ``start``, or "" where there is none."""
    start = start.rstrip("z")
    if not start:
        return ""
    return start[:-1] + ("a" if start[-1] == "9" else chr(ord(start[-1]) + 1))


def _ordered(rows):
    """Return rows with those first that readers most likely mean: the same order on every database."""
    key = lambda row: (words.STRONGEST.index(row.kind), -row.weight, len(row.word), row.word)  # noqa: E731
    return sorted(rows, key=key)
