"""Who may see, sign, return or call back a text under review, by kind of step (P2)."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wagtail.models import Page, Revision, TaskState

from review.models import (
    Absence,
    Approval,
    Objection,
    Physician,
    Post,
    Profession,
    ReviewTask,
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


def objection_to_sign(user, task_state, article=None):
    """Return the sentence why ``user`` may not decide on ``task_state`` (a ReviewTaskState), or an empty string.

    ``article``: its text as a page, where it has been read already.
    """
    return StepRights(task_state, _Facts([task_state], article)).objection(user)


def steps_of(task_states):
    """Return the StepRights of several ReviewTaskStates, with as few queries as for one.

    Their workflow_state and revision are best selected with them.
    """
    states = list(task_states)
    facts = _Facts(states)
    return [StepRights(state, facts) for state in states]


@dataclass(frozen=True)
class TextFacts:
    """What rights ask of the text under review; as it was submitted, but for who owns the page."""

    article_id: int
    department_id: int | None
    author_user_id: int | None
    owner_id: int | None


def author_of(task_state):
    """Return the id of the account that the text of ``task_state`` names as its author, or None."""
    return task_state.revision.content.get("author_user")


class _Facts:
    """What is known of several steps, each thing asked once for all of them. Everything goes by the step's id."""

    def __init__(self, task_states, article=None):
        self.states = task_states
        self.article = article  # of the only step
        self._entries, self._may_sign = {}, {}

    def entry(self, user):
        """Return the Physician of ``user``, or None."""
        if user.pk not in self._entries:
            self._entries[user.pk] = Physician.objects.filter(user=user).first()
        return self._entries[user.pk]

    def may_sign(self, task, user):
        """Return whether the step is the user's by group."""
        key = task.pk, user.pk
        if key not in self._may_sign:
            self._may_sign[key] = task.may_sign(user)
        return self._may_sign[key]

    @cached_property
    def tasks(self):
        if len(self.states) == 1:
            return {state.pk: state.task.specific for state in self.states}
        found = ReviewTask.objects.in_bulk({state.task_id for state in self.states})
        return {state.pk: found[state.task_id] for state in self.states}

    @cached_property
    def texts(self):
        if page := self.article:
            known = TextFacts(page.pk, page.department_id, page.author_user_id, page.owner_id)
            return {state.pk: known for state in self.states}
        articles = {state.pk: int(state.workflow_state.object_id) for state in self.states}
        owners = dict(Page.objects.filter(pk__in=articles.values()).values_list("pk", "owner_id"))
        return {
            state.pk: TextFacts(
                article_id=articles[state.pk],
                department_id=state.revision.content.get("department"),
                author_user_id=author_of(state),
                owner_id=owners.get(articles[state.pk]),
            )
            for state in self.states
        }

    @cached_property
    def writers(self):
        """Ids of all who had a hand in a text: linked author, importer or owner, submitter, editors since the last approval."""
        articles = {text.article_id for text in self.texts.values()}
        approvals = Approval.objects.filter(article__in=articles).order_by("sequence")
        signed = dict(approvals.values_list("article_id", "revision_id"))
        edits = Revision.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page), object_id__in=map(str, articles)
        ).exclude(user=None)
        editors = {}
        for article, revision, user in edits.order_by().values_list("object_id", "pk", "user_id"):
            if revision > signed.get(int(article), 0):
                editors.setdefault(int(article), set()).add(user)
        found = {}
        for state in self.states:
            text = self.texts[state.pk]
            others = {text.author_user_id, text.owner_id, state.workflow_state.requested_by_id}
            found[state.pk] = (editors.get(text.article_id, set()) | others) - {None}
        return found

    @cached_property
    def scope(self):
        """Ids of the Physician entries that sign for a department, of their own; by the department's id."""
        departments = {text.department_id for text in self.texts.values()} - {None}
        found = {department: set() for department in departments}
        pairs = Physician.reviews_for.through.objects.filter(department__in=departments)
        for department, entry in pairs.values_list("department_id", "physician_id"):
            found[department].add(entry)
        return found

    @cached_property
    def absences(self):
        """Today's absences with a stand-in, of physicians in post."""
        today = timezone.localdate()
        found = Absence.objects.filter(
            stand_in__isnull=False, starts__lte=today, ends__gte=today, physician__post=Post.IN_POST
        )
        return list(found.select_related("physician"))

    @cached_property
    def lifted(self):
        """What has been excepted, by run: entry's id to a set of objections."""
        found = {}
        granted = SigningException.objects.filter(
            workflow_state__in={state.workflow_state_id for state in self.states}
        )
        for run, entry, objection in granted.values_list("workflow_state_id", "physician_id", "objection"):
            found.setdefault(run, {}).setdefault(entry, set()).add(objection)
        return found

    @cached_property
    def signed_before(self):
        """(task's id, who signed it), by run. The author's confirmation judges nothing, so it does not count."""
        found = {}
        earlier = ReviewTaskState.objects.filter(
            workflow_state__in={state.workflow_state_id for state in self.states},
            status=TaskState.STATUS_APPROVED,
        ).exclude(task__reviewtask__kind=StepKind.AUTHOR)
        for run, task, user in earlier.values_list("workflow_state_id", "task_id", "finished_by_id"):
            found.setdefault(run, []).append((task, user))
        return found


