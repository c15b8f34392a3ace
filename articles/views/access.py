"""Who may look at and change what is planned."""

from django.core.exceptions import PermissionDenied


def need(request, *rights):
    """Raise PermissionDenied unless the user has all ``rights``."""
    if not request.user.has_perms(rights):
        raise PermissionDenied


def menu_item_for(item_class, right):
    """Return ``item_class`` as a menu item for those with ``right`` alone."""

    class OnlyForThose(item_class):
        def is_shown(self, request):
            return request.user.has_perm(right)

    return OnlyForThose


def number(text):
    """Return ``text`` as a row's number, or 0 when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
