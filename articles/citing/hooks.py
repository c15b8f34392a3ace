"""Registers references and citations with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html

from wagtail import hooks

from articles.citing import rich_text, views


@hooks.register("register_admin_urls")
def register_reference_addresses():
    patterns = [
        path("read/", views.read, name="read"),
        path("look-up/", views.look_up, name="look_up"),
        path("check/", views.check, name="check"),
        path("<int:page_pk>/<slug:kind>/", views.export, name="export"),
    ]
    return [path("references/", include((patterns, "references")))]


@hooks.register("register_rich_text_features")
def register_cite_feature(features):
    rich_text.register(features)


@hooks.register("insert_global_admin_css")
def add_citing_css():
    return format_html('<link rel="stylesheet" href="{}">', static("articles/citing.css"))


@hooks.register("insert_editor_js")
def add_citing_script():
    return format_html('<script src="{}"></script>', static("articles/citing.js"))
