"""Template helpers of the readers' website."""

import re
from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.utils.html import format_html_join

from articles import recordings
from themes import labels, website
from themes.citations import without


register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context, html):
    """Print canonical HTML of a snapshot, its explained terms with their notes; anything else in it is shown as text."""
    return website.safe_html(html, context.get("terms"), context.get("citations"))


@register.simple_tag
def uncited(html):
    """Print canonical HTML of a snapshot for where there is no list of references."""
    return website.safe_html(without(html))


@register.filter
def first_cited(citations, number):
    """Return the id of the first citation of reference ``number`` on this page, or ""."""
    return citations.place(number) if citations else ""


@register.simple_tag
def picture(image, *specs):
    """Return address, size, srcset and lighter sources of an image value."""
    return website.picture(image, *specs)


@register.simple_tag
def recording(value):
    """Return what the player of a recording is made of, or None: address, reader, length in words."""
    return recordings.shown(value or None)


@register.simple_tag
def sources(shown, sizes):
    """Print the <source> elements of a ``picture``, to stand before its <img>; ``sizes`` as for that."""
    return format_html_join(
        "", '<source type="{}" srcset="{}" sizes="{}">', ((*source, sizes) for source in shown["sources"])
    )


@register.simple_tag(takes_context=True)
def href(context, address, **parameters):
    """Return ``address`` with ``parameters`` and, while reading in large type, with ``v=large``.

    Parameters that are empty are left out. The result is escaped by the template as any other text.
    """
    if "v" not in parameters and context.get("large"):
        parameters["v"] = "large"
    query = urlencode({key: value for key, value in parameters.items() if value not in ("", None)})
    if not query:
        return address
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"


@register.filter
def absolute(address):
    """Return ``address`` with the site's scheme and host; one in another storage has them already."""
    return address if "://" in address else f"{settings.SITE_URL}{address}"


@register.filter
def care_level(level):
    """Return the words that tell a care card's level."""
    return labels.care_level(level)


@register.filter
def labelled(use):
    """Return whether readers must see that artificial intelligence was used (``ai.use`` of a snapshot)."""
    return bool(labels.ai_use(use))


@register.filter
def filed(institution):
    """Return whether the institution has any registration to show in the footer."""
    slots = ("icp", "police_filing", "review_consent", "public_body_mark")
    return any(institution.get(slot) for slot in slots)


@register.filter
def police_register(number):
    """Return where the public security register shows the filing with the digits of ``number``."""
    digits = "".join(re.findall(r"[0-9]", number))
    return f"https://beian.mps.gov.cn/#/query/webSearch?code={digits}"
