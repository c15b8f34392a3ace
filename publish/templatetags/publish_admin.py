"""What several screens of the WeChat room show."""

from django import template
from django.utils.translation import gettext as _

from publish import planning
from publish.models import Outgoing
from publish.views.access import CHANGE
from publish.wechat import reasons


register = template.Library()


@register.inclusion_tag("publish/admin/held.html", takes_context=True)
def held(context, switch=False):
    """Say that everything outgoing is held: by whom, since when, why. ``switch``: offer to hold it, too."""
    outgoing = Outgoing.objects.select_related("changed_by").filter(pk=1).first() or Outgoing()
    request = context["request"]
    return {
        "outgoing": outgoing,
        "why": _why(outgoing.reason),
        "switch": switch,
        "may_change": request.user.has_perm(CHANGE),
        "next": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


def _why(reason):
    # A person's own words stand in quotation marks (services.pause).
    if reason.startswith("“"):
        return _("Reason: %(reason)s") % {"reason": reason}
    return "" if reason == "by_person" else reasons.SENTENCES.get(reason, "")


@register.filter
def push_words(push):
    """Return the state of ``push`` as the calendar says it."""
    return planning.words(push)[0]


@register.filter
def push_tone(push):
    """Return the tone of ``push`` (see publish.ledger.tone)."""
    return planning.words(push)[1]


@register.filter
def minute_value(moment):
    """Return ``moment`` as forms send it: a minute of Shanghai."""
    return moment.astimezone(planning.SHANGHAI).strftime("%Y-%m-%dT%H:%M") if moment else ""
