"""The planning part of the admin: ideas board, topics calendar, health days, series and drafts in one group of the menu."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.viewsets.base import ViewSetGroup

from articles.views.comment_list import CommentsViewSet
from articles.views.draft_tasks import DraftTaskViewSet
from articles.views.health_days import HealthDayViewSet
from articles.views.ideas import IdeaViewSet
from articles.views.series import SeriesViewSet
from articles.views.topics_calendar import TopicsCalendarViewSet


class PlanningGroup(ViewSetGroup):
    menu_label = _("Topics and writing")
    menu_icon = "edit"
    menu_order = 110
    items = (
        IdeaViewSet("ideas"),
        TopicsCalendarViewSet("topics_calendar"),
        DraftTaskViewSet("draft_tasks"),
        CommentsViewSet("article_comments"),
        SeriesViewSet("series"),
        HealthDayViewSet("health_days"),
    )
