"""Links to one assignment that can be pasted into a chat: they open a door, never a text, and decide nothing.

A link is 32 random bytes; only their SHA-256 is kept. It is bound to the person asked, runs out, can be revoked, and every
opening is written down, those of links that do not exist as well.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail.models import TaskState

from review import devices
from review.errors import ReviewStateError
from review.models import LinkOpening, ReviewLink, ReviewSettings
from review.models.assignments import OPEN_ANSWERS


# What came of an opening, as LinkOpening.outcome keeps it.
SHOWN, OPENED, DECIDED, TWICE = "shown", "opened", "decided", "twice"
FORGED, EXPIRED, REVOKED, ENDED, OTHER_PERSON = "forged", "expired", "revoked", "ended", "other_person"
WRONG_PIN, WRONG_CODE, CODE_SENT = "wrong_pin", "wrong_code", "code_sent"
OUTCOMES = {
    SHOWN: _("Sign-in shown"),
    OPENED: _("Text opened"),
    DECIDED: _("Decided"),
    TWICE: _("Decided already; nothing was changed"),
    FORGED: _("No such link"),
    EXPIRED: _("Expired"),
    REVOKED: _("Revoked"),
    ENDED: _("No longer needed"),
    OTHER_PERSON: _("Another person"),
    WRONG_PIN: _("Wrong PIN"),
    WRONG_CODE: _("Wrong code"),
    CODE_SENT: _("One-time code asked for"),
}
# Openings of links that do not exist, written down from one address within an hour; a flood fills no disk.
FORGED_PER_HOUR = 30


def make(assignment, made_by):
    """Return the address of a new link to ``assignment``. Nobody can read the token again afterwards.

    Raises ReviewStateError when the person is not asked any more.
    """
    if assignment.answer not in OPEN_ANSWERS:
        raise ReviewStateError(_("This person is no longer asked, so there is nothing to link to."))
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    ReviewLink.objects.create(
        assignment=assignment,
        token_hash=hashed(token),
        made_by=made_by,
        made_at=now,
        expires_at=now + timedelta(days=ReviewSettings.load().link_days),
    )
    return base_url() + reverse("review:link", args=[token])


def base_url():
    """Return where phones reach the review pages (REVIEW_URL; else where colleagues reach the editors' side)."""
    return settings.REVIEW_URL or settings.ADMIN_URL


def revoke(link, user, now=None):
    """Close ``link`` for good, and the one-time codes sent for it; revoking twice changes nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        ReviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, revoked_by=user)
        link.codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)


def hashed(token):
    """Return the SHA-256 of a token, which is all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token):
    """Return the ReviewLink of ``token`` with its assignment, or None."""
    return (
        ReviewLink.objects.select_related(
            "assignment__person", "assignment__task_state__revision", "assignment__task_state__task"
        )
        .filter(token_hash=hashed(token))
        .first()
    )


def state_of(link, now=None):
    """Return why ``link`` (or None) opens nothing (FORGED, REVOKED, EXPIRED, ENDED), or an empty string."""
    now = now or timezone.now()
    if link is None:
        return FORGED
    if link.revoked_at:
        return REVOKED
    if link.expires_at <= now:
        return EXPIRED
    assignment = link.assignment
    is_open = assignment.answer in OPEN_ANSWERS and assignment.person.is_active
    return "" if is_open and assignment.task_state.status == TaskState.STATUS_IN_PROGRESS else ENDED


def note(request, link, outcome, user=None):
    """Write down one opening; those that no link stands behind only up to FORGED_PER_HOUR from one address."""
    address = request.META.get("REMOTE_ADDR") or None
    if link is None:
        recent = LinkOpening.objects.filter(
            link=None, address=address, at__gt=timezone.now() - timedelta(hours=1)
        )
        if recent.count() >= FORGED_PER_HOUR:
            return
    LinkOpening.objects.create(
        link=link,
        outcome=outcome,
        user=user,
        device=devices.kind_of(request),
        address=address,
    )
