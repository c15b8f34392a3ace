"""The decision a physician posts: sign with answers, or return with a reason."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review import checklist


class DecisionForm(forms.Form):
    """Carries the digest that was seen; ``answers`` in the cleaned data maps question codes to yes or no."""

    decision = forms.ChoiceField(choices=[("sign", gettext_lazy("Sign")), ("return", gettext_lazy("Return"))])
    seen_digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    comment = forms.CharField(
        label=gettext_lazy("Reason or note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when you return the text: what should change, and where."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in checklist.QUESTIONS:
            self.fields[f"answer_{question.code}"] = forms.ChoiceField(
                label=question.text,
                choices=[(checklist.YES, gettext_lazy("Yes")), (checklist.NO, gettext_lazy("No"))],
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def questions(self):
        """The answer fields, in order, bound."""
        return [self[f"answer_{question.code}"] for question in checklist.QUESTIONS]

    def clean(self):
        cleaned = super().clean()
        answers = {
            question.code: cleaned.get(f"answer_{question.code}", "") for question in checklist.QUESTIONS
        }
        cleaned["answers"] = answers
        if cleaned.get("decision") == "return" and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Write what has to change, so that the author can act on it."))
        if cleaned.get("decision") == "sign":
            for question in checklist.QUESTIONS:
                if not answers[question.code]:
                    self.add_error(f"answer_{question.code}", _("Please answer this question."))
        return cleaned
