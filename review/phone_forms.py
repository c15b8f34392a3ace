"""What is posted on the phone pages beside the decision: ways to show who one is, and handing a step on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review import identity


class _WayForm(forms.Form):
    remember = forms.BooleanField(
        label=_("Know this phone for 30 days"),
        required=False,
        initial=True,
        help_text=_("Leave it out on a computer or phone that others use."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False})


class PinForm(_WayForm):
    """The review PIN."""

    pin = forms.CharField(
        label=_("Review PIN"),
        max_length=identity.LONGEST_PIN,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "current-password"}),
    )


class CodeForm(_WayForm):
    """A code that was sent."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PassOnForm(forms.Form):
    """To whom, and why. ``colleagues`` are Proposals (review.assignments)."""

    to = forms.TypedChoiceField(label=_("To whom"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A few words, for the colleague and the librarian."),
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
        people = {str(one.person.pk): one.person for one in colleagues}
        self.fields["to"].choices = [
            (str(one.person.pk), " ".join(filter(None, (one.name, one.title, one.department))))
            for one in colleagues
        ]
        self.fields["to"].coerce = people.__getitem__
