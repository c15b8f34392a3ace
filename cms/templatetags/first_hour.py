"""What the shared templates of the editors' side ask: the help page of a screen, the sentence of an empty list."""

from django import template
from django.urls import reverse

from cms.help import empty_lists, places


register = template.Library()


def _place(context):
    # Headers are included with ``only``: the request is then an attribute of the context, and no variable in it.
    request = context.get("request") or getattr(context, "request", None)
    return getattr(getattr(request, "resolver_match", None), "view_name", None) or ""


@register.simple_tag(takes_context=True)
def help_address(context):
    """Return the address of the help page for the screen that is shown, or ''."""
    page = places.page_for(_place(context))
    return reverse("help:page", args=[page]) if page else ""


@register.simple_tag(takes_context=True)
def empty_list(context):
    """Return what the list that is shown says when it is empty, or ''."""
    return empty_lists.sentence(_place(context))
