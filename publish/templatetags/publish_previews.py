"""Who has seen the preview of a push, and what they said."""

from django import template

from publish import previews
from publish.models.planning import PreviewReader
from publish.views.access import CHANGE


register = template.Library()


@register.inclusion_tag("publish/admin/previews.html", takes_context=True)
def previews_of(context, push):
    """Show the previews of ``push``, and the buttons for those who may send them."""
    lines = previews.lines(push)
    may_change = context["request"].user.has_perm(CHANGE)
    return {
        "push": push,
        "current": [line for line in lines if line.current],
        "earlier": [line for line in lines if not line.current],
        "may_send": may_change and push.state in previews.SHOWABLE,
        "on_the_list": PreviewReader.objects.filter(active=True).count(),
        "csrf_token": context.get("csrf_token"),
    }
