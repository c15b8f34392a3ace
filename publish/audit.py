"""Entries of Wagtail's audit log that this room writes."""

from django.utils.translation import gettext_lazy as _

from wagtail.log_actions import LogFormatter

from publish import composing, handover


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


class DeletionFormatter(LogFormatter):
    """One step of a deletion in WeChat; the message names its reason."""

    message = ""

    def format_message(self, log_entry):
        return self.message % {"reason": log_entry.data.get("reason", "")}


def _deletion(title, text):
    return type("DeletionStepFormatter", (DeletionFormatter,), {"label": title, "message": text})


DELETION = {
    "ask": _deletion(_("Ask for deletion in WeChat"), _("Deletion in WeChat asked for: %(reason)s")),
    "danger": _deletion(
        _("Delete in WeChat without a second person"),
        _("Deletion in WeChat without a second person, readers in danger: %(reason)s"),
    ),
    "confirm": _deletion(_("Confirm deletion in WeChat"), _("Deletion in WeChat confirmed: %(reason)s")),
    "again": _deletion(_("Try deletion in WeChat again"), _("Deletion in WeChat tried again: %(reason)s")),
    "drop": _deletion(_("Call off deletion in WeChat"), _("Deletion in WeChat called off: %(reason)s")),
    "done": _deletion(_("Deleted in WeChat"), _("Deleted in WeChat: %(reason)s")),
}


_STEPS = {
    "edit": _("small edit on WeChat's website"),
    "corrigendum": _("corrigendum in the next push"),
    "delete": _("deletion in WeChat"),
}


class CorrectionFormatter(LogFormatter):
    """One step of a correction in WeChat."""

    message = ""

    def format_message(self, log_entry):
        return self.message % {"step": _STEPS.get(log_entry.data.get("step"), "")}


def _correction(title, text):
    return type("CorrectionStepFormatter", (CorrectionFormatter,), {"label": title, "message": text})


CORRECTION = {
    "choose": _correction(_("Choose a step of a correction"), _("Correction in WeChat: %(step)s chosen")),
    "done": _correction(_("Tick a step of a correction"), _("Correction in WeChat: %(step)s done")),
    "undone": _correction(_("Take a tick back"), _("Correction in WeChat: %(step)s not done after all")),
    "drop": _correction(_("Give up a step of a correction"), _("Correction in WeChat: %(step)s given up")),
}


class SettleDriftFormatter(LogFormatter):
    label = _("Settle unsigned text")

    def format_message(self, log_entry):
        return _("Unsigned text in WeChat settled: %(note)s") % {
            "note": log_entry.data.get("note") or log_entry.data.get("settlement", "")
        }


class RecallFormatter(LogFormatter):
    label = _("Recall a signature")

    def format_message(self, log_entry):
        return _("Signature recalled; version %(version)s taken off the website") % {
            "version": log_entry.data.get("version", "")
        }


class OverdueCopyFormatter(LogFormatter):
    label = _("Settle an overdue copy")

    def format_message(self, log_entry):
        return _("Overdue copy in WeChat settled: %(note)s") % {"note": log_entry.data.get("note", "")}


class SettleFeedbackFormatter(LogFormatter):
    label = _("Settle readers' answers")

    def format_message(self, log_entry):
        return _("%(number)s answers of readers settled: %(note)s") % {
            "number": log_entry.data.get("number", ""),
            "note": log_entry.data.get("note", ""),
        }


def register(actions):
    """Register the room's actions; called from the ``register_log_actions`` hook."""
    for name, label in composing.ACTIONS.items():
        actions.register_action(name, label, label)
    actions.register_action("xinglin.withdraw")(WithdrawFormatter)
    actions.register_action("xinglin.withdraw.undo")(UndoWithdrawalFormatter)
    actions.register_action("xinglin.recall")(RecallFormatter)
    actions.register_action("xinglin.overdue_copy")(OverdueCopyFormatter)
    actions.register_action(handover.SEEN, _("Compare by eye"), _("Compared with WeChat by eye"))
    actions.register_action(handover.SETTLED)(SettleDriftFormatter)
    for name, formatter in DELETION.items():
        actions.register_action(f"xinglin.deletion.{name}")(formatter)
    for name, formatter in CORRECTION.items():
        actions.register_action(f"xinglin.correction.{name}")(formatter)
    actions.register_action("xinglin.feedback.settle")(SettleFeedbackFormatter)
    actions.register_action(
        "xinglin.feedback.reopen", _("Open readers' answers again"), _("Readers' answers opened again")
    )
