"""Plain logic of planning: the slots of a day, days taken or quiet, what stands on which day. No WeChat call is made here.

WeChat counts by the days of Shanghai and lets one mass send a day succeed, whether it came by API or from its
website (facts: message/mass/sendall and the FAQ on 群发次数, 2026).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publish.ledger import tone
from publish.models.planning import ChannelSettings, ExternalPush, QuietDate
from publish.models.publications import Publication
from publish.models.pushes import Push, PushItem, Rung
from publish.states import State
from publish.wechat.errors import SHANGHAI


DEFAULT_SLOT = time(20, 30)
# On their way by themselves: a worker takes them without anybody's further word.
GOING = frozenset({State.READY, State.SENDING, State.RETRY_AT, State.WAITING, State.UNKNOWN})
SLOTS_AHEAD = timedelta(days=14)
# What Push.title reads, without the bodies.
WITH_TITLES = (
    Prefetch("items", PushItem.objects.defer("content")),
    Prefetch("items__publication", Publication.objects.defer("body_text", "summary", "key_message")),
)


# --- days ---------------------------------------------------------------------------------------


def shanghai_day(moment):
    """Return the day by which WeChat counts ``moment``."""
    return moment.astimezone(SHANGHAI).date()


def at(day, clock):
    """Return the moment of ``clock`` (a time) on ``day`` in Shanghai."""
    return datetime.combine(day, clock, tzinfo=SHANGHAI)


def quiet(day, what="no_push"):
    """Return the QuietDate that has ``what`` (no_push, no_festive or grey) on ``day``, or None."""
    return QuietDate.objects.filter(first__lte=day, last__gte=day, **{what: True}).order_by("first").first()


def quiet_flags(day):
    """Return what any QuietDate has on ``day``, in one query: a set of "no_push", "no_festive", "grey"."""
    flags = ("no_push", "no_festive", "grey")
    rows = QuietDate.objects.filter(first__lte=day, last__gte=day).values_list(*flags)
    return {flag for row in rows for flag, on in zip(flags, row, strict=True) if on}


def quiet_sentence(date, day):
    """Return why nothing is pushed on ``day``; ``date`` is its QuietDate."""
    return _("Nothing is pushed on %(day)s: %(name)s.") % {"day": shown(day), "name": date.name}


def shown(day):
    """Return ``day`` as people write it here, without the year."""
    return date_format(day, "MONTH_DAY_FORMAT")


def day_taken(account, day, but=None, now=None):
    """Return a sentence that says who has or wants the mass send of ``day``, or "" while it is free.

    ``but`` is the push that asks; it never stands in its own way. One that a worker is sending gives way only to those
    before it (planned ones first, by their minute), so that of two at least one goes.
    """
    now = now or timezone.now()
    words = {"day": shown(day)}
    external = ExternalPush.objects.filter(account=account, day=day).first()
    if external is not None:
        if external.source == ExternalPush.Source.WECHAT:
            return _("The mass send of %(day)s was used on WeChat's own website: WeChat said so.") % words
        return _("The mass send of %(day)s was used on WeChat's own website.") % words
    others = Push.objects.filter(account=account).exclude(pk=but.pk if but else None)
    used = others.filter(send_day=day).exclude(send_day=None).first()
    if used is not None:
        return _("The mass send of %(day)s is used by “%(title)s”.") % (words | {"title": used.title})
    wanting = others.filter(asked=Rung.MASS, composing=False, send_day=None, state__in=GOING)
    asks = _turn(but) if but and but.state == State.SENDING else None
    for other in wanting:
        if wanted_day(other, now) == day and (asks is None or _turn(other) < asks):
            return _("The mass send of %(day)s is planned for “%(title)s”.") % (
                words | {"title": other.title}
            )
    return ""


def wanted_day(push, now):
    """Return the day on which a push that is on its way will go: its planned minute, or now when that has passed."""
    return shanghai_day(max(push.scheduled_for or push.due_at, now))


def _is_going(push):
    return not push.composing and push.asked == Rung.MASS and push.state in GOING


def _turn(push):
    return (push.scheduled_for is None, push.scheduled_for or push.created_at, push.pk)


# --- slots --------------------------------------------------------------------------------------


def slot_times():
    """Return the times of pushes for each weekday, Monday first: seven sorted lists of times."""
    slots = list(ChannelSettings.load().slots.all())
    if not slots:
        return [[DEFAULT_SLOT] for _weekday in range(7)]
    return [
        sorted({slot.time.replace(second=0) for slot in slots if slot.weekday in (None, weekday)})
        for weekday in range(7)
    ]


def slots_of(day, times=None):
    """Return the moments of the slots of ``day``. ``times`` spares the question for many days (see slot_times)."""
    times = times or slot_times()
    return [at(day, clock) for clock in times[day.weekday()]]


# --- the calendar -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """One time of pushes. ``note`` says why nothing can go then ("" when something can); ``gap``: nobody has planned it."""

    moment: datetime
    pushes: tuple = ()
    note: str = ""
    past: bool = False

    @property
    def gap(self):
        return not (self.pushes or self.note or self.past)


@dataclass(frozen=True)
class Day:
    """One day of the calendar: its slots, what went or will go at other times, and what is special about it."""

    date: date
    slots: tuple
    others: tuple
    external: ExternalPush | None
    quiet: tuple
    today: bool
    past: bool

    @property
    def place(self):
        """The slot that what is dropped on the day goes to, or None."""
        return next((slot for slot in self.slots if slot.gap), None)

    @property
    def empty(self):
        slots = [slot for slot in self.slots if slot.pushes or not slot.past]
        return not (slots or self.others or self.external or self.quiet)


def month_of(day):
    """Return the first and last day that the month of ``day`` shows: whole weeks, Monday first."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return week_of(first)[0], week_of(last)[1]


