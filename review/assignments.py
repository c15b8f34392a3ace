"""Who is asked to do one step of one review: proposing, asking, and what the person asked may answer.

Being asked gives no right and takes none: whoever may sign the step (review.rights) may sign it, asked or not.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.models import TaskState

from review import notices, progress, rights
from review.errors import MayNotSignError, ReviewStateError
from review.models import Absence, Answer, Assignment, Physician, ReviewTaskState, StepKind
from review.models.assignments import OPEN_ANSWERS
from review.people import name_of
from review.workdays import Calendar


MOST_PROPOSED = 12
MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Proposal:
    """One person who may do the step, and why they stand where they stand in the list.

    ``load``: open assignments; ``stands_in_for``: the absent colleague's account; ``away``: absent today;
    ``declined``: asked for this step before.
    """

    person: object
    name: str
    title: str
    department: str
    load: int
    reasons: tuple
    stands_in_for: object = None
    away: bool = False
    declined: bool = False


# --- proposing --------------------------------------------------------------------------------


def propose(task_state, name="", most=MOST_PROPOSED):
    """Return at most ``most`` Proposals for an open step, the best first: here today, of the department, least asked.

    ``name``: only those whose name, title or department holds it. Who may not sign (review.rights) or is asked already is left
    out.
    """
    article = task_state.revision.as_object()
    asked = set(task_state.assignments.open().values_list("person_id", flat=True))
    absences = _absences()
    entries, again = _entries(task_state, article, absences), _earlier_reviewers(task_state, article)
    refused = set(task_state.assignments.filter(answer=Answer.DECLINED).values_list("person_id", flat=True))
    found = []
    for person in _candidates(task_state, article).exclude(pk__in=asked):
        entry = entries.get(person.pk)
        if _lies_outside(task_state, entry):
            continue
        proposal = _proposal(person, entry, article, absences, again, person.pk in refused)
        if name.lower() in f"{proposal.name} {proposal.title} {proposal.department}".lower():
            found.append(proposal)
    found.sort(key=lambda one: (one.away or one.declined, -_nearness(one, article), one.load, one.name))
    proposals = []
    step = rights.StepRights(task_state)
    for one in found:
        if len(proposals) == most:
            break
        if not step.objection(one.person):
            proposals.append(one)
    return proposals


def _candidates(task_state, article):
    task = task_state.task.specific
    people = get_user_model().objects.filter(is_active=True)
    if task.kind == StepKind.AUTHOR:
        people = people.filter(pk=article.author_user_id)
    else:
        people = people.filter(groups__in=task.groups.all()).distinct()
    return people.annotate(
        load=Count("review_assignments", filter=Q(review_assignments__answer__in=OPEN_ANSWERS), distinct=True)
    )


@dataclass(frozen=True)
class _Entry:
    physician: Physician
    in_scope: bool


def _entries(task_state, article, absences):
    """Return {user id: _Entry} of those with an entry, told apart by whether they sign for the text's department."""
    excepted = set(task_state.workflow_state.signing_exceptions.values_list("physician_id", flat=True))
    rows = Physician.objects.select_related("department").annotate(
        fits=Count("reviews_for", filter=Q(reviews_for=article.department_id))
    )
    standing_in = {one.stand_in_id for one in absences}
    return {
        row.user_id: _Entry(row, bool(row.fits) or row.pk in standing_in or row.pk in excepted)
        for row in rows
    }


def _lies_outside(task_state, entry):
    """True for whom there is no need to ask review.rights: the step is medical and the text not of their departments."""
    medical = task_state.task.specific.kind in rights.MEDICAL
    return medical and (entry is None or not entry.in_scope)


def _absences():
    today = timezone.localdate()
    rows = Absence.objects.filter(starts__lte=today, ends__gte=today).select_related(
        "physician__user", "stand_in"
    )
    return list(rows)


