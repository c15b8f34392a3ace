"""The questions of each kind of step: short, each answered by a person. No “all pass”.

They are the 20 items of the review checklist (docs/review.md), shared out: what a machine can see it shows as evidence,
the rest is asked of whoever can know it. The hospital may replace the questions of a kind: the newest ChecklistVersion
counts, without one what is built in here. A signature keeps the version and the words of what was asked.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from review.models import ChecklistVersion, StepKind


YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS = {YES: _("Yes"), NO: _("No"), NOT_APPLICABLE: _("Does not apply")}
MOST_FOR_A_PHYSICIAN = 8


@dataclass(frozen=True)
class Question:
    """One thing to answer. ``stop``: a “no” forbids signing and nothing but “yes” lets it pass.

    ``subject``: asked only of articles on it (articles.choices.Subject), empty for all. ``evidence``: the findings shown
    beside it, by the beginnings of their codes.
    """

    code: str
    text: object
    stop: bool = True
    subject: str = ""
    evidence: tuple = ()

    @property
    def answers(self):
        """The answers it takes."""
        return (YES, NO) if self.stop else (YES, NO, NOT_APPLICABLE)


_PHYSICIAN = (
    Question(
        "evidence",
        _("Every key medical statement agrees with the references or a current guideline."),
        evidence=("evidence.", "complete.source"),
    ),
    Question("numbers", _("Numbers, units and doses are right."), evidence=("numbers.",)),
    Question(
        "care",
        _("It says when to see a doctor, and when to call 120 where that matters."),
        evidence=("care.",),
    ),
    Question(
        "self_medication",
        _("It does not tell readers to start, stop or change medicines on their own."),
        evidence=("wording.self_medication",),
    ),
    Question(
        "claims",
        _("It promises nothing, advertises nothing, and nobody can be recognised in it."),
        evidence=("wording.claim", "wording.promotion", "privacy.", "consent."),
    ),
    Question(
        "label",
        _("Medicines have their generic names; what is said of use and dose agrees with the approved label."),
        subject="medicines",
    ),
    Question(
        "guardians",
        _("It speaks to the guardians, and doses and limits are those for the child's age or weight."),
        subject="children",
    ),
    Question(
        "treatment",
        _("Benefits, risks, what is uncertain, and what happens without the treatment are all stated."),
        subject="treatment",
    ),
)
RECORDING = Question(
    "recording", _("The recording says what the text says, word for word: I have listened to it.")
)
"""Asked of the physician beside the others, also where the hospital has questions of its own, when there is a recording."""
_AUTHOR = (
    Question("meaning", _("I have read the edited text; it says what I mean.")),
    Question("sources", _("The references are those my statements rest on.")),
    Question("interests", _("My name and title are right; conflicts of interest and funding are declared.")),
)
_EDITOR = (
    Question(
        "current",
        _("The references are authoritative and current; older than five years only for a reason."),
        stop=False,
        evidence=("evidence.",),
    ),
    Question(
        "complete",
        _("Author, source, audience and next review date are there and right."),
        evidence=("complete.",),
    ),
    Question(
        "key_message", _("The one key message comes first; the title neither overstates nor frightens.")
    ),
    Question(
        "plain",
        _("Sentences are short; medical terms and abbreviations are explained where they first stand."),
        stop=False,
        evidence=("readability.",),
    ),
    Question("action", _("It tells readers step by step what to do."), stop=False),
    Question(
        "pictures",
        _("Pictures have captions and alternative texts; no table asks readers to calculate."),
        stop=False,
        evidence=("pictures.",),
    ),
    Question(
        "options",
        _("More than one treatment is described, and how to decide together with the doctor."),
        stop=False,
        subject="treatment",
    ),
)
_CO_REVIEWER = (
    Question("numbers", _("Numbers, units and doses are right."), evidence=("numbers.",)),
    Question(
        "label",
        _("Medicines have their generic names; what is said of use and dose agrees with the approved label."),
        stop=False,
    ),
    Question(
        "cautions",
        _("Who must not use it, common side effects and special groups of patients are named."),
        stop=False,
    ),
    Question("handling", _("What readers are told to do at home is safe and can be done."), stop=False),
)
_OFFICE = (
    Question(
        "promotion",
        _(
            "No advertising or steering of patients: no price, contact or code, no comparison, no testimonial."
        ),
        evidence=("wording.promotion",),
    ),
    Question("absolute", _("No guarantees and no absolute claims."), evidence=("wording.claim",)),
    Question(
        "ai",
        _("The use of AI is recorded, and what AI made is labelled and verified."),
        evidence=("complete.ai",),
    ),
    Question(
        "privacy",
        _("No patient can be recognised; cases and photographs have a written consent of their own."),
        evidence=("privacy.", "consent."),
    ),
    Question(
        "rights", _("Source and licence of pictures and quoted texts are recorded."), evidence=("rights.",)
    ),
    Question("interests", _("Conflicts of interest and funding are declared."), stop=False),
)
_LEADER = (
    Question("chain", _("The steps before this one were done by the right people.")),
    Question("stand", _("The hospital stands behind this text and may publish it under its name.")),
)

BUILT_IN = {
    StepKind.AUTHOR: (1, _AUTHOR),
    StepKind.EDITOR: (1, _EDITOR),
    StepKind.PHYSICIAN: (2, _PHYSICIAN),
    StepKind.CO_REVIEWER: (1, _CO_REVIEWER),
    StepKind.OFFICE: (1, _OFFICE),
    StepKind.LEADER: (1, _LEADER),
}
"""Version and questions of each kind, as delivered. Change the number with the words."""

COVERS = {
    StepKind.AUTHOR: _(
        "By confirming you say that the edited text above is yours, to the word. It is not a medical review."
    ),
    StepKind.EDITOR: _(
        "Your signature covers wording, completeness and form of the text above. Its medicine is for the physician."
    ),
    StepKind.PHYSICIAN: _(
        "Your signature covers exactly the text above, on the website and in WeChat: words, numbers, pictures and "
        "references."
    ),
    StepKind.CO_REVIEWER: _(
        "Your signature covers the text above as far as your profession goes; a physician signs beside you."
    ),
    StepKind.OFFICE: _(
        "Your signature covers advertising, privacy, rights and labels of the text above. Its medicine is for the "
        "physician."
    ),
    StepKind.LEADER: _(
        "Your signature releases the text above in the hospital's name, after everybody before you."
    ),
}
"""What a signature of each kind means; stands above the answers."""


MACHINE = (
    (_("References are listed."), ("evidence.",)),
    (_("Title, summary, author, source and use of AI are filled in."), ("complete.",)),
    (_("It says when to seek care."), ("care.", "safety.")),
    (_("No words that make readers change their medicines."), ("wording.self_medication",)),
    (
        _("No promises and no promotion."),
        ("wording.claim", "wording.promotion", "wording.comparison", "wording.testimonial", "links.shop"),
    ),
    (_("Sentences and length suit a phone."), ("readability.",)),
    (_("Pictures have alternative texts, sources and licences."), ("pictures.", "rights.")),
    (_("No identity numbers; consents of patients are recorded."), ("privacy.", "consent.")),
)
"""What the machine looks at, by the beginnings of the findings' codes."""


