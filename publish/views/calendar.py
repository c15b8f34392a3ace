"""The push calendar (推送日历): month and week, the board beside it, days used on WeChat's own website."""

from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from articles.errors import Refusal
from articles.views.access import number
from publish import composing, planning
from publish.errors import PushRefusedError
from publish.models import ExternalPush, Publication, Push
from publish.views.access import CHANGE, LookersPage, menu_item_for_lookers, only_for_changers
from publish.views.composer import CancelView, ComposerView, ConfirmView
from publish.views.moments import parse_day, parse_minute
from publish.views.pieces import Pieces


PIECES = 10
VIEWS = ("month", "week")
# Far enough for any plan; further would only tempt robots.
FURTHEST = timedelta(days=366 * 5)


class CalendarView(LookersPage):
    """What goes out when, and what could."""

    template_name = "publish/admin/calendar.html"
    page_title = _("Push calendar")
    header_icon = "calendar"

    @cached_property
    def day(self):
        """The day that is asked for; today when it is none, or out of all reason."""
        today = planning.shanghai_day(timezone.now())
        try:
            day = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return today
        return day if abs(day - today) < FURTHEST else today

    def get_context_data(self, **kwargs):
        kind = self.request.GET.get("view") if self.request.GET.get("view") in VIEWS else "month"
        span = planning.week_of if kind == "week" else planning.month_of
        first, last = span(self.day)
        now = timezone.now()
        account = settings.WECHAT_APPID
        days = planning.days(account, first, last, now)
        month = self.day.replace(day=1)
        earlier, later = (
            (self.day - timedelta(days=7), self.day + timedelta(days=7))
            if kind == "week"
            else ((month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1))
        )
        return super().get_context_data(**kwargs) | {
            "kind": kind,
            "day": self.day,
            "first": first,
            "last": last,
            "days": days,
            "weekdays": [day.date for day in days[:7]],
            "gaps": sum(slot.gap for day in days for slot in day.slots),
            "earlier": earlier,
            "later": later,
            "composed": planning.being_composed(account),
            "pieces": Pieces(self.request, PIECES),
            "slots": planning.next_slots(account, now),
            "may_change": self.request.user.has_perm(CHANGE),
            "channel_on": bool(account),
        }


class ActView(View):
    """One change of the plan, by POST; `act` does it and returns where to go and what to say."""

    def post(self, request, **kwargs):
        only_for_changers(request)
        try:
            address, sentence = self.act(request, **kwargs)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.back())
        messages.success(request, sentence)
        return redirect(address)

    def back(self):
        """Return the calendar as it was looked at."""
        view, day = self.request.POST.get("view"), self.request.POST.get("day", "")
        try:
            query = f"?view={view if view in VIEWS else 'month'}&day={date.fromisoformat(day).isoformat()}"
        except ValueError:
            query = ""
        return reverse("publish_calendar:index") + query


class PlaceView(ActView):
    """Put a signed piece onto a slot or another minute."""

    def act(self, request):
        publication = _one(Publication, request.POST.get("piece"))
        push = composing.place(publication, parse_minute(request.POST.get("when", "")), request.user)
        if push.composing:
            sentence = gettext("“%(title)s” is in this push. It goes out once you have planned it.")
        else:
            sentence = gettext("“%(title)s” is added to the planned push.")
        return _composer(push), sentence % {"title": publication.title}


class MoveView(ActView):
    """Move a push to another minute."""

    def act(self, request):
        push = _one(Push, request.POST.get("push"))
        when = parse_minute(request.POST.get("when", ""))
        composing.move_to(push, when, request.user)
        shown = timezone.localtime(when)
        return self.back(), gettext("“%(title)s” now stands at %(day)s %(time)s.") % {
            "title": push.title or push,
            "day": planning.shown(shown),
            "time": f"{shown:%H:%M}",
        }


class StartView(ActView):
    """Begin a push, with a piece or a minute or neither."""

    def act(self, request):
        when = parse_minute(request.POST["when"]) if request.POST.get("when") else None
        pieces = [_one(Publication, request.POST["piece"])] if request.POST.get("piece") else []
        push = composing.start(request.user, pieces, when)
        return _composer(push), gettext("Put the push together; nothing goes out before you plan or send it.")


class ExternalView(ActView):
    """Mark a day as used on WeChat's own website."""

    def act(self, request):
        day = parse_day(request.POST.get("external", ""))
        try:
            with transaction.atomic():
                ExternalPush.objects.create(
                    account=settings.WECHAT_APPID,
                    day=day,
                    note=request.POST.get("note", "").strip()[:120],
                    recorded_by=request.user,
                )
        except IntegrityError as error:
            raise PushRefusedError(gettext("This day is marked already.")) from error
        return self.back(), gettext("%(day)s is marked as used on WeChat's website.") % {
            "day": planning.shown(day)
        }


class ExternalUndoView(ActView):
    """Take such a mark away again; what WeChat itself said stays."""

    def act(self, request, pk):
        mark = get_object_or_404(ExternalPush, pk=pk, account=settings.WECHAT_APPID)
        if mark.source == ExternalPush.Source.WECHAT:
            raise PushRefusedError(gettext("WeChat said so; this mark stays."))
        mark.delete()
        return self.back(), gettext("The mark of %(day)s is taken away.") % {"day": planning.shown(mark.day)}


def _one(model, pk):
    found = model.objects.filter(pk=number(pk)).first()
    if found is None or getattr(found, "account", settings.WECHAT_APPID) != settings.WECHAT_APPID:
        raise PushRefusedError(gettext("This is no longer there. Reload the page."))
    return found


def _composer(push):
    return reverse("publish_calendar:compose", args=[push.pk])


class CalendarViewSet(ViewSet):
    icon = "calendar"
    menu_label = _("Push calendar")
    menu_order = 5
    url_prefix = "push-calendar"
    url_namespace = "publish_calendar"

    def get_urlpatterns(self):
        return [
            path("", CalendarView.as_view(), name="index"),
            path("place/", PlaceView.as_view(), name="place"),
            path("move/", MoveView.as_view(), name="move"),
            path("start/", StartView.as_view(), name="start"),
            path("external/", ExternalView.as_view(), name="external"),
            path("external/<int:pk>/undo/", ExternalUndoView.as_view(), name="external_undo"),
            path("compose/<int:pk>/", ComposerView.as_view(), name="compose"),
            path("compose/<int:pk>/confirm/", ConfirmView.as_view(), name="confirm"),
            path("compose/<int:pk>/cancel/", CancelView.as_view(), name="cancel"),
        ]

    @cached_property
    def menu_item_class(self):
        return menu_item_for_lookers(super().menu_item_class)
