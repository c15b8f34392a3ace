"""A signature in words, for the dossier and the stamped form. Signatures from earlier versions know fewer things."""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.findings import LEVELS
from review.checklist import ANSWERS
from review.forms import ConfirmationForm
from review.models import ExpertPool, LicenceCategory, Objection, Post, Profession, ProofReading, StepKind


DEVICES = {
    "wecom": gettext_lazy("WeCom on a phone or computer"),
    "wechat": gettext_lazy("WeChat"),
    "phone": gettext_lazy("Phone"),
    "tablet": gettext_lazy("Tablet"),
    "computer": gettext_lazy("Computer"),
}


def signature(kept):
    """Return a signature (plain values of an Approval) as the dict that templates print."""
    questions, reasons = kept.get("questions", {}), kept.get("reasons", {})
    proofs = dict(ProofReading._meta.get_field("number").choices)
    return {
        "step": kept.get("step", ""),
        "name": kept.get("name", ""),
        "title": kept.get("title", ""),
        "department": kept.get("department", ""),
        "username": kept.get("username", ""),
        "signed_at": parse_datetime(kept["signed_at"]) if kept.get("signed_at") else None,
        "facts": [(label, value) for label, value in _facts(kept) if value],
        "answers": [
            (questions.get(code, code), ANSWERS.get(answer, answer), reasons.get(code, ""))
            for code, answer in kept.get("answers", {}).items()
        ],
        "comment": kept.get("comment", ""),
        "proofs": [
            (proofs.get(one["number"], ""), one["name"], one["note"]) for one in kept.get("proofs", [])
        ],
        "exceptions": [
            (_label(Objection, one["objection"]), one["reason"], one["granted_by"])
            for one in kept.get("exceptions", [])
        ],
        "findings": [
            (
                LEVELS.get(one["level"], one["level"]),
                one["place"],
                " ".join(filter(None, (one["message"], one.get("waived")))),
            )
            for one in kept.get("findings", [])
        ],
        "findings_kept": "findings" in kept,
    }


def _facts(kept):
    """Yield (label, value) of who the signer was at that time, and how the signature came about."""
    held = kept.get("credentials", {})
    yield _("Kind of step"), _label(StepKind, kept.get("kind", ""))
    yield _("Profession"), _label(Profession, held.get("profession", ""))
    yield _("Post"), _label(Post, held.get("post", ""))
    yield _("Licence category"), _label(LicenceCategory, held.get("licence_category", ""))
    yield _("Licence scope"), held.get("licence_scope", "")
    yield _("Main practising institution"), held.get("main_institution", "")
    yield _("Specialties"), held.get("specialties", "")
    yield _("Periodic assessment valid until"), held.get("assessed_until", "")
    yield _("Expert pool"), _label(ExpertPool, held.get("expert_pool", ""))
    yield _("Signs for"), "、".join(held.get("signs_for", []))
    yield _("Roles"), "、".join(held.get("roles", []))
    yield _("Stands in for"), kept.get("stands_in_for", "")
    if confirmed := kept.get("confirmed"):
        how = dict(ConfirmationForm.HOW).get(confirmed["how"], confirmed["how"])
        yield (
            _("Confirmed in writing"),
            " ".join(filter(None, (str(how), confirmed["on"], confirmed["note"]))),
        )
        yield _("Recorded by"), kept["recorded_by"]["name"]
    yield _("Device"), DEVICES.get(kept.get("device", ""), "")
    if "whole" in kept:
        yield _("Covers"), _("the whole text") if kept["whole"] else _("a small correction")
    yield _("Checklist"), kept.get("checklist", "")


def _label(choices, value):
    return dict(choices.choices).get(value, value)
