"""What the list of all articles can be narrowed by and what stands in its columns.

Rooms above hand down what they alone know (review, publication, push) as ``DraftFilter`` in
``articles.registry.draft_filters``, in ``AppConfig.ready()``.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One thing said in a cell; ``tone``: "good", "busy", "person", "bad" or "quiet", or none for plain text."""

    label: object
    tone: str = ""


@dataclass(frozen=True)
class DraftFilter:
    """One filter and column of the list of all articles.

    ``choices(request)`` gives (value, label) pairs; ``apply(queryset, value)`` narrows a queryset of ArticlePage to one of
    them. ``column(pks)`` gives {pk: [Mark, …]} for the articles of one page, in a number of queries that does not follow
    theirs; pks without anything may be missing. ``order()`` gives an expression over ArticlePage to sort by.
    """

    name: str
    label: object
    choices: Callable | None = None
    apply: Callable | None = None
    column: Callable | None = None
    order: Callable | None = None
    wide: bool = False  # the column is left out on small screens
    place: int = 0  # of the column and the filter among those of all rooms
