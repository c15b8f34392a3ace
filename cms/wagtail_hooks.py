"""What the site as a whole adds to the editors' side."""

from django.utils.translation import gettext_lazy as _

from wagtail import hooks

from cms.labels import name_fields


name_fields()


@hooks.register("register_log_actions")
def log_invitations(actions):
    actions.register_action("cms.invite", _("Invite"), _("Invitation sent"))


@hooks.register("construct_help_menu")
def keep_help_at_home(request, items):
    # Wagtail's guides are in English and outside the hospital's network.
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("construct_reports_menu")
def drop_reports_of_no_use(request, items):
    # When an article is due again is said by its publication, not by the day of its last edit.
    items[:] = [item for item in items if item.name not in ("page-types-usage", "aging-pages")]
