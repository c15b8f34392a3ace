"""The physician's questions: short, medical, each answered by a person. No “all pass”.

Items 1, 3, 7, 8 and 16/17 of the review checklist (docs/review.md); the rest is for machines and librarians.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


VERSION = "physician/1"


@dataclass(frozen=True)
class Question:
    code: str
    text: object


QUESTIONS = (
    Question("evidence", _("Every key medical statement agrees with the references or a current guideline.")),
    Question("numbers", _("Numbers, units and doses are right.")),
    Question("care", _("It says when to see a doctor, and when to call 120 where that matters.")),
    Question(
        "self_medication", _("It does not tell readers to start, stop or change medicines on their own.")
    ),
    Question("claims", _("It promises nothing, advertises nothing, and nobody can be recognised in it.")),
)
YES, NO = "yes", "no"