class StepRights:
    """Who may sign one step. What concerns the step is asked once, however many people are looked at."""

    def __init__(self, task_state, facts=None):
        self.task_state = task_state
        self.facts = facts or _Facts([task_state])
        self.task = self.facts.tasks[task_state.pk]
        self.kind = self.task.kind

    def objection(self, user):
        """Return the sentence why ``user`` may not decide, or an empty string."""
        return next((hindrance.sentence for hindrance in self.hindrances(user)), "")

    def hindrances(self, user, excepted=True):
        """Yield what stands between ``user`` and a signature; what no exception lifts comes alone.

        ``excepted``: leave out what the chief librarian has excepted for this person and this run.
        """
        if self.kind == StepKind.AUTHOR:
            yield from self._against_author(user)
            return
        entry = self.facts.entry(user)
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
        if entry.pk not in self._own_scope and entry.pk not in self.stand_ins:
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
        author = self.text.author_user_id
        if author is None:
            yield Hindrance(
                _("No author's account is chosen for this text, so nobody can confirm it as its author.")
            )
        elif author != user.pk or not user.is_active:
            yield Hindrance(_("Only the author of this text confirms it here."))

    def _against_person(self, user, entry):
        """Return the sentence about what no exception lifts: role, entry, post, profession, earlier step; or ""."""
        if not self.facts.may_sign(self.task, user):
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

    @property
    def text(self):
        """The TextFacts of the text."""
        return self.facts.texts[self.task_state.pk]

    @property
    def writers(self):
        """Ids of all who had a hand in the text."""
        return self.facts.writers[self.task_state.pk]

    @property
    def stand_ins(self):
        """Those who stand in today for a physician in post of the text's department: entry's id to Absence."""
        return {one.stand_in_id: one for one in self.facts.absences if one.physician_id in self._own_scope}

    @property
    def _own_scope(self):
        """Ids of the Physician entries that sign for the text's department, of their own."""
        return self.facts.scope.get(self.text.department_id, set())

    @property
    def lifted(self):
        """What has been excepted in this run: entry's id to a set of objections."""
        return self.facts.lifted.get(self.task_state.workflow_state_id, {})

    @property
    def earlier_signers(self):
        """Ids of those who signed another step of this run."""
        signed = self.facts.signed_before.get(self.task_state.workflow_state_id, [])
        return {user for task, user in signed if task != self.task_state.task_id}


def basis(user, step):
    """Return what a signature says about its right beside the credentials, as plain values; ``step``: its StepRights.

    "stands_in_for": the absent physician's name or ""; "exceptions": what the chief librarian excepted, why, who, when.
    """
    entry = step.facts.entry(user)
    if entry is None or step.kind == StepKind.AUTHOR:
        return {"stands_in_for": "", "exceptions": []}
    absence = step.stand_ins.get(entry.pk) if step.kind in MEDICAL else None
    if absence and entry.reviews_for.filter(pk=step.text.department_id).exists():
        absence = None
    granted = SigningException.objects.filter(
        workflow_state_id=step.task_state.workflow_state_id, physician=entry
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


def is_asked(user, task_state):
    """True when the step is ``user``'s by its kind: the author's own, or that of a member of its groups."""
    task = task_state.task.specific
    if task.kind == StepKind.AUTHOR:
        return user.is_active and author_of(task_state) == user.pk
    return task.may_sign(user)


def may_see(user, task_state):
    """True for those who sign the step, the author, who submitted it, and for librarians who may edit articles."""
    return (
        is_asked(user, task_state)
        or task_state.workflow_state.requested_by_id == user.pk
        or (user.is_active and author_of(task_state) == user.pk)
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
