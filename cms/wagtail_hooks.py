"""What the site as a whole adds to the editors' side."""

from django.utils.translation import gettext_lazy as _

from wagtail import hooks


@hooks.register("register_log_actions")
def log_invitations(actions):
    actions.register_action("cms.invite", _("Invite"), _("Invitation sent"))
