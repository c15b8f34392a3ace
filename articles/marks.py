"""Marks inside stored rich text that stand for rows: citations of references and explained terms.

Stored as ``<span data-cite="KEY KEY">[1]</span>`` (keys of Reference) and ``<span data-term="ID">words</span>`` (id of
GlossaryTerm); what the editor wrote inside a citation counts for nothing, the numbers follow the order of the references.
"""

from articles.models.glossary import GlossaryTerm


class Marks:
    """Resolves the marks of one article, and remembers which references were cited and which terms explained."""

    def __init__(self, keys, terms=None):
        """``keys``: the references' keys in printed order. ``terms``: {id: GlossaryTerm}, looked up when None."""
        self.numbers = {key: number for number, key in enumerate(keys, start=1)}
        self.cited = set()
        self._terms = terms
        self._explained = {}

    @property
    def glossary(self):
        """The explained terms in order of appearance: dicts of words, term, plain, explanation."""
        return list(self._explained.values())

    def resolve(self, soup):
        """Turn the marks in ``soup`` (BeautifulSoup) into canonical tags; a mark that leads nowhere loses its tag."""
        for span in soup.find_all("span", attrs={"data-cite": True}):
            numbers = sorted({self.numbers[key] for key in span["data-cite"].split() if key in self.numbers})
            if not numbers:
                span.decompose()
                continue
            self.cited.update(numbers)
            _retag(span, "sup", f"[{numbers_text(numbers)}]")
        for span in soup.find_all("span", attrs={"data-term": True}):
            words, term = " ".join(span.get_text().split()), self._term(span["data-term"])
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

    def _term(self, text):
        if not text.isdigit():
            return None
        if self._terms is None:
            self._terms = {}
        pk = int(text)
        if pk not in self._terms:
            self._terms[pk] = GlossaryTerm.objects.filter(pk=pk).first()
        return self._terms[pk]


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
