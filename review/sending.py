"""Sending notices: one row at a time, claimed by compare-and-set, so that any number of workers send each once.

READY → SENDING before the call → SENT, or READY again when it surely did not leave, FAILED when it was refused, UNSURE when nobody
knows. Only a person sends an unsure one again.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wagtail.models import TaskState

from review import identity, links, notices, senders
from review.errors import ReviewStateError
from review.models import Notice, NoticeState, ReviewSettings
from review.models.assignments import OPEN_ANSWERS
from review.senders.errors import Reached


logger = logging.getLogger(__name__)

# Longer than any call may last (http: 5 + 20 seconds twice; mail: EMAIL_TIMEOUT each for a few commands).
LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
WHILE_UNSURE = (NoticeState.SENDING, NoticeState.UNSURE)


def claim(now):
    """Return one due notice, marked as being sent, or None. What is no longer needed or may not go out now is set aside."""
    begun = Q(state=NoticeState.SENDING, claimed_at__lt=now - LEASE)
    due = Q(state=NoticeState.READY, not_before__lte=now)
    found = Notice.objects.filter(begun | due).select_related("recipient", "assignment__task_state")
    for notice in found.order_by("not_before", "pk")[:200]:
        if notice.state == NoticeState.SENDING:
            _end(notice, NoticeState.UNSURE, _cut_off_midway())
        elif set_aside := _reason_to_wait(notice, now):
            Notice.objects.filter(pk=notice.pk, state=NoticeState.READY, not_before=notice.not_before).update(
                **set_aside
            )
        elif Notice.objects.filter(pk=notice.pk, state=NoticeState.READY).update(
            state=NoticeState.SENDING, claimed_at=now, tries=F("tries") + 1, error=""
        ):
            notice.refresh_from_db(fields=["state", "claimed_at", "tries", "error"])
            return notice
    return None


def deliver(notice, now):
    """Send a claimed notice and write down what came of it. No transaction may be open."""
    sender = senders.by_name(notice.sender)
    with override(settings.LANGUAGE_CODE):
        try:
            text = _with_way_in(notice)
            if missing := sender.missing():
                raise senders.SendError(Reached.REFUSED, missing)
        except senders.SendError as error:
            _after_failure(notice, error, now)
            return
        except Exception:
            # Nothing has left yet.
            logger.exception("notice %s cannot be put together", notice.pk)
            _after_failure(notice, senders.SendError(Reached.NO, _fault()), now)
            return
        try:
            sender.send(sender.address(notice.recipient), notice.subject, text)
        except senders.SendError as error:
            _after_failure(notice, error, now)
        except Exception as error:  # noqa: BLE001 - whatever it was, the message may have left
            logger.error("notice %s broke: %s", notice.pk, type(error).__name__)
            _end(notice, NoticeState.UNSURE, _cut_off_midway())
        else:
            _end(notice, NoticeState.SENT, "", sent_at=now)


def doubt():
    """After a restored backup nobody knows whether what waits here was sent already."""
    waiting = (NoticeState.READY, NoticeState.SENDING)
    Notice.objects.filter(state__in=waiting).update(state=NoticeState.UNSURE, error=_cut_off_midway())


def again(notice, now=None):
    """Send once more what failed or is unsure. Raises ReviewStateError."""
    now = now or timezone.now()
    if notice.sender == notices.NOBODY:
        _by_whoever_reaches(notice, now)
        return
    mended = Notice.objects.filter(pk=notice.pk, state__in=(NoticeState.FAILED, NoticeState.UNSURE)).exclude(
        kind__in=notices.FLEETING
    )
    if not mended.update(state=NoticeState.READY, not_before=now, claimed_at=None, tries=0, error=""):
        raise ReviewStateError(_("This notice is not waiting for a decision any more. Nothing was changed."))


def settle(notice, now=None):
    """Take an unsure notice as received. Raises ReviewStateError."""
    if not Notice.objects.filter(pk=notice.pk, state=NoticeState.UNSURE).update(
        state=NoticeState.SENT, sent_at=now or timezone.now()
    ):
        raise ReviewStateError(_("This notice is not waiting for a decision any more. Nothing was changed."))


def _by_whoever_reaches(notice, now):
    with transaction.atomic():
        taken = Notice.objects.filter(pk=notice.pk, state=NoticeState.FAILED).update(
            state=NoticeState.CANCELLED
        )
        occasion = notice.key.rpartition("/")[0]
        new = taken and notices.write(
            notice.kind,
            occasion,
            notice.recipient,
            notice.subject,
            notice.text,
            assignment=notice.assignment,
            now=now,
        )
        if not new:
            raise ReviewStateError(
                _(
                    "Still no sender reaches this person. Enter a mail address, a mobile number or a WeCom account first, or switch "
                    "on another sender."
                )
            )


def _reason_to_wait(notice, now):
    """Return the columns to set on a due notice that must not go out now, or None."""
    assignment = notice.assignment
    if assignment is not None and notice.kind in notices.WITH_LINK:
        over = (
            assignment.answer not in OPEN_ANSWERS
            or assignment.task_state.status != TaskState.STATUS_IN_PROGRESS
        )
        if over:
            return {"state": NoticeState.CANCELLED}
    if not notice.recipient.is_active or (notice.kind == "code" and not identity.filled_in(notice)):
        return {"state": NoticeState.CANCELLED}
    chosen = ReviewSettings.load()
    sender = senders.by_name(notice.sender)
    if sender is None or not getattr(chosen, sender.SWITCH):
        with override(settings.LANGUAGE_CODE):
            return {"state": NoticeState.CANCELLED, "error": _("This sender has been switched off.")}
    if not sender.address(notice.recipient):
        with override(settings.LANGUAGE_CODE):
            return {"state": NoticeState.FAILED, "error": _("This sender no longer reaches this person.")}
    if notice.kind not in notices.URGENT:
        at = notices.speaking_time(now, chosen)
        if at > now:
            return {"not_before": at}
    return None


def _with_way_in(notice):
    """Return the text with its address. A link is made here, so that no row holds one that opens a door."""
    if notice.kind == "code":
        return identity.filled_in(notice)
    if notice.kind not in notices.WITH_LINK:
        return notice.text
    try:
        address = links.make(notice.assignment, notice.assignment.asked_by)
    except ReviewStateError:
        address = settings.ADMIN_URL + reverse("review:desk")
    return f"{notice.text}\n{address}"


def _after_failure(notice, error, now):
    if error.reached == Reached.MAYBE:
        _end(notice, NoticeState.UNSURE, error.sentence)
    elif error.reached in (Reached.NO, Reached.LATER) and notice.tries <= len(PAUSES):
        at = now + PAUSES[notice.tries - 1]
        _end(notice, NoticeState.READY, error.sentence, not_before=at, claimed_at=None)
    else:
        _end(notice, NoticeState.FAILED, error.sentence)


def _end(notice, state, error, **columns):
    # A call that outlasted its lease still knows best what came of it.
    Notice.objects.filter(pk=notice.pk, state__in=WHILE_UNSURE, claimed_at=notice.claimed_at).update(
        state=state, error=str(error)[:300], **columns
    )


def _fault():
    return _("A fault in the program kept it back. Pass it on to the administrator; the log names it.")


def _cut_off_midway():
    with override(settings.LANGUAGE_CODE):
        return _("Sending was cut off midway; nobody knows whether it arrived. Ask the person, then choose.")
