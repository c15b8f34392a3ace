"""An article's history in words: who did what, when and why, from the first draft to the last withdrawal."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.models import PageLogEntry, TaskState, WorkflowState

from review import progress
from review.models import Answer, ProofReading, SpotCheckItem, Verdict


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``who`` and ``detail`` may be empty. ``times``: so often in a row, the first at ``at``."""

    at: datetime
    text: str
    who: str = ""
    detail: str = ""
    times: int = 1

    @property
    def often(self):
        """Say how often in a row, or return an empty string."""
        return ngettext("%(n)d time", "%(n)d times", self.times) % {"n": self.times} if self.times > 1 else ""


# Functions of an article that return Events; rooms above add theirs.
sources = []
# Told better by the review itself, or by the room above.
_TOLD_ELSEWHERE = (
    "wagtail.workflow",
    "wagtail.moderation",
    "wagtail.publish",
    "wagtail.unpublish",
    # Written in the name of whoever signs last; the differences between the versions tell it.
    "wagtail.rename",
)


def of(article):
    """Return the Events of ``article``, the oldest first. The number of queries does not grow with their number."""
    events = [*_logged(article), *_reviewed(article), *_checked(article)]
    for source in sources:
        events += source(article)
    return _joined(sorted(events, key=lambda event: event.at))


def runs_of(article):
    """Return the article's WorkflowStates, the oldest first, with what belongs to them."""
    return (
        WorkflowState.objects.filter(
            object_id=str(article.pk), base_content_type=article.get_base_content_type()
        )
        .select_related("requested_by", "workflow")
        .prefetch_related(
            "proof_readings__reader", "signing_exceptions__physician", "signing_exceptions__granted_by"
        )
        .order_by("created_at", "pk")
    )


def passes_of(article):
    """Return the article's review passes, the oldest first, with what belongs to them."""
    return (
        progress.passes_of(article)
        .defer("snapshot")
        .select_related("task", "finished_by", "workflow_state__requested_by")
        .prefetch_related(
            "return_notes__answered_by",
            "assignments__person",
            "assignments__asked_by",
            "assignments__stands_in_for",
        )
        .order_by("started_at", "pk")
    )


def name(user):
    """Return a person's name for the record, or an empty string."""
    return str(user) if user else ""


def _logged(article):
    entries = PageLogEntry.objects.filter(page=article.pk).select_related("user").order_by("timestamp", "pk")
    for entry in entries:
        if entry.action == "wagtail.workflow.resume":
            yield Event(entry.timestamp, _("Submitted again after a return"), name(entry.user))
        elif not entry.action.startswith(_TOLD_ELSEWHERE):
            yield Event(entry.timestamp, str(entry.message), name(entry.user))


def _reviewed(article):
    for run in runs_of(article):
        yield Event(run.created_at, _("Submitted for review"), name(run.requested_by))
        labels = dict(ProofReading._meta.get_field("number").choices)
        for proof in run.proof_readings.all():
            yield Event(proof.read_at, str(labels[proof.number]), name(proof.reader), proof.note)
    for state in passes_of(article):
        yield from _passed(state)
        for assignment in state.assignments.all():
            yield from _assigned(assignment)
        for note in state.return_notes.all():
            if note.answered_at:
                text = _("Better wording taken over") if note.taken_over else _("Point of a return answered")
                yield Event(note.answered_at, text, name(note.answered_by), note.answer)
    approvals = article.approvals.only("sequence", "digest", "signed_at", "article_id")
    for approval in approvals.prefetch_related("scans__added_by"):
        text = _("Approved for release, number %(number)d") % {"number": approval.sequence}
        yield Event(approval.signed_at, text, detail=approval.digest)
        for scan in approval.scans.all():
            yield Event(scan.added_at, _("Stamped form attached"), name(scan.added_by), scan.note)


def _passed(state):
    step = {"step": state.task.name}
    if state.first_opened_at:
        yield Event(state.first_opened_at, _("%(step)s: opened for the first time") % step)
    if not state.finished_at:
        return
    who = (state.signature or {}).get("name") or name(state.finished_by)
    if state.status == TaskState.STATUS_APPROVED:
        yield Event(state.finished_at, _("%(step)s: signed") % step, who, state.comment)
    elif state.status == TaskState.STATUS_REJECTED:
        yield Event(state.finished_at, _("%(step)s: returned") % step, name(state.finished_by), state.comment)
    elif state.status == TaskState.STATUS_CANCELLED:
        yield Event(state.finished_at, _("Called back from review"), name(state.finished_by))


def _assigned(assignment):
    person = {"person": name(assignment.person)}
    due = _("due on %(day)s") % {"day": assignment.due_on}
    yield Event(assignment.asked_at, _("%(person)s was asked") % person, name(assignment.asked_by), due)
    texts = {
        Answer.CLAIMED: _("Accepted"),
        Answer.DECLINED: _("Declined"),
        Answer.PASSED_ON: _("Passed on"),
    }
    if assignment.answered_at and assignment.answer in texts:
        yield Event(
            assignment.answered_at, texts[assignment.answer], name(assignment.person), assignment.reason
        )


def _checked(article):
    items = SpotCheckItem.objects.filter(article=article, checked_at__isnull=False).select_related(
        "checked_by", "spot_check"
    )
    for item in items:
        text = _("Monthly spot check %(month)s: %(verdict)s") % {
            "month": item.spot_check,
            "verdict": Verdict(item.verdict).label,
        }
        yield Event(item.checked_at, text, name(item.checked_by), item.note)


def _joined(events):
    """Tell what one person did several times in a row once: editing writes an entry at every save."""
    told = []
    for event in events:
        last = told[-1] if told else None
        if last and not event.detail and (last.text, last.who, last.detail) == (event.text, event.who, ""):
            told[-1] = replace(last, times=last.times + 1)
        else:
            told.append(event)
    return told
