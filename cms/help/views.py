"""The help pages in Wagtail's admin, for everyone who may log in there."""

from django.http import Http404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from articles.views.page import AdminPageMixin
from cms.help import pages


class HelpIndexView(AdminPageMixin, TemplateView):
    template_name = "cms/help/index.html"
    page_title = gettext_lazy("Help")
    header_icon = "help"

    def get_context_data(self, **kwargs):
        query = self.request.GET.get("q", "")[:100]
        return super().get_context_data(**kwargs) | {"query": query, "found": pages.search(query)}


class HelpPageView(AdminPageMixin, TemplateView):
    template_name = "cms/help/page.html"
    header_icon = "help"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.page = pages.page(kwargs["name"])
        if self.page is None:
            raise Http404

    def get_page_title(self):
        return self.page.title

    def way_here(self):
        return [(reverse("help:index"), _("Help"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "html": mark_safe(self.page.html()),  # noqa: S308  cleaned by bleach just there
            "pages": pages.pages(),
            "page": self.page,
        }
