"""The steps of a push, each saved before the next begins.

Uploads and look-ups are safely repeated: what was uploaded is remembered by content hash and
account. Before each call that must not happen twice (draft/add, submit, sendall) an intent is saved;
when the process dies or the answer is lost after that, the push is UNKNOWN and `reconcile` asks
WeChat. `Context.reached` is told every point at which a test may stop the process:
"sent:<call>", "effect:<step>" (effect done, not yet recorded) and "saved:<step>".
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import copies
from articles.choices import AIUse
from articles.models import Institution
from publish import handover, planning
from publish.instance import Guard
from publish.models.checks import Drift
from publish.models.planning import ChannelSettings, ExternalPush
from publish.models.pushes import (
    RUNGS,
    Account,
    Attempt,
    Intent,
    Outgoing,
    Push,
    PushItem,
    Rung,
    UploadedMedia,
)
from publish.states import StaleRowError, State, move, save
from publish.wechat import article, comparison, errors, images, limits, lookup, reasons, uploads
from publish.wechat.client import Client
from publish.wechat.errors import SHANGHAI, CallError, Kind
from themes import registry


logger = logging.getLogger(__name__)

# Longer than any single call may take; renewed before each step.
LEASE = timedelta(seconds=150)
BACK_OFF = [timedelta(seconds=15)] + [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60, 60)]
POLLS = [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60)]
GIVE_UP_WAITING = timedelta(hours=48)
# freepublish/get: 100 a day for the whole account; some are left for people.
POLL_BUDGET = 80
# API mass-send protection (API 群发保护): the account's administrator has half an hour (facts: message/mass/sendall, 2026).
CONFIRM = timedelta(minutes=30)
ASK_AGAIN = timedelta(minutes=3)


class _EndedError(Exception):
    """The push has been moved; nothing more to do for this worker."""


@dataclass
class Context:
    """What a step needs besides the push. ``clock`` gives the time, ``stopping`` whether to stop."""

    client: Client
    worker: str
    guard: Guard
    clock: Callable = timezone.now
    reached: Callable = lambda point: None
    stopping: Callable = lambda: False
    mode: str = field(default_factory=lambda: settings.WECHAT_MODE)
    site_url: str = field(default_factory=lambda: settings.SITE_URL)


def run(push, ctx):
    """Take a push in SENDING, leased by this worker, as far as it goes now."""
    ctx.client.push = push
    try:
        for step in STEPS:
            _breathe(push, ctx)
            step(push, ctx)
    except _EndedError:
        pass
    except StaleRowError:
        logger.info("push %s was taken over by somebody else", push.pk)
    except CallError as error:
        _after_error(push, ctx, error)
    except (limits.ContentError, images.PictureError, copies.CopyError) as problem:
        leave(push, State.FAILED, ctx, reason="content", detail=str(problem))
    except registry.UnknownThemeError:
        leave(push, State.NEEDS_PERSON, ctx, reason="no_theme", detail=theme_of(push))
    finally:
        ctx.client.push = None


def leave(push, to, ctx, **changes):
    """Move ``push`` to a resting state: lease and intent are given up unless ``changes`` say otherwise."""
    now = ctx.clock()
    rest = {
        "lease_worker": "",
        "lease_until": None,
        "intent": Intent.NONE,
        "intent_at": None,
        "absent_at": None,
        "errcode": None,
        "detail": "",
        "due_at": now,
        "confirm_until": None,
    }
    move(push, to, by=ctx.worker, now=now, **(rest | changes))
    logger.info("push %s: %s %s", push.pk, push.state, push.reason)


def finish(push, ctx, *, reason="finished", addresses=None, **changes):
    """Move ``push`` to DONE with the addresses ``{order: address}``; says so when it went less far than was asked."""
    if push.asked == Rung.MASS and push.rung == Rung.PUBLISH:
        reason = "finished_quietly"
    with transaction.atomic():
        record_addresses(push, addresses)
        leave(push, State.DONE, ctx, reason=reason, **changes)


def record_addresses(push, addresses):
    """Write ``{order: address}`` to the items that have none yet, and to their deliveries."""
    for item in push.items.all():
        address = (addresses or {}).get(item.order, "")
        if address and not item.address:
            PushItem.objects.filter(pk=item.pk).update(address=address)
            push.deliveries.filter(publication_id=item.publication_id, address="").update(address=address)


def begin(push, ctx, intent, **changes):
    """Save the intent of a call that must not happen twice, and count it for this installation."""
    with transaction.atomic():
        save(
            push,
            where={"cancel_wanted": False, "lease_worker": ctx.worker},
            intent=intent,
            intent_at=ctx.clock(),
            lease_until=ctx.clock() + LEASE,
            **changes,
        )
        effects = ctx.guard.count()
    ctx.guard.confirm(effects)
    ctx.reached(f"saved:intent-{intent}")


# --- the steps ----------------------------------------------------------------------------------


def _breathe(push, ctx):
    """Between two steps: is this push still wanted, and may anything go out?"""
    fresh = Push.objects.values("cancel_wanted", "version").get(pk=push.pk)
    if fresh["version"] != push.version:
        raise StaleRowError(str(push))
    states = {item.publication.state for item in push.items.select_related("publication")}
    reason = ""
    if fresh["cancel_wanted"]:
        leave(push, State.CANCELLED, ctx, reason="cancelled", send_day=None)
    elif states != {"live"}:
        reason = "withdrawn" if "withdrawn" in states else "superseded"
        leave(push, State.CANCELLED, ctx, reason=reason, send_day=None)
        raise _EndedError
    elif Outgoing.current().paused:
        reason = "paused"
    elif ctx.stopping():
        reason = "stopped"
    else:
        save(push, lease_until=ctx.clock() + LEASE)
        return
    if reason:
        leave(push, State.READY, ctx, reason=reason, confirm_until=push.confirm_until)
    raise _EndedError


def check_time(push, ctx):
    """Is this the minute and the day for it? Asked before anything is sent, and again right before the release."""
    if found := _wrong_time(push, ctx):
        reason, detail = found
        leave(push, State.NEEDS_PERSON, ctx, reason=reason, detail=detail, send_day=None)
        raise _EndedError


def _wrong_time(push, ctx):
    """Return (reason, detail) of what keeps ``push`` from going now, or None."""
    now = ctx.clock()
    day = planning.shanghai_day(now)
    if registry.festive(theme_of(push)) and (quiet := planning.quiet(day, "no_festive")):
        return "quiet_look", quiet.name
    rung, _reason = decide(push, ctx.mode)
    if rung == Rung.DRAFT:
        return None
    if quiet := planning.quiet(day):
        return "quiet_day", quiet.name
    if rung == Rung.MASS and (taken := planning.day_taken(push.account, day, but=push, now=now)):
        return "slot_used", taken
    late = timedelta(minutes=ChannelSettings.load().late_minutes)
    # While the administrator is asked, the push is not late but waiting.
    if push.scheduled_for and not push.confirm_until and now - push.scheduled_for > late:
        return "slot_missed", f"{timezone.localtime(push.scheduled_for):%m-%d %H:%M}"
    return None


def check_limits(push, ctx):
    """Refuse what cannot fit before anything is sent."""
    if push.draft_media_id:
        return
    institution = Institution.load()
    items = list(push.items.select_related("publication__approval"))
    if len(items) > limits.ITEMS:
        raise limits.ContentError(str(errors.TABLE[45008].sentence))
    for item in items:
        limits.check(_fields(item, push, ctx, institution, lambda image: article.STAND_IN, len(items)))


def upload_pictures(push, ctx):
    """Upload the bodies' pictures that WeChat does not have yet."""
    if push.draft_media_id:
        return

    def saved(step="image"):
        save(push, step=step, lease_until=ctx.clock() + LEASE)

    for item in push.items.select_related("publication__approval"):
        saved(push.step)  # making the pictures of one article small takes its time
        uploads.send_pictures(push.account, item.publication.snapshot, ctx, saved)


