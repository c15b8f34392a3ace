"""Points of a return: written at a passage, answered by the author, their wording taken over with one click."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from review.errors import ReviewStateError
from review.models import Category, ReturnNote


MOST_POINTS = 10


# --- Writing ------------------------------------------------------------------------------------


def points_from(notes, reason=""):
    """Return unsaved ReturnNotes from dicts and a general ``reason``. Raises ReviewStateError naming what is wrong."""
    dicts = [dict(note) for note in notes]
    if reason.strip():
        dicts.append({"category": Category.OTHER, "text": reason})
    if not dicts:
        raise ReviewStateError(_("Write what has to change, so that the author can act on it."))
    return [_point(given) for given in dicts]


def _point(given):
    values = {name: (given.get(name) or "").strip() for name in ("category", "passage", "text", "suggestion")}
    values["category"] = values["category"] or Category.OTHER
    if values["suggestion"] and not values["passage"]:
        raise ReviewStateError(_("Copy the passage that your better wording is meant for."))
    if values["suggestion"] and not values["text"]:
        values["text"] = _("Please use the better wording.")
    point = ReturnNote(**values)
    try:
        point.clean_fields(exclude=["task_state"])
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = ReturnNote._meta.get_field(field).verbose_name
        raise ReviewStateError(f"{label}：{sentences[0]}") from None
    return point


def keep(points, task_state):
    """Store unsaved ``points`` with the pass that returned the text."""
    for point in points:
        point.task_state = task_state
        point.save()


def in_words(points):
    """Return the points as lines of text, for lists and messages that know no more."""
    lines = []
    for point in points:
        line = f"“{point.passage}”：{point.text}" if point.passage else point.text
        lines.append(f"{line} → “{point.suggestion}”" if point.suggestion else line)
    return "\n".join(lines)
