"""Deleting in WeChat (P6): who asks, who confirms, and what a person finishes by hand. No WeChat call is made here.

A deletion cannot be undone, so it takes two named persons, one of whom may withdraw publications; readers in danger are
the one exception, and it is reported. No timer ever begins one.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.log_actions import log

from articles.errors import Refusal
from publish.models import Channel, Deletion, Push, PushItem, Rung
from publish.states import StaleRowError, State, move
from publish.wechat import errors


Stage = Deletion.State
CHANGE = "publish.change_push"
WITHDRAW = "publish.withdraw_publication"
# What stands between asking and the end.
OPEN = (Stage.WANTED, Stage.READY, Stage.BEGUN, Stage.BY_HAND)
# How long a deletion without a second person stays on the others' home page.
REPORTED = timedelta(days=14)

# The calls that can delete (facts/wechat.md §4 and §5.1); HAND: only WeChat's website can.
PUBLISHED, SENT, HAND = "published", "sent", "hand"
ROADS = {
    PUBLISHED: gettext_lazy("deleted by this program (published article)"),
    SENT: gettext_lazy("deleted by this program (mass send)"),
    HAND: gettext_lazy("deleted by hand on WeChat's website"),
}

PROBLEMS = {
    "no_answer": gettext_lazy(
        "WeChat's answer was lost. WeChat is being asked whether it is gone; nothing is repeated before that is known."
    ),
    "still_there": gettext_lazy(
        "WeChat still shows it after a lost answer. It is looked at once more in a minute."
    ),
    "cannot_say": gettext_lazy(
        "WeChat cannot say whether this one article is gone. Look on your phone: tick it off if it is gone, or try again."
    ),
    "other_article": gettext_lazy(
        "At this place WeChat holds another article than the one that was sent. Nothing was deleted: delete the right one by hand."
    ),
    "not_out": gettext_lazy(
        "WeChat says that this mass send is not out. Look at 发表记录 on mp.weixin.qq.com, then tick it off or try again."
    ),
    "unreachable": gettext_lazy("WeChat cannot be reached from this server. It is tried again in a minute."),
    "internal": gettext_lazy(
        "A fault in the program stopped this; nothing was deleted. Pass it on to the administrator, then try again."
    ),
    "restored": gettext_lazy(
        "The database was restored or moved since this was confirmed. It needs to be confirmed anew."
    ),
    "by_hand": gettext_lazy(
        "The API cannot delete this one. Delete it on mp.weixin.qq.com under 发表记录, then tick it off here."
    ),
}


class DeletionRefusedError(Refusal):
    """A deletion that cannot be asked for, confirmed or ended like this."""


def road(item):
    """Return which call deletes a PushItem in WeChat: PUBLISHED, SENT or HAND."""
    push = item.push
    if push.account != settings.WECHAT_APPID or settings.WECHAT_MODE == Rung.DRAFT:
        return HAND
    if push.rung == Rung.MASS and push.msg_id:
        return SENT
    return PUBLISHED if push.article_id else HAND


def place(item):
    """Return the item's place among the articles of its push, from 1: what WeChat calls index and article_idx."""
    return PushItem.objects.filter(push_id=item.push_id, order__lte=item.order).count()


def copies(article_pk):
    """Return the PushItems by which an article, in whichever version, lies in WeChat or is on its way, newest first."""
    out = [State.DONE, State.WAITING, State.UNKNOWN, State.WITHDRAWN]
    return (
        PushItem.objects.filter(publication__article_id=article_pk)
        .filter(Q(push__state__in=out) | Q(deletions__isnull=False))
        .select_related("push", "publication")
        .prefetch_related("deletions__asked_by", "deletions__confirmed_by")
        .distinct()
        .order_by("-push__created_at", "-pk")
    )


def current(item):
    """Return the deletion of an item that is under way or done, or None (reads what `copies` has fetched)."""
    return next((found for found in item.deletions.all() if found.state != Stage.DROPPED), None)


