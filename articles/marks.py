"""Marks inside stored rich text that stand for rows: citations of references and explained terms.

Stored as ``<span data-cite="KEY KEY">[1]</span>`` (keys of Reference) and ``<span data-term="ID">words</span>`` (id of
GlossaryTerm); what the editor wrote inside a citation counts for nothing, the numbers follow the order of the references.
"""

import re

from articles.models.glossary import GlossaryTerm


# As an id is written; more digits than any database counts lead nowhere.
_NUMBER = re.compile(r"[0-9]{1,18}")


class Marks:
    """Resolves the marks of one article, and remembers which references were cited and which terms explained."""

    def __init__(self, keys, terms=None):
        """``keys``: the references' keys in printed order. ``terms``: {id: GlossaryTerm}, others are looked up."""
        self.numbers = {key: number for number, key in enumerate(keys, start=1)}
        self.cited = set()
        self._terms = dict(terms or {})
        self._looked_up = set(self._terms)
        self._explained = {}

    @property
    def glossary(self):
        """The explained terms in order of appearance: dicts of words, term, plain, explanation."""
        return list(self._explained.values())

    def resolve(self, soup):
        """Turn the marks in ``soup`` (BeautifulSoup) into canonical tags; a mark that leads nowhere loses its tag."""
        for span in soup.find_all("span", attrs={"data-cite": True}):
            if span.decomposed:  # with a mark around it
                continue
            numbers = sorted({self.numbers[key] for key in span["data-cite"].split() if key in self.numbers})
            if not numbers:
                span.decompose()
                continue
            self.cited.update(numbers)
            _retag(span, "sup", f"[{numbers_text(numbers)}]")
        marked = soup.find_all("span", attrs={"data-term": True})
        terms = self._terms_of(marked)
        for span in marked:
            words, term = " ".join(span.get_text().split()), terms.get(span["data-term"])
            if not words or term is None or not (term.explanation or term.plain):
                span.unwrap()
                continue
            if words not in self._explained:
                self._explained[words] = {
                    "words": words,
                    "term": term.term,
                    "plain": term.plain,
                    "explanation": term.explanation,
                }
            _retag(span, "dfn", words)

    def _terms_of(self, spans):
        """Return {what the mark says: GlossaryTerm} of the marks that lead somewhere, with one query at most."""
        ids = {text: int(text) for span in spans if _NUMBER.fullmatch(text := span["data-term"])}
        unknown = set(ids.values()) - self._looked_up
        if unknown:
            self._terms |= GlossaryTerm.objects.in_bulk(unknown)
            self._looked_up |= unknown
        return {text: self._terms[pk] for text, pk in ids.items() if pk in self._terms}


def numbers_text(numbers):
    """Return ascending numbers as GB/T 7714 writes them: 1,3 and, from three in a row on, 1-3."""
    runs = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _retag(span, name, text):
    span.name = name
    span.attrs = {}
    span.string = text
