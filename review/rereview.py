"""When a signed article is due again (复审), and the review that makes it valid for longer.

Intervals (PIF TICK; the hospital's checklist): 24 months as a rule, 12 for medicines and vaccines, 36 at most.
"""

import calendar
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.choices import Subject
from articles.models import ArticlePage
from review.errors import ReviewStateError
from review.models import Approval, ReReview


LONGEST = 36
SOONER = 12
SOONER_FOR = {Subject.MEDICINES, Subject.VACCINES}
# How long before the day an article stands in the queue, and when it is called near.
AHEAD = 60
NEAR = 30


def months_later(day, months):
    """Return the same day of the month ``months`` later, or the month's last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def months_for(wanted, subjects):
    """Return the interval in months for an article that asks for ``wanted`` and is about ``subjects``."""
    most = SOONER if SOONER_FOR & set(subjects or ()) else LONGEST
    return max(1, min(wanted, most))


def is_whole(approval):
    """Return whether every signature of ``approval`` is over the whole text; those from before the question are."""
    return all(signature.get("whole", True) for signature in approval.signatures)


def record(approval, article):
    """Set or move when ``article`` is due, and return its ReReview; call it inside the approval's transaction.

    A small correction, signed as such, leaves the date where it is. The article is shown to readers from now on.
    """
    known = ReReview.objects.select_for_update().filter(article_id=article.pk).first()
    if known and not is_whole(approval):
        if known.paused:
            known.paused = False
            known.save(update_fields=["paused"])
        return known
    signed_on = timezone.localdate(approval.signed_at)
    months = months_for(approval.snapshot["review_months"], article.subjects)
    return ReReview.objects.update_or_create(
        article_id=article.pk,
        defaults={
            "signed_on": signed_on,
            "months": months,
            "due_on": months_later(signed_on, months),
            "paused": False,
        },
    )[0]


def due_of(article):
    """Return the ReReview of ``article`` (a page or its id), or None while nobody has signed it."""
    return ReReview.objects.filter(article_id=getattr(article, "pk", article)).first()


def pause(article_id):
    """A withdrawn article waits without being due."""
    ReReview.objects.filter(article_id=article_id).update(paused=True)


def resume(article_id):
    """An article that is back for readers is due when it was; what ran out meanwhile is overdue at once."""
    ReReview.objects.filter(article_id=article_id).update(paused=False)


def last_signed(task_state):
    """Return the id of the revision that the newest approval of the article is over, or None.

    When it is that of ``task_state`` itself, this is a re-review and no correction.
    """
    approvals = Approval.objects.filter(article=task_state.workflow_state.object_id).order_by("-sequence")
    return approvals.values_list("revision_id", flat=True).first()


# --- the queue ------------------------------------------------------------------------------------------


def queue(day=None):
    """Return what is overdue on ``day`` or due within AHEAD days, the most urgent first."""
    day = day or timezone.localdate()
    return ReReview.objects.filter(paused=False, due_on__lte=day + timedelta(days=AHEAD)).order_by("due_on")


def within(first, last):
    """Return the condition of rows due from ``first`` to ``last`` days ahead; None leaves an end open."""
    today = timezone.localdate()
    condition = Q(paused=False)
    if first is not None:
        condition &= Q(due_on__gte=today + timedelta(days=first))
    if last is not None:
        condition &= Q(due_on__lte=today + timedelta(days=last))
    return condition


def standing(row, day=None):
    """Return (days until due, tone) of a ReReview; tone: "quiet", "busy", "person" or "bad"."""
    left = (row.due_on - (day or timezone.localdate())).days
    if row.paused:
        return left, "quiet"
    tone = "bad" if left < 0 else "person" if left <= NEAR else "busy" if left <= AHEAD else "quiet"
    return left, tone


def objection_to_begin(user, article):
    """Return the sentence why ``user`` may not send ``article`` to re-review now, or an empty string."""
    if not user.is_active or not article.permissions_for_user(user).can_edit():
        return _("You may not edit this article, so somebody else sends it to review.")
    if not article.live:
        return _("Readers do not see this article now, so there is nothing to review again.")
    if article.current_workflow_state:
        return _("This article is in review already, or was returned from there. Open it to go on.")
    if article.has_unpublished_changes:
        return _(
            "The draft has changes that nobody has signed. Open the article, look at them and submit it there."
        )
    if article.get_workflow() is None:
        return _("There is no chain of review for this article. Ask the chief librarian to set one.")
    return ""


def begin(row, user):
    """Send the signed text of ``row`` to review again, unchanged, and return the WorkflowState.

    Raises ReviewStateError with the reason, also when checks have learnt to stop what passed years ago.
    """
    with transaction.atomic():
        article = ArticlePage.objects.select_for_update(of=("self",)).get(pk=row.article_id)
        if objection := objection_to_begin(user, article):
            raise ReviewStateError(objection)
        return article.get_workflow().start(article, user)
