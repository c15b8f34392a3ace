"""Risky wording: the rules (articles.models.WordingRule) and the list of wrong and sensitive words over each passage."""

import functools

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.checks.finding import INFO, ORDER
from articles.models import WordingRule


Category = WordingRule.Category
# The code of a finding says what kind it is; the rule's own code stands in Finding.rule.
CODES = {
    Category.GUARANTEE: "wording.claim",
    Category.PERCENT: "wording.claim",
    Category.HARMLESS: "wording.claim",
    Category.SUPERLATIVE: "wording.claim",
    Category.MIRACLE: "wording.claim",
    Category.DISSUASION: "wording.self_medication",
    Category.PROMOTION: "wording.promotion",
    Category.FEAR: "wording.fear",
    Category.COMPARISON: "wording.comparison",
    Category.TESTIMONIAL: "wording.testimonial",
    Category.TIME: "wording.time",
    Category.OTHER: "wording.other",
}
MOST_A_RULE = 20  # findings of one rule in one passage; a hostile text repeats a word thousands of times


def rules(reading):
    """Yield what the rules of wording find: one finding a rule and sentence, at its first place there."""
    # Most rules find nothing in most articles: one look at the whole text is cheaper than one at each passage.
    known = [one for one in usable(reading.known.rules) if one[1].search(reading.whole)]
    for passage in reading.passages:
        if passage.part == "attribution":
            continue
        taken = {}  # words said once: several rules of one kind may mean the same
        for rule, pattern, near, unless in known:
            yield from _of_rule(passage, rule, pattern, near, unless, taken)


@functools.lru_cache(maxsize=8)
def usable(rules):
    """Return (rule, looks for, only near, not within) of each rule that can be used, compiled once."""
    found = []
    for rule in rules:
        try:
            found.append((rule, *rule.expressions()))
        except ValidationError:  # came in past the form; it must not break every check
            continue
    kept = [one for one in found if one[1] is not None]
    return tuple(sorted(kept, key=lambda one: ORDER.index(one[0].level)))


def matches(passage, rule, pattern, near, unless):
    """Yield (start, end) of each place in ``passage`` where a rule counts, at most one a sentence."""
    if rule.negatable and passage.denied:
        return
    text, done = passage.folded, 0
    for match in pattern.finditer(text):
        start, end = match.span()
        if start < done or start == end:
            continue
        first, last = passage.sentences.around(start)
        if near is not None and not near.search(text, first, last):
            continue
        if unless is not None and any(
            one.start() < end and start < one.end() for one in unless.finditer(text, first, last)
        ):
            continue
        if rule.negatable and passage.sentences.negated(start, end):
            continue
        done = last
        yield start, end


def _of_rule(passage, rule, pattern, near, unless, taken):
    code = CODES.get(rule.category, "wording.other")
    spans = taken.setdefault(code, [])
    for number, (start, end) in enumerate(matches(passage, rule, pattern, near, unless)):
        if number == MOST_A_RULE:
            return
        if any(first < end and start < last for first, last in spans):
            continue
        spans.append((start, end))
        doubtful = passage.doubtful and rule.negatable
        yield passage.finding(
            code,
            INFO if doubtful else rule.level,
            start,
            end,
            _("“%(words)s”: ") + rule.explanation.replace("%", "%%"),
            " ".join(
                filter(
                    None, (rule.suggestion, _("It stands below a heading about a myth.") if doubtful else "")
                )
            ),
            rule=rule.code,
        )


def listed(reading):
    """Yield the entries of the hospital's list of wrong and sensitive words that stand in the article."""
    index = _index(reading.known.words)
    if not index:
        return
    for passage in reading.passages:
        counts = {}
        for start, end, word in occurrences(passage.folded, index):
            counts[word.word] = counts.get(word.word, 0) + 1
            if counts[word.word] > MOST_A_RULE:
                continue
            hint = [_("Write “%s”.") % word.instead] if word.instead else []
            yield passage.finding(
                f"lists.{word.level}",
                word.level,
                start,
                end,
                _("“%(words)s” stands on the list of wrong and sensitive words."),
                " ".join([*hint, word.note]).strip(),
            )


def occurrences(text, index):
    """Yield (start, end, word) of the longest entry at each place, left to right, without overlaps."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    at = 0
    while at < len(lowered):
        for word, lower in index.get(lowered[at : at + 2], ()) or index.get(lowered[at], ()):
            if lowered.startswith(lower, at):
                yield at, at + len(lower), word
                at += len(lower) - 1
                break
        at += 1


@functools.lru_cache(maxsize=8)
def _index(words):
    """Return {first two characters: [(entry, lower case), longest first]}: a look-up a place, however long the list."""
    index = {}
    for word in words:
        if lower := word.word.strip().lower():
            index.setdefault(lower[:2], []).append((word, lower))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[1]))
    return index
