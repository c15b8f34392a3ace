"""Registers the editors' search with Wagtail's admin."""

from wagtail import hooks

from articles.draft_search.views import AllArticlesViewSet, DraftSearchArea


@hooks.register("register_admin_viewset")
def register_all_articles():
    return AllArticlesViewSet("drafts")


@hooks.register("register_admin_search_area")
def register_search_area():
    return DraftSearchArea()
