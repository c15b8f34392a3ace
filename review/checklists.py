"""The hospital's own questions: each saving makes a new version, and old versions stay for the record."""

import re

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.choices import Subject
from review import checklist
from review.errors import ReviewStateError
from review.models import ChecklistVersion, StepKind


MOST_QUESTIONS = 20  # of any kind of step; a physician is asked fewer (checklist.MOST_FOR_A_PHYSICIAN)


class QuestionForm(forms.Form):
    """One question; without words it goes."""

    code = forms.RegexField(r"^[a-z0-9_]{1,30}$", required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Question"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    stop = forms.BooleanField(label=gettext_lazy("A “no” forbids signing"), required=False, initial=True)
    subject = forms.ChoiceField(
        label=gettext_lazy("Asked about"),
        required=False,
        choices=[("", gettext_lazy("every text")), *Subject.choices],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False})


class BaseQuestionFormSet(forms.BaseFormSet):
    def __init__(self, *args, kind, **kwargs):
        self.kind = kind
        super().__init__(*args, **kwargs)

    @property
    def questions(self):
        """The questions as they are stored: dicts of code, text, stop, subject."""
        taken, found = set(), []
        for form in self.forms:
            given = form.cleaned_data
            if not given.get("text", "").strip():
                continue
            code = given["code"] if given["code"] and given["code"] not in taken else _new_code(taken, self)
            taken.add(code)
            found.append(
                {
                    "code": code,
                    "text": given["text"].strip(),
                    "stop": given["stop"],
                    "subject": given["subject"],
                }
            )
        return found

    def clean(self):
        if any(self.errors):
            return
        questions = self.questions
        if not any(not question["subject"] for question in questions):
            raise forms.ValidationError(_("At least one question has to be asked for every text."))
        if self.kind == StepKind.PHYSICIAN and len(questions) > checklist.MOST_FOR_A_PHYSICIAN:
            raise forms.ValidationError(
                _("A physician answers at most %(most)d questions, those for special subjects included.")
                % {"most": checklist.MOST_FOR_A_PHYSICIAN}
            )


QuestionFormSet = forms.formset_factory(
    QuestionForm,
    formset=BaseQuestionFormSet,
    extra=3,
    max_num=MOST_QUESTIONS,
    absolute_max=MOST_QUESTIONS,
)


def _new_code(taken, formset):
    used = taken | {form.cleaned_data.get("code") for form in formset.forms}
    return next(code for number in range(1, 100) if (code := f"own_{number}") not in used)


def initial(questions):
    """Return the formset's initial data for Questions."""
    return [
        {"code": one.code, "text": str(one.text), "stop": one.stop, "subject": one.subject}
        for one in questions
    ]


def save(kind, questions, *, based_on):
    """Store ``questions`` as the next version of ``kind`` and return it.

    Raises ReviewStateError when the current version is no longer ``based_on``, which is what the editor had before them.
    """
    try:
        with transaction.atomic():
            version = checklist.current(kind)[0]
            if version != based_on:
                raise ReviewStateError(
                    _(
                        "Somebody has changed these questions meanwhile. Yours are below and not saved; compare first."
                    )
                )
            number = int(re.search(r"\d+$", version).group()) + 1
            return ChecklistVersion.objects.create(kind=kind, number=number, questions=questions)
    except IntegrityError:
        raise ReviewStateError(
            _("Somebody has changed these questions meanwhile. Yours are below and not saved; compare first.")
        ) from None
