"""What the checks know besides the article: rules of wording, words, glossary terms, waivers. Loaded once a check."""

import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from articles.checks import patterns
from articles.models import ArticlePage, FindingWaiver, GlossaryTerm, SensitiveWord, WordingRule


RULES_FILE = Path(__file__).parent / "wording_rules.toml"
FIELDS = ("code", "category", "level", "pattern", "near", "unless", "negatable", "explanation", "suggestion")


@dataclass(frozen=True)
class Rule:
    """A rule of wording as plain values (articles.models.WordingRule)."""

    code: str
    category: str
    level: str
    pattern: str
    near: str = ""
    unless: str = ""
    negatable: bool = True
    explanation: str = ""
    suggestion: str = ""

    def expressions(self):
        """Return (looks for, only near, not within) compiled, each None when empty. Raises ValidationError."""
        return tuple(patterns.compiled(text) for text in (self.pattern, self.near, self.unless))


@dataclass(frozen=True)
class Word:
    """An entry of a list of wrong and sensitive words."""

    word: str
    instead: str = ""
    level: str = "warn"
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A term of the glossary: ``names`` are the ways it is written, ``plain`` what people say."""

    names: tuple
    plain: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Waiver:
    """A finding that somebody let pass: by key (articles.checks.finding.Finding.key) and sentence."""

    pk: int
    key: str
    passage: str
    reason: str
    by: str


@dataclass(frozen=True)
class Lists:
    rules: tuple = ()
    words: tuple = ()
    terms: tuple = ()
    waivers: tuple = ()
    waived: dict = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        waived = {(one.key, one.passage): one for one in reversed(self.waivers)}
        object.__setattr__(self, "waived", waived)

    def weighed(self, finding):
        """Return ``finding``, as waived where somebody let it pass over this very sentence."""
        if not finding.waivable or not (found := self.waived.get((finding.key, finding.passage))):
            return finding
        sentence = _("Let pass by %(by)s: %(reason)s") % {"by": found.by, "reason": found.reason}
        return finding.let_pass(found.pk, sentence)


def of(page):
    """Return the lists for ``page``: of the database for an ArticlePage, those that ship with the product otherwise."""
    if not isinstance(page, ArticlePage):
        return Lists(rules=shipped())
    rules = tuple(
        Rule(*row) for row in WordingRule.objects.filter(active=True).order_by("code").values_list(*FIELDS)
    )
    if not rules and not WordingRule.objects.exists():
        rules = shipped()
    return Lists(rules=rules, words=words(), terms=terms(), waivers=waivers_of(page))


@functools.cache
def shipped():
    """Return the rules that ship with the product."""
    return tuple(Rule(**{name: row[name] for name in FIELDS if name in row}) for row in rows())


def rows():
    """Return the rules of the data file as dicts of the fields of WordingRule."""
    with RULES_FILE.open("rb") as file:
        return tomllib.load(file)["rule"]


def words():
    """Return the hospital's list of wrong and sensitive words."""
    return tuple(
        Word(*row)
        for row in SensitiveWord.objects.order_by("word").values_list("word", "instead", "level", "note")
    )


def terms():
    """Return the glossary."""
    return tuple(
        Term(tuple(term.names), term.plain, term.explanation)
        for term in GlossaryTerm.objects.only("term", "plain", "synonyms", "explanation")
    )


def waivers_of(page):
    """Return the waivers in force on ``page``, newest first."""
    if not page.pk:
        return ()
    found = FindingWaiver.objects.filter(article_id=page.pk, ended_at=None).select_related("by")
    return tuple(
        Waiver(one.pk, one.code, one.passage, one.reason, one.by.get_full_name() or one.by.get_username())
        for one in found
    )
