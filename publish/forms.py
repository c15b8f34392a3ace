"""Forms of this room's settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wagtail.admin.forms import WagtailAdminModelForm


def _looks():
    from publish.composing import looks  # it reads the models that read this module

    return looks()


class ChannelSettingsForm(WagtailAdminModelForm):
    """The channel's settings, with the installed looks to choose from."""

    theme = forms.ChoiceField(label=_("look in WeChat"), choices=_looks)
