"""Plain language: numbers and the sentences that make them, never a grade, and nothing that stops a text.

Facts behind the bands: published Chinese leaflets average about 31 characters a sentence (BMJ Open 2020;10:e038091); a
reader who finished junior secondary school is meant. There is no binding threshold for Chinese.
"""

import functools
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.checks.finding import INFO, WARN, Finding, block_anchor
from articles.checks.text import HAN, shown
from articles.glossary.matching import Matcher


MAX_SENTENCE = 40  # Han characters; longer ones are listed
GREEN, AMBER = 20, 30  # characters a sentence on average
MAX_CLAUSE = 20
MAX_PARAGRAPH = 120
MAX_SECTION = 400
LONGEST_TEXT = 2000
RARE_SHARE = 0.02
MANY_PERCENTAGES = 3
MOST = 12  # findings of one kind
NEAR = 20  # characters after a term in which its explanation is looked for

_ENDS = re.compile(r"[。！？；…!?;\n]+")
_CLAUSE_ENDS = re.compile(r"[，,、：:（）()—。！？；…!?;\n]+")
_LATIN = re.compile(
    r"(?<![A-Za-z0-9\-/.@])[A-Z][A-Za-z0-9]{0,3}[A-Z][A-Za-z0-9]{0,6}(?:-[A-Za-z0-9]{1,6})?(?![A-Za-z0-9\-/@])"
)
_PERCENT = re.compile(
    r"\d{1,3}(?:\.\d+)?\s?%|百分之[一二三四五六七八九十百零点]+|[一二三四五六七八九]成(?!立|为|人|功|分|年|熟|长|果|本|员)"
)
_FREQUENCY = re.compile(
    r"每?\s?(?:10{1,5}|十|百|一百|千|一千|万)\s?(?:个|名|位)?(?:接种|用药|患)?[^。，]{0,4}(?:人|例|患者|孩子|老人|孕妇)[^。]{0,10}(?:有|约|里|中|会)"
)
_EXPLAINED = re.compile(r"[（(“]|也就是|就是|俗称|指的?是?|又[叫称]|即|也叫|是一种|是指|叫做|意思|简称|通俗")
# Units and words everybody reads; vitamins and the like are single letters and never match.
_KNOWN_LATIN = {
    "CT",
    "WIFI",
    "APP",
    "DNA",
    "KB",
    "MB",
    "PH",
    "ID",
    "VIP",
    "PM",
    "AM",
    "OK",
    "GPS",
    "SOS",
    "USB",
    "LED",
    "ICU",
    "WHO",
    "MMHG",
    "KPA",
    "IU",
}


@dataclass(frozen=True)
class Figures:
    """What is counted. Lengths are in Han characters, ``sentences`` one number a sentence in the text's order."""

    characters: int
    sentences: tuple
    clauses: tuple
    rare: tuple
    rare_share: float
    terms: tuple
    percentages: int
    frequencies: int

    @property
    def average(self):
        """Characters a sentence."""
        return sum(self.sentences) / len(self.sentences) if self.sentences else 0

    @property
    def longest(self):
        return max(self.sentences, default=0)

    @property
    def band(self):
        """ "green", "amber" or "red", after the average."""
        return band(self.average)

    @property
    def clause(self):
        """Characters a clause."""
        return sum(self.clauses) / len(self.clauses) if self.clauses else 0

    @property
    def terms_per_hundred(self):
        return 100 * len(self.terms) / self.characters if self.characters else 0


def band(length):
    """Return the colour of a sentence of ``length`` characters."""
    return "green" if length <= GREEN else "amber" if length <= AMBER else "red"


def figures(reading):
    """Return the Figures of the article's body; counted once a reading."""
    if (kept := reading.kept.get("figures")) is None:
        lines = [
            passage.folded for passage in reading.body if passage.part not in ("alt", "cell", "attribution")
        ]
        names = [name for passage, name, _start, _term in first_uses(reading) if passage.block >= 0]
        kept = reading.kept["figures"] = measured("\n".join(lines), names)
    return kept


