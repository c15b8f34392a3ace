"""The import's places in Wagtail's admin. ``articles.wagtail_hooks`` imports this module, which registers them."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from articles.importing.service import LOG_ACTION
from articles.models import TopicPage
from articles.views import import_view


@hooks.register("register_admin_urls")
def register_import_urls():
    return [
        path("articles/import/", import_view.import_article, name="articles_import"),
        path(
            "articles/import/<int:page_id>/",
            import_view.ImportReportView.as_view(),
            name="articles_import_report",
        ),
    ]


class ImportMenuItem(MenuItem):
    """Shown to people who may add articles somewhere."""

    def is_shown(self, request):
        return bool(import_view.topics_for(request.user))


@hooks.register("register_admin_menu_item")
def register_import_menu_item():
    return ImportMenuItem(
        _("Import an article"),
        reverse("articles_import"),
        name="import-article",
        icon_name="upload",
        order=150,
    )


@hooks.register("register_page_header_buttons")
def add_import_button(page, user, view_name, next_url=None):
    if isinstance(page, TopicPage) and page.permissions_for_user(user).can_add_subpage():
        yield Button(
            _("Import an article"),
            f"{reverse('articles_import')}?topic={page.pk}",
            icon_name="upload",
            priority=18,
        )


@hooks.register("register_log_actions")
def register_import_log_action(actions):
    actions.register_action(LOG_ACTION, _("Import"), _("Imported from a file"))