def upload_covers(push, ctx):
    """Add the covers that WeChat does not have yet as permanent material."""
    if push.draft_media_id:
        return

    def saved():
        save(push, step="cover", lease_until=ctx.clock() + LEASE)

    items = list(push.items.select_related("publication__approval"))
    covers = [article.choices(item.publication.snapshot)[item.choice]["cover"] for item in items]
    media_ids = uploads.send_covers(push.account, covers, ctx, saved)
    for item, cover, media_id in zip(items, covers, media_ids, strict=True):
        PushItem.objects.filter(pk=item.pk).update(
            thumb_media_id=media_id, cover_info=images.cover_info(cover)
        )
    saved()
    ctx.reached("saved:covers")


def write_bodies(push, ctx):
    """Store the exact fields of each article before they are sent."""
    if push.draft_media_id:
        return
    institution = Institution.load()
    items = list(push.items.select_related("publication__approval"))

    for item in items:
        image_url = uploads.addresses(push.account, item.publication.snapshot)
        written = _fields(item, push, ctx, institution, image_url, len(items))
        limits.check(written)
        PushItem.objects.filter(pk=item.pk).update(**written)
    save(push, step="body")
    ctx.reached("saved:body")


def make_draft(push, ctx):
    """draft/add, once."""
    if push.draft_media_id:
        return
    articles = [article.for_draft(item) for item in push.items.all()]
    begin(push, ctx, Intent.DRAFT)
    media_id = ctx.client.draft.add(articles)
    ctx.reached("effect:draft")
    save(push, draft_media_id=media_id, step="draft", intent=Intent.NONE, intent_at=None, failures=0)
    ctx.reached("saved:draft")


