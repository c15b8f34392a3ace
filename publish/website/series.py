"""A series on the website: the other live articles, by their signed titles. Publications only (P1).

Belonging and order come from the article's row; no word of it is shown, neither is the title of the series, which nobody
signs.
"""

from django.db.models import Subquery

from articles.models import ArticlePage
from publish.models import Publication


MOST = 30


def of(publication):
    """Return the live articles of the series that ``publication`` belongs to, in order, or an empty list: one query.

    Dicts of number (from 1, among those readers can see), title, path, and whether it is this one.
    """
    own = ArticlePage.objects.filter(pk=publication.article_id).values("series")
    rows = (
        Publication.objects.live()
        .filter(article__series=Subquery(own))
        .order_by("article__series_order", "article_id")
        .values_list("article_id", "title", "path")
    )
    found = [
        {"number": number, "title": title, "path": path, "here": pk == publication.article_id}
        for number, (pk, title, path) in enumerate(rows[:MOST], start=1)
    ]
    return found if len(found) > 1 else []
