"""网站样张: the parts of the readers' site in every look, by day and by night, small and large."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from articles.models import Institution
from publish import style_guide
from publish.website.responses import policy
from themes import registry, site_style, website


PAGES = {style_guide.PARTS: _("Parts and blocks"), style_guide.ARTICLE: _("Article")}


def _asked(request, **changes):
    """Return what the address asks for, with ``changes``: page, dark, v; what is as usual stays out."""
    page = request.GET.get("page")
    found = {
        "page": page if page == style_guide.ARTICLE else "",
        "dark": "1" if request.GET.get("dark") == "1" else "",
        "v": "large" if request.GET.get("v") == "large" else "",
    }
    return {name: value for name, value in (found | changes).items() if value}


class StyleGuideView(WagtailAdminTemplateMixin, TemplateView):
    """All looks side by side, each on a phone."""

    template_name = "publish/admin/style_guide.html"
    page_title = _("Gallery of the website")
    header_icon = "desktop"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        asked, institution = _asked(self.request), Institution.load(request_or_site=self.request)
        chosen = website.theme_of(institution.facts())
        return super().get_context_data(**kwargs) | {
            "dark": "dark" in asked,
            "looks": [
                {
                    "theme": theme,
                    "label": registry.label(theme),
                    "festive": registry.festive(theme),
                    "chosen": theme == chosen,
                    "brand": site_style.palette(theme, institution.colour)["brand"],
                    "by_night": site_style.palette(theme, institution.colour, site_style.NIGHT)["brand"],
                    "frame": f"{reverse('publish_style_guide:look', args=[theme])}?{urlencode(asked)}",
                }
                for theme in registry.themes()
            ],
            "switches": [
                {
                    "label": _("Page"),
                    "choices": [
                        self.choice(label, page="" if name == style_guide.PARTS else name)
                        for name, label in PAGES.items()
                    ],
                },
                {
                    "label": _("Light or dark"),
                    "choices": [self.choice(_("Light"), dark=""), self.choice(_("Dark"), dark="1")],
                },
                {
                    "label": _("Size of type"),
                    "choices": [
                        self.choice(pgettext_lazy("size of type", "Standard"), v=""),
                        self.choice(pgettext_lazy("size of type", "Large"), v="large"),
                    ],
                },
            ],
        }

    def choice(self, label, **changes):
        wanted = _asked(self.request, **changes)
        return {"label": label, "url": f"?{urlencode(wanted)}", "on": wanted == _asked(self.request)}


@method_decorator([never_cache, xframe_options_sameorigin], name="dispatch")
class LookView(View):
    """One page of the guide in one look: the content of a frame."""

    def get(self, request, theme):
        light = website.light_of(request)
        name = _asked(request).get("page", style_guide.PARTS)
        try:
            html = style_guide.page(name, Institution.load(request_or_site=request), request, theme, light)
        except registry.UnknownThemeError as error:
            raise Http404 from error
        return HttpResponse(html, headers={"Content-Security-Policy": policy(request, light, theme)})


class StyleGuideViewSet(ViewSet):
    icon = "desktop"
    menu_label = _("Gallery of the website")
    menu_order = 15
    add_to_settings_menu = True
    url_prefix = "site-gallery"
    url_namespace = "publish_style_guide"

    def get_urlpatterns(self):
        return [
            path("", StyleGuideView.as_view(), name="index"),
            path("look/<slug:theme>/", LookView.as_view(), name="look"),
        ]
