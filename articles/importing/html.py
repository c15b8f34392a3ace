"""HTML: the article inside a saved or pasted page, without what surrounds it."""

from django.utils.translation import gettext as _

from articles.importing import inventory, office_html, tree, wechat
from articles.importing.pictures import Embedded
from articles.importing.report import Place
from articles.importing.source import Source


def read(accepted, report):
    """Return the Source of an accepted HTML file."""
    embedded = Embedded()
    page = tree.parse_page(embedded.extract(accepted.text))
    title = page.find("head/title")
    source = Source(
        page.find("body"), embedded, title=" ".join((title.text or "").split()) if title is not None else ""
    )
    if not wechat.read(page, accepted.text, source, report):
        source.body = _main_part(source.body, report)
    source.inventory = inventory.of_tree(source.body)
    office_html.tidy(source, report)
    return source


def _main_part(body, report):
    """Return the one ``article`` or ``main`` element when there is exactly one, else the whole body."""
    for tag in ("article", "main"):
        found = list(body.iter(tag))
        if len(found) == 1:
            if _length(body) > _length(found[0]):
                outside = _("%(count)d characters") % {"count": _length(body) - _length(found[0])}
                report.not_taken("outside", _("Text of the page outside its article"), Place(outside))
            return found[0]
    return body


def _length(element):
    return sum(len(text.strip()) for text in element.itertext())
