"""Why a draft cannot be changed now: it is under review, or somebody has locked it."""

from django.utils.translation import gettext as _


def sentence(page, user):
    """Return the sentence that tells ``user`` why the draft of ``page`` takes no change, or an empty string."""
    lock = page.get_lock() if page.pk else None
    if lock is None or not lock.for_user(user):
        return ""
    return lock.get_message(user) or _("This text is locked.")
