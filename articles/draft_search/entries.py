"""The rows behind the editors' search, one for each article's latest draft (articles.models.DraftEntry)."""

import logging

from django.db import DatabaseError

from articles import copies
from articles.models import ArticlePage, DraftEntry
from articles.snapshot import body_text, build
from articles.textsearch.finding import store_anew
from articles.textsearch.tokens import tokens_of


log = logging.getLogger(__name__)


def keep(article):
    """Store what search finds ``article`` by (an ArticlePage with the content of its latest draft); one statement."""
    DraftEntry.objects.bulk_create(
        [entry(article)],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["title", "text", "tokens"],
    )


def entry(article):
    """Return the unsaved DraftEntry of ``article``."""
    text = text_of(article)
    return DraftEntry(
        article_id=article.pk, title=article.title, text=text, tokens=tokens_of(article.title, text)
    )


def text_of(article):
    """Return everything of a draft beside its title that search looks at; what cannot be read is left out and logged."""
    try:
        snapshot = build(article, read=copies.outline)
        body = [body_text(snapshot), *snapshot["references"]]
    except DatabaseError:
        raise
    except Exception:
        # Nobody may lose a text because it cannot be searched.
        log.exception("The body of article %s could not be read for search.", article.pk)
        body = []
    return "\n".join(part for part in (article.summary, article.key_message, *body) if part)


def rebuild():
    """Make the entries of all articles anew; return how many there are."""
    return store_anew(DraftEntry, map(entry, _drafts()))


def _drafts():
    for article in ArticlePage.objects.select_related("latest_revision").iterator(chunk_size=100):
        revision = article.latest_revision
        yield article.with_content_json(revision.content) if revision else article
