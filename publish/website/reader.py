"""What readers get in lists: Publications only, never a row that can be edited."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page, PageViewRestriction

from articles.models import Institution, TopicPage
from articles.versions import Signed
from publish.models import Publication
from publish.website import jsonld, places
from themes import website


PAGE_SIZE = 12


class ReaderCopy:
    """The readers' side, as ``articles.registry`` hands it to the home page and the topics."""

    def latest(self, limit):
        """Return the newest live publications."""
        return Publication.objects.for_lists()[:limit]

    def live_in_topic(self, topic):
        """Return the live publications of a topic (the page or its id), newest first."""
        return Publication.objects.for_lists().filter(topic_id=getattr(topic, "pk", topic))

    def paginate(self, publications, request):
        """Return the page of ``publications`` (any sequence) that ``?page=`` asks for; nonsense gives the first or last."""
        return Paginator(publications, PAGE_SIZE).get_page(request.GET.get("page"))

    def signed_versions(self, article_id):
        """Return the versions of an article that were ever signed (articles.versions.Signed), the newest first."""
        rows = Publication.objects.filter(article_id=article_id).order_by("-number")
        return [
            Signed(number, revision, timezone.localdate(at), state == Publication.State.LIVE)
            for number, revision, at, state in rows.values_list(
                "number", "approval__revision_id", "approval__signed_at", "state"
            )
        ]

    def signed_snapshot(self, article_id, number):
        """Return what was signed as version ``number`` of an article."""
        return (
            Publication.objects.select_related("approval").get(article_id=article_id, number=number).snapshot
        )

    def listing(self, request, topic=None):
        """Return the template context of a page of signed articles, newest first, of one topic or of all.

        ``page_obj`` holds the publications, ``topic_cards`` the topics with their numbers of articles, ``needs`` what
        brings readers to them, ``emergency`` the 120 sentence of the topic as it was signed last; the rest is the frame
        of the page.
        """
        page_obj = self.paginate(
            self.live_in_topic(topic) if topic else Publication.objects.for_lists(), request
        )
        path = f"/{topic.slug}/" if topic else "/"
        topics = topics_with_articles()
        newest = page_obj.object_list[0] if page_obj.object_list else None
        return frame(request) | {
            "page_obj": page_obj,
            "list_path": path,
            "topic_cards": topics,
            "needs": () if topic else places.needs(topics),
            "emergency": newest.snapshot["topic"]["emergency"] if topic and newest else "",
            "canonical": absolute(path if page_obj.number == 1 else f"{path}?page={page_obj.number}"),
            "json_ld": self._json_ld(request, topic, page_obj.number),
        }

    def _json_ld(self, request, topic, number):
        """Return what search engines are told of a list: the site itself on its front page, else where the page stands."""
        if topic:
            return crumbs((topic.title, f"/{topic.slug}/"))
        return [jsonld.script_text(jsonld.website(institution(request).facts()))] if number == 1 else []


def trail(*places):
    """Return the way from the home page to a page as [(name, path)]."""
    return [(_("Home"), "/"), *places]


def crumbs(*places):
    """Return the texts of the structured data of a page that stands below the home page at the last of ``places``."""
    return [jsonld.script_text(jsonld.breadcrumbs(trail(*places)))]


def frame(request):
    """Return the context of every page's frame, with the institution as it is now."""
    return website.chrome(institution(request).facts(), request)


def institution(request=None):
    """Return the Institution, read once a request."""
    return Institution.load(request_or_site=request)


def topics_with_articles(counted=True):
    """Return the topics that hold signed articles, in the order of the page tree: dicts with pk, title, slug, url, needs,
    body_areas.

    With ``counted`` each has its ``number`` of articles, which costs a look at every live publication.
    """
    live = Publication.objects.live().filter(topic_id=OuterRef("pk")).order_by()
    # A private one has no page for readers. Wagtail's public() says the same with a question more.
    own = Page.objects.filter(pk=OuterRef("page_id")).values("path")  # not a join, which would walk all pages
    closed = PageViewRestriction.objects.annotate(own=Subquery(own))
    closed = closed.filter(own=Substr(OuterRef("path"), 1, Length("own")))
    topics = TopicPage.objects.live().filter(Exists(live)).exclude(Exists(closed)).order_by("path")
    fields = ["pk", "title", "slug", "needs", "body_areas"]
    if counted:
        number = live.values("topic_id").annotate(number=Count("pk")).values("number")
        topics, fields = topics.annotate(number=Subquery(number)), [*fields, "number"]
    return [topic | {"url": f"/{topic['slug']}/"} for topic in topics.values(*fields)]


def absolute(path):
    """Return ``path`` with the site's public scheme and host."""
    return f"{settings.SITE_URL}{path}"
