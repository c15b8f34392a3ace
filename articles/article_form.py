"""The editor's form of an article: what is chosen from lists that grow."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from articles.choices import Subject
from articles.models.consent import ConsentRecord, ReprintPermission
from articles.slugs import SluggedPageForm


def in_force():
    """Return the condition on consents and permissions that their time has not run out."""
    return Q(valid_until=None) | Q(valid_until__gte=timezone.localdate())


def consent_label(consent):
    """Return what a list of choices says of a consent: code, what it covers, and whether it still stands."""
    parts = [text for field, text in COVERS if getattr(consent, field)]
    state = ""
    if consent.withdrawn_on:
        state = _("withdrawn")
    elif consent.has_ended():
        state = pgettext("of a consent", "ended")
    elif consent.valid_until:
        state = _("until %(day)s") % {"day": consent.valid_until.isoformat()}
    return " · ".join([consent.patient_code, "、".join(map(str, parts)), state]).strip(" ·")


COVERS = (
    ("shows_text", gettext_lazy("case story")),
    ("shows_photo", gettext_lazy("photographs")),
    ("shows_video", gettext_lazy("video or sound")),
)


class ConsentsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, consent):
        return consent_label(consent)


class ConsentField(forms.ModelChoiceField):
    def label_from_instance(self, consent):
        return consent_label(consent)


class ArticleForm(SluggedPageForm):
    """Offers the consents and permissions in force, and those already chosen, whatever became of them."""

    subjects = forms.MultipleChoiceField(
        label=gettext_lazy("Subjects that need care"),
        choices=Subject.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They decide which chain reviews the text and which questions are asked."),
    )
    consents = ConsentsField(
        label=gettext_lazy("Consents"),
        queryset=ConsentRecord.objects.none(),
        required=False,
        help_text=gettext_lazy(
            "Of each patient whose story is told or who can be seen. New ones are recorded under “Consents”."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "consents" in self.fields:
            chosen = [one.pk for one in self.instance.consents.all()]
            self.fields["consents"].queryset = ConsentRecord.objects.filter(
                Q(pk__in=chosen) | Q(withdrawn_on=None) & in_force()
            )
        if "reprint" in self.fields:
            self.fields["reprint"].queryset = ReprintPermission.objects.filter(
                Q(pk=self.instance.reprint_id) | in_force()
            )