def compare_draft(push, ctx):
    """Is the draft in WeChat what was signed? A difference asks a person."""
    try:
        held = ctx.client.draft.get(push.draft_media_id)
    except CallError as error:
        if error.errcode != errors.BAD_MEDIA:
            raise
        _draft_gone(push, ctx)
        raise _EndedError from None
    sent = {item: article.for_draft(item) for item in push.items.all()}
    found = comparison.record(sent, held, Drift.Place.DRAFT, ctx.clock())
    if found:
        leave(push, State.NEEDS_PERSON, ctx, reason="drift", detail=", ".join(found))
        raise _EndedError
    save(push, step="compared")
    ctx.reached("saved:compared")


def release(push, ctx):
    """Go as far as the lowest of the three rungs: by hand, publish, or mass send."""
    check_time(push, ctx)
    rung, reason = decide(push, ctx.mode)
    if rung == Rung.DRAFT:
        leave(push, State.NEEDS_PERSON, ctx, reason=reason, rung=rung)
    elif rung == Rung.PUBLISH:
        _submit(push, ctx)
    else:
        _mass_send(push, ctx)


STEPS = (
    check_time,
    check_limits,
    upload_pictures,
    upload_covers,
    write_bodies,
    make_draft,
    compare_draft,
    release,
)


def decide(push, mode):
    """Return (rung, reason) for ``push``: the lowest of what is asked, what ``mode`` allows and what the account may."""
    account = Account.objects.get_or_create(appid=push.account)[0]
    rung = min((push.asked, mode, account.may), key=RUNGS.index)
    if any(AIUse.needs_label(item.publication.snapshot["ai"]["use"]) for item in push.items.all()):
        return Rung.DRAFT, "ai_declaration"
    if rung == Rung.DRAFT:
        lowered = account.may == Rung.DRAFT and push.asked != Rung.DRAFT and mode != Rung.DRAFT
        return Rung.DRAFT, "capability" if lowered else "by_hand"
    return Rung(rung), ""


def _submit(push, ctx):
    begin(push, ctx, Intent.SUBMIT, rung=Rung.PUBLISH)
    publish_id, msg_data_id = ctx.client.freepublish.submit(push.draft_media_id)
    ctx.reached("effect:submit")
    wait_for_result(push, ctx, publish_id=publish_id, msg_data_id=msg_data_id)
    ctx.reached("saved:submit")


def _mass_send(push, ctx):
    day = planning.shanghai_day(ctx.clock())
    try:
        begin(push, ctx, Intent.SEND, rung=Rung.MASS, send_day=day)
    except IntegrityError:
        # Another worker was quicker by less than the question above takes.
        taken = planning.day_taken(push.account, day, but=push)
        leave(push, State.NEEDS_PERSON, ctx, reason="slot_used", detail=taken)
        return
    try:
        msg_id, msg_data_id = ctx.client.mass.sendall(push.draft_media_id, push.clientmsgid)
    except CallError as error:
        if error.errcode != errors.SENT_ALREADY or not error.answer.get("msg_id"):
            raise
        msg_id, msg_data_id = str(error.answer["msg_id"]), str(error.answer.get("msg_data_id") or "")
    ctx.reached("effect:send")
    # Confirmed before the call was accepted (89504), or to be confirmed now.
    asked = {} if push.confirm_until else asking(ctx.clock())
    wait_for_result(push, ctx, msg_id=msg_id, msg_data_id=msg_data_id, **asked)
    ctx.reached("saved:send")


def asking(since):
    """Return what a push says whose mass send the administrator is asked to confirm ``since``; {} without protection."""
    channel = ChannelSettings.load()
    if not channel.protected:
        return {}
    return {
        "reason": "admin_confirmation",
        "confirm_until": since + CONFIRM,
        "duty_person": channel.duty_person,
    }


def wait_for_result(push, ctx, **changes):
    """WeChat has accepted the job; its result comes by callback, or by asking now and then."""
    waiting = {"reason": "accepted", "polls": 0, "failures": 0, "due_at": ctx.clock() + POLLS[0]}
    leave(push, State.WAITING, ctx, **(waiting | changes))


# --- results ------------------------------------------------------------------------------------


