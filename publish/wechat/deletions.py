"""The worker's side of deletions: look, save the intent, call once, and ask when the answer was lost (P3, P6).

``index`` and ``article_idx`` count from 1; 0 or none would delete everything and is never sent (facts: freepublish/delete,
message/mass/delete, October 2026). Ten deletions of each kind a day; the eleventh waits for tomorrow (45009).
"""

import logging
from datetime import timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q

from publish import deletions, errands
from publish.deletions import HAND, PUBLISHED
from publish.models import Deletion
from publish.states import StaleRowError
from publish.wechat import article, scrub, steps
from publish.wechat.errors import CallError, Kind


logger = logging.getLogger(__name__)

Stage = Deletion.State
SOON = timedelta(minutes=1)


class Seen(Enum):
    """What WeChat shows of an article that is to be deleted."""

    THERE = auto()
    GONE = auto()
    OTHER = auto()
    NOT_OUT = auto()


def take(ctx):
    """Do one confirmed deletion that is due; return whether there was one."""
    return _work(ctx, Stage.READY, _delete)


def ask(ctx):
    """Look after one deletion whose answer was lost; return whether there was one. Reads only."""
    return _work(ctx, Stage.BEGUN, _find_out)


def _work(ctx, state, act):
    deletion = _claim(ctx, state)
    if deletion is None:
        return False
    ctx.reached(f"claimed:deletion-{state}")
    ctx.client.push = deletion.item.push
    try:
        act(deletion, ctx)
    except StaleRowError:
        # Somebody is at its push right now: once more in a minute.
        _rest(deletion, ctx, deletion.state, due_at=ctx.clock() + SOON)
    except DatabaseError:
        raise
    except Exception as error:
        logger.error("deletion %s broke: %s", deletion.pk, scrub.text(repr(error)), exc_info=settings.DEBUG)
        begun = deletion.state == Stage.BEGUN
        _rest(deletion, ctx, Stage.BY_HAND, problem="cannot_say" if begun else "internal")
    finally:
        ctx.client.push = None
    return True


def _claim(ctx, state):
    now = ctx.clock()
    due = Deletion.objects.filter(account=ctx.client.appid, state=state, due_at__lte=now)
    for found in due.filter(Q(lease_until=None) | Q(lease_until__lt=now)).order_by("due_at", "pk")[:5]:
        taken = Deletion.objects.filter(
            pk=found.pk, state=state, lease_worker=found.lease_worker, lease_until=found.lease_until
        ).update(lease_worker=ctx.worker, lease_until=now + steps.LEASE)
        if taken:
            return Deletion.objects.select_related("item__push", "item__publication").get(pk=found.pk)
    return None


def _rest(deletion, ctx, state, **changes):
    """Leave a deletion at ``state`` and give up the lease."""
    rest = {"problem": "", "errcode": None, "detail": "", "lease_worker": "", "lease_until": None}
    Deletion.objects.filter(pk=deletion.pk, lease_worker=ctx.worker).update(state=state, **(rest | changes))
    logger.info("deletion %s: %s %s", deletion.pk, state, changes.get("problem", ""))


def _delete(deletion, ctx):
    item, way = deletion.item, deletions.road(deletion.item)
    if way == HAND:
        _rest(deletion, ctx, Stage.BY_HAND, problem="by_hand")
        return
    try:
        seen, place = _look(item, way, ctx)
    except CallError as error:
        _after_refusal(deletion, ctx, error)
        return
    if seen != Seen.THERE:
        _settle(deletion, ctx, seen)
        return
    _begin(deletion, ctx)
    try:
        if way == PUBLISHED:
            ctx.client.freepublish.delete(item.push.article_id, place)
        else:
            ctx.client.mass.delete(item.push.msg_id, place)
    except CallError as error:
        if error.unsure:
            _rest(deletion, ctx, Stage.BEGUN, problem="no_answer", due_at=ctx.clock() + SOON)
        else:
            _after_refusal(deletion, ctx, error)
        return
    ctx.reached("effect:delete")
    deletions.finish(deletion, by=ctx.worker, now=ctx.clock())
    ctx.reached("saved:delete")


def _begin(deletion, ctx):
    """Save the intent of the call and count it for this installation. Raises StaleRowError."""
    with transaction.atomic():
        begun = Deletion.objects.filter(pk=deletion.pk, state=Stage.READY, lease_worker=ctx.worker).update(
            state=Stage.BEGUN, lease_until=ctx.clock() + steps.LEASE
        )
        if begun != 1:
            raise StaleRowError(str(deletion))
        effects = ctx.guard.count()
    ctx.guard.confirm(effects)
    deletion.state = Stage.BEGUN
    ctx.reached("saved:intent-delete")


def _find_out(deletion, ctx):
    """An answer was lost, or the worker died: is the article gone?"""
    item, way = deletion.item, deletions.road(deletion.item)
    if way == HAND:
        _rest(deletion, ctx, Stage.BY_HAND, problem="cannot_say")
        return
    try:
        seen, _place = _look(item, way, ctx)
    except CallError as error:
        later = error.advice.delay(ctx.clock()) if error.errcode is not None else None
        _rest(deletion, ctx, Stage.BEGUN, problem="no_answer", due_at=ctx.clock() + (later or SOON))
        return
    if seen != Seen.THERE:
        _settle(deletion, ctx, seen)
    elif way != PUBLISHED and item.push.items.count() > 1:
        # mass/get tells only of the whole send.
        _rest(deletion, ctx, Stage.BY_HAND, problem="cannot_say")
    elif deletion.problem != "still_there":
        _rest(deletion, ctx, Stage.BEGUN, problem="still_there", due_at=ctx.clock() + SOON)
    else:
        # Seen twice, a minute apart: the call had no effect.
        _rest(deletion, ctx, Stage.READY, due_at=ctx.clock())


def _settle(deletion, ctx, seen):
    if seen == Seen.GONE:
        deletions.finish(deletion, by=ctx.worker, now=ctx.clock())
    else:
        problem = "other_article" if seen == Seen.OTHER else "not_out"
        _rest(deletion, ctx, Stage.BY_HAND, problem=problem)


def _look(item, way, ctx):
    """Return (Seen, place from 1 of the item's article in WeChat). Raises CallError."""
    place = deletions.place(item)
    if way != PUBLISHED:
        status = ctx.client.mass.get(item.push.msg_id)
        return {"DELETE": Seen.GONE, "SEND_SUCCESS": Seen.THERE}.get(status, Seen.NOT_OUT), place
    held = ctx.client.freepublish.getarticle(item.push.article_id)
    ours = (item.publication.article_id, item.push.key)
    for number, found in enumerate(held, 1):
        if article.key_of(str(found.get("content_source_url") or ""), ctx.site_url) == ours:
            return (Seen.GONE if found.get("is_deleted") else Seen.THERE), number
    if place <= len(held) and held[place - 1].get("is_deleted"):
        return Seen.GONE, place
    return Seen.OTHER, place


def _after_refusal(deletion, ctx, error):
    """WeChat refused, or the request never left: nothing was deleted by it."""
    now = ctx.clock()
    if error.errcode is None:
        _rest(deletion, ctx, Stage.READY, problem="unreachable", due_at=now + SOON)
        return
    said = {"errcode": error.errcode, "detail": error.errmsg}
    if error.advice.kind in (Kind.WAIT, Kind.RETRY):
        _rest(deletion, ctx, Stage.READY, due_at=now + (error.advice.delay(now) or SOON), **said)
    else:
        _rest(deletion, ctx, Stage.BY_HAND, **said)


errands.register("deletions", take)
errands.register("deletions under way", ask, reads_only=True)
