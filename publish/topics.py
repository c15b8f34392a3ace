"""What the topics calendar of the room below shows of pushes (articles.registry.calendar_sources)."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from articles.registry import Planned
from publish import planning
from publish.views.access import may_look


def pushes(user, first, last):
    """Return the pushes planned, under way or done from ``first`` to ``last``, for those who may look at them."""
    if not may_look(user):
        return []
    return [
        Planned(
            planning.shanghai_day(push.on),
            _("Push"),
            push.title,
            reverse("publish_calendar:compose", args=[push.pk])
            if push.composing
            else push.get_absolute_url(),
            f"{localtime(push.on):%H:%M} {planning.words(push)[0]}",
            planning.words(push)[1],
        )
        for push in planning.pushes(settings.WECHAT_APPID, first, last)
    ]
