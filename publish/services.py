"""What people (and signatures) do with pushes. Each refusal is a sentence; none calls WeChat (P4)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.choices import Release
from publish import composing, handover, planning
from publish.composing import MOST_ITEMS
from publish.errors import PushRefusedError
from publish.models.publications import Publication
from publish.models.pushes import (
    Account,
    Channel,
    Delivery,
    Instance,
    Intent,
    Leftover,
    Outgoing,
    Push,
    PushItem,
    Rung,
    Stray,
)
from publish.states import AT_REST, MoveRefusedError, StaleRowError, State, move, save
from publish.wechat.errors import SHANGHAI


# Hours (Shanghai) in which a signature alone may send a push; outside them it waits on the board.
PUSH_HOURS = range(7, 22)
WECHAT_HOST = "mp.weixin.qq.com"
# Reasons that another day, look or minute can mend.
PLAN_AGAIN = {"slot_missed", "slot_used", "quiet_day", "quiet_look", "no_theme", "mass_unconfirmed"}


# --- on signing -----------------------------------------------------------------------------------


def open_deliveries(publication, now=None):
    """Insert the delivery rows of a new publication, inside the approval's transaction.

    The website's is done at once. WeChat's waits on the board, unless the release choice asks for a
    push and the hour and the day's slot allow it. Older pushes of the article are dropped.
    """
    now = now or timezone.now()
    drop_pushes(publication.article_id, keep=publication, reason="superseded")
    Delivery.objects.create(
        publication=publication,
        channel=Channel.WEBSITE,
        state=State.DONE,
        state_since=now,
        address=publication.permanent_url,
    )
    # Made already where it took an older version's place in a push that is composed or planned.
    wechat, _made = Delivery.objects.get_or_create(
        publication=publication,
        channel=Channel.WECHAT,
        account=settings.WECHAT_APPID,
        defaults={"state_since": now, "reason": "" if settings.WECHAT_APPID else "channel_off"},
    )
    if not settings.WECHAT_APPID:
        return None
    if wechat.push_id or planning.quiet(planning.shanghai_day(now)) or _same_words(publication):
        return None
    try:
        if publication.release == Release.PUBLISH:
            return create_push([publication], mode=Rung.PUBLISH, now=now)
        if publication.release == Release.PUSH and slot_free(settings.WECHAT_APPID, now):
            return create_push([publication], mode=Rung.MASS, now=now)
    except PushRefusedError:
        # It waits on the board, which says why; a signature never fails over WeChat.
        return None
    return None


def _same_words(publication):
    """Return whether the version before says the same: a re-review is no reason to send it to followers again."""
    before = Publication.objects.filter(article_id=publication.article_id, number=publication.number - 1)
    return before.filter(approval__digest=publication.approval.digest).exists()


def slot_free(account, now):
    """Return whether a signature may use today's mass send: the hour is allowed and no push has or wants it."""
    if now.astimezone(SHANGHAI).hour not in PUSH_HOURS:
        return False
    # One that waits for a person may still be sent today.
    stuck = Push.objects.filter(account=account, asked=Rung.MASS, state=State.NEEDS_PERSON)
    return not stuck.exists() and not planning.day_taken(account, planning.shanghai_day(now), now=now)


def drop_pushes(article_pk, *, keep=None, reason="superseded"):
    """Cancel the open pushes that carry another version of an article than ``keep``; those still composed change it."""
    pushes = Push.objects.filter(items__publication__article_id=article_pk).exclude(
        state__in=[State.DONE, State.WAITING, State.CANCELLED, State.WITHDRAWN]
    )
    if keep is not None:
        pushes = pushes.exclude(items__publication=keep)
    for push in pushes.distinct():
        if composing.follow(push, article_pk, keep):
            continue
        # Someone at it meanwhile (StaleRowError): the worker notices that the version is no longer live.
        _cancel(push, by="signature", reason=reason)


def withdraw_deliveries(publication, now=None):
    """A publication left the website: its open push is dropped, its delivery there is withdrawn."""
    drop_pushes(publication.article_id, reason="withdrawn")
    website = publication.deliveries.filter(channel=Channel.WEBSITE, state=State.DONE).first()
    if website:
        move(website, State.WITHDRAWN, by="withdrawal", now=now)


def restore_deliveries(publication, now=None):
    """A withdrawal was undone: the delivery to the website stands again. WeChat's waits on the board."""
    website = publication.deliveries.filter(channel=Channel.WEBSITE, state=State.WITHDRAWN).first()
    if website:
        move(website, State.DONE, by="withdrawal", now=now)


# --- making a push ----------------------------------------------------------------------------------