def _earlier_reviewers(task_state, article):
    """Return the ids of those who decided on this article before at the same step."""
    states = progress.passes_of(article).filter(
        task_id=task_state.task_id, status__in=(TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    )
    return set(states.values_list("finished_by_id", flat=True))


def _proposal(person, entry, article, absences, again, declined):
    physician = entry.physician if entry else None
    away = next((one for one in absences if physician and one.physician_id == physician.pk), None)
    stands_in = _stood_in_for(physician, article, absences)
    reasons = []
    if away:
        reasons.append(_("Away until %(day)s.") % {"day": away.ends.isoformat()})
        if away.stand_in:
            reasons.append(_("Stand-in: %(name)s.") % {"name": away.stand_in.name})
    if stands_in:
        reasons.append(_("Stands in for %(name)s.") % {"name": stands_in.name})
    if physician and physician.department_id == article.department_id:
        reasons.append(_("Of the text's department."))
    if declined:
        reasons.append(_("Has declined this step."))
    if person.pk in again:
        reasons.append(_("Has reviewed this text before."))
    reasons.append(
        ngettext("%(count)d text is waiting.", "%(count)d texts are waiting.", person.load)
        % {"count": person.load}
        if person.load
        else _("Nothing else is waiting.")
    )
    return Proposal(
        person=person,
        name=physician.name if physician else str(person),
        title=physician.title if physician else "",
        department=physician.department.name if physician else "",
        load=person.load,
        reasons=tuple(reasons),
        stands_in_for=stands_in.user if stands_in else None,
        away=away is not None,
        declined=declined,
    )


def _stood_in_for(physician, article, absences):
    """Return the absent Physician whom ``physician`` stands in for, for the text's department, or None."""
    if physician is None:
        return None
    mine = [one for one in absences if one.stand_in_id == physician.pk]
    if not mine:
        return None
    fitting = Physician.objects.filter(
        pk__in=[one.physician_id for one in mine], reviews_for=article.department_id
    )
    return fitting.select_related("user").first()


def _nearness(proposal, article):
    own = article.department is not None and proposal.department == article.department.name
    return 1 if own or proposal.stands_in_for else 0


# --- asking -----------------------------------------------------------------------------------


def may_ask(user, task_state):
    """True for who submitted the text, for librarians who may edit it, and for the chief librarian."""
    if not user.is_active:
        return False
    run = task_state.workflow_state
    return (
        run.requested_by_id == user.pk
        or user.has_perm("review.call_back_review")
        or run.content_object.specific.permissions_for_user(user).can_edit()
    )


def due_date(task_state, today=None):
    """Return the day a step asked for today is due: its working days on, holidays apart."""
    return Calendar().shift(today or timezone.localdate(), task_state.task.specific.days)


def ask(task_state, person, asked_by, due_on=None):
    """Ask ``person`` to do an open step; return the Assignment. ``asked_by``: None when the system asks.

    Asking a person twice gives the assignment that is there. Raises MayNotSignError, ReviewStateError.
    """
    try:
        with transaction.atomic():
            _lock_open(task_state)
            if objection := rights.objection_to_sign(person, task_state):
                raise MayNotSignError(
                    _("%(name)s cannot be asked: %(why)s") % {"name": name_of(person), "why": objection}
                )
            physician = Physician.objects.filter(user=person).first()
            stood_in_for = _stood_in_for(physician, task_state.revision.as_object(), _absences())
            assignment = Assignment.objects.create(
                task_state=task_state,
                person=person,
                stands_in_for=stood_in_for.user if stood_in_for else None,
                asked_by=asked_by,
                due_on=due_on or due_date(task_state),
            )
            notices.asked(assignment)
    except IntegrityError:
        return task_state.assignments.open().get(person=person)
    return assignment


def release(assignment, user):
    """Ask this person no longer. Raises MayNotSignError for those who may not ask, ReviewStateError when it is over."""
    if not may_ask(user, assignment.task_state):
        raise MayNotSignError(_("Only those who may ask somebody may take it back."))
    with transaction.atomic():
        _answer(assignment, Answer.ENDED)
        notices.cancel(assignment)


def open_of(user):
    """Return the open assignments of ``user`` on open steps, the earliest due first."""
    return (
        Assignment.objects.open()
        .filter(person=user, task_state__status=TaskState.STATUS_IN_PROGRESS)
        .select_related("task_state__revision", "task_state__task", "stands_in_for", "asked_by", "person")
    )


# --- answering --------------------------------------------------------------------------------


def claim(assignment, user):
    """Accept; a second time changes nothing. Raises MayNotSignError, ReviewStateError."""
    _check_person(assignment, user)
    if assignment.answer == Answer.CLAIMED:
        return
    _answer(assignment, Answer.CLAIMED, among=(Answer.ASKED,))


def decline(assignment, user, reason):
    """Decline with a reason, which goes to who asked. Raises MayNotSignError, ReviewStateError."""
    _check_person(assignment, user)
    with transaction.atomic():
        _answer(assignment, Answer.DECLINED, _reason(reason))
        notices.cancel(assignment)
        notices.declined(assignment, librarian_of(assignment))


def pass_on(assignment, user, to, reason):
    """Hand the step on to ``to``, who must be allowed to sign it; return the new Assignment, due the same day.

    Raises MayNotSignError, ReviewStateError.
    """
    _check_person(assignment, user)
    reason = _reason(reason)
    if to.pk == user.pk:
        raise ReviewStateError(_("Choose a colleague; you are asked already."))
    with transaction.atomic():
        # In the order in which a signature locks: the step, then what was asked.
        _lock_open(assignment.task_state)
        _answer(assignment, Answer.PASSED_ON, reason)
        notices.cancel(assignment)
        today = timezone.localdate()
        new = ask(
            assignment.task_state, to, user, due_on=assignment.due_on if assignment.due_on > today else None
        )
        Assignment.objects.filter(pk=assignment.pk).update(passed_to=new)
        assignment.passed_to = new
        notices.passed_on(assignment, librarian_of(assignment))
    return new


def colleagues_for(assignment):
    """Return the Proposals of those to whom the person asked may pass the step on."""
    return [one for one in propose(assignment.task_state) if one.person.pk != assignment.person_id]


def librarian_of(assignment):
    """Return who answers for the asking: who asked when they may, else who submitted the text."""
    asked_by = assignment.asked_by
    if asked_by is not None and may_ask(asked_by, assignment.task_state):
        return asked_by
    return assignment.task_state.workflow_state.requested_by


def _answer(assignment, answer, reason="", among=OPEN_ANSWERS):
    """Compare and set. Raises ReviewStateError when the assignment or its step has ended meanwhile."""
    now = timezone.now()
    changed = Assignment.objects.filter(pk=assignment.pk, answer__in=among).update(
        answer=answer, answered_at=now, reason=reason
    )
    if not changed:
        raise ReviewStateError(_("This has been answered or decided already. Nothing was changed."))
    assignment.answer, assignment.answered_at, assignment.reason = answer, now, reason


def _check_person(assignment, user):
    if assignment.person_id != user.pk or not user.is_active:
        raise MayNotSignError(_("Only the person who was asked answers here."))
    _check_open(assignment.task_state)
    if assignment.answer not in OPEN_ANSWERS:
        raise ReviewStateError(_("This has been answered or decided already. Nothing was changed."))


def _check_open(task_state):
    if task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise ReviewStateError(_("This text has already been decided or called back. Nothing was changed."))


def _lock_open(task_state):
    """Hold the step until the transaction ends, so that it is not decided meanwhile. Raises ReviewStateError."""
    _check_open(ReviewTaskState.objects.select_for_update(of=("self",)).get(pk=task_state.pk))


def _reason(reason):
    reason = " ".join(reason.replace("\0", "").split())
    if not reason:
        raise ReviewStateError(_("Write a short reason, so that the librarian knows what to do next."))
    return reason[:MOST_CHARACTERS]


# --- when steps open and end ------------------------------------------------------------------


def step_opened(task_state):
    """Ask by itself who alone can be meant, else tell who submitted the text that somebody has to be chosen.

    By itself: the author; who returned the text at this step of this run; of a later step the only person here today. Of
    the first step the librarian, who has just submitted, is shown the proposals instead.
    """
    run = task_state.workflow_state
    returned = ReviewTaskState.objects.filter(
        workflow_state=run, task_id=task_state.task_id, status=TaskState.STATUS_REJECTED
    ).order_by("-pk")
    back_to = returned.values_list("finished_by_id", flat=True).first()
    first = not run.task_states.filter(status=TaskState.STATUS_APPROVED).exists()
    author = task_state.task.specific.kind == StepKind.AUTHOR
    if first and not author and back_to is None:
        return
    here = [one for one in propose(task_state) if not one.away]
    meant = [one for one in here if one.person.pk == back_to] or here
    if len(meant) == 1:
        ask(task_state, meant[0].person, None)
    elif not first:
        notices.somebody_wanted(task_state)


def step_ended(task_state):
    """End what was asked for a step that was decided or called back."""
    now = timezone.now()
    open_ = Assignment.objects.open().filter(task_state=task_state)
    for assignment in open_:
        notices.cancel(assignment)
    decided = task_state.status in (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    if decided:
        open_.filter(person_id=task_state.finished_by_id).update(answer=Answer.DONE, answered_at=now)
    open_.update(answer=Answer.ENDED, answered_at=now)
