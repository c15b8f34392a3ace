"""Signed pieces not yet pushed, as the board, the calendar and the composer list them: searched, filtered, by age."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q

from articles.choices import Release
from articles.models import Department, TopicPage
from publish import services
from publish.views.access import PER_PAGE


class Pieces:
    """One page of the board for what ``request`` asks: ``q``, ``topic``, ``department``, ``p`` (nonsense is ignored)."""

    def __init__(self, request, per_page=PER_PAGE):
        self.query = request.GET.get("q", "").strip()[:100]
        self.topic = _number(request.GET.get("topic"))
        self.department = _number(request.GET.get("department"))
        self.page = Paginator(self._found(), per_page).get_page(request.GET.get("p"))
        for publication in self.page.object_list:
            publication.release_label = dict(Release.choices).get(publication.release, publication.release)

    def _found(self):
        found = (
            services.board().select_related("topic", "article__department", "correction").defer("body_text")
        )
        if self.query:
            found = found.filter(Q(title__icontains=self.query) | Q(summary__icontains=self.query))
        if self.topic:
            found = found.filter(topic=self.topic)
        if self.department:
            found = found.filter(article__department=self.department)
        return found

    @property
    def asked(self):
        """The filters as a query string, without the page's number."""
        given = {"q": self.query, "topic": self.topic, "department": self.department}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def topics(self):
        return TopicPage.objects.order_by("path").values_list("pk", "title")

    @property
    def departments(self):
        return Department.objects.order_by("name").values_list("pk", "name")


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
