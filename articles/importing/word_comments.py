"""Comments in the margin of a Word file: who said what and when, and a mark where they stood."""

from django.utils.translation import gettext as _

from articles.importing.remarks import ANCHOR, Remark
from articles.importing.wordml import W, make, words


def read_comments(root):
    """Return {id: Remark} of word/comments.xml (None: there are none)."""
    found = {}
    for comment in root.iter(W + "comment") if root is not None else ():
        name = comment.get(W + "id", "")
        lines = [words(paragraph) for paragraph in comment.iter(W + "p")]
        text = "\n".join(line for line in lines if line)
        if name and text:
            found[name] = Remark(
                author=" ".join(comment.get(W + "author", "").split()) or _("an unnamed person"),
                day=comment.get(W + "date", "")[:10],
                text=text,
            )
    return found


def mark(root, known):
    """Put a bookmark where each comment of ``known`` begins; mammoth keeps bookmarks and drops comments."""
    begun = {
        begin.get(W + "id") for begin in root.iter(W + "commentRangeStart") if begin.get(W + "id") in known
    }
    wanted = {W + "commentRangeStart": known, W + "commentReference": set(known) - begun}
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            name = child.get(W + "id")
            if name in wanted.get(child.tag, ()):
                parent[place] = make("bookmarkStart", id=name, name=f"{ANCHOR}{name}")
