"""Putting pushes together: which signed pieces, in which order, with which of their titles, when, and how far.

A push is composed before any worker may take it (``Push.composing``). Each change compares the row's version, so that
of two people at once the second is told who was first, and a worker that has begun is never overtaken. No WeChat call
is made here (P4); each refusal is a sentence and leaves everything as it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from articles.choices import AIUse
from articles.snapshot import push_choices
from publish import planning
from publish.errors import ChangedMeanwhileError, PushRefusedError
from publish.models.planning import ChannelSettings
from publish.models.publications import Publication
from publish.models.pushes import RUNGS, Account, Channel, Delivery, Intent, Push, PushItem, Rung, Stray
from publish.states import StaleRowError, State, move, save
from themes import registry


MOST_ITEMS = 8
ARRANGED, RELEASED, TAKEN_BACK, FOLLOWED = (
    f"xinglin.push.{verb}" for verb in ("arranged", "released", "taken_back", "followed")
)


@dataclass(frozen=True)
class Arrangement:
    """What a person decides about a push. ``pieces``: (publication's id, number of its choice), the lead first.

    ``when`` is the planned minute, or None for "as soon as it is sent".
    """

    pieces: tuple = ()
    asked: str = Rung.DRAFT
    theme: str = ""
    when: datetime | None = None

    @classmethod
    def of(cls, push):
        """Return the arrangement as it is stored."""
        return cls(
            tuple((item.publication_id, item.choice) for item in push.items.all()),
            Rung(push.asked),
            push.theme,
            push.scheduled_for,
        )


@dataclass(frozen=True)
class Reach:
    """How far a push goes: the lowest of what is asked, what the installation allows and what the account may."""

    asked: Rung
    mode: Rung
    may: Rung
    ai: bool

    @property
    def rung(self):
        if self.ai:
            return Rung.DRAFT
        return min((self.asked, self.mode, self.may), key=RUNGS.index)


# --- questions ----------------------------------------------------------------------------------


def editable(push):
    """Return whether a person may still change ``push``: it is composed or planned, and no worker has begun."""
    return (
        push.state == State.READY
        and (push.composing or push.scheduled_for is not None)
        and not (push.cancel_wanted or push.step or push.draft_media_id or push.intent)
    )


def highest_rung(account):
    """Return how far any push of ``account`` may go now."""
    may = Account.objects.filter(appid=account).values_list("may", flat=True).first() or Rung.MASS
    return Rung(min(settings.WECHAT_MODE, may, key=RUNGS.index))


def reach(push):
    """Return the Reach of ``push`` as things stand."""
    may = Account.objects.filter(appid=push.account).values_list("may", flat=True).first()
    uses = (item.publication.snapshot["ai"]["use"] for item in push.items.all())
    return Reach(
        Rung(push.asked),
        Rung(settings.WECHAT_MODE),
        Rung(may or Rung.MASS),
        any(AIUse.needs_label(use) for use in uses),
    )


def looks():
    """Return the installed themes as (name, label)."""
    return [(theme, registry.label(theme)) for theme in registry.themes()]


def problems(push, now=None):
    """Return what keeps ``push`` from being planned or sent as it stands: sentences, empty when nothing does."""
    now = now or timezone.now()
    items = list(push.items.all())
    day = planning.wanted_day(push, now) if push.scheduled_for else planning.shanghai_day(now)
    found = []
    if not settings.WECHAT_APPID:
        found.append(_("WeChat is not set up: an administrator sets WECHAT_APPID first."))
    if not items:
        found.append(_("There is no article in this push yet: add one from the board."))
    found += [sentence for item in items if (sentence := _unfit(item.publication, push.account, day))]
    found += [
        _("“%(title)s” has no such title or cover any more: choose again.")
        % {"title": item.publication.title}
        for item in items
        if item.choice >= len(push_choices(item.publication.snapshot))
    ]
    if push.scheduled_for and push.scheduled_for <= now:
        found.append(_("The planned time has passed: choose another one."))
    return found + _day_problems(push, day, now) + _theme_problems(push, day)


def _day_problems(push, day, now):
    found = []
    quiet = planning.quiet(day)
    if quiet:
        found.append(planning.quiet_sentence(quiet, day))
    if push.asked == Rung.MASS and (taken := planning.day_taken(push.account, day, but=push, now=now)):
        found.append(taken + " " + _("Choose another day, or publish without notifying followers."))
    return found


def _theme_problems(push, day):
    theme = push.theme or ChannelSettings.load().theme
    if theme not in registry.themes():
        return [_("The look “%(theme)s” is not installed: choose another one.") % {"theme": theme}]
    quiet = planning.quiet(day, "no_festive") if registry.festive(theme) else None
    if quiet:
        return [_("No festive look on %(day)s: %(name)s.") % {"day": planning.shown(day), "name": quiet.name}]
    return []


def _unfit(publication, account, day=None):
    """Return why ``publication`` may not be pushed to ``account`` on ``day`` (default: today), or ""."""
    name = {"title": publication.title}
    if publication.state != Publication.State.LIVE:
        return _("“%(title)s” is not the version readers see now.") % name
    if publication.is_overdue(day):
        # A copy in WeChat cannot learn later that it is out of date.
        return _("“%(title)s” was to be reviewed again by %(day)s. Have it reviewed before it is pushed.") % (
            name | {"day": publication.valid_until.isoformat()}
        )
    if Stray.objects.filter(account=account, article_pk=publication.article_id, settled_at=None).exists():
        return (
            _(
                "WeChat already holds something of “%(title)s” that this database does not know. Settle it in the ledger first."
            )
            % name
        )
    return ""


def refuse_unfit(publication, account):
    """Raise PushRefusedError when ``publication`` may not be pushed to ``account``."""
    if sentence := _unfit(publication, account):
        raise PushRefusedError(sentence)


def last_change(push):
    """Return who arranged ``push`` last and when, as (user or None, moment), or None."""
    entry = (
        ModelLogEntry.objects.for_instance(push).select_related("user").order_by("-timestamp", "-pk").first()
    )
    return (entry.user, entry.timestamp) if entry else None


# --- changes ------------------------------------------------------------------------------------


def start(user, publications=(), when=None, now=None):
    """Begin a push that only people see. Raises PushRefusedError."""
    account = settings.WECHAT_APPID
    if not account:
        raise PushRefusedError(_("WeChat is not set up: an administrator sets WECHAT_APPID first."))
    now = now or timezone.now()
    _refuse_past(when, now)
    with transaction.atomic():
        push = Push.objects.create(
            account=account,
            asked=highest_rung(account),
            composing=True,
            created_by=user,
            created_at=now,
            state_since=now,
            due_at=when or now,
            scheduled_for=when,
        )
        _put_items(push, [(publication.pk, 0) for publication in publications], now)
        _log(push, ARRANGED, user)
    return push


def arrange(push, user, version, wanted, now=None):
    """Store the Arrangement ``wanted`` if the push is still at ``version``; return whether anything changed.

    A planned push stays planned, so its new arrangement must be fit to go. Raises ChangedMeanwhileError,
    PushRefusedError.
    """
    now = now or timezone.now()
    _refuse_changed(push, version)
    if wanted.asked not in RUNGS:
        raise PushRefusedError(_("Choose how far the push should go."))
    if wanted.theme and wanted.theme not in registry.themes():
        raise PushRefusedError(
            _("The look “%(theme)s” is not installed: choose another one.") % {"theme": wanted.theme}
        )
    stored = Arrangement.of(push)
    if wanted == stored:
        return False
    if wanted.when != stored.when:
        _refuse_past(wanted.when, now)
    if not push.composing and wanted.when is None:
        raise PushRefusedError(_("This push is planned: choose a time, or take it off the plan first."))
    with transaction.atomic():
        lock(push.account)
        _save(
            push,
            asked=Rung(wanted.asked),
            theme=wanted.theme,
            scheduled_for=wanted.when,
            due_at=wanted.when or push.due_at,
        )
        if wanted.pieces != stored.pieces:
            _put_items(push, wanted.pieces, now)
        if not push.composing:
            _refuse(problems(_fresh(push), now))
        _log(push, ARRANGED, user)
    return True


def place(publication, when, user, now=None):
    """Put a signed piece onto a minute: into the push that stands there, else into a new one. Returns the push."""
    now = now or timezone.now()
    there = Push.objects.filter(
        account=settings.WECHAT_APPID, scheduled_for=when, state=State.READY, step="", draft_media_id=""
    ).first()
    if there is None or not editable(there):
        return start(user, [publication], when, now)
    stored = Arrangement.of(there)
    arrange(there, user, there.version, replace(stored, pieces=(*stored.pieces, (publication.pk, 0))), now)
    return there


def move_to(push, when, user, now=None):
    """Give a composed or planned push another minute. Raises PushRefusedError."""
    arrange(push, user, push.version, replace(Arrangement.of(push), when=when), now)


def release(push, user, version, now=None):
    """Let the push go: at its planned minute, or at once when it has none. Raises PushRefusedError."""
    now = now or timezone.now()
    _refuse_changed(push, version)
    if not push.composing:
        raise PushRefusedError(_("This push is planned already."))
    with transaction.atomic():
        lock(push.account)
        _refuse(problems(_fresh(push), now))
        _save(push, composing=False, due_at=push.scheduled_for or now, state_since=now)
        if push.recheck:
            # The database was restored since it was begun: it may have gone out already, so WeChat is asked first.
            move(push, State.UNKNOWN, by=user.get_username(), reason="restored", intent=Intent.RESTORED, intent_at=now, absent_at=None, due_at=now)  # fmt: skip
        _log(push, RELEASED, user)


def take_back(push, user, version):
    """Take a planned push off the plan; it is composed on. Raises PushRefusedError."""
    _refuse_changed(push, version)
    if push.composing:
        raise PushRefusedError(_("This push is not planned yet."))
    with transaction.atomic():
        _save(push, composing=True)
        _log(push, TAKEN_BACK, user)


def lock(account):
    """Let one planner at a time decide about the days of ``account``, until the transaction ends."""
    Account.objects.get_or_create(appid=account)
    Account.objects.select_for_update().get(appid=account)


# --- a piece changes under a composed push ------------------------------------------------------------


def follow(push, article_pk, keep, now=None):
    """A newer version of an article was signed (``keep``), or it was withdrawn (None): change a push not yet begun.

    The newer version takes the older one's place; a withdrawn piece leaves. Returns False when the push cannot be
    changed, or would go out empty: then it is to be cancelled.
    """
    pieces = [
        (keep.pk, 0)
        if item.publication.article_id == article_pk and keep
        else (item.publication_id, item.choice)
        for item in push.items.select_related("publication")
        if keep or item.publication.article_id != article_pk
    ]
    if not editable(push) or not (pieces or push.composing):
        return False
    now = now or timezone.now()
    try:
        with transaction.atomic():
            save(push)
            gone = Delivery.objects.filter(push=push, publication__article_id=article_pk)
            for delivery in gone.exclude(publication=keep):
                move(delivery, State.CANCELLED, by="signature", reason="superseded" if keep else "withdrawn")
            _put_items(push, pieces, now)
            _log(push, FOLLOWED, None)
    except StaleRowError:
        return False
    return True


# --- rows ---------------------------------------------------------------------------------------


def assign(push, publications, now):
    """Join the WeChat deliveries of ``publications`` to ``push``."""
    for publication in publications:
        Delivery.objects.update_or_create(
            publication=publication,
            channel=Channel.WECHAT,
            account=push.account,
            defaults={
                "push": push,
                "state": State.READY,
                "state_since": now,
                "reason": "",
                "address": "",
            },
        )


def _put_items(push, pieces, now):
    """Make ``pieces`` the items of ``push``, in their order. Inside a transaction; raises PushRefusedError."""
    ids = [pk for pk, _choice in pieces]
    if len(ids) > MOST_ITEMS:
        raise PushRefusedError(_("A push holds one to eight articles."))
    if len(set(ids)) < len(ids):
        raise PushRefusedError(_("An article stands in a push once."))
    found = Publication.objects.select_related("approval").in_bulk(ids)
    if len(found) < len(ids):
        raise PushRefusedError(_("There is no such article on the board any more."))
    before = set(push.items.values_list("publication", flat=True))
    for pk, choice in pieces:
        if pk not in before:
            refuse_unfit(found[pk], push.account)
        if not 0 <= choice < len(push_choices(found[pk].snapshot)):
            raise PushRefusedError(
                _("“%(title)s” has no such title or cover any more: choose again.")
                % {"title": found[pk].title}
            )
    taken = PushItem.objects.filter(account=push.account, publication__in=ids, holds=True).exclude(push=push)
    if other := taken.select_related("publication", "push").first():
        raise PushRefusedError(
            _("“%(title)s” is in another push already.") % {"title": other.publication.title}
        )
    push.items.all().delete()
    try:
        with transaction.atomic():
            PushItem.objects.bulk_create(
                PushItem(push=push, order=order, publication_id=pk, account=push.account, choice=choice)
                for order, (pk, choice) in enumerate(pieces, 1)
            )
    except IntegrityError as error:
        raise PushRefusedError(_("One of these articles is in another push already.")) from error
    Delivery.objects.filter(push=push).exclude(publication__in=ids).update(push=None)
    assign(push, [found[pk] for pk in ids if pk not in before], now)
    push._prefetched_objects_cache = {}


def _fresh(push):
    """Return ``push`` as it is stored now, with its items and their snapshots."""
    return Push.objects.prefetch_related("items__publication__approval").get(pk=push.pk)


def _save(push, **changes):
    try:
        save(push, **changes)
    except StaleRowError as error:
        raise _changed(push) from error


def _refuse(sentences):
    if sentences:
        raise PushRefusedError(sentences)


def _refuse_past(when, now):
    if when is not None and when <= now:
        raise PushRefusedError(_("This time has passed: choose a later one."))


def _refuse_changed(push, version):
    if not editable(push):
        raise PushRefusedError(
            _("This push can no longer be changed: it is in the state “%(state)s”.")
            % {"state": push.get_state_display()}
        )
    if push.version != version:
        raise _changed(push)


def _changed(push):
    change = last_change(push)
    if change is None or change[0] is None:
        return ChangedMeanwhileError(_("This push has changed meanwhile. Look at it and decide again."))
    who, moment = change
    return ChangedMeanwhileError(
        _("%(name)s changed this push at %(time)s. Look at both and decide again.")
        % {
            "name": who.get_full_name() or who.get_username(),
            "time": timezone.localtime(moment).strftime("%H:%M"),
        }
    )


def _log(push, action, user):
    log(push, action, user=user, data={"title": str(push.title)})


ACTIONS = {
    ARRANGED: gettext_lazy("Push arranged"),
    RELEASED: gettext_lazy("Push planned or sent"),
    TAKEN_BACK: gettext_lazy("Push taken off the plan"),
    FOLLOWED: gettext_lazy("Push changed with its article"),
}