def board(account=None):
    """Return the live publications that no push to ``account`` carries, oldest signature first."""
    account = settings.WECHAT_APPID if account is None else account
    taken = PushItem.objects.filter(account=account, holds=True).values("publication")
    return Publication.objects.live().exclude(pk__in=taken).order_by("published_at", "pk")


def create_push(publications, mode=Rung.DRAFT, user=None, due_at=None, now=None):
    """Make a push of ``publications`` (1 to 8, in order) and return it; a worker sees it within a second.

    ``mode`` is how far it should go; what happens is the lowest of it, WECHAT_MODE and what the
    account may. Raises PushRefusedError.
    """
    publications = list(publications)
    now = now or timezone.now()
    account = settings.WECHAT_APPID
    if not account:
        raise PushRefusedError(_("WeChat is not set up: an administrator sets WECHAT_APPID first."))
    if not 1 <= len(publications) <= MOST_ITEMS:
        raise PushRefusedError(_("A push holds one to eight articles."))
    for publication in publications:
        composing.refuse_unfit(publication, account)
    try:
        with transaction.atomic():
            composing.lock(account)
            _refuse_day(account, mode, planning.shanghai_day(due_at or now), now)
            push = Push.objects.create(
                account=account,
                asked=Rung(mode),
                created_by=user,
                created_at=now,
                state_since=now,
                due_at=due_at or now,
            )
            PushItem.objects.bulk_create(
                PushItem(push=push, order=order, publication=publication, account=account)
                for order, publication in enumerate(publications, 1)
            )
            composing.assign(push, publications, now)
    except IntegrityError as error:
        raise PushRefusedError(_("One of these articles is in another push already.")) from error
    return push


def _refuse_day(account, mode, day, now):
    quiet = planning.quiet(day)
    if quiet:
        raise PushRefusedError(planning.quiet_sentence(quiet, day))
    taken = planning.day_taken(account, day, now=now) if mode == Rung.MASS else ""
    if taken:
        raise PushRefusedError(taken)


# --- buttons ----------------------------------------------------------------------------------------


def actions(push):
    """Return the names of what a person can do with ``push`` now."""
    state, at_draft = push.state, bool(push.draft_media_id)
    found = []
    # What only WeChat's website can declare stays there, however often it is tried.
    if state in (State.NEEDS_PERSON, State.FAILED, State.RETRY_AT) and push.reason != "ai_declaration":
        found.append("retry")
    if state == State.NEEDS_PERSON and at_draft:
        found.append("anew")
    if (
        state == State.NEEDS_PERSON
        and push.asked == Rung.MASS
        and push.reason in ("slot_used", "slot_missed")
    ):
        found.append("publish_instead")
    if state == State.NEEDS_PERSON and push.reason in PLAN_AGAIN:
        found.append("plan_again")
    if state in (State.UNKNOWN, State.WAITING) or (
        state == State.NEEDS_PERSON and (push.publish_id or push.msg_id)
    ):
        found.append("reconcile")
    if (
        (state in (State.NEEDS_PERSON, State.FAILED) and (at_draft or push.publish_id or push.msg_id))
        or (state == State.UNKNOWN)
        or (state == State.NEEDS_PERSON and push.reason == "copy")
    ):
        found.append("done_by_hand")
    if state == State.UNKNOWN and push.reason == "cannot_say":
        found.append("not_there")
    if state in AT_REST or (
        state in (State.SENDING, State.UNKNOWN) and push.intent not in (Intent.SUBMIT, Intent.SEND)
    ):
        found.append("cancel")
    return found


def retry(push, user, *, anew=False, publish_instead=False):
    """Try again from where it stopped. ``anew`` has the draft made again; ``publish_instead`` gives up the mass send."""
    _only(push, "anew" if anew else "publish_instead" if publish_instead else "retry")
    if any(
        item.publication.state != Publication.State.LIVE for item in push.items.select_related("publication")
    ):
        raise PushRefusedError(
            _("A newer version was signed or the article was withdrawn: push that one instead.")
        )
    now = timezone.now()
    changes = {"due_at": now, "failures": 0, "polls": 0, "errcode": None, "detail": ""}
    # Now, whatever minute it was planned for.
    changes["scheduled_for"] = None
    if push.reason == "mass_unconfirmed":
        # That send has ended; the next one gets its own ids.
        changes |= {"msg_id": "", "msg_data_id": ""}
    if publish_instead:
        changes["asked"] = Rung.PUBLISH
    if push.recheck:
        # The database was restored since: what happened meanwhile is asked for first.
        _move(
            push,
            State.UNKNOWN,
            user,
            "restored",
            intent=Intent.RESTORED,
            intent_at=now,
            absent_at=None,
            **changes,
        )
        return
    # A failed push's draft is being deleted already.
    fresh = anew or push.state == State.FAILED or push.reason in ("draft_gone", "drift")
    with transaction.atomic():
        if push.reason == "capability":
            # The account may have been verified since: WeChat's answer tells.
            Account.objects.filter(appid=push.account).update(may=Rung.MASS, lowered_at=None)
        if fresh:
            changes |= _drop_draft(push, user, now)
        _move(push, State.READY, user, "retried", cancel_wanted=False, **changes)


