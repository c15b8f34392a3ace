"""What the site as a whole adds to the editors' side."""

from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms import welcome
from cms.help import views as help_views
from cms.labels import name_fields


name_fields()
hooks.register("construct_homepage_panels", welcome.add_panel, order=100)


@hooks.register("register_admin_urls")
def register_help_urls():
    patterns = [
        path("", help_views.HelpIndexView.as_view(), name="index"),
        path("<slug:name>/", help_views.HelpPageView.as_view(), name="page"),
    ]
    return [
        path("help/", include((patterns, "help"))),
        path("welcome/", welcome.WelcomeView.as_view(), name="welcome"),
    ]


@hooks.register("insert_global_admin_css")
def add_help_css():
    return format_html('<link rel="stylesheet" href="{}">', static("cms/help.css"))


@hooks.register("register_help_menu_item")
def register_help_pages():
    return MenuItem(_("Help pages"), reverse("help:index"), name="xl-help", icon_name="help", order=100)


@hooks.register("register_log_actions")
def log_invitations(actions):
    actions.register_action("cms.invite", _("Invite"), _("Invitation sent"))


@hooks.register("construct_help_menu")
def keep_help_at_home(request, items):
    # Wagtail's guides are in English and outside the hospital's network.
    items[:] = [item for item in items if item.name in ("xl-help", "keyboard-shortcuts-trigger")]


@hooks.register("construct_reports_menu")
def drop_reports_of_no_use(request, items):
    # When an article is due again is said by its publication, not by the day of its last edit.
    items[:] = [item for item in items if item.name not in ("page-types-usage", "aging-pages")]
