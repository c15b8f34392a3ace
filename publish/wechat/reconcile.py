"""Settling what cannot be known from here, by asking WeChat (P3).

A draft is recognised by its unique source address; a submission by the draft's absence and the
published list; a mass send by its clientmsgid, which WeChat remembers for 24 hours. Something is sent
again only after WeChat has shown it absent twice, a minute apart. What WeChat cannot say stays
UNKNOWN, with buttons for a person.
"""

import logging
from datetime import timedelta

from django.utils import timezone

from publish.models.pushes import Intent, Leftover, Outgoing, Push, Rung, Stray
from publish.states import StaleRowError, State, save
from publish.wechat import errors, lookup, previews, steps
from publish.wechat.errors import CallError


logger = logging.getLogger(__name__)

APART = timedelta(seconds=60)
# WeChat compares a clientmsgid with the last 24 hours; an hour is kept for clocks that differ.
REMEMBERED = timedelta(hours=23)
# Looks that told nothing, after which a person is offered the choice.
PATIENCE = 3


def settle(push, ctx):
    """Look once at what WeChat holds of a push in UNKNOWN, leased by this worker."""
    ctx.client.push = push
    looks = {
        Intent.DRAFT: _draft,
        Intent.SUBMIT: _submission,
        Intent.SEND: _mass_send,
        Intent.RESTORED: _restored,
    }
    try:
        looks[push.intent](push, ctx)
    except CallError as error:
        logger.info("push %s: WeChat could not be asked: %s", push.pk, error)
        delay = error.advice.delay(ctx.clock()) if error.errcode is not None else None
        _look_again(push, ctx, delay)
    except StaleRowError:
        logger.info("push %s was settled another way", push.pk)
    finally:
        ctx.client.push = None


def _draft(push, ctx):
    found, complete = lookup.drafts(ctx, push)
    if found:
        _adopt(push, ctx, found)
    elif complete:
        _absent(push, ctx)
    else:
        _cannot_say(push, ctx)


def _submission(push, ctx):
    found = lookup.published(ctx, push)
    if found.article_id:
        _is_published(push, ctx, found)
    elif found.complete and lookup.draft_present(ctx, push.draft_media_id):
        _absent(push, ctx)
    else:
        # Gone from the box and not yet in the list: under way, refused later, or removed by hand.
        _cannot_say(push, ctx)


def _mass_send(push, ctx):
    if lookup.draft_present(ctx, push.draft_media_id):
        _absent(push, ctx)
        return
    # The draft is used up, so that this call can send nothing: it only reads what the name stands for.
    if ctx.clock() - push.intent_at > REMEMBERED or Outgoing.current().paused:
        _cannot_say(push, ctx)
        return
    try:
        msg_id, msg_data_id = ctx.client.mass.sendall(push.draft_media_id, push.clientmsgid)
    except CallError as error:
        if error.errcode == errors.SENT_ALREADY and error.answer.get("msg_id"):
            msg_id, msg_data_id = str(error.answer["msg_id"]), str(error.answer.get("msg_data_id") or "")
        elif error.reached == "answered" and error.errcode not in (-1, 45066):
            _cannot_say(push, ctx)
            return
        else:
            raise
    _accepted(push, ctx, msg_id=msg_id, msg_data_id=msg_data_id)


def _restored(push, ctx):
    """A restored database: anything may have happened after the backup."""
    found = lookup.published(ctx, push)
    if found.article_id:
        _is_published(push, ctx, found)
        return
    media_ids, complete = lookup.drafts(ctx, push)
    if media_ids and not all(item.content for item in push.items.all()):
        # What that draft should say is not recorded here. It is deleted, and only when neither it nor
        # a publication of it can be seen any more, the push is made anew.
        for media_id in media_ids:
            leave_over(push.account, media_id, push, ctx.clock())
        _look_again(push, ctx, APART, absent_at=None, reason="cleaning")
    elif media_ids:
        # Still in the box: as with a lost submission, that must be seen twice.
        _absent(push, ctx, draft_media_id=_keep_one(push, ctx, media_ids), step="draft")
    elif not (complete and found.complete):
        _cannot_say(push, ctx)
    elif steps.decide(push, ctx.mode)[0] == Rung.MASS and ctx.clock() - push.created_at > REMEMBERED:
        # It may have been mass-sent so long ago that WeChat would not recognise the repetition.
        _cannot_say(push, ctx)
    else:
        _absent(push, ctx, draft_media_id="")


def _adopt(push, ctx, media_ids):
    """Go on with one of the push's drafts."""
    kept = _keep_one(push, ctx, media_ids)
    if push.cancel_wanted:
        steps.leave(push, State.CANCELLED, ctx, reason="cancelled", draft_media_id=kept)
    else:
        steps.leave(push, State.READY, ctx, reason="found", draft_media_id=kept, step="draft")


def _keep_one(push, ctx, media_ids):
    """Return the draft to keep; the others are deleted."""
    kept = push.draft_media_id if push.draft_media_id in media_ids else media_ids[0]
    for media_id in media_ids:
        if media_id != kept:
            leave_over(push.account, media_id, push, ctx.clock())
    return kept


