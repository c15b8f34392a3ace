"""Colleagues one may turn to: who works in the admin."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q

from articles import registry


def working():
    """Return the active users who may open the admin, by name."""
    access = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    may = Q(is_superuser=True) | Q(groups__permissions__in=access) | Q(user_permissions__in=access)
    users = get_user_model().objects
    found = users.filter(is_active=True, pk__in=users.filter(may).values("pk"))
    return found.order_by("last_name", "first_name", "username")


def may_edit_articles():
    """Return those of them who may write: they, too, may be given a draft."""
    from wagtail.models import GroupPagePermission

    writing = GroupPagePermission.objects.filter(
        permission__content_type__app_label="wagtailcore",
        permission__codename__in=["add_page", "change_page"],
    )
    may = Q(is_superuser=True) | Q(groups__in=writing.values("group"))
    return working().filter(pk__in=get_user_model().objects.filter(may).values("pk"))


def label(user):
    """Return a colleague's name with the staff number, which tells two of one name apart."""
    name = user.get_full_name()
    return f"{name}（{user.get_username()}）" if name else user.get_username()


def tell(user, key, subject, text, address):
    """Send a notice to a colleague, once for each ``key`` (at most 80 characters); nothing without a sender."""
    if registry.tell is not None:
        registry.tell(user, key, subject, text, address)
