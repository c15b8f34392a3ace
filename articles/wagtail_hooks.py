"""Registers the articles room with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from articles.importing import hooks as import_hooks  # noqa: F401  registers on import
from articles.models import Department
from articles.views.editing import ArticleViewSet, findings_of_draft


class DepartmentViewSet(ModelViewSet):
    model = Department
    icon = "group"
    menu_label = _("Departments")
    menu_order = 320
    add_to_settings_menu = True
    list_display = ["name", "order"]
    form_fields = ["name", "order"]
    search_fields = ["name"]
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id"]


@hooks.register("register_admin_viewset")
def register_article_viewsets():
    return [ArticleViewSet("articles"), DepartmentViewSet("departments")]


@hooks.register("register_admin_urls")
def register_findings_address():
    return [path("findings/<int:page_pk>/", findings_of_draft, name="article_findings")]


@hooks.register("insert_global_admin_css")
def add_articles_css():
    return format_html('<link rel="stylesheet" href="{}">', static("articles/admin.css"))


@hooks.register("insert_editor_js")
def add_editor_scripts():
    names = ("unsaved_typing", "submit_after_autosave", "findings")
    return format_html_join(
        "", '<script src="{}"></script>', ((static(f"articles/{name}.js"),) for name in names)
    )
