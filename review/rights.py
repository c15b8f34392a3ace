"""Who may see, sign, return or call back a text under review, by kind of step (P2)."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Revision, TaskState

from review.models import Absence, Objection, Physician, Post, Profession, SigningException, StepKind


MEDICAL = {
    StepKind.PHYSICIAN: (Profession.PHYSICIAN,),
    StepKind.CO_REVIEWER: (Profession.PHARMACIST, Profession.NURSE),
}
"""Kinds of step that only people with an entry sign, and of which professions."""


@dataclass(frozen=True)
class Hindrance:
    """One thing that keeps a person from signing; ``objection`` names it when the chief librarian may except it."""

    sentence: str
    objection: str = ""


def objection_to_sign(user, task_state):
    """Return the sentence why ``user`` may not decide on ``task_state`` (a ReviewTaskState), or an empty string."""
    return next((hindrance.sentence for hindrance in hindrances(user, task_state)), "")


def hindrances(user, task_state, excepted=True):
    """Yield every Hindrance between ``user`` and a signature, what no exception lifts first.

    ``excepted``: leave out what the chief librarian has excepted for this person and this run.
    """
    kind = task_state.task.specific.kind
    article = task_state.revision.as_object()
    if kind == StepKind.AUTHOR:
        yield from _against_author(user, article)
        return
    entry = Physician.objects.filter(user=user).first()
    final = _against_person(user, entry, kind, task_state)
    if final:
        yield Hindrance(final)
        return
    lifted = _lifted(entry, task_state) if excepted else frozenset()
    yield from (
        found
        for found in _against_text(user, entry, kind, task_state, article)
        if found.objection not in lifted
    )


def _against_author(user, article):
    """The author's own step is the one exception from “nobody signs their own text”."""
    if article.author_user_id is None:
        yield Hindrance(
            _("No author's account is chosen for this text, so nobody can confirm it as its author.")
        )
    elif article.author_user_id != user.pk or not user.is_active:
        yield Hindrance(_("Only the author of this text confirms it here."))


def _against_person(user, entry, kind, task_state):
    """Return the sentence about what no exception lifts: role, entry, post, profession, an earlier step; or ""."""
    if not task_state.task.specific.may_sign(user):
        return _("This step is signed by others.")
    if kind in MEDICAL:
        if entry is None or entry.post != Post.IN_POST:
            if kind == StepKind.PHYSICIAN:
                return _("Only a physician in post may sign. Ask the chief librarian to complete your entry.")
            return _(
                "Only a pharmacist or nurse in post may sign. Ask the chief librarian to complete your entry."
            )
        if entry.profession not in MEDICAL[kind]:
            if kind == StepKind.PHYSICIAN:
                return _(
                    "This step is signed by a physician; pharmacists and nurses sign a step of their own."
                )
            return _("This step is signed by a pharmacist or a nurse.")
    if _signed_another_step(user, task_state):
        return _("You have signed an earlier step of this text; the next step is for somebody else.")
    return ""


def _against_text(user, entry, kind, task_state, article):
    """Yield what keeps this person from this text; each can be excepted by the chief librarian."""
    if user.pk in writers_of(task_state, article):
        yield Hindrance(
            _("You wrote or edited this text, so somebody else has to sign it."), Objection.AUTHOR.value
        )
    if kind not in MEDICAL:
        return
    if not in_scope(entry, article.department_id):
        yield Hindrance(
            _("This text belongs to a department that you do not sign for."), Objection.SCOPE.value
        )
    if entry.is_overdue():
        yield Hindrance(
            _(
                "Your periodic assessment ran out on %(day)s. You can sign again when its new date has been entered."
            )
            % {"day": entry.assessed_until.isoformat()},
            Objection.OVERDUE.value,
        )


def _signed_another_step(user, task_state):
    # The author's confirmation judges nothing, so it does not count.
    earlier = task_state.workflow_state.task_states.filter(
        status=TaskState.STATUS_APPROVED, finished_by=user
    ).exclude(task_id=task_state.task_id)
    return earlier.exclude(task__reviewtask__kind=StepKind.AUTHOR).exists()


