"""Withdrawing a consent (PIPL art. 15): what shows the patient leaves the website in the same transaction.

Which texts those are is known by ``publish`` (``articles.registry.consent_side``). What only a person can finish, the
copies in WeChat, is listed there.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.log_actions import log
from wagtail.models import Page

from articles import registry
from articles.errors import ConsentError
from articles.models import ConsentRecord


LOG_ACTION = "articles.consent.withdraw"


def withdraw(consent, *, user, on, note=""):
    """Record that ``consent`` was withdrawn ``on`` a day, and hide each live article that rests on it.

    Returns the titles of the hidden articles. Raises ConsentError when it was withdrawn already.
    """
    side = registry.consent_side
    with transaction.atomic():
        # Pages first, as signing does: of a signature and a withdrawal at once, one waits for the other.
        list(Page.objects.select_for_update().filter(pk__in=side.articles_with(consent)).order_by("pk"))
        consent = ConsentRecord.objects.select_for_update(of=("self",)).get(pk=consent.pk)
        if consent.withdrawn_on:
            raise ConsentError(_("This consent has been withdrawn already. Nothing was changed."))
        consent.withdrawn_on, consent.withdrawal_note = on, note
        consent.save(update_fields=["withdrawn_on", "withdrawal_note"])
        hidden = side.hide(consent, user)
        log(consent, LOG_ACTION, user=user, data={"on": on.isoformat(), "hidden": len(hidden)})
    return hidden
