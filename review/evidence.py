"""What the machine's checks said of a text when it was signed, as plain values that stay with the signature."""

from articles import findings


def kept(snapshot, article):
    """Return the findings shown to reviewers: dicts of code, level, place and message, in the editor's words."""
    return [
        {
            "code": found.code,
            "level": found.level,
            "place": str(found.place),
            "message": str(found.message),
            # Let pass: by whom and why, and how heavy it would be.
            **({"waived": found.waived, "was": found.was} if found.waived else {}),
        }
        for found in findings.check_snapshot(snapshot, article)
        if found.concerns_reviewers
    ]
