"""Reminders on open assignments: a working day before, on the day, two after; then the chief librarians are told.

Worked out once a day from the rows as they are. Each is written under a key of its occasion, so a repeated or interrupted run
writes none twice; after days without a worker only the latest one that is due is written. Who may not sign any more, as a
stand-in whose days are over, is not reminded; who asked is told instead, once.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wagtail.models import TaskState

from review import assignments, notices, rights
from review.models import Assignment, ReviewSettings
from review.workdays import Calendar


SOON, LATE = -1, 2
"""Working days from the due date."""


def remind(now):
    """Write what is due on the day of ``now``; return how many notices are new. Nothing on days that are not worked."""
    today = timezone.localdate(now)
    calendar = Calendar()
    if not calendar.is_workday(today):
        return 0
    chosen = ReviewSettings.load()
    open_ = (
        Assignment.objects.open()
        .filter(task_state__status=TaskState.STATUS_IN_PROGRESS, person__is_active=True)
        .select_related(
            "task_state__revision", "task_state__task", "task_state__workflow_state__requested_by", "asked_by"
        )
        .select_related("person__physician")
    )
    with override(settings.LANGUAGE_CODE):
        return sum(_remind_of(assignment, today, calendar, chosen, now) for assignment in open_)


def stage(assignment, today, calendar):
    """Return the latest reminder of the person asked that is due ("soon", "due", "late"), or ""."""
    due = assignment.due_on
    if today >= calendar.shift(due, LATE):
        return "late"
    if today >= due:
        return "due"
    # Who was asked only today needs no reminder yet.
    asked_today = timezone.localdate(assignment.asked_at) >= today
    return "soon" if today >= calendar.shift(due, SOON) and not asked_today else ""


def _remind_of(assignment, today, calendar, chosen, now):
    new = 0
    facts = notices.facts_of(assignment)
    kind = stage(assignment, today, calendar)
    if kind and rights.objection_to_sign(assignment.person, assignment.task_state):
        new += _somebody_else_wanted(assignment, facts, now)
    elif kind:
        subject, text = _words(kind, facts)
        occasion = f"{kind}:{assignment.pk}:{assignment.due_on}"
        new += notices.write(kind, occasion, assignment.person, subject, text, assignment=assignment, now=now)
    if today >= calendar.shift(assignment.due_on, chosen.escalate_after):
        new += _escalate(assignment, facts, now)
    return new


def _somebody_else_wanted(assignment, facts, now):
    librarian = assignments.librarian_of(assignment)
    if librarian is None or librarian.pk == assignment.person_id:
        return 0
    text = (
        _(
            "%(person)s was asked to review “%(title)s” (%(step)s) by %(due)s, but may not sign it any more. Please choose somebody else."
        )
        % facts
    )
    return notices.write(
        "wanted",
        f"replace:{assignment.pk}:{assignment.due_on}",
        librarian,
        _("Please choose who reviews: %(title)s") % facts,
        f"{text}\n{notices.asking_address(assignment.task_state_id)}",
        assignment=assignment,
        now=now,
    )


def _words(kind, facts):
    subject = {
        "soon": _("Due soon: %(title)s"),
        "due": _("Due today: %(title)s"),
        "late": _("Late: %(title)s"),
    }[kind]
    text = {
        "soon": _("“%(title)s” (%(step)s) is waiting for you until %(due)s."),
        "due": _("“%(title)s” (%(step)s) is due on %(due)s."),
        "late": _("“%(title)s” (%(step)s) was due on %(due)s and is still waiting for you."),
    }[kind]
    return subject % facts, text % facts


def _escalate(assignment, facts, now):
    """To the chief librarians and to who submitted the text."""
    people = {chief.pk: chief for chief in notices.chiefs()}
    if submitter := assignment.task_state.workflow_state.requested_by:
        people[submitter.pk] = submitter
    people.pop(assignment.person_id, None)
    text = (
        _(
            "“%(title)s” (%(step)s) was due on %(due)s; %(person)s has not decided yet. Ask, or choose somebody else."
        )
        % facts
    )
    address = notices.asking_address(assignment.task_state_id)
    return sum(
        notices.write(
            "escalated",
            f"escalated:{assignment.pk}:{assignment.due_on}:{person.pk}",
            person,
            _("Late: %(title)s") % facts,
            f"{text}\n{address}",
            assignment=assignment,
            now=now,
        )
        for person in people.values()
    )
