"""What a check says: the plain values that rules yield, and the places in the editor they point to. No database."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.snapshot import block_text


STOP, WARN, INFO = "stop", "warn", "info"
LEVELS = {
    STOP: gettext_lazy("Must be mended"),
    WARN: gettext_lazy("Please check"),
    INFO: gettext_lazy("For your information"),
}
ORDER = [STOP, WARN, INFO]
# Beginnings of codes whose findings a named person may let pass; never identity, completeness, consent or rights.
WAIVABLE = ("wording.", "lists.", "links.")
GROUPS = (
    ("complete", gettext_lazy("Completeness"), ("complete.", "care.none")),
    ("evidence", gettext_lazy("Evidence"), ("evidence.", "citing.", "reference")),
    ("safety", gettext_lazy("Safety"), ("safety.", "care.", "wording.self_medication")),
    ("wording", gettext_lazy("Wording"), ("wording.", "lists.")),
    ("privacy", gettext_lazy("Privacy and rights"), ("privacy.", "consent.", "rights.")),
    ("readability", gettext_lazy("Plain language"), ("readability.",)),
    ("typography", gettext_lazy("Typography"), ("typography.",)),
    ("pictures", gettext_lazy("Pictures"), ("pictures.", "cover.")),
    ("links", gettext_lazy("Links"), ("links.",)),
    ("channels", gettext_lazy("WeChat and website"), ("",)),
)
"""(name, label, beginnings of codes); the first that fits is a finding's group."""


@dataclass(frozen=True)
class Fix:
    """What one click can mend: ``code`` is understood by the room that offers it, ``label`` stands on the button."""

    code: str
    label: str


@dataclass(frozen=True)
class Finding:
    """One result: ``place`` says where, ``message`` what and why, ``hint`` what to do.

    ``anchor`` is the id of the editor's element that is meant, ``fix`` what one click can mend. ``technical``: about how
    a channel takes the text and not about what readers learn from it, so a matter of the librarian alone.

    ``quote``: the passage's exact words, ``nth`` which occurrence of them in the element's text (from 0), ``passage``
    the sentence they stand in, by which a waiver is kept. ``rule``: the code of a rule of wording. ``waived``: who let
    it pass and why; the level is then INFO, ``was`` what it would be, ``waiver`` the row's id.
    """

    code: str
    level: str
    place: str
    message: str
    hint: str = ""
    anchor: str = ""
    fix: Fix | None = None
    technical: bool = False
    quote: str = ""
    nth: int = 0
    passage: str = ""
    rule: str = ""
    waived: str = ""
    waiver: int = 0
    was: str = ""

    @property
    def stops(self):
        return self.level == STOP

    @property
    def concerns_reviewers(self):
        return self.stops or bool(self.waived) or not self.technical

    @property
    def level_text(self):
        return LEVELS[self.level]

    @property
    def key(self):
        """What a waiver of this finding is kept under, together with the sentence."""
        return f"wording:{self.rule}" if self.rule else self.code

    @property
    def waivable(self):
        """True where a named person may let it pass with a reason."""
        return self.level != INFO and bool(self.passage) and self.code.startswith(WAIVABLE)

    @property
    def group(self):
        return next(name for name, _label, codes in GROUPS if self.code.startswith(codes))

    def let_pass(self, waiver, sentence):
        """Return the finding as waived by row ``waiver``; ``sentence`` says by whom and why."""
        return replace(self, level=INFO, was=self.level, waived=sentence, waiver=waiver)


def field_anchor(name):
    """Return the id of a field's control in the editor."""
    return f"id_{name}"


def block_anchor(block_id):
    """Return the id of a body block's panel in the editor; the body's own when the block is not known."""
    return f"block-{block_id}-section" if block_id else "id_body"


def located(snapshot, page):
    """Yield (heading above it, id in the draft or "", block) of each block of the snapshot's body."""
    ids = [child.id or "" for child in page.body if child.block_type != "image" or child.value["image"]]
    if len(ids) != len(snapshot["body"]):  # a snapshot of something else than this draft
        ids = [""] * len(snapshot["body"])
    heading = _("Beginning")
    for block_id, block in zip(ids, snapshot["body"], strict=True):
        if block["type"] == "heading":
            heading = block_text(block) or heading
        yield heading, block_id, block
