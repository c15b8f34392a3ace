"""What the hand-over shows on other pages: differences in words, and what is open of a push."""

from django import template

from articles import textdiff
from publish import handover
from publish.wechat import comparison


register = template.Library()


@register.inclusion_tag("publish/admin/difference.html")
def difference(one):
    """Show one {"field", "signed", "there"} of a Drift, character by character."""
    return {
        "label": comparison.LABELS.get(one["field"], one["field"]),
        "pieces": textdiff.pieces(one["signed"], one["there"]),
    }


@register.simple_tag
def open_drifts_of(push):
    """Return the drifts of a push that nobody has settled."""
    return list(handover.open_drifts().filter(item__push=push))
