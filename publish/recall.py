"""A signer takes back a signature (撤回签发): the page leaves the website at once, and the chief librarians are told."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wagtail.log_actions import log
from wagtail.models import TaskState

from publish import publishing
from publish.errors import WithdrawalError
from publish.models import Publication, Withdrawal
from review import notices
from review.models import ReviewTaskState


def _signed_runs(user):
    signed = ReviewTaskState.objects.filter(status=TaskState.STATUS_APPROVED, finished_by=user)
    return signed.exclude(signature=None).values("workflow_state")


def signed_by(user):
    """Return the live publications that ``user`` signed in any step, the newest first."""
    return Publication.objects.for_lists().filter(approval__workflow_state__in=_signed_runs(user))


def recalled_by(user):
    """Return the open Withdrawals by which ``user`` recalled a signature, the newest first."""
    rows = Withdrawal.objects.filter(
        undone_at=None,
        withdrawn_by=user,
        publication__state=Publication.State.WITHDRAWN,
        publication__approval__workflow_state__in=_signed_runs(user),
    )
    return rows.select_related("publication")


def standing():
    """Return all open Withdrawals by which a signer recalled a signature."""
    signed = ReviewTaskState.objects.filter(
        status=TaskState.STATUS_APPROVED,
        workflow_state=OuterRef("publication__approval__workflow_state"),
        finished_by=OuterRef("withdrawn_by"),
    ).exclude(signature=None)
    return Withdrawal.objects.filter(
        Exists(signed), undone_at=None, publication__state=Publication.State.WITHDRAWN
    )


def recall(publication, *, user, reason):
    """Take ``publication`` off the website for a signer of it; return the Withdrawal, to which WeChat's copies belong.

    Readers are told ``reason``. Raises WithdrawalError when the person has not signed it, or it is not live.
    """
    if not signed_by(user).filter(pk=publication.pk).exists():
        raise WithdrawalError(
            _("You have not signed the version that readers see now, so it is not yours to recall.")
        )
    with transaction.atomic():
        withdrawal = publishing.withdraw(publication, reason=reason, user=user)
        log(publication.article, "xinglin.recall", user=user, data={"version": publication.number})
        _tell_chiefs(withdrawal)
    return withdrawal


def take_back(withdrawal, *, user):
    """Let the signature stand again: the same version goes back to readers. Raises WithdrawalError."""
    if not recalled_by(user).filter(pk=withdrawal.pk).exists():
        raise WithdrawalError(_("This is not a recall of yours that still stands."))
    return publishing.undo_withdrawal(withdrawal, user=user)


def _tell_chiefs(withdrawal):
    publication = withdrawal.publication
    facts = {
        "title": notices.line(publication.title),
        "person": withdrawal.withdrawn_by.get_full_name() or withdrawal.withdrawn_by.get_username(),
        "reason": withdrawal.reason,
    }
    with override(settings.LANGUAGE_CODE):
        for chief in notices.chiefs().exclude(pk=withdrawal.withdrawn_by_id):
            notices.write(
                "recalled",
                f"recalled:{withdrawal.pk}:{chief.pk}",
                chief,
                _("Signature recalled: %(title)s") % facts,
                _(
                    "%(person)s has recalled the signature under “%(title)s”: %(reason)s The page is off the website. "
                    "Please look after the copies in WeChat."
                )
                % facts
                + "\n"
                + settings.ADMIN_URL
                + reverse("withdrawals:inspect", args=[withdrawal.pk]),
            )
