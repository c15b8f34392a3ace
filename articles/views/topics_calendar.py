"""The topics calendar (选题日历): health days, ideas wanted for a day, drafts that are due, what rooms above plan."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Q
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin.viewsets.base import ViewSet

from articles import registry
from articles.models import HealthDay, Idea
from articles.planning import days, tasks
from articles.views.access import menu_item_for, need
from articles.views.page import AdminPageMixin


LOOK = "articles.view_idea"
# Far enough for any plan; further would only tempt robots.
FURTHEST = timedelta(days=366 * 5)
SOON = timedelta(days=60)


def weeks(day):
    """Return (Monday before the month of ``day``, Sunday after it)."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


class TopicsCalendarView(AdminPageMixin, TemplateView):
    template_name = "articles/admin/planning/calendar.html"
    page_title = _("Topics calendar")
    header_icon = "calendar"

    def dispatch(self, request, *args, **kwargs):
        need(request, LOOK)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def day(self):
        """The day that is asked for; today when it is none, or out of all reason."""
        today = timezone.localdate()
        try:
            day = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return today
        return day if abs(day - today) < FURTHEST else today

    def get_context_data(self, **kwargs):
        today, month = timezone.localdate(), self.day.replace(day=1)
        first, last = weeks(self.day)
        known = list(HealthDay.objects.filter(active=True))
        health = defaultdict(list)
        for start, end, one in days.between(known, first, last):
            # A week stands on its first day that is shown, and its later ones say so.
            for step in range((end - start).days + 1):
                if first <= start + timedelta(days=step) <= last:
                    health[start + timedelta(days=step)].append((one, step, end))
        wanted = defaultdict(list)
        rows = Idea.objects.filter(wanted_for__range=(first, last)).exclude(state=Idea.State.DROPPED)
        for idea in rows.select_related("topic", "article"):
            wanted[idea.wanted_for].append(idea)
        due = defaultdict(list)
        for task in tasks.open_tasks().filter(due__range=(first, last)):
            due[task.due].append(task)
        planned = defaultdict(list)
        for source in registry.calendar_sources:
            for one in source(self.request.user, first, last):
                planned[one.day].append(one)
        shown = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        coming = days.between(known, today, today + SOON)
        without = self._without_idea(coming)
        return super().get_context_data(**kwargs) | {
            "day": self.day,
            "days": [
                {
                    "date": one,
                    "today": one == today,
                    "other": one.month != month.month,
                    "health": health[one],
                    "ideas": wanted[one],
                    "tasks": due[one],
                    "planned": planned[one],
                    "past": one < today,
                    # On a phone a day that a week only goes on over needs no line of its own.
                    "empty": not (
                        wanted[one]
                        or due[one]
                        or planned[one]
                        or any(not step for _day, step, _end in health[one])
                    ),
                }
                for one in shown
            ],
            "weekdays": shown[:7],
            "earlier": (month - timedelta(days=1)).replace(day=1),
            "later": (month + timedelta(days=31)).replace(day=1),
            "nothing": not any(any(part.values()) for part in (health, wanted, due, planned)),
            "coming": without,
            "pushes": self._push_calendar(),
            "may_add": self.request.user.has_perm("articles.add_idea"),
        }

    def _without_idea(self, coming):
        """Return [(start, day)] of health days nobody has an idea for."""
        year_ago = timezone.now() - timedelta(days=200)
        covered = Idea.objects.filter(
            Q(wanted_for__gte=timezone.localdate()) | Q(wanted_for=None, created_at__gte=year_ago),
            health_day__isnull=False,
        )
        having = set(covered.exclude(state=Idea.State.DROPPED).values_list("health_day_id", flat=True))
        today = timezone.localdate()
        return [(start, one) for start, _end, one in coming if one.pk not in having and start >= today]

    def _push_calendar(self):
        """Return where pushes are planned, for those who may look there; the room above has it."""
        if not self.request.user.has_perm("publish.view_push"):
            return ""
        try:
            return reverse("publish_calendar:index") + f"?day={self.day.isoformat()}"
        except NoReverseMatch:
            return ""


class TopicsCalendarViewSet(ViewSet):
    icon = "calendar"
    menu_label = _("Topics calendar")
    menu_order = 20
    url_prefix = "topics-calendar"
    url_namespace = "topics_calendar"

    def get_urlpatterns(self):
        return [path("", TopicsCalendarView.as_view(), name="index")]

    @cached_property
    def menu_item_class(self):
        return menu_item_for(super().menu_item_class, LOOK)
