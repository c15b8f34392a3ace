"""The newest signed articles as an Atom feed."""

from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from publish.website import reader, sitemaps
from publish.website.reader import absolute


LENGTH = 30
# Of a site where nothing was ever published: any day but today, which would be news at every look.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class _Atom(Atom1Feed):
    """A feed whose day is that of the last change, a withdrawal being one: who asks again learns of it."""

    def latest_post_date(self):
        return self.feed["changed"]


class LatestFeed(Feed):
    """``/feed/``: title, summary, author; the link is the permanent address."""

    feed_type = _Atom
    language = "zh-CN"

    def get_object(self, request):
        return reader.institution(request)

    def title(self, institution):
        return f"{institution.name}{institution.short_name}"

    def link(self, institution):
        return absolute("/")

    def feed_url(self, institution):
        return absolute("/feed/")

    def author_name(self, institution):
        return institution.name

    def feed_extra_kwargs(self, institution):
        return {"changed": sitemaps.changes()["/"] or NEVER}

    def items(self, institution):
        return reader.ReaderCopy().latest(LENGTH)

    def item_title(self, publication):
        if hasattr(publication, "correction"):
            return _("Corrected: %(title)s") % {"title": publication.title}
        return publication.title

    def item_description(self, publication):
        # The element says that it holds HTML, and a summary is plain text.
        return escape(publication.summary)

    def item_link(self, publication):
        return publication.permanent_url

    def item_guid(self, publication):
        return publication.permanent_url

    def item_author_name(self, publication):
        # Without one the entry has the feed's: the hospital.
        return publication.snapshot["author"]["name"] or None

    def item_pubdate(self, publication):
        return publication.first_published_at

    def item_updateddate(self, publication):
        return publication.published_at
