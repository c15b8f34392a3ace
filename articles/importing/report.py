"""What an import took, changed and left out, in the user's language."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


TAKEN, CHANGED, NOT_TAKEN = "taken", "changed", "not_taken"
PLACES_SHOWN = 5
SNIPPET_LENGTH = 16
_NOTE_MARK = re.compile("\ue000[^\ue001]*\ue001")  # as articles.importing.inline writes it


class RefusedError(Exception):
    """A file that is not accepted as a whole.

    ``code`` names the reason for programs; the message is one sentence for people: what, where, what to do.
    """

    def __init__(self, code, sentence):
        super().__init__(str(sentence))
        self.code = code


class Place(str):
    """Where something stood, in words for people; ``text``: the first characters of the line itself."""

    def __new__(cls, words, text=""):
        place = super().__new__(cls, words)
        place.text = text
        return place


@dataclass
class Entry:
    """One kind of thing that happened: ``what`` in words, the first ``places`` (and in ``texts`` the line each names, as
    far as known), and how many ``times``."""

    kind: str
    code: str
    what: str
    places: list = field(default_factory=list)
    times: int = 0
    texts: list = field(default_factory=list)


class Report:
    """Collects entries; the same sentence about several places becomes one entry.

    ``account``: figures of what came in and what became of it (articles.importing.accounts), or None.
    """

    def __init__(self):
        self._entries = {}
        self.account = None

    def taken(self, code, what, place=""):
        """Note something that is in the draft now."""
        self._add(TAKEN, code, what, place)

    def changed(self, code, what, place=""):
        """Note something that is in the draft, but not as it was in the file."""
        self._add(CHANGED, code, what, place)

    def not_taken(self, code, what, place=""):
        """Note something that is not in the draft."""
        self._add(NOT_TAKEN, code, what, place)

    def _add(self, kind, code, what, place):
        entry = self._entries.setdefault((kind, code, str(what)), Entry(kind, code, str(what)))
        entry.times += 1
        if place and place not in entry.places and len(entry.places) < PLACES_SHOWN:
            entry.places.append(str(place))
            entry.texts.append(getattr(place, "text", ""))

    def entries(self, kind=None):
        """Return the entries in the order in which they arose, of one kind or of all."""
        return [entry for entry in self._entries.values() if kind in (None, entry.kind)]

    def codes(self, kind=None):
        """Return the codes of the entries."""
        return [entry.code for entry in self.entries(kind)]

    def sections(self):
        """Return ``[(kind, heading, entries)]`` for the three kinds, in the order people read them."""
        headings = ((TAKEN, _("Taken")), (CHANGED, _("Changed")), (NOT_TAKEN, _("Not taken")))
        return [(kind, heading, self.entries(kind)) for kind, heading in headings]

    def lines(self):
        """Return the report as lines of plain text."""
        lines = []
        for _kind, heading, entries in self.sections():
            lines.append(f"{heading}:" if entries else _("%(heading)s: nothing") % {"heading": heading})
            lines += [f"  - {described(entry)}" for entry in entries]
        return lines + self.account_lines()

    def account_lines(self):
        """Return the account as lines of plain text."""
        if not self.account:
            return []
        lines = []
        for label, row in account_rows(self.account):
            if row["came"]:
                figures = _(
                    "%(came)d came in; %(taken)d as they were, %(changed)d changed, %(lost)d not taken"
                )
                lines.append(f"{label}: {figures % (row | {'lost': row['not_taken']})}")
        lines += [
            "  - " + _("Not in the draft: %(text)s") % {"text": row["text"]}
            for row in self.account["missing"]
        ]
        if self.account["unlisted"]:
            lines.append(_("… and %(count)d more lines") % {"count": self.account["unlisted"]})
        return lines

    def as_data(self):
        """Return the entries as plain values for the page's history."""
        return [vars(entry).copy() for entry in self.entries()]

    @classmethod
    def from_data(cls, data, account=None):
        """Return the report that ``as_data`` gave, with its account."""
        report = cls()
        report.account = account
        for values in data:
            entry = Entry(**values)
            report._entries[entry.kind, entry.code, entry.what] = entry
        return report


def account_rows(account):
    """Return [(label, row)] of an account's figures."""
    labels = (
        ("characters", _("Characters")),
        ("pictures", _("Pictures")),
        ("tables", _("Tables")),
        ("notes", _("Foot- and endnotes")),
        ("comments", pgettext("in the margin of a Word file", "Comments")),
    )
    return [(label, account[name]) for name, label in labels]


def described(entry):
    """Return an entry as one line: what, where, how often."""
    line = entry.what
    if entry.places:
        line += f" [{'; '.join(entry.places)}]"
    if entry.times > max(1, len(entry.places)):
        line += " " + _("(%(count)d times)") % {"count": entry.times}
    return line


def start_of(text):
    """Return the first characters of ``text``."""
    text = " ".join(_NOTE_MARK.sub("", str(text)).split())
    return f"{text[:SNIPPET_LENGTH]}…" if len(text) > SNIPPET_LENGTH else text


def snippet(text):
    """Return the first characters of ``text`` between quotation marks, as a person would point at it."""
    return Place(f"“{start_of(text)}”", start_of(text))
