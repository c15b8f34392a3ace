"""Who may look at WeChat work, and who may change it."""

from django.core.exceptions import PermissionDenied

from articles.views.access import EntitledPage, menu_item_for


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


class LookersPage(EntitledPage):
    """A page for those who may look."""

    def only_for_entitled(self, request):
        only_for_lookers(request)


def menu_item_for_lookers(base):
    """Return a menu item class that shows itself to those who may look (for ViewSet.menu_item_class)."""
    return menu_item_for(base, may_look)