def explain(deletion):
    """Return the sentence that says where a deletion stands and what to do next."""
    if deletion.state in (Stage.DONE, Stage.DROPPED):
        return ""
    if deletion.errcode is not None:
        return errors.sentence(deletion.errcode, deletion.detail)
    if deletion.problem:
        return str(PROBLEMS[deletion.problem])
    if deletion.state == Stage.WANTED:
        return _("A second person confirms it: somebody other than %(name)s.") % {
            "name": name_of(deletion.asked_by)
        }
    return _("A worker deletes it within seconds.")


def name_of(user):
    """Return how a colleague is named on records."""
    return (user.get_full_name() or user.get_username()) if user else ""


# --- rights -------------------------------------------------------------------------------------------


def may_ask(user):
    """Return whether ``user`` may ask for deletions."""
    return user.has_perm(CHANGE) or user.has_perm(WITHDRAW)


def objection_to_confirm(user, deletion):
    """Return the sentence why ``user`` may not confirm ``deletion``, or ""."""
    if not may_ask(user):
        return _("You may not delete in WeChat.")
    if deletion.danger:
        return "" if user.has_perm(WITHDRAW) else _("Only those who may withdraw articles confirm this.")
    if user.pk == deletion.asked_by_id:
        return _("You asked for it: somebody else confirms it.")
    if not (user.has_perm(WITHDRAW) or deletion.asked_by.has_perm(WITHDRAW)):
        return _("One of the two must be allowed to withdraw articles: ask the chief librarian.")
    return ""


# --- what people do -------------------------------------------------------------------------------------


def ask(item, *, user, reason, danger=False):
    """Ask for the deletion of ``item`` in WeChat; return the Deletion.

    ``danger``: readers are in danger, no second person is waited for. Raises DeletionRefusedError.
    """
    reason = " ".join(reason.split())
    if not may_ask(user):
        raise DeletionRefusedError(_("You may not delete in WeChat."))
    if danger and not user.has_perm(WITHDRAW):
        raise DeletionRefusedError(
            _("Only those who may withdraw articles delete without a second person. Ask the chief librarian.")
        )
    if not reason:
        raise DeletionRefusedError(_("Say why it is deleted: it cannot be undone."))
    if item.push.state != State.DONE:
        raise DeletionRefusedError(
            _("This copy is not out in WeChat, or not known to be: look at its push first.")
        )
    try:
        with transaction.atomic():
            deletion = Deletion.objects.create(
                item=item,
                account=item.push.account,
                reason=reason[:300],
                danger=danger,
                asked_by=user,
                **(_released(item) if danger else {}),
            )
            _log(deletion, "danger" if danger else "ask", user)
    except IntegrityError as error:
        raise DeletionRefusedError(_("Its deletion is asked for already.")) from error
    return deletion


def confirm(deletion, *, user):
    """Confirm a deletion as the second person; it begins, or is listed for doing by hand. Raises DeletionRefusedError."""
    if objection := objection_to_confirm(user, deletion):
        raise DeletionRefusedError(objection)
    now = timezone.now()
    with transaction.atomic():
        _change(
            deletion,
            Stage.WANTED,
            confirmed_by=user,
            confirmed_at=now,
            errcode=None,
            detail="",
            **_released(deletion.item),
        )
        _log(deletion, "confirm", user)


def call_off(deletion, *, user):
    """Give a deletion up before it began. Raises DeletionRefusedError."""
    _only(user)
    with transaction.atomic():
        _change(deletion, deletion.state, state=Stage.DROPPED, ended_at=timezone.now(), ended_by=user)
        _log(deletion, "drop", user)


def tick(deletion, *, user):
    """Record that a person deleted it on WeChat's website. Raises DeletionRefusedError."""
    _only(user)
    if deletion.state != Stage.BY_HAND:
        raise DeletionRefusedError(_moved_on())
    try:
        finish(deletion, by=user.get_username(), ended_by=user)
    except StaleRowError as error:
        raise DeletionRefusedError(_moved_on()) from error


def try_again(deletion, *, user):
    """Have a worker try once more what came back to a person. Raises DeletionRefusedError."""
    _only(user)
    if road(deletion.item) == HAND:
        raise DeletionRefusedError(str(PROBLEMS["by_hand"]))
    with transaction.atomic():
        _change(
            deletion,
            Stage.BY_HAND,
            state=Stage.READY,
            due_at=timezone.now(),
            problem="",
            errcode=None,
            detail="",
        )
        _log(deletion, "again", user)


