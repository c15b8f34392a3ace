"""The newest signed articles as an Atom feed."""

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from publish.website import reader
from publish.website.reader import absolute


LENGTH = 30


class LatestFeed(Feed):
    """``/feed/``: title, summary, reviewer; the link is the permanent address."""

    feed_type = Atom1Feed
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

    def items(self, institution):
        return reader.ReaderCopy().latest(LENGTH)

    def item_title(self, publication):
        if hasattr(publication, "correction"):
            return _("Corrected: %(title)s") % {"title": publication.title}
        return publication.title

    def item_description(self, publication):
        return publication.summary

    def item_link(self, publication):
        return publication.permanent_url

    def item_guid(self, publication):
        return publication.permanent_url

    def item_author_name(self, publication):
        return publication.snapshot["author"]["name"]

    def item_pubdate(self, publication):
        return publication.first_published_at

    def item_updateddate(self, publication):
        return publication.published_at
