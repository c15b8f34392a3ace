"""Screens and menu items for those with a right alone."""

from django.core.exceptions import PermissionDenied
from django.views.generic import TemplateView

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


def need(request, *rights):
    """Raise PermissionDenied unless the user has all ``rights``."""
    if not request.user.has_perms(rights):
        raise PermissionDenied


class EntitledPage(WagtailAdminTemplateMixin, TemplateView):
    """A page of the admin for those with ``right`` alone; its title ends the breadcrumbs."""

    right = None

    def dispatch(self, request, *args, **kwargs):
        self.only_for_entitled(request)
        return super().dispatch(request, *args, **kwargs)

    def only_for_entitled(self, request):
        """Raise PermissionDenied unless the user may see the page."""
        need(request, self.right)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


def menu_item_for(item_class, right):
    """Return ``item_class`` as a menu item for those with ``right`` alone (for ViewSet.menu_item_class).

    ``right``: its name, or a function that tells of a user whether he has it.
    """

    class OnlyForThose(item_class):
        def is_shown(self, request):
            return right(request.user) if callable(right) else request.user.has_perm(right)

    return OnlyForThose


def number(text):
    """Return ``text`` as a row's number, or 0 when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
