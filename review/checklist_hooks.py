"""Registers the questions of the review with Wagtail's admin. Imported by ``review.wagtail_hooks``."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from review.views import checklists


@hooks.register("register_admin_urls")
def register_checklist_urls():
    return [path("review/questions/", include((checklists.urlpatterns, "review_checklists")))]


class ChecklistsItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("review.view_checklistversion")


@hooks.register("register_settings_menu_item")
def register_checklists_item():
    return ChecklistsItem(
        _("Questions of the review"),
        reverse("review_checklists:index"),
        name="review-questions",
        icon_name="list-ul",
        order=16,
    )
