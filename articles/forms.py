"""Forms of Wagtail's own views, with what an article or a held picture does not allow left out."""

from django import forms
from django.core.files.base import ContentFile
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.admin.forms.pages import CopyForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

import willow

from articles import intake
from articles.article_form import consent_label, in_force


# A change of any of these shows readers another picture.
PICTURE_FIELDS = {"file", "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"}


class ArticleCopyForm(CopyForm):
    """Copies are unsigned drafts, and articles have no aliases: neither is offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("alias", "publish_copies"):
            self.fields.pop(name, None)


class PictureField(WagtailImageField):
    """An upload that comes out as the library will keep it, whatever its name says it is."""

    def to_python(self, data):
        """Return an intake.TakenFile. Raises ValidationError with a sentence."""
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        taken = intake.take_file(file)
        taken.image = willow.Image.open(taken)
        taken.seek(0)
        return taken


def link_to_figure(image):
    """Return the line on a drawn picture's page that leads to its figure."""
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Drawn by the figure maker."),
        reverse("figures:edit", args=[image.pk]),
        _("Edit the figure"),
    )


class LibraryImageForm(BaseImageForm):
    """A picture shown by a text under review or signed keeps its file and crop; the change goes into a copy.

    Nobody adds or edits one without saying whose it is and under which licence.
    """

    as_copy = forms.BooleanField(
        label=gettext_lazy("Save as a new picture"),
        required=False,
        help_text=gettext_lazy(
            "A text under review or signed shows this picture, so its file and focal point must stay. "
            "Tick this to keep it and save your change as another picture."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(label=field.label, widget=field.widget)
            if self.instance.pk and self.instance.drawing:
                self.fields["file"].help_text = link_to_figure(self.instance)
        for name in ("licence", "source"):
            if name in self.fields:
                self.fields[name].required = True
        if field := self.fields.get("consent"):
            chosen = Q(pk=self.instance.consent_id) | Q(withdrawn_on=None) & in_force()
            field.queryset = field.queryset.filter(chosen)
            field.label_from_instance = consent_label
            field.help_text = _("Of the patient who can be seen. New ones are recorded under “Consents”.")
        self.objection = self.instance.objection()
        if not self.objection:
            del self.fields["as_copy"]

    def clean(self):
        cleaned = super().clean()
        if self.objection and PICTURE_FIELDS & set(self.changed_data) and not cleaned.get("as_copy"):
            self.add_error("as_copy", self.objection)
            self.add_error(
                None, _("Nothing was changed. Tick “Save as a new picture” below to keep your work.")
            )
        return cleaned

    def save(self, commit=True):
        if self.cleaned_data.get("as_copy"):
            self._detach()
        return super().save(commit=commit)

    def _detach(self):
        """Make the instance a new row with a file of its own; the held picture stays as it was."""
        if "file" not in self.changed_data:
            with self.original_file.storage.open(self.original_file.name, "rb") as file:
                self.instance.file = ContentFile(file.read(), name=self.original_file.name.rsplit("/", 1)[-1])
        self.original_file = None
        self.instance.pk = None
        self.instance._state.adding = True
