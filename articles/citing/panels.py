"""References in the editor: Wagtail's inline panel with a box for pasting above it, and keys that stay with their rows."""

from django import forms

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

from articles.citing import files


HIDDEN = ("key", "looked_up_at", "unreachable_since")


class ReferenceFormSet(BaseChildFormSet):
    """Gives a key anew where two rows claim the same; citations mean the first of them."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            reference = form.instance
            if reference.key in seen:
                reference.key = type(reference)._meta.get_field("key").get_default()
            seen.add(reference.key)


class ReferencesPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        formset["fields"] = [*formset["fields"], *HIDDEN]
        formset["widgets"] = {**formset["widgets"], **{name: forms.HiddenInput() for name in HIDDEN}}
        formset["formset"] = ReferenceFormSet
        return options

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "articles/admin/citing/references_panel.html"

        def get_context_data(self, parent_context=None):
            # These ask the models, which ask this module.
            from articles.citing import lookups
            from articles.models.editorial import EditorialSettings

            return super().get_context_data(parent_context) | {
                "article": self.instance,
                "formats": files.FORMATS,
                "services": lookups.allowed(EditorialSettings.load()),
            }
