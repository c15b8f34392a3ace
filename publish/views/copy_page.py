"""The copy page: an article as the API would send it, to be carried into WeChat's editor by hand."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from publish import copying
from publish.models import Publication
from publish.views.access import only_for_lookers
from publish.wechat import hand_over


def _live(pk):
    return get_object_or_404(Publication.objects.live().select_related("approval"), pk=pk)


class CopyView(WagtailAdminTemplateMixin, TemplateView):
    """Every part of a live publication with a button that copies it."""

    template_name = "publish/admin/copy_page.html"
    page_title = _("Copy by hand")
    header_icon = "copy"

    def dispatch(self, request, *args, **kwargs):
        only_for_lookers(request)
        self.publication = _live(kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return self.publication.title

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        item = copying.item_of(self.publication)
        return super().get_context_data(**kwargs) | {
            "publication": self.publication,
            "item": item,
            "copy": copying.copy_of(self.publication, item),
            "website": hand_over.website(),
        }


@method_decorator(xframe_options_sameorigin, name="dispatch")
class CopyPreviewView(View):
    """The article as WeChat would show it, for the frame on the copy page."""

    def get(self, request, pk):
        only_for_lookers(request)
        publication = _live(pk)
        html = copying.preview(publication, copying.item_of(publication))
        return HttpResponse(html, headers={"Cache-Control": "private, no-store"})