def poll(push, ctx):
    """Ask for the result of a push in WAITING, leased by this worker."""
    ctx.client.push = push
    try:
        if ctx.clock() - push.state_since > GIVE_UP_WAITING:
            leave(push, State.NEEDS_PERSON, ctx, reason="no_result")
        elif push.publish_id:
            _poll_publication(push, ctx)
        else:
            _poll_mass_send(push, ctx)
    except CallError as error:
        logger.info("push %s: no result yet: %s", push.pk, error)
        delay = error.advice.delay(ctx.clock()) if error.errcode is not None else None
        _ask_later(push, ctx, delay)
    except StaleRowError:
        logger.info("push %s: its result came another way", push.pk)
    finally:
        ctx.client.push = None


def _poll_publication(push, ctx):
    midnight = ctx.clock().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    used = Attempt.objects.filter(
        account=push.account, call="freepublish/get", started_at__gte=midnight
    ).count()
    if used >= POLL_BUDGET:
        _ask_later(push, ctx, errors.TABLE[45009].delay(ctx.clock()))
        return
    answer = ctx.client.freepublish.get(push.publish_id)
    ctx.reached("effect:result")
    if int(answer["publish_status"]) == 1:
        _ask_later(push, ctx)
        return
    detail = answer.get("article_detail") or {}
    addresses = {int(entry["idx"]): entry["article_url"] for entry in detail.get("item") or []}
    take_publish_result(
        push, ctx, int(answer["publish_status"]), str(answer.get("article_id") or ""), addresses
    )
    ctx.reached("saved:result")


def _poll_mass_send(push, ctx):
    status = ctx.client.mass.get(push.msg_id)
    ctx.reached("effect:result")
    if status == "SENDING":
        _ask_later(push, ctx)
        return
    take_mass_result(push, ctx, status, {})
    ctx.reached("saved:result")


def take_publish_result(push, ctx, status, article_id, addresses):
    """Act on a publish_status (0 to 6) from a poll or a callback."""
    reason = reasons.PUBLISH_STATUS.get(status, "")
    if status == 0:
        finish(push, ctx, addresses=addresses, article_id=article_id.strip())
    elif status in (2, 3, 4):
        # A draft submitted twice fails the second time: is the first one out?
        found = lookup.published(ctx, push)
        if found.article_id:
            finish(push, ctx, reason="found", addresses=found.addresses, article_id=found.article_id)
        else:
            leave(push, State.FAILED, ctx, reason=reason)
    elif reason:
        leave(push, State.NEEDS_PERSON, ctx, reason=reason, article_id=article_id.strip())


def take_mass_result(push, ctx, status, addresses):
    """Act on the status of a mass send from a poll or a callback."""
    reason = reasons.of_mass_status(status)
    if status == "SEND_FAIL" and push.confirm_until:
        # mass/get does not say why; the callback that would have told is lost.
        reason = "mass_unconfirmed"
    if not reason:
        finish(push, ctx, addresses=addresses)
    elif reason in ("mass_unconfirmed", "deleted_there"):
        leave(
            push,
            State.NEEDS_PERSON,
            ctx,
            reason=reason,
            send_day=None if reason == "mass_unconfirmed" else push.send_day,
        )
    else:
        leave(push, State.FAILED, ctx, reason=reason, detail=status, send_day=None)


def _ask_later(push, ctx, delay=None):
    delay = delay or POLLS[min(push.polls + 1, len(POLLS) - 1)]
    save(push, polls=push.polls + 1, due_at=ctx.clock() + delay, lease_worker="", lease_until=None)


# --- errors -------------------------------------------------------------------------------------


