"""Registers planning and working together with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wagtail import hooks

from articles import editions
from articles.views import desk_panel, draft_tasks
from articles.views import editions as edition_views
from articles.views.planning import PlanningGroup


hooks.register("construct_homepage_panels", desk_panel.add_panel)
hooks.register("register_page_header_buttons", draft_tasks.header_buttons)
hooks.register("register_page_header_buttons", edition_views.header_buttons)


@hooks.register("register_admin_viewset")
def register_planning():
    return PlanningGroup()


@hooks.register("register_admin_urls")
def register_edition_address():
    return [path("new-edition/<int:pk>/", edition_views.EditionView.as_view(), name="article_edition")]


@hooks.register("register_log_actions")
def register_edition_action(actions):
    actions.register_action(editions.LOG_ACTION, _("Begin a new edition"), _("A new edition was begun"))


@hooks.register("register_page_listing_more_buttons")
def offer_giving_in_lists(page, user, next_url=None):
    yield from draft_tasks.header_buttons(page, user, "listing", next_url)


@hooks.register("insert_global_admin_css")
def add_planning_css():
    return format_html('<link rel="stylesheet" href="{}">', static("articles/planning.css"))


@hooks.register("insert_editor_js")
def add_mentions_script():
    return format_html(
        '<script src="{}" data-colleagues="{}" data-label="{}"></script>',
        static("articles/planning_mentions.js"),
        reverse("article_comments:colleagues"),
        _("Colleagues"),
    )
