"""How far an import is: told as it goes to whoever shows it."""

from django.utils.translation import gettext_lazy as _


CHECKING, READING, PICTURES, RECOGNISING, COMPARING, SAVING = (
    "checking",
    "reading",
    "pictures",
    "recognising",
    "comparing",
    "saving",
)
STEPS = {
    "": _("Waiting"),
    CHECKING: _("The file is checked"),
    READING: _("The text is read"),
    PICTURES: _("The pictures are checked"),
    RECOGNISING: _("Headings, boxes and references are recognised"),
    COMPARING: _("The draft is compared with the file"),
    SAVING: _("The draft is saved"),
}
# Where each begins, in per cent of the time a long file takes (measured on 200 pages, tests.bench.bench_import).
PERCENT = {CHECKING: 2, READING: 10, PICTURES: 55, RECOGNISING: 65, COMPARING: 75, SAVING: 80}


def silent(step, percent):
    """Tell nobody."""
