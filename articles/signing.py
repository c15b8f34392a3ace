"""The one door through which an article's row goes live: an approval in progress in this thread."""

from contextlib import contextmanager
from contextvars import ContextVar


_article_in_approval = ContextVar("article_in_approval", default=None)


@contextmanager
def approval_of(article_id):
    """Within the block, and only there, ``ArticlePage.publish`` lets this article through."""
    token = _article_in_approval.set(article_id)
    try:
        yield
    finally:
        _article_in_approval.reset(token)


def in_approval(article_id):
    """True inside ``approval_of(article_id)``."""
    return article_id is not None and _article_in_approval.get() == article_id