def plan_again(push, user):
    """Give a push that could not go at its time back to where pushes are composed. Raises PushRefusedError."""
    _only(push, "plan_again")
    now = timezone.now()
    with transaction.atomic():
        changes = _drop_draft(push, user, now)
        changes |= {"composing": True, "scheduled_for": None, "due_at": now, "failures": 0, "polls": 0}
        changes |= {"errcode": None, "detail": "", "rung": "", "msg_data_id": "", "cancel_wanted": False}
        _move(push, State.READY, user, "planned_again", **changes)


def _drop_draft(push, user, now):
    """Have the draft of ``push`` deleted; return what a push without a draft holds."""
    if push.draft_media_id:
        Leftover.objects.get_or_create(
            account=push.account, media_id=push.draft_media_id, defaults={"push": push, "due_at": now}
        )
    push.items.update(content="", thumb_media_id="", address="")
    handover.draft_left(push, user, now)
    return {"draft_media_id": "", "publish_id": "", "article_id": "", "msg_id": "", "step": ""}


def cancel(push, user):
    """Cancel a push; return a sentence. A draft it made is deleted."""
    _only(push, "cancel")
    _cancel(push, by=user.get_username(), reason="cancelled")
    push.refresh_from_db()
    if push.state == State.CANCELLED:
        return _("The push is cancelled; its articles are back on the board.")
    return _("The push will be cancelled as soon as the step at hand has ended.")


def _cancel(push, *, by, reason):
    Push.objects.filter(pk=push.pk).update(cancel_wanted=True)
    if push.state in AT_REST:
        try:
            # One that only waits for its turn, or for the administrator, gives the day back.
            day = push.send_day if push.state in (State.NEEDS_PERSON, State.FAILED) else None
            move(push, State.CANCELLED, by=by, reason=reason, errcode=None, detail="", send_day=day)
        except StaleRowError:
            return


def mark_done_by_hand(push, address, user, note=""):
    """A person finished the push on WeChat's website. ``address``: one, or a list in the order of the items.

    ``note``: why it ended like that, kept on the push beside the person's name.
    """
    _only(push, "done_by_hand")
    addresses = [address] if isinstance(address, str) else list(address)
    items = list(push.items.all())
    if len(addresses) != len(items):
        raise PushRefusedError(_("Enter one address for each article of the push."))
    addresses = [_checked_address(found) for found in addresses]
    with transaction.atomic():
        for item, found in zip(items, addresses, strict=True):
            PushItem.objects.filter(pk=item.pk).update(address=found)
        _move(
            push,
            State.DONE,
            user,
            "by_person",
            intent=Intent.NONE,
            intent_at=None,
            absent_at=None,
            errcode=None,
            detail=" ".join(note.split())[:300],
            lease_worker="",
            lease_until=None,
        )
        handover.expect_final(push, timezone.now())


def _checked_address(address):
    address = address.strip()
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise PushRefusedError(_("Enter the whole address, as copied from WeChat.")) from error
    hosts = {WECHAT_HOST, urlsplit(settings.WECHAT_API_BASE).hostname}
    parts = urlsplit(address)
    if parts.hostname not in hosts or "tempkey" in parts.query:
        raise PushRefusedError(
            _(
                "This is not the final address of an article in WeChat (https://mp.weixin.qq.com/s/…; no preview link)."
            )
        )
    return address


def reconcile_now(push, user):
    """Have a worker ask WeChat at once."""
    _only(push, "reconcile")
    now = timezone.now()
    if push.state == State.NEEDS_PERSON:
        _move(push, State.WAITING, user, "accepted", due_at=now, polls=0, errcode=None, detail="")
        return
    try:
        save(push, due_at=now)
    except StaleRowError as error:
        raise PushRefusedError(_("A worker is at it right now. Look again in a moment.")) from error


