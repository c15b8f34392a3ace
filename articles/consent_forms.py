"""Forms of consents and permissions to reprint. No name, number or address of a patient comes through them."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from articles import scans
from articles.choices import Guardian
from articles.models import ConsentRecord


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_LONG_NUMBER = re.compile(r"\d{6}")
# An identity card, a mobile number, a record number; digits may be parted by blanks or dashes.
_IDENTIFYING = re.compile(
    r"(?<!\d)(?:\d[ -]?){17}[\dXx]|(?<!\d)1[3-9](?:[ -]?\d){9}(?!\d)"
    r"|(?:住院|病案|门诊|床|病历|身份证|手机|电话|医保)(?:卡|号|号码)?[号：: ]*\d+"
)
_MOST_DIGITS = 10


def code_objection(code):
    """Return the sentence why ``code`` could be a patient's name or number, or an empty string."""
    if re.search(r"[\u3400-\u9fff]", code):
        return _("No Chinese characters: a code never holds a name. Write for example C-2026-014.")
    if not _CODE.fullmatch(code):
        return _("Letters, digits, dots, dashes and strokes only. Write for example C-2026-014.")
    if _LONG_NUMBER.search(code) or sum(char.isdigit() for char in code) > _MOST_DIGITS:
        return _(
            "This could be a telephone, record or identity number. Use a code of the hospital's own, with no more than "
            "five digits in a row, for example C-2026-014."
        )
    return ""


def words_objection(text):
    """Return the sentence why a remark may tell who the patient is, or an empty string."""
    found = _IDENTIFYING.search(text)
    return _("“%s” may tell who the patient is. Leave it out.") % found.group().strip() if found else ""


class KeptScanForm(WagtailAdminModelForm):
    """A form with one scan, named by ``scan_field``; the scan that another one replaces is deleted."""

    scan_field = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.old_scan = getattr(self.instance, self.scan_field).name
        if self.old_scan:
            self.fields[self.scan_field].help_text = _(
                "One is stored. Choose a file only to put another in its place; the old one is then deleted."
            )

    def save(self, commit=True):
        new = self.instance._state.adding
        saved = super().save(commit=commit and new)
        if commit and not new and self.has_changed():
            # Its own fields only: a withdrawal at the same moment must stand.
            saved.save(update_fields=self.changed_data)
        stored = getattr(saved, self.scan_field)
        if commit and self.old_scan != stored.name:
            scans.forget(stored.storage, self.old_scan)
        return saved


class ConsentForm(KeptScanForm):
    scan_field = "scan"
    scan = scans.ScanField(
        label=gettext_lazy("Scan of the signed form"),
        required=False,
        help_text=gettext_lazy(
            "PDF, JPEG or PNG, 10 MB at most. Kept apart from all pictures; only librarians and the chief librarian open it."
        ),
    )
    guardian = forms.ChoiceField(
        label=gettext_lazy("Guardian's relation"),
        choices=[("", gettext_lazy("None")), *Guardian.choices],
        required=False,
        help_text=gettext_lazy("Who signed for a patient under 18. No name."),
    )

    def clean_patient_code(self):
        code = self.cleaned_data["patient_code"].strip()
        if objection := code_objection(code):
            raise forms.ValidationError(objection)
        return code

    def clean_given_on(self):
        return not_in_future(self.cleaned_data["given_on"])

    def clean(self):
        cleaned = super().clean()
        for name in ("purpose", "explained_by", "assessment"):
            if objection := words_objection(cleaned.get(name) or ""):
                self.add_error(name, objection)
        if not any(cleaned.get(name) for name in ("shows_text", "shows_photo", "shows_video")):
            self.add_error(
                "shows_text", _("Tick what the patient agreed to: story, photographs, video or sound.")
            )
        if not any(cleaned.get(name) for name in ("on_website", "in_wechat", "in_print")):
            self.add_error("on_website", _("Tick where it may be shown."))
        if cleaned.get("minor") and not cleaned.get("guardian"):
            self.add_error(
                "guardian", _("Somebody under 18 needs a guardian's consent: choose the relation.")
            )
        check_period(self, cleaned, "given_on")
        return cleaned

    def save(self, commit=True):
        if self.instance._state.adding:
            self.instance.recorded_by = self.for_user
        return super().save(commit=commit)


class ReprintForm(KeptScanForm):
    scan_field = "document"
    url = forms.URLField(
        label=gettext_lazy("Address of the original"), required=False, max_length=500, assume_scheme="https"
    )
    document = scans.ScanField(
        label=gettext_lazy("Document"),
        required=False,
        help_text=gettext_lazy("The letter or agreement: PDF, JPEG or PNG, 10 MB at most."),
    )

    def clean_granted_on(self):
        return not_in_future(self.cleaned_data["granted_on"])

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("on_website") and not cleaned.get("in_wechat"):
            self.add_error("on_website", _("Tick where it may be shown."))
        check_period(self, cleaned, "granted_on")
        return cleaned


class ConsentWithdrawalForm(forms.Form):
    """When a consent was withdrawn, and what was done."""

    withdrawn_on = forms.DateField(
        label=gettext_lazy("Withdrawn on"),
        widget=AdminDateInput,
        help_text=gettext_lazy("The day on which the patient or the guardian said so."),
    )
    note = forms.CharField(
        label=gettext_lazy("What was done then"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For the record, for example how the wish reached you. No names."),
    )

    def __init__(self, *args, consent: ConsentRecord, **kwargs):
        super().__init__(*args, **kwargs)
        self.consent = consent

    def clean_withdrawn_on(self):
        day = not_in_future(self.cleaned_data["withdrawn_on"])
        if day < self.consent.given_on:
            raise forms.ValidationError(_("It cannot be withdrawn before it was given."))
        return day

    def clean_note(self):
        note = self.cleaned_data["note"].strip()
        if objection := words_objection(note):
            raise forms.ValidationError(objection)
        return note


def not_in_future(day):
    """Return ``day``; raises ValidationError when it is still to come."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day is still to come."))
    return day


def check_period(form, cleaned, start):
    """Add an error to ``form`` when the time ends before it begins."""
    begin, end = cleaned.get(start), cleaned.get("valid_until")
    if begin and end and end < begin:
        form.add_error("valid_until", _("The end lies before the beginning."))