def measured(text, names=()):
    """Return the Figures of a plain text; ``names``: the unexplained terms in it."""
    han = HAN.findall(text)
    rare = [char for char in han if char not in common()]
    return Figures(
        characters=len(han),
        sentences=tuple(count for piece in _ENDS.split(text) if (count := length(piece))),
        clauses=tuple(count for piece in _CLAUSE_ENDS.split(text) if (count := length(piece))),
        rare=tuple(dict.fromkeys(rare)),
        rare_share=len(rare) / len(han) if han else 0,
        terms=tuple(names),
        percentages=len(_PERCENT.findall(text)),
        frequencies=len(_FREQUENCY.findall(text)),
    )


def difficulty(text):
    """Return a number by which texts on one subject can be put in order, harder ones higher. Never shown: no grade.

    Long sentences and clauses, few everyday words, and the letters and characters of textbooks count. Weights tuned on
    the development half of tests/data/readability.
    """
    found = measured(text)
    if not found.characters:
        return 0.0
    everyday = len(_EVERYDAY.findall(text)) / found.characters
    bookish = len(_BOOKISH.findall(text)) / found.characters
    return found.average + 2 * found.clause + 60 * found.rare_share + 200 * bookish - 100 * everyday


_EVERYDAY = re.compile(r"您|别|吃|喝|看|打|坐|走|想|先|再|就|快|马上|一点|的时候|怎么|痛|疼|怕|多|少")
_BOOKISH = re.compile(r"(?:系|之|及其?|其|且|须|宜|均|故|应予|所致|依据|或|与|致|性|者|症|率|型|化|率)")


def length(text):
    """Return how many Han characters stand in ``text``."""
    return len(HAN.findall(text))


@functools.cache
def common():
    """Return the 3,755 most used characters: level 1 of GB/T 2312-1980, rows 16 to 55 of its table.

    The newer list of 3,500 (《通用规范汉字表》, level 1) overlaps it almost wholly, but no copy with a clear licence was at
    hand; this one is part of each Python.
    """
    return frozenset(
        bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312")
        for row in range(16, 56)
        for cell in range(1, 90 if row == 55 else 95)
    )


def uses(text, matcher):
    """Yield (name, start, term, explained) of each term at its first use in ``text``.

    ``matcher``: a Matcher of articles.checks.lists.Term. Explained is what stands beside its plain wording, or before a bracket or a
    word such as 俗称 or 也就是 within twenty characters.
    """
    seen = set()
    for hit in matcher.find(text):
        if hit.term in seen:
            continue
        seen.add(hit.term)
        around = text[max(0, hit.start - NEAR) : hit.end + NEAR]
        plain = hit.term.plain
        said = plain and (plain in around or plain in hit.words)
        yield hit.words, hit.start, hit.term, bool(said or _EXPLAINED.search(text, hit.end, hit.end + NEAR))


@functools.lru_cache(maxsize=4)
def _matcher(terms):
    return Matcher(terms)


def found(reading):
    """Yield what makes the article hard to read, each with the words that are meant."""
    yield from _sentences(reading)
    yield from _sections(reading)
    yield from _terms(reading)
    yield from _abbreviations(reading)
    yield from _whole(reading)


def _sentences(reading):
    sentences = clauses = paragraphs = 0
    for passage in reading.passages:
        if passage.part in ("alt", "attribution"):
            continue
        text, at = passage.folded, 0
        for piece in _pieces(text, _ENDS):
            count = length(text[slice(*piece)])
            if count > MAX_SENTENCE:
                sentences += 1
                at = piece[1]
                if sentences <= MOST:
                    yield passage.finding(
                        "readability.sentence",
                        INFO,
                        *piece,
                        ngettext(
                            "a sentence of %(n)d character: “%(start)s…”",
                            "a sentence of %(n)d characters: “%(start)s…”",
                            count,
                        )
                        % {"n": count, "start": shown(text[slice(*piece)].strip()[:12])},
                        _("Split it."),
                    )
        for piece in _pieces(text, _CLAUSE_ENDS):
            count = length(text[slice(*piece)])
            if count > MAX_CLAUSE and piece[0] >= at and clauses < MOST:
                clauses += 1
                yield passage.finding(
                    "readability.clause",
                    INFO,
                    *piece,
                    _("%(n)d characters without a breath: “%(start)s…”")
                    % {"n": count, "start": shown(text[slice(*piece)].strip()[:12])},
                    _("Put a comma, or say it in two sentences."),
                )
        if passage.part in ("paragraph", "answer", "care"):
            for piece in _pieces(text, re.compile(r"\n+")):
                count = length(text[slice(*piece)])
                if count > MAX_PARAGRAPH and paragraphs < MOST:
                    paragraphs += 1
                    yield passage.finding(
                        "readability.paragraph",
                        INFO,
                        piece[0],
                        min(piece[1], piece[0] + 60),
                        _("a paragraph of %d characters.") % count,
                        _("Up to 120 read well on a phone."),
                    )


