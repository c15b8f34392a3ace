"""What the machine's checks say of a text under review, and what of it stays with a signature, as plain values."""

from articles import findings


def found(snapshot, article):
    """Return the findings that reviewers are shown."""
    return [one for one in findings.check_snapshot(snapshot, article) if one.concerns_reviewers]


def kept(snapshot, article):
    """Return the findings shown to reviewers: dicts of code, level, place and message, in the editor's words."""
    return [
        {
            "code": one.code,
            "level": one.level,
            "place": str(one.place),
            "message": str(one.message),
            # Let pass: by whom and why, and how heavy it would be.
            **({"waived": one.waived, "was": one.was} if one.waived else {}),
        }
        for one in found(snapshot, article)
    ]