def machine_items(findings):
    """Return [(text, its findings)] of what the machine looked at; findings on anything else come last, without text."""
    items = [(text, [one for one in findings if one.code.startswith(codes)]) for text, codes in MACHINE]
    known = {id(one) for _text, found in items for one in found}
    others = [one for one in findings if id(one) not in known]
    return [*items, ("", others)] if others else items


def questions_for(task_state):
    """Return (version, questions) of a step over its text.

    Of a physician at most MOST_FOR_A_PHYSICIAN, and one more where the text is read aloud.
    """
    content, kind = task_state.revision.content, task_state.task.specific.kind
    version, questions = questions_of(kind, content.get("subjects") or [])
    if kind == StepKind.PHYSICIAN and content.get("recording"):
        questions = (*questions, RECORDING)
    return version, questions


def questions_of(kind, subjects=()):
    """Return (version, questions) of a kind of step for texts on ``subjects``."""
    version, questions = current(kind)
    return version, tuple(one for one in questions if not one.subject or one.subject in subjects)


def current(kind):
    """Return (version, all questions) of a kind of step: the hospital's newest, else what is built in."""
    row = ChecklistVersion.objects.filter(kind=kind).order_by("-number").first()
    number, built_in = BUILT_IN[StepKind(kind)]
    if row is None:
        return f"{kind}/{number}", built_in
    evidence = {question.code: question.evidence for question in built_in}
    return str(row), tuple(
        Question(
            one["code"],
            one["text"],
            stop=one.get("stop", True),
            subject=one.get("subject", ""),
            evidence=evidence.get(one["code"], ()),
        )
        for one in row.questions
    )


def all_yes(kind=StepKind.PHYSICIAN, subjects=()):
    """Return answers that let a text pass a step; for demonstrations and tests."""
    return {question.code: YES for question in questions_of(kind, subjects)[1]}
