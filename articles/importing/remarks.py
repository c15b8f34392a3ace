"""Comments that come along with a file, on their way to Wagtail's."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.importing.report import snippet


# The id of an empty anchor in the tree that says: here stood the comment with this name.
ANCHOR = "xinglin-comment-"


@dataclass(frozen=True)
class Remark:
    """``day`` as YYYY-MM-DD or empty."""

    author: str
    day: str
    text: str

    @property
    def words(self):
        """The comment with its author in front, who need not have an account here."""
        who = f"{self.author}, {self.day}" if self.day else self.author
        return f"[{who}] {self.text}"


# Where in a block's form a comment can stand: the field of a structure that Wagtail shows first (articles.blocks).
_FIRST_FIELD = {
    "heading": "text",
    "image": "alt",
    "care_card": "text",
    "question_answer": "question",
    "quote": "text",
    "key_points": "title",
    "steps": "title",
}


def keep(draft, known, left, all_pieces, report):
    """Put the comments of a file onto the blocks where they stood, the others onto the title.

    ``known``: {name: Remark}; ``left``: [(place in the body, name)] of those on blocks; ``all_pieces``: the pieces of the
    file, to find those whose line became a field or a reference.
    """
    placed = {}
    for place, name in left:
        if name in known and name not in placed and 0 <= place < len(draft.body):
            placed[name] = _path(draft.body[place])
    for piece in all_pieces:
        for name in piece.remarks:
            if name in known and name not in placed:
                placed[name] = "title"
    for name, remark in known.items():
        if name not in placed:
            report.changed(
                "comment_place",
                _("A comment whose place was not found stands at the title"),
                snippet(remark.text),
            )
        draft.comments.append((placed.get(name, "title"), remark.words))
        report.taken(
            "comment", _("Comments in the margin, kept as comments of the editor"), snippet(remark.text)
        )


def _path(block):
    """Return the content path of a block, or of its first field where it has several."""
    inner = _FIRST_FIELD.get(block["type"])
    return f"body.{block['id']}" + (f".{inner}" if inner else "")
