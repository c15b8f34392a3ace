"""Copies in WeChat of articles whose re-review is overdue. They cannot learn it, so a person looks after each.

Nothing here is written ahead: what waits is looked up from the live versions, so it follows every re-review by itself.
"""

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from wagtail.log_actions import log

from articles.errors import Refusal
from publish.models import Deletion, OverdueCopy, Publication, PushItem
from publish.states import State


class OverdueRefusedError(Refusal):
    """A copy that cannot be settled like this."""


def open_copies(day=None):
    """Return the PushItems in WeChat of articles overdue on ``day`` that nobody has settled, longest overdue first.

    Each has ``due_on`` and ``live_title`` of the version readers have on the website.
    """
    live = Publication.objects.overdue(day).filter(article_id=OuterRef("publication__article_id"))
    settled = OverdueCopy.objects.filter(item_id=OuterRef("pk"), due_on=OuterRef("due_on"))
    taken_back = Deletion.objects.filter(item_id=OuterRef("pk")).exclude(state=Deletion.State.DROPPED)
    return (
        PushItem.objects.filter(push__state=State.DONE)
        .annotate(
            due_on=Subquery(live.values("valid_until")[:1]), live_title=Subquery(live.values("title")[:1])
        )
        .exclude(due_on=None)
        .exclude(Exists(settled))
        .exclude(Exists(taken_back))
        .select_related("push", "publication__article")
        .order_by("due_on", "pk")
    )


def settle(item, settlement, note, *, user):
    """Record what a named person did about a copy; return the OverdueCopy. Raises OverdueRefusedError."""
    note = " ".join(note.split())
    if settlement not in OverdueCopy.Settlement.values:
        raise OverdueRefusedError(_("Choose what was done about this copy."))
    if not note:
        raise OverdueRefusedError(_("Write a few words: which line was added, or why the copy may stay."))
    found = open_copies().filter(pk=item.pk).first()
    if found is None:
        raise OverdueRefusedError(_("This copy is settled already, or its article is not overdue any more."))
    try:
        with transaction.atomic():
            row = OverdueCopy.objects.create(
                item_id=found.pk,
                due_on=found.due_on,
                settlement=settlement,
                note=note[:300],
                settled_by=user,
            )
            log(
                found.publication.article,
                "xinglin.overdue_copy",
                user=user,
                data={"settlement": settlement, "note": row.note, "push": found.push_id},
            )
    except IntegrityError as error:
        raise OverdueRefusedError(_("This copy is settled already.")) from error
    return row
