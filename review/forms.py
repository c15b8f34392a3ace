"""What is posted on a review page: a decision with answers or points, a proof-reading, an author's confirmation."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review import checklist, rereview, returns
from review.models import Category, StepKind


class PointForm(forms.Form):
    """One thing to change; empty as a whole, or with words."""

    category = forms.ChoiceField(label=gettext_lazy("About"), choices=Category.choices, required=False)
    passage = forms.CharField(
        label=gettext_lazy("Passage"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Copy the words from the text."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=gettext_lazy("What should change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    suggestion = forms.CharField(
        label=gettext_lazy("Better wording, if you have one"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("It replaces the passage; the librarian takes it over with one click."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False})

    @property
    def is_filled(self):
        data = getattr(self, "cleaned_data", {})
        return any(data.get(name, "").strip() for name in ("passage", "text", "suggestion"))

    def clean(self):
        cleaned = super().clean()
        if self.errors or not self.is_filled:
            return cleaned
        if cleaned["suggestion"].strip() and not cleaned["passage"].strip():
            self.add_error("passage", _("Copy the passage that your better wording is meant for."))
        if not cleaned["suggestion"].strip() and not cleaned["text"].strip():
            self.add_error("text", _("Write what has to change, so that the author can act on it."))
        return cleaned


PointFormSet = forms.formset_factory(
    PointForm, extra=2, max_num=returns.MOST_POINTS, absolute_max=returns.MOST_POINTS
)


class DecisionForm(forms.Form):
    """A decision on the text of ``task_state``, with the digest that was seen.

    Cleaned data: "decision" (sign or return), "seen_digest", "comment", "answers" and "reasons" by question's code,
    "notes" (dicts for ``services.send_back``), "whole". ``services.decide`` takes it as it is. ``questions`` are the
    bound answer fields, ``points`` the formset of things to change; posting no formset at all is fine.
    """

    decision = forms.ChoiceField(choices=[("sign", gettext_lazy("Sign")), ("return", gettext_lazy("Return"))])
    seen_digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    comment = forms.CharField(
        label=gettext_lazy("Reason or note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when you return the text: what should change, and where."),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("I have read the whole text again, not only what changed."),
        required=False,
        help_text=gettext_lazy("Tick this to count the time until the next review from today."),
    )

    def __init__(self, data=None, *, task_state):
        super().__init__(data)
        self.version, self._questions = checklist.questions_for(task_state)
        self.fields_of = [(question, *self._add(question)) for question in self._questions]
        last = rereview.last_signed(task_state)
        if last is None or task_state.task.specific.kind != StepKind.PHYSICIAN:
            del self.fields["whole"]  # a first signature always covers the whole
        self.unchanged = last is not None and last == task_state.revision_id
        with_points = data is not None and "notes-TOTAL_FORMS" in data
        self.points = PointFormSet(data if with_points else None, prefix="notes")

    def _add(self, question):
        answer, reason = f"answer_{question.code}", f"reason_{question.code}"
        self.fields[answer] = forms.ChoiceField(
            label=question.text,
            choices=[(value, checklist.ANSWERS[value]) for value in question.answers],
            widget=forms.RadioSelect,
            required=False,
        )
        if checklist.NOT_APPLICABLE in question.answers:
            self.fields[reason] = forms.CharField(
                label=gettext_lazy("Why it does not apply"), required=False, max_length=200
            )
        return answer, reason

    @property
    def notes_open(self):
        """True when something was typed into the points, so that they have to be shown."""
        return self.points.is_bound and any(form.has_changed() for form in self.points)

    @property
    def questions(self):
        """The answer fields, in order, bound; each with ``reason``, its bound field or None, and its ``question``."""
        fields = []
        for question, answer, reason in self.fields_of:
            field = self[answer]
            field.question = question
            field.reason = self[reason] if reason in self.fields else None
            fields.append(field)
        return fields

    def clean(self):
        cleaned = super().clean()
        cleaned["answers"] = {
            question.code: cleaned.get(name, "") for question, name, _reason in self.fields_of
        }
        cleaned["reasons"] = {
            question.code: cleaned[name].strip()
            for question, _answer, name in self.fields_of
            if cleaned.get(name, "").strip()
        }
        cleaned.setdefault("whole", True)
        cleaned["notes"] = self._clean_points()
        if (
            cleaned.get("decision") == "return"
            and not cleaned["notes"]
            and not cleaned.get("comment", "").strip()
        ):
            self.add_error("comment", _("Write what has to change, so that the author can act on it."))
        if cleaned.get("decision") == "sign":
            self._clean_signature(cleaned)
            if self.unchanged and not cleaned["whole"]:
                # Such a signature would leave the article as overdue as it was.
                self.add_error(
                    None,
                    _(
                        "Nothing has changed since the last signature: read the whole text again and say that you did."
                    ),
                )
        return cleaned

    def _clean_points(self):
        if not self.points.is_bound:
            return []
        if not self.points.is_valid():
            self.add_error(None, _("A point that you wrote is not complete; see below."))
            return []
        return [form.cleaned_data for form in self.points if form.is_filled]

    def _clean_signature(self, cleaned):
        if cleaned["notes"]:
            self.add_error(
                None, _("You wrote down what should change. Return the text, or clear those fields to sign.")
            )
        for question, answer, reason in self.fields_of:
            if not cleaned["answers"][question.code] and answer not in self.errors:
                self.add_error(answer, _("Please answer this question."))
            not_applicable = cleaned["answers"][question.code] == checklist.NOT_APPLICABLE
            if not_applicable and question.code not in cleaned["reasons"]:
                self.add_error(reason, _("Say in a few words why."))


class ConfirmationForm(forms.Form):
    """How an author without an account confirmed the text in writing."""

    HOW = [
        ("paper", gettext_lazy("Signed on paper")),
        ("mail", gettext_lazy("By mail")),
        ("chat", gettext_lazy("By message in WeChat or WeCom")),
    ]

    seen_digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    how = forms.ChoiceField(label=gettext_lazy("How"), choices=HOW)
    day = forms.DateField(
        label=gettext_lazy("Confirmed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=gettext_lazy("Where the writing is kept"),
        max_length=200,
        help_text=gettext_lazy("For example: folder and number, or the name of the chat."),
    )

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class ProofForm(forms.Form):
    """One proof-reading by the person who is logged in."""

    seen_digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=1, max_value=3)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
