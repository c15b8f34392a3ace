"""How reviews went in a period, and what one person wrote and reviewed in a year (工作量证明). Reads only."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import TaskState

from articles.exports import inert
from review.models import Approval, Assignment, Category, ReturnNote, ReviewTaskState
from review.people import name_of


DECIDED = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
USUAL_DAYS = 90
MOST_DAYS = 3 * 366


# --- throughput -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of the report: how many passes, how many returned, and the middle times in hours (None: not known)."""

    label: str
    passes: int
    returned: int
    to_look: float | None
    to_decide: float | None
    waiting: int = 0


def bounds(first, last):
    """Return the aware moments at which the days ``first`` and ``last`` begin and end."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time(), tzinfo=zone)
    return begin, datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)


def throughput(first, last):
    """Return how the passes decided from ``first`` to ``last`` (days) went.

    A dict with ``total`` (a Line), ``months`` and ``people`` (Lines), ``categories`` (label, number), all plain values.
    """
    begin, end = bounds(first, last)
    rows = list(
        ReviewTaskState.objects.filter(status__in=DECIDED, finished_at__gte=begin, finished_at__lt=end)
        .order_by("finished_at")
        .values("status", "started_at", "first_opened_at", "finished_at", "finished_by")
    )
    months, people = defaultdict(list), defaultdict(list)
    for row in rows:
        months[f"{timezone.localtime(row['finished_at']):%Y-%m}"].append(row)
        people[row["finished_by"]].append(row)
    waiting = dict(
        Assignment.objects.open().values_list("person").annotate(number=Count("pk")).order_by("person")
    )
    names = _names({*people, *waiting} - {None})
    lines = [
        _line(names.get(pk, _("nobody")), people.get(pk, []), waiting.get(pk, 0))
        for pk in {*people, *waiting}
    ]
    return {
        "total": _line(_("All"), rows, sum(waiting.values())),
        "months": [_line(month, found) for month, found in sorted(months.items())],
        "people": sorted(lines, key=lambda line: (-line.passes, -line.waiting, line.label)),
        "categories": _categories(begin, end),
    }


def _line(label, rows, waiting=0):
    looks = [_hours(row["started_at"], row["first_opened_at"]) for row in rows if row["first_opened_at"]]
    decisions = [_hours(row["started_at"], row["finished_at"]) for row in rows]
    return Line(
        label,
        len(rows),
        sum(row["status"] == TaskState.STATUS_REJECTED for row in rows),
        round(median(looks), 1) if looks else None,
        round(median(decisions), 1) if decisions else None,
        waiting,
    )


def _hours(start, end):
    return max(0.0, (end - start).total_seconds() / 3600)


def _categories(begin, end):
    notes = ReturnNote.objects.filter(
        task_state__finished_at__gte=begin,
        task_state__finished_at__lt=end,
        task_state__status=TaskState.STATUS_REJECTED,
    )
    numbers = dict(notes.order_by().values_list("category").annotate(number=Count("pk")))
    found = [(str(label), numbers[value]) for value, label in Category.choices if value in numbers]
    return sorted(found, key=lambda one: -one[1])


def _names(keys):
    """Return {id: name} of people, by their entry or else their account."""
    users = get_user_model().objects.filter(pk__in=keys).select_related("physician")
    return {user.pk: name_of(user) for user in users}


def throughput_csv(report, first, last):
    """Return a throughput report as CSV text."""
    out, writer = _writer()
    writer.writerow([_("from"), first.isoformat(), _("until"), last.isoformat()])
    head = [_("passes"), _("returned"), _("hours to first look"), _("hours to decision"), _("waiting now")]
    writer.writerow(["", *head])
    for line in [report["total"], *report["months"], *report["people"]]:
        cells = (line.label, line.passes, line.returned, line.to_look, line.to_decide, line.waiting)
        writer.writerow([inert("" if cell is None else cell) for cell in cells])
    writer.writerow([_("points of returns"), ""])
    writer.writerows([inert(label), number] for label, number in report["categories"])
    return out.getvalue()


def bars(pairs):
    """Return [(label, number, percent of the largest)] for charts."""
    most = max((number for _label, number in pairs), default=0)
    return [(label, number, round(100 * number / most) if most else 0) for label, number in pairs]


# --- one person's year ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """One article a person wrote or reviewed: day, title, permanent address, step (empty: written)."""

    day: object
    title: str
    address: str
    step: str = ""


def work_of(user, year):
    """Return {"written": [...], "reviewed": [...]} of Pieces that were approved in ``year``, oldest first.

    Written is what names the person's account as the author, once an article; reviewed is each signature under an
    approval, with its step.
    """
    begin, end = bounds(date(year, 1, 1), date(year, 12, 31))
    approved = Approval.objects.filter(signed_at__gte=begin, signed_at__lt=end).order_by("signed_at", "pk")
    own = approved.filter(article__author_user=user).values_list("article_id", "snapshot__title", "signed_at")
    written = {}
    for article, title, at in own:
        written.setdefault(article, _piece(article, title, at))
    signed = (
        ReviewTaskState.objects.filter(
            finished_by=user,
            status=TaskState.STATUS_APPROVED,
            workflow_state__approval__in=approved.order_by().values("pk"),
        )
        .order_by("finished_at")
        .values_list(
            "workflow_state__approval__article_id",
            "workflow_state__approval__snapshot__title",
            "finished_at",
            "task__name",
        )
    )
    return {"written": list(written.values()), "reviewed": [_piece(*row) for row in signed]}


def _piece(article, title, at, step=""):
    return Piece(timezone.localdate(at), title, f"{settings.SITE_URL}/a/{article}/", step)


def people_with_work():
    """Return the people who signed something or are named as authors, by name."""
    users = get_user_model().objects.filter(
        Q(pk__in=ReviewTaskState.objects.filter(status=TaskState.STATUS_APPROVED).values("finished_by"))
        | Q(pk__in=Approval.objects.exclude(article__author_user=None).values("article__author_user"))
    )
    return sorted(users.select_related("physician"), key=name_of)


def work_csv(name, year, work):
    """Return one person's year as CSV text."""
    out, writer = _writer()
    writer.writerow([inert(name), year])
    writer.writerow([_("kind"), _("day"), _("title"), _("step"), _("address")])
    for kind, label in (("written", _("written")), ("reviewed", _("reviewed"))):
        for piece in work[kind]:
            cells = (label, piece.day.isoformat(), piece.title, piece.step, piece.address)
            writer.writerow([inert(cell) for cell in cells])
    return out.getvalue()


def _writer():
    out = io.StringIO()
    return out, csv.writer(out, lineterminator="\r\n")
