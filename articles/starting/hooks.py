"""The starting points' places in Wagtail's admin. ``articles.wagtail_hooks`` imports this module, which registers them."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from articles.permissions import writable_topics
from articles.starting.views import NewArticleView


@hooks.register("register_admin_urls")
def register_starting_urls():
    return [path("articles/new/", NewArticleView.as_view(), name="article_new")]


class NewArticleMenuItem(MenuItem):
    """Shown to people who may add articles somewhere."""

    def is_shown(self, request):
        return writable_topics(request.user).exists()


@hooks.register("register_admin_menu_item")
def register_new_article_menu_item():
    return NewArticleMenuItem(
        _("New article"), reverse("article_new"), name="new-article", icon_name="doc-empty", order=140
    )


@hooks.register("insert_editor_js")
def add_starting_script():
    return format_html(
        '<link rel="stylesheet" href="{}"><script src="{}"></script>',
        static("articles/starting.css"),
        static("articles/starting.js"),
    )