def mark_not_there(push, user):
    """A named person has looked: WeChat did not get it. It goes out again."""
    _only(push, "not_there")
    with transaction.atomic():
        # Whatever is left of it there must not become a second one.
        if push.draft_media_id:
            Leftover.objects.get_or_create(
                account=push.account,
                media_id=push.draft_media_id,
                defaults={"push": push, "due_at": timezone.now()},
            )
        push.items.update(content="", thumb_media_id="")
        _move(
            push,
            State.READY,
            user,
            "by_person",
            intent=Intent.NONE,
            intent_at=None,
            absent_at=None,
            draft_media_id="",
            step="",
            due_at=timezone.now(),
            recheck=False,
            lease_worker="",
            lease_until=None,
        )


def _only(push, action):
    if action not in actions(push):
        raise PushRefusedError(
            _("This is not possible while the push is in the state “%(state)s”. Reload the page.")
            % {"state": push.get_state_display()}
        )


def _move(push, to, user, reason, **changes):
    try:
        move(push, to, by=user.get_username(), reason=reason, **changes)
    except (StaleRowError, MoveRefusedError) as error:
        raise PushRefusedError(_("A worker is at it right now. Look again in a moment.")) from error
    except IntegrityError as error:
        raise PushRefusedError(_("One of these articles is in another push already.")) from error


# --- the switch -------------------------------------------------------------------------------------


def pause(user, reason=""):
    """Hold everything outgoing; ``reason`` is for colleagues (at most 40 characters). What is held already stays so."""
    Outgoing.current()
    Outgoing.objects.filter(pk=1, paused=False).update(
        paused=True, reason=_held_reason(reason), changed_at=timezone.now(), changed_by=user
    )


def _held_reason(text):
    text = " ".join(text.split())[:38]
    # The column also holds the names of our own reasons; quotation marks tell a person's words from them.
    return f"“{text}”" if text else "by_person"


def resume(user):
    """Let outgoing work go on; a new installation is accepted with it. Raises PushRefusedError."""
    outgoing = Outgoing.current()
    if outgoing.scan_wanted:
        raise PushRefusedError(
            _("WeChat has not been asked yet what it holds. Start a worker, wait a moment and try again.")
        )
    if outgoing.reason in ("restored", "instance_changed"):
        unsettled = Push.objects.filter(state=State.UNKNOWN, intent=Intent.RESTORED).exclude(
            reason__in=["cannot_say", "cleaning"]
        )
        if unsettled.exists():
            raise PushRefusedError(
                _(
                    "WeChat is still being asked about %(count)d pushes. Wait until each is settled or says that WeChat cannot tell."
                )
                % {"count": unsettled.count()}
            )
    now = timezone.now()
    Instance.objects.filter(accepted_at=None).update(accepted_at=now)
    Outgoing.objects.filter(pk=1).update(paused=False, reason="", changed_at=now, changed_by=user)


# --- strays -----------------------------------------------------------------------------------------


def adopt_stray(stray, user):
    """Record a published stray as the push it once was, so that it is not sent again."""
    publication = Publication.objects.live().filter(article_id=stray.article_pk).first()
    if stray.kind != Stray.Kind.PUBLISHED or publication is None:
        raise PushRefusedError(_("There is no article here that this could be."))
    now = timezone.now()
    with transaction.atomic():
        push = create_push_row(publication, stray, user, now)
        push.items.update(address=stray.address)
        move(
            push,
            State.SENDING,
            by=user.get_username(),
            reason="adopted",
            lease_worker="adoption",
            lease_until=now + timedelta(seconds=1),
        )
        move(push, State.DONE, by=user.get_username(), reason="adopted", lease_worker="", lease_until=None)
        _settle(stray, user)
    return push


def create_push_row(publication, stray, user, now):
    """Insert the push that a published stray belonged to, with its key."""
    try:
        push = Push.objects.create(
            key=stray.key[:16],
            account=stray.account,
            asked=Rung.PUBLISH,
            rung=Rung.PUBLISH,
            created_by=user,
            created_at=now,
            article_id=stray.remote_id,
        )
        PushItem.objects.create(push=push, order=1, publication=publication, account=stray.account)
    except IntegrityError as error:
        raise PushRefusedError(_("One of these articles is in another push already.")) from error
    Delivery.objects.update_or_create(
        publication=publication, channel=Channel.WECHAT, account=stray.account, defaults={"push": push}
    )
    return push


def delete_stray_draft(stray, user):
    """Have a stray draft deleted."""
    if stray.kind != Stray.Kind.DRAFT:
        raise PushRefusedError(_("Only drafts are deleted from here."))
    with transaction.atomic():
        Leftover.objects.get_or_create(account=stray.account, media_id=stray.remote_id)
        _settle(stray, user)


def ignore_stray(stray, user):
    """Leave a stray as it is; its article may be pushed again."""
    _settle(stray, user)


def _settle(stray, user):
    Stray.objects.filter(pk=stray.pk).update(settled_at=timezone.now(), settled_by=user)
