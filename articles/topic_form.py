"""The editor's form of a topic: what brings readers to it, and an address that is free."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.choices import BodyArea, Need
from articles.slugs import RESERVED, SluggedPageForm, check_topic_slug


class TopicForm(SluggedPageForm):
    """Offers the needs and the parts of the body as boxes to tick."""

    reserved = RESERVED
    needs = forms.MultipleChoiceField(
        label=_("What brings readers here"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Under which headings of the home page readers find this topic; several will do."),
    )
    body_areas = forms.MultipleChoiceField(
        label=_("Parts of the body"),
        choices=BodyArea.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where this topic stands in the index of the body; none when it belongs to no part."),
    )

    def clean_slug(self):
        slug = super().clean_slug()
        check_topic_slug(slug)
        return slug