def _lifted(entry, task_state):
    if entry is None:
        return frozenset()
    return frozenset(
        SigningException.objects.filter(
            workflow_state_id=task_state.workflow_state_id, physician=entry
        ).values_list("objection", flat=True)
    )


def in_scope(entry, department_id, day=None):
    """True when ``entry`` signs for the department, for itself or on ``day`` (default: today) as a stand-in."""
    if department_id is None:
        return False
    if entry.reviews_for.filter(pk=department_id).exists():
        return True
    return standing_in(entry, department_id, day) is not None


def standing_in(entry, department_id, day=None):
    """Return the absent Physician whose department ``entry`` signs for on ``day`` (default: today), or None."""
    day = day or timezone.localdate()
    absence = (
        Absence.objects.filter(
            stand_in=entry,
            starts__lte=day,
            ends__gte=day,
            physician__post=Post.IN_POST,
            physician__reviews_for=department_id,
        )
        .select_related("physician")
        .first()
    )
    return absence.physician if absence else None


def basis(user, task_state):
    """Return what a signature says about its right beside the credentials, as plain values.

    "stands_in_for": the absent physician's name or ""; "exceptions": what the chief librarian excepted, why, who, when.
    """
    entry = Physician.objects.filter(user=user).first()
    if entry is None:
        return {"stands_in_for": "", "exceptions": []}
    department = task_state.revision.as_object().department_id
    absent = None
    if task_state.task.specific.kind in MEDICAL and not entry.reviews_for.filter(pk=department).exists():
        absent = standing_in(entry, department)
    granted = SigningException.objects.filter(
        workflow_state_id=task_state.workflow_state_id, physician=entry
    ).select_related("granted_by")
    return {
        "stands_in_for": absent.name if absent else "",
        "exceptions": [
            {
                "objection": one.objection,
                "reason": one.reason,
                "granted_by": str(one.granted_by),
                "granted_at": one.granted_at.isoformat(),
            }
            for one in granted.order_by("pk")
        ],
    }


def writers_of(task_state, article):
    """Return the ids of all who had a hand in the text: linked author, importer or owner, submitter, editors since
    the last approval."""
    revisions = Revision.objects.filter(
        base_content_type=article.get_base_content_type(), object_id=str(article.pk)
    )
    last = article.approvals.order_by("-sequence").first()
    if last:
        revisions = revisions.filter(pk__gt=last.revision_id)
    writers = set(revisions.exclude(user=None).values_list("user_id", flat=True))
    return (
        writers | {article.author_user_id, article.owner_id, task_state.workflow_state.requested_by_id}
    ) - {None}


def is_asked(user, task_state):
    """True when the step is ``user``'s by its kind: the author's own, or that of a member of its groups."""
    task = task_state.task.specific
    if task.kind == StepKind.AUTHOR:
        return user.is_active and task_state.revision.as_object().author_user_id == user.pk
    return task.may_sign(user)


def may_see(user, task_state):
    """True for those who sign the step, the author, who submitted it, and for librarians who may edit articles."""
    return (
        is_asked(user, task_state)
        or task_state.workflow_state.requested_by_id == user.pk
        or (user.is_active and task_state.revision.as_object().author_user_id == user.pk)
        or task_state.workflow_state.content_object.specific.permissions_for_user(user).can_edit()
    )


def may_call_back(user, workflow_state):
    """True for the submitter and for the chief librarian."""
    return user.is_active and (
        workflow_state.requested_by_id == user.pk or user.has_perm("review.call_back_review")
    )


def may_except(user):
    """True for those whose role grants exceptions (the chief librarian); being a superuser counts for nothing."""
    return (
        user.is_active
        and Permission.objects.filter(
            group__user=user, content_type__app_label="review", codename="add_signingexception"
        ).exists()
    )
