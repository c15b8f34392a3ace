"""WeChat's limits on an article, checked before any call is made.

Figures: facts on draft/add of October 2026 (title 32, author 16, digest 120 characters; content
fewer than 20,000 characters with its markup and under 1 MB; source address 1 KB; eight articles).
Characters are counted as UTF-16 units, the strictest reading of 字.
"""

from django.utils.translation import gettext as _


TITLE = 32
AUTHOR = 16
DIGEST = 120
CONTENT = 20_000
CONTENT_BYTES = 1024 * 1024
SOURCE_URL_BYTES = 1024
ITEMS = 8


class ContentError(Exception):
    """The article does not fit into WeChat; the text is a translated sentence with the next step."""


def length(text):
    """Return how many characters WeChat may count in ``text``."""
    return len(text.encode("utf-16-le")) // 2


def check(article):
    """Raise ContentError for the first limit that ``article`` (a dict of draft/add) breaks."""
    name = {"title": article["title"]}
    if not article["title"].strip():
        raise ContentError(_("An article has no title. Give it one and have it signed again."))
    if length(article["title"]) > TITLE:
        raise ContentError(
            _(
                "The title “%(title)s” is longer than 32 characters. Give a shorter push title and have it signed again."
            )
            % name
        )
    if length(article["author"]) > AUTHOR:
        raise ContentError(
            _(
                "The author of “%(title)s” is longer than 16 characters. Shorten it and have the article signed again."
            )
            % name
        )
    if length(article["digest"]) > DIGEST:
        raise ContentError(
            _(
                "The digest of “%(title)s” is longer than 120 characters. Give a shorter push digest and have it signed again."
            )
            % name
        )
    count = length(article["content"])
    if count >= CONTENT or len(article["content"].encode()) >= CONTENT_BYTES:
        raise ContentError(
            _(
                "“%(title)s” has %(count)d characters with its layout; WeChat takes fewer than 20,000. Shorten it or split it in two."
            )
            % (name | {"count": count})
        )
    if len(article["content_source_url"].encode()) > SOURCE_URL_BYTES:
        raise ContentError(
            _("The address of “%(title)s” is too long. An administrator checks SITE_URL.") % name
        )
