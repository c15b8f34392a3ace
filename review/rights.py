"""Who may see, sign, return or call back a text under review, by kind of step (P2)."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wagtail.models import Revision, TaskState

from review.models import (
    Absence,
    Objection,
    Physician,
    Post,
    Profession,
    ReviewTaskState,
    SigningException,
    StepKind,
)


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

    @property
    def label(self):
        """The objection in a few words, said about somebody else."""
        return Objection(self.objection).label if self.objection else ""


def objection_to_sign(user, task_state):
    """Return the sentence why ``user`` may not decide on ``task_state`` (a ReviewTaskState), or an empty string."""
    return next((hindrance.sentence for hindrance in StepRights(task_state).hindrances(user)), "")


class StepRights:
    """Who may sign one step. What concerns the step is asked once, however many people are looked at."""

    def __init__(self, task_state):
        self.task_state = task_state
        self.task = task_state.task.specific
        self.kind = self.task.kind

    def hindrances(self, user, excepted=True):
        """Yield what stands between ``user`` and a signature; what no exception lifts comes alone.

        ``excepted``: leave out what the chief librarian has excepted for this person and this run.
        """
        if self.kind == StepKind.AUTHOR:
            yield from self._against_author(user)
            return
        entry = Physician.objects.filter(user=user).first()
        if final := self._against_person(user, entry):
            yield Hindrance(final)
            return
        lifted = self.lifted.get(entry.pk, ()) if entry and excepted else ()
        yield from (found for found in self.against_text(user.pk, entry) if found.objection not in lifted)

    def against_text(self, user_id, entry):
        """Yield what keeps a person who signs this step from this text; the chief librarian may except each."""
        if user_id in self.writers:
            yield Hindrance(
                _("You wrote or edited this text, so somebody else has to sign it."), Objection.AUTHOR.value
            )
        if self.kind not in MEDICAL:
            return
        if entry.pk not in self.in_scope:
            yield Hindrance(
                _("This text belongs to a department that you do not sign for."), Objection.SCOPE.value
            )
        if entry.is_overdue():
            yield Hindrance(
                _(
                    "Your periodic assessment ran out on %(day)s. You can sign again when its new date is entered."
                )
                % {"day": entry.assessed_until.isoformat()},
                Objection.OVERDUE.value,
            )

    def _against_author(self, user):
        # The author's own step is the one exception from “nobody signs their own text”.
        author = self.article.author_user_id
        if author is None:
            yield Hindrance(
                _("No author's account is chosen for this text, so nobody can confirm it as its author.")
            )
        elif author != user.pk or not user.is_active:
            yield Hindrance(_("Only the author of this text confirms it here."))

    def _against_person(self, user, entry):
        """Return the sentence about what no exception lifts: role, entry, post, profession, earlier step; or ""."""
        if not self.task.may_sign(user):
            return _("This step is signed by others.")
        if self.kind in MEDICAL:
            in_post = entry is not None and entry.in_post
            if self.kind == StepKind.PHYSICIAN and not in_post:
                return _("Only a physician in post may sign. Ask the chief librarian to complete your entry.")
            if not in_post:
                return _(
                    "Only a pharmacist or nurse in post may sign. Ask the chief librarian to complete your entry."
                )
            if entry.profession not in MEDICAL[self.kind]:
                return _("This step is signed by people of another profession than yours.")
        if user.pk in self.earlier_signers:
            return _("You have signed an earlier step of this text; the next step is for somebody else.")
        return ""

    @cached_property
    def article(self):
        return self.task_state.revision.as_object()

    @cached_property
    def writers(self):
        return writers_of(self.task_state, self.article)

    @cached_property
    def in_scope(self):
        """Ids of the Physician entries that sign for the text's department today, of their own or as stand-ins."""
        department = self.article.department_id
        own = Physician.objects.filter(reviews_for=department).values_list("pk", flat=True)
        return {*own, *self.stand_ins} if department else set()

    @cached_property
    def stand_ins(self):
        """Those who stand in today for a physician in post of the text's department: entry's id to Absence."""
        today = timezone.localdate()
        absences = Absence.objects.filter(
            stand_in__isnull=False,
            starts__lte=today,
            ends__gte=today,
            physician__post=Post.IN_POST,
            physician__reviews_for=self.article.department_id,
        )
        return {absence.stand_in_id: absence for absence in absences.select_related("physician")}

    @cached_property
    def lifted(self):
        """What has been excepted in this run: entry's id to a set of objections."""
        found = {}
        granted = SigningException.objects.filter(workflow_state_id=self.task_state.workflow_state_id)
        for entry, objection in granted.values_list("physician_id", "objection"):
            found.setdefault(entry, set()).add(objection)
        return found

    @cached_property
    def earlier_signers(self):
        # The author's confirmation judges nothing, so it does not count.
        earlier = (
            ReviewTaskState.objects.filter(
                workflow_state_id=self.task_state.workflow_state_id, status=TaskState.STATUS_APPROVED
            )
            .exclude(task_id=self.task_state.task_id)
            .exclude(task__reviewtask__kind=StepKind.AUTHOR)
        )
        return set(earlier.values_list("finished_by_id", flat=True))


def basis(user, task_state):
    """Return what a signature says about its right beside the credentials, as plain values.

    "stands_in_for": the absent physician's name or ""; "exceptions": what the chief librarian excepted, why, who, when.
    """
    step = StepRights(task_state)
    entry = Physician.objects.filter(user=user).first()
    if entry is None or step.kind == StepKind.AUTHOR:
        return {"stands_in_for": "", "exceptions": []}
    absence = step.stand_ins.get(entry.pk) if step.kind in MEDICAL else None
    if absence and entry.reviews_for.filter(pk=step.article.department_id).exists():
        absence = None
    granted = SigningException.objects.filter(
        workflow_state_id=task_state.workflow_state_id, physician=entry
    ).select_related("granted_by")
    return {
        "stands_in_for": absence.physician.name if absence else "",
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
