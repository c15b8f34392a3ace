"""The form of the hospital and its site: a look to choose, a colour to pick."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wagtail.admin.forms import WagtailAdminModelForm

from articles import house_pictures, registry
from articles.copies import CopyError


def _looks():
    return registry.site_looks()


class InstitutionForm(WagtailAdminModelForm):
    """Institution's form. A colour that cannot be read on the page is changed there, not here."""

    site_theme = forms.ChoiceField(
        label=_("look of the website"),
        choices=_looks,
        help_text=_(
            "Each is shown in the gallery of the website. A look for festivals rests on days of restraint."
        ),
    )
    public_body_url = forms.URLField(
        label=_("address behind the mark"), required=False, assume_scheme="https"
    )

    def clean(self):
        found = super().clean()
        for field, box in (("logo", house_pictures.LOGO), ("public_body_mark", house_pictures.MARK)):
            if image := found.get(field):
                try:
                    house_pictures.keep(image, box)
                except CopyError as error:
                    self.add_error(field, str(error))
        return found
