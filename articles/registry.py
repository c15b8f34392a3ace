"""What rooms above hand down to this one in ``AppConfig.ready()``, so that imports stay one-way."""

from datetime import date
from typing import NamedTuple, Protocol


class ReaderCopy(Protocol):
    """The readers' side as ``publish`` knows it."""

    def listing(self, request, topic=None) -> dict:
        """Template context of a page of signed articles, newest first, of one topic or of all."""

    def signed_versions(self, article_id) -> list:
        """The signed versions of an article (articles.versions.Signed), the newest first."""

    def signed_snapshot(self, article_id, number) -> dict:
        """The signed snapshot of one of them."""


class Planned(NamedTuple):
    """What a room above has on a day of the topics calendar. ``tone``: good, busy, person, bad or quiet."""

    day: date
    kind: str
    title: str
    address: str
    state: str
    tone: str


class ConsentSide(Protocol):
    """What ``publish`` knows of the texts that show a patient (see ``articles.consent_withdrawal``)."""

    def articles_with(self, consent) -> set:
        """Ids of the articles that rest on ``consent`` and are live or under review."""

    def shown_with(self, consent) -> dict:
        """``live``, ``under_review`` (titles with addresses) and ``copies`` in WeChat, for a page."""

    def hide(self, consent, user) -> list:
        """Take the live articles off the website; returns their titles. Call inside a transaction."""


# mode name -> function(snapshot, facts, request) returning an HttpResponse
preview_renderers = {}
# function(snapshot, page) -> iterable of Finding; run in this order. ``page`` (perhaps unsaved) gives the ids of blocks
# and the library's pictures; a rule may read a picture's header, never decode it.
finding_rules = []
# function(image) -> a sentence why it must not change, or ""
image_guards = []
# function(page) -> a sentence why the article must not be deleted, or ""
deletion_guards = []
# function(article) -> a sentence why a text under review must not be signed now, or ""; called in the signing transaction
signing_guards = []
# function(article) -> the Workflow that reviews it, or None for the one assigned to its place in the tree
chain_pickers = []
# Filters and columns of the editors' list of articles that rooms above know about (articles.draft_search.filters).
draft_filters = []
# function(user, first day, last day) -> Planned of these days that ``user`` may see, in order of time
calendar_sources = []
# set by review: function(user, key, subject, text, address) -> None; a notice to a colleague, once for each key
tell = None
# set by themes: function(hospital's colour) -> {name: colour} for articles.figures
figure_palette = None
# set by themes: function() -> (name, label) of each look the website may have
site_looks = None
# set by publish
consent_side: ConsentSide | None = None
reader_copy: ReaderCopy | None = None


def set_reader_copy(copy):
    """Install the readers' side; called once by ``publish``."""
    global reader_copy
    reader_copy = copy


def set_tell(function):
    """Install the way to a colleague; called once by ``review``."""
    global tell
    tell = function


def set_figure_palette(function):
    """Install the colours of figures; called once by ``themes``."""
    global figure_palette
    figure_palette = function


def set_site_looks(function):
    """Install the looks of the website; called once by ``themes``."""
    global site_looks
    site_looks = function


def set_consent_side(side):
    """Install what knows which texts rest on a consent; called once by ``publish``."""
    global consent_side
    consent_side = side


def first_objection(guards, instance):
    """Return the first sentence any guard has against changing ``instance``, or an empty string."""
    return next((reason for guard in guards if (reason := guard(instance))), "")