def week_of(day):
    """Return Monday and Sunday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def days(account, first, last, now=None):
    """Return the Days from ``first`` to ``last``; the number of queries does not depend on what stands there."""
    now = now or timezone.now()
    times = slot_times()
    by_day = defaultdict(list)
    for push in pushes(account, first, last):
        by_day[shanghai_day(push.on)].append(push)
    externals = {
        row.day: row
        for row in ExternalPush.objects.filter(account=account, day__range=(first, last)).select_related(
            "recorded_by"
        )
    }
    quiet_dates = list(QuietDate.objects.filter(first__lte=last, last__gte=first).order_by("first", "pk"))
    return [
        _day(
            day,
            slots_of(day, times),
            by_day[day],
            externals.get(day),
            [row for row in quiet_dates if row.first <= day <= row.last],
            now,
        )
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    ]


def pushes(account, first, last):
    """Return the pushes of these days, each with ``on``: planned for, else ended, else in its state since."""
    on = Coalesce("scheduled_for", "finished_at", "state_since")
    span = (at(first, time.min), at(last + timedelta(days=1), time.min))
    return (
        Push.objects.filter(account=account)
        .exclude(state=State.CANCELLED)
        .exclude(composing=True, scheduled_for=None)
        .annotate(on=on)
        .filter(on__gte=span[0], on__lt=span[1])
        .order_by("on", "pk")
        .prefetch_related(*WITH_TITLES)
    )


def being_composed(account):
    """Return the pushes being put together that have no time yet, the newest first."""
    composed = Push.objects.filter(account=account, composing=True, scheduled_for=None, state=State.READY)
    return composed.prefetch_related(*WITH_TITLES).order_by("-pk")


def _day(day, moments, pushes, external, quiet_dates, now):
    today = shanghai_day(now)
    note = ""
    forbidding = next((row for row in quiet_dates if row.no_push), None)
    if forbidding:
        note = forbidding.name
    elif external:
        note = _("Used on WeChat's website")
    elif any(push.asked == Rung.MASS and (push.send_day or _is_going(push)) for push in pushes):
        note = _("The day's mass send is given")
    slots = tuple(
        Slot(
            moment,
            tuple(push for push in pushes if push.on == moment),
            note,
            moment <= now,
        )
        for moment in moments
    )
    return Day(
        day,
        slots,
        tuple(push for push in pushes if push.on not in moments),
        external,
        tuple(quiet_dates),
        day == today,
        day < today,
    )


def next_slots(account, now=None):
    """Return the Slots of the next two weeks that have not passed."""
    now = now or timezone.now()
    today = shanghai_day(now)
    return [
        slot for day in days(account, today, today + SLOTS_AHEAD, now) for slot in day.slots if not slot.past
    ]


def words(push):
    """Return what a calendar says of a push's state, and its tone (see publish.ledger.tone)."""
    if push.composing:
        return _("Being put together"), "quiet"
    if push.state == State.READY and push.scheduled_for:
        return _("Planned"), "busy"
    return push.get_state_display(), tone(push.state)
