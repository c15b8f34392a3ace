"""Public search: what readers may find, on articles.textsearch. Publications only, and only live ones."""

from articles.textsearch import finding, showing
from articles.textsearch.finding import Found  # noqa: F401  what find() returns
from articles.textsearch.query import LONGEST_QUERY  # noqa: F401
from articles.textsearch.showing import marked  # noqa: F401
from articles.textsearch.tokens import tokens_of as _tokens_of
from publish.models import Publication, SearchEntry
from publish.models.search import INDEX


class LivePublications:
    """What readers may see, of one topic when ``topic_id`` is given (articles.textsearch.finding.Source)."""

    index = INDEX
    texts = ("title", "summary", "key_message", "body_text")

    def __init__(self, topic_id=None):
        self.among = None
        if topic_id is not None:
            self.among = Publication.objects.live().filter(topic_id=topic_id).values("pk")

    def rows(self, keys, fields):
        rows = Publication.objects.live().filter(pk__in=keys).values_list("pk", *fields) if keys else ()
        return {row[0]: row[1:] for row in rows}


def find(query, topic_id=None):
    """Return Found (ids of publications) for what a reader typed; any text will do. ``topic_id`` limits it to one topic."""
    return finding.find(query, LivePublications(topic_id))


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
