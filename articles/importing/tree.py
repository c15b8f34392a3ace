"""HTML to a tree, by the rules of HTML 5, within limits.

The tokenizer and tree builder are html5lib's, as bleach ships them: Python's own ``html.parser`` (and Beautiful Soup on it)
needs time in the square of the input for unfinished tags (measured on 3.11: 36 s for 60 KB), css-inline's falls over deep nesting.
"""

from django.utils.translation import gettext as _

from bleach.html5lib_shim import HTMLParser, HTMLTokenizer

from articles.importing import limits
from articles.importing.report import RefusedError


def parse(source, most_characters=limits.MAX_SOURCE_CHARACTERS, most_elements=limits.MAX_ELEMENTS):
    """Return the ``body`` element and the text of ``<title>`` of an HTML page or fragment.

    Elements are ``xml.etree`` elements with lower-case names. Raises RefusedError for a tree beyond the limits.
    """
    html = parse_page(source, most_characters, most_elements)
    title = html.find("head/title")
    return html.find("body"), " ".join((title.text or "").split()) if title is not None else ""


def parse_page(source, most_characters=limits.MAX_SOURCE_CHARACTERS, most_elements=limits.MAX_ELEMENTS):
    """Return the ``html`` element of a page or fragment, as ``parse`` does its body."""
    if len(source) > most_characters:
        raise _too_complex()
    try:
        return _Parser(most_elements, namespaceHTMLElements=False).parse(_without_comments(source))
    except _LimitReachedError as error:
        raise _too_complex() from error


def _without_comments(source):
    # html5lib gathers a comment character by character, again in the square of its length.
    kept, position = [], 0
    while (start := source.find("<!--", position)) >= 0:
        kept.append(source[position:start])
        end = source.find("-->", start + 4)
        position = end + 3 if end >= 0 else len(source)
    return "".join([*kept, source[position:]])


def _too_complex():
    return RefusedError(
        "too_complex",
        _(
            "The file is built far more deeply or at far greater length than an article. Copy its text into a new Word file and import that one."
        ),
    )


class _LimitReachedError(Exception):
    pass


class _Tokenizer(HTMLTokenizer):
    def attributeNameState(self):  # noqa: N802  html5lib's name
        if len(self.currentToken["data"]) > limits.MAX_ATTRIBUTES:
            raise _LimitReachedError
        return super().attributeNameState()


class _Parser(HTMLParser):
    def __init__(self, most_elements, **options):
        super().__init__(**options)
        make, self.made = self.tree.elementClass, 0

        def make_counted(name, namespace=None):
            self.made += 1
            if self.made > most_elements or len(self.tree.openElements) > limits.MAX_DEPTH:
                raise _LimitReachedError
            return make(name, namespace)

        self.tree.elementClass = make_counted

    def _parse(self, stream, innerHTML=False, container="div", scripting=False, **options):  # noqa: N803
        # As the parent, with our tokenizer; input is text, so that the encoding never changes midway.
        self.innerHTMLMode, self.container, self.scripting = innerHTML, container, scripting
        self.tokenizer = _Tokenizer(stream, parser=self, **options)
        self.reset()
        self.mainLoop()
