"""The words of an invitation (邀请语) to paste into a chat: title, step, due date and the way in; nothing of the text."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from review import links, notices


def text_of(assignment, made_by):
    """Return the invitation with a new link to ``assignment``. Raises ReviewStateError when the person is asked no more."""
    address = links.make(assignment, made_by)
    with override(settings.LANGUAGE_CODE):
        facts = notices.facts_of(assignment) | {"address": address}
        return (
            _(
                "Hello %(person)s, please review “%(title)s” (%(step)s), by %(due)s. Open it here:\n%(address)s"
            )
            % facts
        )
