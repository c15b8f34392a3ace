"""The editors' search: the latest drafts, on articles.textsearch. Never asked on behalf of readers."""

from articles.models import DraftEntry
from articles.models.draft_search import INDEX
from articles.textsearch import finding


class LatestDrafts:
    """The latest drafts of ``articles``, a queryset of ArticlePage, or of all (articles.textsearch.finding.Source)."""

    index = INDEX

    def __init__(self, articles=None):
        self.among = None if articles is None else articles.values("pk")

    def rows(self, keys, whole):
        found = finding.with_texts(DraftEntry.objects.all(), ("title", "text"), keys, whole)
        return {row[0]: row[1:] for row in found}


def find(query, articles=None):
    """Return Found (ids of articles) for what an editor typed; any text will do. ``articles``: only those of a queryset."""
    return finding.find(query, LatestDrafts(articles))
