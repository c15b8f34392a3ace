"""Entries of Wagtail's audit log that this room writes."""

from django.utils.translation import gettext_lazy as _

from wagtail.log_actions import LogFormatter

from publish import composing


class WithdrawFormatter(LogFormatter):
    label = _("Withdraw")

    def format_message(self, log_entry):
        return _("Withdrawn from readers: %(reason)s") % {"reason": log_entry.data.get("reason", "")}


class UndoWithdrawalFormatter(LogFormatter):
    label = _("Undo withdrawal")

    def format_message(self, log_entry):
        return _("Put back for readers; it had been withdrawn: %(reason)s") % {
            "reason": log_entry.data.get("reason", "")
        }


def register(actions):
    """Register the room's actions; called from the ``register_log_actions`` hook."""
    for name, label in composing.ACTIONS.items():
        actions.register_action(name, label, label)
    actions.register_action("xinglin.withdraw")(WithdrawFormatter)
    actions.register_action("xinglin.withdraw.undo")(UndoWithdrawalFormatter)
