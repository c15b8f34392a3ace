"""Plain logic of planning: the slots of a day, days taken or quiet, what stands on which day. No WeChat call is made here.

WeChat counts by the days of Shanghai and lets one mass send a day succeed, whether it came by API or from its
website (facts: message/mass/sendall and the FAQ on 群发次数, 2026).
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publish.models.planning import ChannelSettings, ExternalPush, QuietDate
from publish.models.pushes import Push, Rung
from publish.states import State
from publish.wechat.errors import SHANGHAI


DEFAULT_SLOT = time(20, 30)
# On their way by themselves: a worker takes them without anybody's further word.
GOING = frozenset({State.READY, State.SENDING, State.RETRY_AT, State.WAITING, State.UNKNOWN})
SLOTS_AHEAD = timedelta(days=14)


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


def quiet_sentence(date, day):
    """Return why nothing is pushed on ``day``; ``date`` is its QuietDate."""
    return _("Nothing is pushed on %(day)s: %(name)s.") % {"day": shown(day), "name": date.name}


def shown(day):
    """Return ``day`` as people write it here, without the year."""
    return date_format(day, "MONTH_DAY_FORMAT")


def day_taken(account, day, but=None, now=None):
    """Return a sentence that says who has or wants the mass send of ``day``, or "" while it is free.

    ``but`` is the push that asks; it never stands in its own way. One that is already on its way to this very day
    gives way only to those before it (planned ones first, by their minute), so that of two at least one goes.
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
    asks = _turn(but) if but and _is_going(but) and wanted_day(but, now) == day else None
    for other in wanting:
        if wanted_day(other, now) == day and (asks is None or _turn(other) < asks):
            return _("The mass send of %(day)s is planned for “%(title)s”.") % (
                shown | {"title": other.title}
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