def _pieces(text, ends):
    """Yield (start, end) of what lies between the marks, without blanks around."""
    start = 0
    for match in ends.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _sections(reading):
    count, first, told = 0, None, False
    for passage in reading.body:
        if passage.part == "heading":
            count, first, told = 0, None, False
        elif passage.part not in ("alt", "cell", "caption", "attribution"):
            first = first or passage
            count += length(passage.folded)
            if count > MAX_SECTION and not told:
                told = True
                yield Finding(
                    "readability.section",
                    INFO,
                    first.place,
                    _("more than %d characters without a heading.") % MAX_SECTION,
                    _("A heading every few paragraphs lets readers find their question."),
                    anchor=first.anchor,
                )


def first_uses(reading):
    """Return [(passage, name, start, term)] of the terms whose first use in the article nothing explains."""
    if (kept := reading.kept.get("first_uses")) is None:
        kept = reading.kept["first_uses"] = list(_first_uses(reading))
    return kept


def _first_uses(reading):
    seen = set()
    passages = reading.passages if reading.known.terms else []
    matcher = _matcher(tuple(reading.known.terms))  # once: to find it again takes a look at every term
    for passage in passages:
        if passage.part in ("alt", "attribution"):
            continue
        for name, start, term, explained in uses(passage.folded, matcher):
            if term in seen:
                continue
            seen.add(term)
            if not explained and f"<dfn>{name}</dfn>" not in passage.html:
                yield passage, name, start, term


def _terms(reading):
    for passage, name, start, term in first_uses(reading)[:MOST]:
        yield passage.finding(
            "readability.term",
            INFO,
            start,
            start + len(name),
            _("“%(words)s” is not explained."),
            _("People say “%s”.") % term.plain if term.plain else _("Explain it where it first stands."),
        )


def _abbreviations(reading):
    seen = set()
    for passage in reading.passages:
        if passage.part in ("attribution", "alt"):
            continue
        for match in _LATIN.finditer(passage.folded):
            word = match.group()
            if word in seen or word.upper() in _KNOWN_LATIN:
                continue
            seen.add(word)
            around = passage.folded[max(0, match.start() - 2) : match.end() + 2]
            if re.search(rf"[（(]\s?{re.escape(word)}|{re.escape(word)}\s?[（(]", around) or len(seen) > MOST:
                continue
            yield passage.finding(
                "readability.abbreviation",
                INFO,
                *match.span(),
                _("“%(words)s” is not written out."),
                _("Write the Chinese name, with the letters in brackets."),
            )


def _whole(reading):
    found = figures(reading)
    if found.average > AMBER:
        yield Finding(
            "readability.average",
            INFO,
            _("Body"),
            _("%(n)d characters a sentence on average.") % {"n": round(found.average)},
            _("Up to 20 are easy to follow; published leaflets have about 31."),
            anchor=block_anchor(""),
        )
    if found.rare_share > RARE_SHARE:
        yield Finding(
            "readability.characters",
            INFO,
            _("Body"),
            _("%(share).1f %% of the characters are rare: %(which)s")
            % {"share": 100 * found.rare_share, "which": "".join(found.rare[:20])},
            _("Explain them, or say it with everyday words."),
            anchor=block_anchor(""),
        )
    if found.percentages >= MANY_PERCENTAGES and not found.frequencies:
        yield Finding(
            "readability.percentages",
            INFO,
            _("Body"),
            _("%d percentages, and no number of people.") % found.percentages,
            _("“3 of 100 people” is understood better."),
            anchor=block_anchor(""),
        )
    total = length("\n".join(passage.folded for passage in reading.body))
    if total > LONGEST_TEXT:
        yield Finding(
            "readability.length",
            WARN,
            _("Body"),
            _("%d characters are many for a phone.") % total,
            _("600 to 1,500 read well; consider two articles."),
            anchor=block_anchor(""),
        )
