"""Closed lists an article chooses from. Values go into the digest: never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom an article speaks to (适用人群, a required element since the nine-ministry opinion of 2022-05)."""

    PUBLIC = "public", _("General public")
    OLDER = "older", _("Older people")
    PARENTS = "parents", _("Parents of young children")
    PREGNANT = "pregnant", _("Pregnant women")
    PATIENTS = "patients", _("Patients and their families")
    CARERS = "carers", _("Carers")


class Subject(models.TextChoices):
    """What an article is about, where that asks for more care in review (docs/review.md)."""

    MEDICINES = "medicines", _("Medicines")
    VACCINES = "vaccines", _("Vaccines")
    PREGNANCY = "pregnancy", _("Pregnancy")
    CHILDREN = "children", _("Children")
    EMERGENCY = "emergency", _("Emergencies")
    TREATMENT = "treatment", _("Choosing a treatment")


class Need(models.TextChoices):
    """What brings a reader to the site; the home page leads by it. A topic may serve several."""

    SYMPTOMS = "symptoms", _("Symptoms")
    CONDITIONS = "conditions", _("Illnesses")
    MEDICINES = "medicines", _("Using medicines")
    TESTS = "tests", _("Tests and examinations")
    VACCINES = "vaccines", _("Vaccination")
    SURGERY = "surgery", _("Before and after surgery")
    FAMILY = "family", _("Mothers and children")
    LIVING = "living", _("Food, movement and sleep")
    FIRST_AID = "first-aid", _("First aid")


class BodyArea(models.TextChoices):
    """Where it hurts, from head to foot; a topic may belong to several."""

    HEAD = "head", _("Head and brain")
    SENSES = "senses", _("Eyes, ears, nose and throat")
    MOUTH = "mouth", _("Mouth and teeth")
    CHEST = "chest", _("Heart and lungs")
    ABDOMEN = "abdomen", _("Stomach, bowel and liver")
    URINARY = "urinary", _("Kidneys and urinary tract")
    REPRODUCTIVE = "reproductive", _("Reproductive organs")
    BONES = "bones", _("Bones, joints and back")
    SKIN = "skin", _("Skin")
    MIND = "mind", _("Mind and sleep")
    WHOLE = "whole", _("The whole body")


class Guardian(models.TextChoices):
    """Who consented for a patient under 18; a relation and never a name."""

    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    GRANDPARENT = "grandparent", _("Grandparent")
    OTHER = "other", _("Another guardian")


class SourceType(models.TextChoices):
    """Where the text comes from; the four-ministry notice of 2025-08-01 wants it labelled."""

    ORIGINAL = "original", _("Original")
    QUOTED = "quoted", _("Quoted")
    REPOSTED = "reposted", _("Reposted")
    TRANSLATED = "translated", _("Translated")


class AIUse(models.TextChoices):
    """What artificial intelligence did (measures on labelling generated content, in force 2025-09-01)."""

    NONE = "none", _("No AI used")
    POLISH = "polish", _("Language polishing only")
    TRANSLATION = "translation", _("Translation")
    DRAFT = "draft", _("Draft text")
    IMAGE = "image", _("Pictures")
    MEDIA = "media", _("Audio or video")

    @classmethod
    def needs_label(cls, value):
        """True when ``value`` goes beyond polishing, so that readers must see a label."""
        return value not in (cls.NONE, cls.POLISH)


class Release(models.TextChoices):
    """What a signature sets off in WeChat, chosen by a librarian beforehand."""

    BOARD = "board", _("With a push (onto the board)")
    PUBLISH = "publish", _("Publish on signing, without notifying followers")
    PUSH = "push", _("Push today on signing")


class CareLevel(models.TextChoices):
    SELF_CARE = "self_care", _("Self-care at home")
    SEE_DOCTOR = "see_doctor", _("See a doctor")
    CALL_120 = "call_120", _("Call 120 at once")


class ReferenceKind(models.TextChoices):
    JOURNAL = "journal", _("Journal article")
    BOOK = "book", _("Book")
    STANDARD = "standard", _("Standard")
    REPORT = "report", _("Report")
    CHAPTER = "chapter", _("Chapter of a book")
    THESIS = "thesis", _("Thesis")
    CONFERENCE = "conference", _("Conference paper")
    NEWSPAPER = "newspaper", _("Newspaper article")
    PATENT = "patent", _("Patent")
    DATASET = "dataset", _("Dataset")
    PREPRINT = "preprint", _("Preprint")
    WEB = "web", _("Web page")
    MANUAL = "manual", _("Typed by hand")


class CitationStyle(models.TextChoices):
    """The national standard by which references are printed."""

    GB2025 = "2025", _("GB/T 7714-2025 (in force since 2026-07-01)")
    GB2015 = "2015", _("GB/T 7714-2015")