def _after_error(push, ctx, error):
    now, advice = ctx.clock(), error.advice
    said = {"errcode": error.errcode, "detail": error.errmsg}
    if push.intent and error.unsure:
        leave(
            push,
            State.UNKNOWN,
            ctx,
            reason="no_answer",
            intent=push.intent,
            intent_at=push.intent_at,
            polls=0,
        )
        return
    # Refused, so it had no effect: the day's mass send is free again.
    if push.intent == Intent.SEND:
        said["send_day"] = None
    if push.intent == Intent.SEND and error.errcode in errors.PROTECTED:
        _ask_administrator(push, ctx, error)
    elif push.intent == Intent.SEND and error.errcode in errors.SLOT_USED:
        # The pieces go back to the board, and the day is known as used.
        ExternalPush.objects.get_or_create(
            account=push.account,
            day=push.send_day,
            defaults={"source": ExternalPush.Source.WECHAT, "recorded_at": now},
        )
        leave(push, State.FAILED, ctx, **said)
    elif error.errcode == errors.NO_RIGHT and push.intent in (Intent.SUBMIT, Intent.SEND):
        lower = Rung.PUBLISH if push.intent == Intent.SEND else Rung.DRAFT
        Account.objects.filter(appid=push.account).update(may=lower, lowered_at=now)
        leave(
            push,
            State.NEEDS_PERSON,
            ctx,
            **(said | {"reason": "capability", "rung": Rung.DRAFT, "errcode": None}),
        )
    elif error.errcode == errors.NO_RIGHT and not push.draft_media_id:
        # No right even to drafts: the text is carried over by copying.
        Account.objects.filter(appid=push.account).exclude(may=Rung.DRAFT).update(
            may=Rung.DRAFT, lowered_at=now
        )
        leave(
            push, State.NEEDS_PERSON, ctx, **(said | {"reason": "copy", "rung": Rung.DRAFT, "errcode": None})
        )
    elif error.errcode == errors.BAD_MEDIA and push.intent == Intent.DRAFT and not push.failures:
        # A cover was deleted in WeChat: forget it and add it anew, once.
        covers = push.items.values_list("thumb_media_id", flat=True)
        UploadedMedia.objects.filter(account=push.account, media_id__in=list(covers)).delete()
        leave(push, State.RETRY_AT, ctx, failures=1, **said)
    elif advice.kind == Kind.WAIT:
        leave(push, State.RETRY_AT, ctx, due_at=now + advice.delay(now), **said)
    elif advice.kind == Kind.RETRY and push.failures + 1 < len(BACK_OFF):
        reason = "retry" if error.errcode is None else ""
        said["detail"] = "unreachable" if error.errcode is None and error.reached == "no" else said["detail"]
        leave(
            push,
            State.RETRY_AT,
            ctx,
            reason=reason,
            failures=push.failures + 1,
            due_at=now + BACK_OFF[push.failures],
            **said,
        )
    elif advice.kind == Kind.RETRY:
        leave(push, State.NEEDS_PERSON, ctx, **(said | {"reason": "gave_up", "errcode": None}))
    elif advice.kind == Kind.FIX_CONTENT:
        leave(push, State.FAILED, ctx, **said)
    else:
        leave(push, State.NEEDS_PERSON, ctx, **said)


def _ask_administrator(push, ctx, error):
    """The call was refused until the account's administrator confirms it: it is repeated for half an hour.

    89505 says that the administrator is still being asked; 89504 that they are asked now, and the second time that
    they refused. The day stays this push's while it waits.
    """
    asked = push.confirm_until
    if asked and (error.errcode == errors.NOT_CONFIRMED or ctx.clock() >= asked):
        leave(push, State.NEEDS_PERSON, ctx, reason="mass_unconfirmed", send_day=None)
        return
    channel = ChannelSettings.load()
    leave(
        push,
        State.RETRY_AT,
        ctx,
        reason="admin_confirmation",
        confirm_until=asked or ctx.clock() + CONFIRM,
        duty_person=push.duty_person if asked else channel.duty_person,
        due_at=ctx.clock() + ASK_AGAIN,
    )


def broke(push, ctx):
    """After a fault in our own program: nothing is retried by itself."""
    if push.intent:
        leave(push, State.UNKNOWN, ctx, reason="no_answer", intent=push.intent, intent_at=push.intent_at)
    elif push.state == State.SENDING:
        leave(push, State.NEEDS_PERSON, ctx, reason="internal")
    else:
        save(push, lease_worker="", lease_until=None, due_at=ctx.clock() + timedelta(minutes=10))


def _draft_gone(push, ctx):
    """The draft is not there: published on WeChat's website by somebody, or deleted."""
    found = lookup.published(ctx, push)
    if found.article_id:
        finish(push, ctx, reason="found", addresses=found.addresses, article_id=found.article_id)
        handover.expect_final(push, ctx.clock())
    else:
        leave(push, State.NEEDS_PERSON, ctx, reason="draft_gone")


def known(account, kind, sha256):
    """Return the UploadedMedia of a signed picture, or None."""
    return UploadedMedia.objects.filter(
        account=account, kind=kind, sha256=sha256, recipe=images.RECIPE
    ).first()


def theme_of(push):
    """Return the look ``push`` goes out in: its own, or the account's."""
    return push.theme or ChannelSettings.load().theme


def _fields(item, push, ctx, institution, image_url, count):
    return article.fields(
        item.publication,
        institution,
        image_url=image_url,
        site_url=ctx.site_url,
        key=push.key,
        alone=count == 1,
        choice=item.choice,
        theme=theme_of(push),
    )
