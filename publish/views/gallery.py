"""排版样张: every block in every look, light and dark, small and large, in the hospital's colour."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from articles.models import Institution
from publish import gallery
from publish.models import ChannelSettings, Publication
from publish.website.responses import frame_policy
from themes.preview import SIZES
from themes.registry import UnknownThemeError, themes


OFFERED = 30  # publications in the list; the search narrows it
SIZE_LABELS = {
    "standard": pgettext_lazy("size of type", "Standard"),
    "large": pgettext_lazy("size of type", "Large"),
    "largest": pgettext_lazy("size of type", "Largest"),
}


class LookMixin:
    """What the address asks for: a live publication or the sample, light or dark, the size of type."""

    @cached_property
    def publication(self):
        number = self.request.GET.get("article", "")
        if not (number.isascii() and number.isdecimal()):
            return None
        live = Publication.objects.live().select_related("approval")
        return get_object_or_404(live, pk=int(number[:18]))

    @cached_property
    def dark(self):
        return self.request.GET.get("dark") == "1"

    @cached_property
    def size(self):
        size = self.request.GET.get("size")
        return size if size in SIZES else "standard"

    def query(self, **changes):
        """Return the query of this look, with ``changes``; what is as usual stays out."""
        wanted = {
            "article": self.publication.pk if self.publication else "",
            "dark": "1" if self.dark else "",
            "size": "" if self.size == "standard" else self.size,
            **changes,
        }
        found = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{found}" if found else ""


class GalleryView(LookMixin, WagtailAdminTemplateMixin, TemplateView):
    """All looks side by side, each on a phone."""

    template_name = "publish/admin/gallery.html"
    page_title = _("Gallery")
    header_icon = "desktop"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        institution = Institution.load()
        wanted = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        offered = Publication.objects.live().filter(title__icontains=wanted).only("title")[:OFFERED]
        chosen = ChannelSettings.load().theme
        looks = []
        for theme in themes():
            look = gallery.look(self.publication, institution, theme)
            frame = reverse("publish_gallery:look", args=[theme]) + self.query()
            looks.append(look | {"frame": frame, "chosen": theme == chosen})
        return super().get_context_data(**kwargs) | {
            "looks": looks,
            "colour": institution.colour.lower(),
            "publication": self.publication,
            "publications": offered,
            "wanted": wanted,
            "dark": self.dark,
            "size": self.size,
            "light": [
                {"label": _("Light"), "url": self.query(dark="") or "?", "on": not self.dark},
                {"label": _("Dark"), "url": self.query(dark="1"), "on": self.dark},
            ],
            "sizes": [
                {
                    "label": SIZE_LABELS[size],
                    "url": self.query(size="" if size == "standard" else size) or "?",
                    "on": size == self.size,
                }
                for size in SIZES
            ],
        }


@method_decorator([never_cache, xframe_options_sameorigin], name="dispatch")
class LookView(LookMixin, View):
    """One text in one look, as WeChat would show it: the content of a frame."""

    def get(self, request, theme):
        try:
            html = gallery.page(self.publication, Institution.load(), theme, dark=self.dark, size=self.size)
        except UnknownThemeError as error:
            raise Http404 from error
        return HttpResponse(html, headers={"Content-Security-Policy": frame_policy()})


class GalleryViewSet(ViewSet):
    icon = "desktop"
    menu_label = _("Gallery")
    menu_order = 50
    url_prefix = "wechat-gallery"
    url_namespace = "publish_gallery"

    def get_urlpatterns(self):
        return [
            path("", GalleryView.as_view(), name="index"),
            path("look/<slug:theme>/", LookView.as_view(), name="look"),
        ]
