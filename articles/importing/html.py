"""HTML: the article inside a saved page, without what surrounds it."""

from django.utils.translation import gettext as _

from articles.importing import tree
from articles.importing.pictures import Embedded
from articles.importing.source import Source


def read(accepted, report):
    """Return the Source of an accepted HTML file."""
    embedded = Embedded()
    body, title = tree.parse(embedded.extract(accepted.text))
    return Source(_main_part(body, report), embedded, title=title)


def _main_part(body, report):
    """Return the one ``article`` or ``main`` element when there is exactly one, else the whole body."""
    for tag in ("article", "main"):
        found = list(body.iter(tag))
        if len(found) == 1:
            if _length(body) > _length(found[0]):
                report.not_taken("outside", _("Text of the page outside its article"))
            return found[0]
    return body


def _length(element):
    return sum(len(text.strip()) for text in element.itertext())
