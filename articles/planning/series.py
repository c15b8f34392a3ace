"""Series (系列): which articles belong, and in which order.

Belonging is navigation, not text: it changes at once, without a signature, and readers see signed titles only. It is
written to the row and to the latest draft, so that the next save does not bring the old place back.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.models import ArticlePage, Series


class SeriesRefusedError(Refusal):
    """A place in a series that cannot be changed now."""


def members(series):
    """Return the articles of ``series`` in their order."""
    return ArticlePage.objects.filter(series=series.pk).order_by("series_order", "pk")


@transaction.atomic
def add(series, article):
    """Put ``article`` at the end of ``series``. Raises SeriesRefusedError when it is in another, or under review."""
    Series.objects.select_for_update().get(pk=series.pk)
    article = ArticlePage.objects.select_for_update().get(pk=article.pk)
    if article.series_id == series.pk:
        return
    if article.series_id:
        raise SeriesRefusedError(
            _("“%(title)s” is in the series “%(series)s”. Take it out there first.")
            % {"title": article.draft_title, "series": article.series}
        )
    last = members(series).last()
    _place(article, series.pk, (last.series_order if last else 0) + 1)


@transaction.atomic
def remove(series, article_pk):
    """Take an article out of ``series``."""
    if article := ArticlePage.objects.select_for_update().filter(series=series.pk, pk=article_pk).first():
        _place(article, None, 0)


@transaction.atomic
def reorder(series, article_pk, step):
    """Move an article one place up (-1) or down (1), and number all anew from 1."""
    Series.objects.select_for_update().get(pk=series.pk)
    rows = list(members(series).select_for_update())
    at = next((place for place, row in enumerate(rows) if row.pk == article_pk), None)
    if at is None or not 0 <= at + step < len(rows):
        return
    rows.insert(at + step, rows.pop(at))
    moved = [(row, number) for number, row in enumerate(rows, 1) if row.series_order != number]
    for row, _number in moved:
        _refuse_under_review(row)
    for row, number in moved:
        _place(row, series.pk, number)


def _refuse_under_review(article):
    if article.current_workflow_task:
        raise SeriesRefusedError(
            _(
                "“%(title)s” is under review and must stay as it is until it is signed, returned or called back."
            )
            % {"title": article.draft_title}
        )


def _place(article, series_pk, order):
    _refuse_under_review(article)
    ArticlePage.objects.filter(pk=article.pk).update(series=series_pk, series_order=order)
    revision = article.latest_revision
    if revision is not None:
        revision.content = revision.content | {"series": series_pk, "series_order": order}
        revision.save(update_fields=["content"])
