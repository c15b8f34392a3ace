"""Registers the publishing room with Wagtail's admin."""

from wagtail import hooks

from publish import audit


hooks.register("register_log_actions", audit.register)
