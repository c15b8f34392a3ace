"""The forms of the figure maker, one for each kind: from what was typed to the data that is drawn and kept."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from articles.figures import drawing
from articles.figures.words import words
from articles.models import ArticlePage, Institution


MOST_ROWS = 8


class FigureForm(forms.Form):
    """What the kinds have in common. ``rows`` is a formset or None; ``data()`` is valid after ``is_valid()``."""

    kind = ""
    row_form = None
    title = forms.CharField(label=gettext_lazy("Title"), max_length=30)

    def __init__(self, *args, user=None, kept=None, **kwargs):
        """``kept``: the data of a figure that is changed."""
        kept = self.defaults() | (kept or {})
        super().__init__(*args, initial=self.unpacked(kept), **kwargs)
        self.user = user
        self.rows = None
        if self.row_form:
            rows = kept.get("rows", [])
            maker = forms.formset_factory(
                self.row_form, extra=max(0, MOST_ROWS - len(rows)), max_num=MOST_ROWS, absolute_max=MOST_ROWS
            )
            self.rows = maker(self.data if self.is_bound else None, initial=rows, prefix="rows")

    def defaults(self):
        """Return the data that a new figure begins with."""
        return {"title": words()[self.kind].get("title", "")}

    def unpacked(self, kept):
        """Return the fields' values for kept data."""
        return {name: value for name, value in kept.items() if name in self.base_fields}

    def clean(self):
        cleaned = super().clean()
        if self.rows is not None:
            if not self.rows.is_valid():
                raise forms.ValidationError(_("Some rows cannot be drawn yet; see below."))
            if not self._filled():
                raise forms.ValidationError(_("Fill in at least one row."))
        if not self.errors and (lacks := drawing.missing(self.packed())):
            raise forms.ValidationError(
                _("The font of the figures has no sign for: %(signs)s. Write these in another way.")
                % {"signs": " ".join(lacks)}
            )
        return cleaned

    def _filled(self):
        return [
            {name: row.get(name, "") for name in self.row_form.base_fields}
            for row in (form.cleaned_data for form in self.rows)
            if any(value for name, value in row.items() if name not in self.row_form.preset)
        ]

    def packed(self):
        """Return the data of the figure as plain values."""
        data = dict(self.cleaned_data)
        if self.rows is not None:
            data["rows"] = self._filled()
        return data


class DoseRow(forms.Form):
    preset = ()
    medicine = forms.CharField(label=gettext_lazy("Medicine (generic name)"), max_length=24, required=False)
    morning = forms.CharField(label=gettext_lazy("Morning"), max_length=12, required=False)
    noon = forms.CharField(label=gettext_lazy("Noon"), max_length=12, required=False)
    evening = forms.CharField(label=gettext_lazy("Evening"), max_length=12, required=False)
    bedtime = forms.CharField(label=gettext_lazy("Bedtime"), max_length=12, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=40, required=False)

    def clean(self):
        cleaned = super().clean()
        if any(cleaned.values()) and not self.errors:
            if not cleaned["medicine"]:
                self.add_error("medicine", _("Say which medicine."))
            elif not any(cleaned[name] for name in words()["doses"]["keys"]):
                self.add_error("morning", _("Say how much, at one time at least."))
        return cleaned


class DoseForm(FigureForm):
    kind = "doses"
    row_form = DoseRow
    note = forms.CharField(label=gettext_lazy("Line below"), max_length=60, required=False)

    def defaults(self):
        return {"title": words()["doses"]["title"], "note": words()["doses"]["advice"]}


class BandRow(forms.Form):
    preset = ("tone", "link")
    label = forms.CharField(label=pgettext_lazy("of a band", "Name"), max_length=12, required=False)
    upper = forms.CharField(label=gettext_lazy("Systolic"), max_length=12, required=False)
    link = forms.CharField(label=gettext_lazy("Joined by"), max_length=6, required=False)
    lower = forms.CharField(label=gettext_lazy("Diastolic"), max_length=12, required=False)
    tone = forms.ChoiceField(
        label=gettext_lazy("How it is shown"),
        choices=lambda: list(words()["bands"]["tones"].items()),
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        given = [cleaned.get(name) for name in ("label", "upper", "lower")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(_("A band needs its name and both numbers."))
        cleaned["tone"] = cleaned.get("tone") or "good"
        return cleaned


class BandForm(FigureForm):
    kind = "bands"
    row_form = BandRow
    source = forms.CharField(
        label=gettext_lazy("Source of the bands"),
        max_length=80,
        help_text=gettext_lazy("Printed below. Which guideline, and which year."),
    )

    def defaults(self):
        return {"title": words()["bands"]["title"]} | words()["bands"]["default"]


class LinesField(forms.CharField):
    """Lines of text as a list."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, most, longest, **kwargs):
        self.most, self.longest = most, longest
        super().__init__(max_length=most * (longest + 2), **kwargs)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": self.most})
        if too_long := next((line for line in lines if len(line) > self.longest), ""):
            raise forms.ValidationError(
                _("At most %(longest)d characters a line; this one is longer: %(line)s")
                % {"longest": self.longest, "line": too_long[:20] + "…"}
            )
        return lines


class DoDontForm(FigureForm):
    kind = "do_dont"
    do = LinesField(
        6, 40, label=gettext_lazy("Do"), required=False, help_text=gettext_lazy("One in a line, six at most.")
    )
    dont = LinesField(
        6,
        40,
        label=gettext_lazy("Do not"),
        required=False,
        help_text=gettext_lazy("One in a line, six at most."),
    )

    def unpacked(self, kept):
        return super().unpacked(kept) | {name: "\n".join(kept.get(name, ())) for name in ("do", "dont")}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["do"] and not cleaned["dont"]:
            raise forms.ValidationError(_("Write at least one line."))
        return cleaned


class ShareForm(FigureForm):
    kind = "share"
    message = forms.CharField(
        label=gettext_lazy("Key message"), max_length=100, widget=forms.Textarea(attrs={"rows": 3})
    )
    hospital = forms.CharField(label=gettext_lazy("Name of the hospital"), max_length=40)
    article = forms.ModelChoiceField(
        ArticlePage.objects.none(),
        label=gettext_lazy("Article behind the QR code"),
        required=False,
        help_text=gettext_lazy("Of those that readers can see; without one the card has no code."),
        error_messages={
            "invalid_choice": gettext_lazy("Readers cannot see this article any more. Choose another.")
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["article"].queryset = ArticlePage.objects.filter(live=True).order_by("-last_published_at")

    def defaults(self):
        return {"title": "", "message": "", "hospital": Institution.load().name, "article": None}

    def packed(self):
        article = self.cleaned_data["article"]
        return {name: self.cleaned_data[name] for name in ("title", "message", "hospital")} | {
            "article": article and article.pk,
            "address": f"{settings.SITE_URL}{article.get_absolute_url()}" if article else "",
            "signed": bool(article),
        }


FORMS = {form.kind: form for form in (DoseForm, BandForm, DoDontForm, ShareForm)}
LABELS = {
    "doses": (gettext_lazy("Dose timetable"), gettext_lazy("Which medicine, how much, at what time of day.")),
    "bands": (
        gettext_lazy("Blood-pressure bands"),
        gettext_lazy("What the two numbers mean, with the source."),
    ),
    "do_dont": (gettext_lazy("Do and do not"), gettext_lazy("Two boxes with short lines.")),
    "share": (
        gettext_lazy("Share card"),
        gettext_lazy("Title, key message and a QR code that leads to the article."),
    ),
}
