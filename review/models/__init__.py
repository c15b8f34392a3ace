from review.models.approvals import Approval, ApprovalScan, ChainHead
from review.models.assignments import Answer, Assignment, Holiday, Notice, NoticeState
from review.models.checklists import ChecklistVersion
from review.models.holds import ImageHold
from review.models.links import LastReading, LinkOpening, OneTimeCode, ReviewLink, ReviewPin, TrustedDevice
from review.models.physicians import (
    Absence,
    ExpertPool,
    LicenceCategory,
    Objection,
    Physician,
    Post,
    Profession,
    SigningException,
)
from review.models.rereview import Account, OlderArticle, ReReview, SpotCheck, SpotCheckItem, Verdict
from review.models.returns import Category, ProofReading, ReturnNote
from review.models.settings import ReviewSettings
from review.models.steps import ReviewTask, ReviewTaskState, StepKind


__all__ = [
    "Absence",
    "Account",
    "Answer",
    "Approval",
    "ApprovalScan",
    "Assignment",
    "Category",
    "ChainHead",
    "ChecklistVersion",
    "ExpertPool",
    "Holiday",
    "ImageHold",
    "LastReading",
    "LicenceCategory",
    "LinkOpening",
    "Notice",
    "NoticeState",
    "Objection",
    "OlderArticle",
    "OneTimeCode",
    "Physician",
    "Post",
    "Profession",
    "ProofReading",
    "ReReview",
    "ReturnNote",
    "ReviewLink",
    "ReviewPin",
    "ReviewSettings",
    "ReviewTask",
    "ReviewTaskState",
    "SigningException",
    "SpotCheck",
    "SpotCheckItem",
    "StepKind",
    "TrustedDevice",
    "Verdict",
]
