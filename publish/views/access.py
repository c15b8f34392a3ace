"""Who may look at WeChat work, and who may change it."""

from django.core.exceptions import PermissionDenied
from django.views.generic import TemplateView

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


CHANGE = "publish.change_push"
VIEW = "publish.view_push"
PER_PAGE = 25


def may_look(user):
    """Return whether ``user`` may look at pushes and their records."""
    return user.has_perm(VIEW) or user.has_perm(CHANGE)


def only_for_lookers(request):
    """Raise PermissionDenied for those who may not look."""
    if not may_look(request.user):
        raise PermissionDenied


def only_for_changers(request):
    """Raise PermissionDenied for those who may not change pushes."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied


class LookersPage(WagtailAdminTemplateMixin, TemplateView):
    """A page for those who may look; its title ends the breadcrumbs."""

    def dispatch(self, request, *args, **kwargs):
        only_for_lookers(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


def menu_item_for_lookers(base):
    """Return a menu item class that shows itself to those who may look (for ViewSet.menu_item_class)."""

    def is_shown(_item, request):
        return may_look(request.user)

    return type(f"Lookers{base.__name__}", (base,), {"is_shown": is_shown})


def menu_item_for(right, base):
    """Return a menu item class that shows itself to those who hold ``right`` (for ViewSet.menu_item_class)."""

    def is_shown(_item, request):
        return request.user.has_perm(right)

    return type(f"Entitled{base.__name__}", (base,), {"is_shown": is_shown})
