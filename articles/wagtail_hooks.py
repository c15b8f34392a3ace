"""Registers the articles room with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from articles import consent_withdrawal
from articles.checks import hooks as check_hooks  # noqa: F401  registers on import
from articles.citing import hooks as citing_hooks  # noqa: F401
from articles.draft_search import hooks as search_hooks  # noqa: F401
from articles.figures import hooks as figure_hooks  # noqa: F401
from articles.glossary import hooks as glossary_hooks  # noqa: F401
from articles.importing import hooks as import_hooks  # noqa: F401
from articles.models import ConsentRecord, Department, ReprintPermission
from articles.planning import hooks as planning_hooks  # noqa: F401
from articles.starting import hooks as starting_hooks  # noqa: F401
from articles.views import consent_panel, library, reaching
from articles.views.consents import KeptPolicy, RightsGroup
from articles.views.editing import ArticleViewSet
from articles.views.findings import findings_of_draft
from articles.views.recordings import RecordingChooserViewSet, RecordingViewSet


for kept in (ConsentRecord, ReprintPermission):
    register_permission_policy(kept, KeptPolicy(kept))
library.offer_filters()
hooks.register("construct_homepage_panels", consent_panel.add_panel)


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
    return [
        ArticleViewSet("articles"),
        DepartmentViewSet("departments"),
        RightsGroup(),
        RecordingViewSet("recordings"),
        RecordingChooserViewSet("recording_chooser"),
    ]


@hooks.register("register_log_actions")
def register_consent_log_actions(actions):
    actions.register_action(
        consent_withdrawal.LOG_ACTION, _("Withdraw a consent"), _("The consent was withdrawn")
    )
    actions.register_action("articles.scan.open", _("Open a scan"), _("The scan was downloaded"))


@hooks.register("register_admin_urls")
def register_findings_address():
    return [
        path("findings/<int:page_pk>/", findings_of_draft, name="article_findings"),
        path("editor/who/", reaching.who, name="editor_who"),
    ]


@hooks.register("insert_global_admin_css")
def add_articles_css():
    return format_html('<link rel="stylesheet" href="{}">', static("articles/admin.css"))


@hooks.register("insert_editor_js")
def add_editor_scripts():
    names = ("unsaved_typing", "submit_after_autosave", "findings", "frozen", "pasted_tables")
    # The one that asks whether a form can be sent at all comes before those that send it.
    return (
        reaching.script_tag()
        + format_html_join(
            "", '<script src="{}"></script>', ((static(f"articles/{name}.js"),) for name in names)
        )
        + format_html(
            '<script src="{}" data-cell="{}"></script>',
            static("articles/editor_names.js"),
            _("Row %1, column %2"),
        )
    )