def actions(deletion, user):
    """Return the names of what ``user`` can do with ``deletion`` now."""
    if not may_ask(user):
        return []
    found = []
    if deletion.state == Stage.WANTED and not objection_to_confirm(user, deletion):
        found.append("confirm")
    if deletion.state == Stage.BY_HAND:
        found += ["tick"] if road(deletion.item) == HAND else ["tick", "try_again"]
    if deletion.state in (Stage.WANTED, Stage.READY, Stage.BY_HAND) and not deletion.lease_worker:
        found.append("call_off")
    return found


def _only(user):
    if not may_ask(user):
        raise DeletionRefusedError(_("You may not delete in WeChat."))


def _released(item):
    """Return the columns of a deletion that may begin now."""
    by_hand = road(item) == HAND
    return {
        "state": Stage.BY_HAND if by_hand else Stage.READY,
        "problem": "by_hand" if by_hand else "",
        "due_at": timezone.now(),
    }


def _change(deletion, old, **changes):
    """Write ``changes`` if the deletion still stands at ``old`` and no worker is at it. Raises DeletionRefusedError."""
    free = Deletion.objects.filter(pk=deletion.pk, state=old, lease_worker="").exclude(
        state__in=[Stage.BEGUN, Stage.DONE, Stage.DROPPED]
    )
    if free.update(**changes) != 1:
        raise DeletionRefusedError(_moved_on())
    deletion.refresh_from_db()


def _moved_on():
    return _("This deletion has moved on meanwhile. Look at the page again.")


# --- the end ----------------------------------------------------------------------------------------------


def finish(deletion, *, by, ended_by=None, now=None):
    """Record that the article is gone: the item lets go of its publication; a push with nothing left is withdrawn.

    Raises StaleRowError when a worker holds the push or somebody ended the deletion; nothing is written then.
    """
    now = now or timezone.now()
    with transaction.atomic():
        ended = Deletion.objects.filter(pk=deletion.pk, state=deletion.state).update(
            state=Stage.DONE,
            problem="",
            errcode=None,
            detail="",
            lease_worker="",
            lease_until=None,
            ended_at=now,
            ended_by=ended_by,
        )
        if ended != 1:
            raise StaleRowError(str(deletion))
        item = deletion.item
        PushItem.objects.filter(pk=item.pk).update(holds=False)
        push = Push.objects.get(pk=item.push_id)
        left = push.items.exclude(deletions__state=Stage.DONE).exists()
        if push.state == State.DONE and not left:
            move(push, State.WITHDRAWN, by=by, reason="deleted_there", now=now)
        delivery = push.deliveries.filter(
            publication_id=item.publication_id, channel=Channel.WECHAT, state=State.DONE
        ).first()
        if delivery:
            move(delivery, State.WITHDRAWN, by=by, reason="deleted_there", now=now)
        _log(deletion, "done", ended_by)
    deletion.refresh_from_db()


def _log(deletion, action, user):
    publication = deletion.item.publication
    log(
        publication.article,
        f"xinglin.deletion.{action}",
        user=user,
        data={"reason": deletion.reason, "push": deletion.item.push_id, "version": publication.number},
    )


# --- lists ------------------------------------------------------------------------------------------------


def waiting_for(user):
    """Return (deletions ``user`` may confirm now, those to be done by hand, those reported to ``user``)."""
    if not may_ask(user):
        return [], [], []
    rows = Deletion.objects.select_related("item__publication", "item__push", "asked_by").order_by("pk")
    wanted = [found for found in rows.filter(state=Stage.WANTED) if not objection_to_confirm(user, found)]
    by_hand = list(rows.filter(state=Stage.BY_HAND))
    reported = rows.filter(danger=True, confirmed_by=None, asked_at__gte=timezone.now() - REPORTED)
    return wanted, by_hand, list(reported.exclude(asked_by=user).exclude(state=Stage.DROPPED))


def ask_anew():
    """After a restored backup: what was confirmed may have been called off since, so it is confirmed again."""
    Deletion.objects.filter(state=Stage.READY).update(
        state=Stage.WANTED,
        confirmed_by=None,
        confirmed_at=None,
        problem="restored",
        lease_worker="",
        lease_until=None,
    )
