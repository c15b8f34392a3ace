"""Terms of the glossary found in a text. Plain Python: no database.

The longest name wins (高血压 before 血压), Latin abbreviations stand on word boundaries, full and half width and upper and
lower case are the same, and a name inside a longer word of the Chinese dictionary is not that name: 血压 in 血压计.
"""

import re
from typing import Any, NamedTuple

from articles.textsearch.query import dictionary


# Full-width forms of ASCII, the ideographic blank, and capitals: all one character to one, so that positions stay.
_FOLDED = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}
_FOLDED = {code: ord(chr(one).lower()) for code, one in _FOLDED.items()} | {
    code: code + 32 for code in range(ord("A"), ord("Z") + 1)
}
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Around a hit, enough for any word of the dictionary.
_CONTEXT = 12


class Hit(NamedTuple):
    """A name of ``term`` in a text: characters ``start`` to ``end``, written as ``words``."""

    start: int
    end: int
    words: str
    term: Any


class Matcher:
    """Finds the names of ``terms`` (objects with ``names``, such as GlossaryTerm) in any number of texts."""

    def __init__(self, terms):
        self._by_name = {}
        for term in terms:
            for name in term.names:
                if name.strip():
                    self._by_name.setdefault(folded(name.strip()), term)
        # By first character, long names first: few comparisons at each place of the text.
        self._by_first = {}
        for name in sorted(self._by_name, key=len, reverse=True):
            self._by_first.setdefault(name[0], []).append(name)

    def find(self, text):
        """Return the hits in ``text`` from left to right; they do not overlap."""
        plain, found, at = folded(text), [], 0
        while at < len(plain):
            name = self._name_at(plain, at)
            if name is None:
                at += 1
                continue
            end = at + len(name)
            if not _inside_longer_word(text, at, end):
                found.append(Hit(at, end, text[at:end], self._by_name[name]))
            at = end
        return found

    def _name_at(self, plain, at):
        for name in self._by_first.get(plain[at], ()):
            if plain.startswith(name, at) and _stands_alone(plain, at, at + len(name)):
                return name
        return None


def folded(text):
    """Return ``text`` in half width and small letters, character by character."""
    return text.translate(_FOLDED)


def _stands_alone(plain, start, end):
    """True unless a Latin name is a piece of a longer Latin word: BP in BPM."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return not (_latin(plain[start]) and _latin(before)) and not (_latin(plain[end - 1]) and _latin(after))


def _latin(character):
    return character.isascii() and character.isalnum()


def _inside_longer_word(text, start, end):
    """True when the dictionary reads the characters as part of a longer word."""
    if not _HAN.fullmatch(text[start:end]):
        return False
    left, right = start, end
    while left > max(0, start - _CONTEXT) and _HAN.match(text[left - 1]):
        left -= 1
    while right < min(len(text), end + _CONTEXT) and _HAN.match(text[right]):
        right += 1
    if (left, right) == (start, end):
        return False
    at = left
    for word in dictionary().cut(text[left:right], HMM=False):
        if at <= start and end <= at + len(word) and len(word) > end - start:
            return True
        at += len(word)
    return False
