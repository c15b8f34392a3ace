"""The dossier of one article (审核档案): everything an inspector asks for, as plain values for a page and for JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import TaskState

from review import chain, changes, history, printed, progress, reading, rereview
from review.models import Objection, ProofReading


@dataclass(frozen=True)
class Section:
    """A part that a room above adds: a table with ``columns`` {key: heading} and ``rows`` of dicts; ``empty`` says so."""

    code: str
    title: str
    columns: dict
    rows: list
    empty: str

    @property
    def printed(self):
        """The rows as lists of texts, in the order of the columns."""
        return [[_in_words(row[key]) for key in self.columns] for row in self.rows]


def _in_words(value):
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


# Functions of an article that return Sections; rooms above add theirs.
sections = []


def may_see(user, article):
    """True for those who may look at approvals, and for whoever signed a step of this article."""
    return user.is_active and (
        user.has_perm("review.view_approval")
        or progress.passes_of(article).filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists()
    )


def of(article):
    """Return the dossier of ``article`` as plain values. The number of queries does not grow with its length."""
    count, seal = chain.head()
    due = rereview.due_of(article)
    try:
        approvals = list(article.approvals.prefetch_related("scans__added_by").order_by("sequence"))
        faults, versions = [one.words for one in chain.faults_of(approvals)], _versions(approvals)
    except chain.UNREADABLE:
        approvals, versions = [], []
        faults = [
            _("An approval of this article was altered so that it cannot be read; run verify_approvals.")
        ]
    return {
        "article": {
            "id": article.pk,
            "title": approvals[-1].snapshot["title"] if approvals else article.title,
            "address": f"/a/{article.pk}/",
            "department": article.department.name if article.department_id else "",
            "review_due_on": due and due.due_on,
            "author": f"{article.author_name} {article.author_title} {article.author_department}".strip(),
        },
        "made_at": timezone.now(),
        "chain": {
            "count": count,
            "seal": seal,
            "faults": faults,
        },
        "versions": versions,
        "reviews": _reviews(article),
        "sections": [section for make in sections for section in make(article)],
        "history": history.of(article),
    }


def as_json(found):
    """Return ``found`` (see ``of``) as dicts and lists alone, without what only repeats them for the page."""
    versions = [
        {key: value for key, value in one.items() if key not in ("printed", "text")}
        for one in found["versions"]
    ]
    return found | {
        "versions": versions,
        "sections": [asdict(section) for section in found["sections"]],
        "history": [asdict(event) for event in found["history"]],
    }


def _versions(approvals):
    before = None
    made = []
    for number, approval in enumerate(approvals, 1):
        made.append(
            {
                "version": number,
                "approval": approval.sequence,
                "signed_at": approval.signed_at,
                "scheme": approval.scheme,
                "digest": approval.digest,
                "key": approval.key_id,
                "seal_before": approval.previous_mac,
                "seal": approval.mac,
                "signatures": approval.signatures,
                "printed": [printed.signature(one) for one in approval.signatures],
                "changes": changes.between(before, approval.snapshot) if before else [],
                "references": approval.snapshot["references"],
                "text": reading.parts(approval.snapshot),
                "snapshot": approval.snapshot,
                "scans": [
                    {"id": scan.pk, "note": scan.note, "by": history.name(scan.added_by), "at": scan.added_at}
                    for scan in approval.scans.all()
                ],
            }
        )
        before = approval.snapshot
    return made


def _reviews(article):
    passes = {}
    for state in history.passes_of(article):
        passes.setdefault(state.workflow_state_id, []).append(_pass(state))
    labels = dict(ProofReading._meta.get_field("number").choices)
    return [
        {
            "submitted_at": run.created_at,
            "submitted_by": history.name(run.requested_by),
            "chain": run.workflow.name,
            "state": str(run.get_status_display()),
            "steps": passes.get(run.pk, []),
            "proofs": [
                {
                    "proof": str(labels[proof.number]),
                    "by": history.name(proof.reader),
                    "at": proof.read_at,
                    "note": proof.note,
                }
                for proof in run.proof_readings.all()
            ],
            "exceptions": [
                {
                    "for": one.physician.name,
                    "objection": str(Objection(one.objection).label),
                    "reason": one.reason,
                    "by": history.name(one.granted_by),
                    "at": one.granted_at,
                }
                for one in run.signing_exceptions.all()
            ],
        }
        for run in history.runs_of(article)
    ]


def _pass(state):
    return {
        "step": state.task.name,
        "state": str(state.get_status_display()),
        "begun_at": state.started_at,
        "opened_at": state.first_opened_at,
        "ended_at": state.finished_at,
        "by": (state.signature or {}).get("name") or history.name(state.finished_by),
        "digest": state.digest,
        "comment": state.comment,
        "points": [
            {
                "about": str(note.get_category_display()),
                "passage": note.passage,
                "text": note.text,
                "suggestion": note.suggestion,
                "answer": note.answer,
                "answered_by": history.name(note.answered_by),
                "answered_at": note.answered_at,
                "taken_over": note.taken_over,
            }
            for note in state.return_notes.all()
        ],
        "asked": [
            {
                "person": history.name(one.person),
                "stands_in_for": history.name(one.stands_in_for),
                "by": history.name(one.asked_by),
                "at": one.asked_at,
                "due_on": one.due_on,
                "answer": str(one.get_answer_display()),
                "answered_at": one.answered_at,
                "reason": one.reason,
            }
            for one in state.assignments.all()
        ],
    }
