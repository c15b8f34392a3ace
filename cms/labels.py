"""Labels of Wagtail's own forms that Wagtail leaves to Django, which makes English out of the field's name."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.forms import choosers
from wagtail.admin.forms.workflows import WorkflowPageForm
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm
from wagtail.users.views.bulk_actions.assign_role import RoleForm


LINK_TEXT = _("Words of the link")
LABELS = {
    choosers.ExternalLinkChooserForm: {"link_text": LINK_TEXT},
    choosers.AnchorLinkChooserForm: {"link_text": LINK_TEXT},
    choosers.EmailLinkChooserForm: {
        "link_text": LINK_TEXT,
        "email_address": _("E-mail"),
        "subject": _("Subject"),
        "body": _("Body"),
    },
    choosers.PhoneLinkChooserForm: {"link_text": LINK_TEXT, "phone_number": _("Telephone")},
    DefaultPageForm: {"include_descendants": _("With the pages below")},
    RoleForm: {"role": _("Role")},
    WorkflowPageForm: {"page": _("Page")},
}


def name_fields():
    """Give the fields their labels."""
    for form, labels in LABELS.items():
        for name, label in labels.items():
            form.base_fields[name].label = label