def _is_published(push, ctx, found):
    if found.deleted:
        steps.leave(push, State.NEEDS_PERSON, ctx, reason="deleted_there", article_id=found.article_id)
    else:
        steps.finish(push, ctx, reason="found", addresses=found.addresses, article_id=found.article_id)


def _accepted(push, ctx, **ids):
    waiting = {"reason": "found", "polls": 0, "failures": 0, "due_at": ctx.clock(), "rung": Rung.MASS}
    steps.leave(push, State.WAITING, ctx, **(waiting | steps.asking(push.intent_at) | ids))


def _absent(push, ctx, **changes):
    """WeChat does not have it. Once more in a minute; the second time it counts."""
    now = ctx.clock()
    if push.absent_at is None:
        save(push, absent_at=now, due_at=now + APART, lease_worker="", lease_until=None)
    elif now - push.absent_at < APART:
        save(push, due_at=push.absent_at + APART, lease_worker="", lease_until=None)
    elif push.cancel_wanted:
        steps.leave(push, State.CANCELLED, ctx, reason="cancelled", send_day=None, **changes)
    else:
        steps.leave(push, State.READY, ctx, reason="absent", recheck=False, send_day=None, **changes)


def _cannot_say(push, ctx):
    _look_again(push, ctx, absent_at=None, reason="cannot_say" if push.polls + 1 >= PATIENCE else push.reason)


def _look_again(push, ctx, delay=None, **changes):
    delay = delay or steps.POLLS[min(push.polls, len(steps.POLLS) - 1)]
    save(push, polls=push.polls + 1, due_at=ctx.clock() + delay, lease_worker="", lease_until=None, **changes)


# --- what must not stay in the draft box ------------------------------------------------------------


def leave_over(account, media_id, push, now):
    """Have a draft deleted by a worker."""
    Leftover.objects.get_or_create(account=account, media_id=media_id, defaults={"push": push, "due_at": now})


def delete_leftover(leftover, ctx):
    """Delete a draft that must not stay; one that is gone already is well."""
    now = ctx.clock()
    if Push.objects.filter(
        account=leftover.account, draft_media_id=leftover.media_id, state__in=_NEEDED
    ).exists():
        Leftover.objects.filter(pk=leftover.pk).delete()
        return
    ctx.client.push = leftover.push
    try:
        ctx.client.draft.delete(leftover.media_id)
    except CallError as error:
        if error.errcode != errors.BAD_MEDIA:
            delay = error.advice.delay(now) or steps.BACK_OFF[min(leftover.tries, len(steps.BACK_OFF) - 1)]
            Leftover.objects.filter(pk=leftover.pk).update(tries=leftover.tries + 1, due_at=now + delay)
            return
    finally:
        ctx.client.push = None
    ctx.reached("effect:delete-draft")
    Leftover.objects.filter(pk=leftover.pk).update(deleted_at=now, tries=leftover.tries + 1)


_NEEDED = [State.READY, State.SENDING, State.RETRY_AT, State.WAITING, State.NEEDS_PERSON, State.UNKNOWN]


def scan(ctx):
    """Compare the account with this database: orphan drafts are deleted, unknown pushes listed as strays."""
    now = ctx.clock()
    entries, _complete = lookup.draft_entries(ctx)
    for entry in entries:
        _scan_entry(ctx, entry, Stray.Kind.DRAFT, now)
    try:
        entries, _complete = lookup.published_entries(ctx)
    except CallError as error:
        if error.errcode != errors.NO_RIGHT:
            raise
        entries = []
    for entry in entries:
        _scan_entry(ctx, entry, Stray.Kind.PUBLISHED, now)


def _scan_entry(ctx, entry, kind, now):
    for place, (article_pk, key) in entry.keys.items():
        if previews.is_preview(key):
            if kind == Stray.Kind.DRAFT:
                previews.abandoned(ctx.client.appid, entry.remote_id, now)
            continue
        push = Push.objects.filter(key=key).first()
        if push is None:
            item = entry.items[place - 1]
            Stray.objects.get_or_create(
                account=ctx.client.appid,
                kind=kind,
                remote_id=entry.remote_id,
                article_pk=article_pk,
                defaults={
                    "key": key[:64],
                    "title": str(item.get("title", ""))[:255],
                    "address": str(item.get("url", ""))[:1024] if kind == Stray.Kind.PUBLISHED else "",
                    "found_at": now,
                },
            )
        elif kind == Stray.Kind.DRAFT and entry.remote_id != push.draft_media_id:
            # A second draft of a push that knows its own; one that does not know yet is settled first.
            if push.state not in (State.UNKNOWN, State.SENDING):
                leave_over(push.account, entry.remote_id, push, now)
        elif kind == Stray.Kind.DRAFT and push.state in (State.DONE, State.CANCELLED, State.FAILED):
            Leftover.objects.filter(account=push.account, media_id=entry.remote_id).update(
                deleted_at=None, due_at=now
            )


def ask_soon(push):
    """Have a worker look at a push at once."""
    save(push, due_at=timezone.now())
