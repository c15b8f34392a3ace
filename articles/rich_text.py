"""The editor's rich text, taken in as every other field is (settings ``WAGTAILADMIN_RICH_TEXT_EDITORS``)."""

import re

from wagtail.admin.rich_text import DraftailRichTextArea


# Half of a pair, as it is left when another program cuts a text in the middle of an emoji, and NUL. Browsers put the
# sign for “unreadable” in place of the one and leave out the other, in plain fields; this one arrives as JSON.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class RichTextArea(DraftailRichTextArea):
    def value_from_datadict(self, data, files, name):
        """Return the HTML that was typed, with nothing in it that no database stores; None when the field is missing."""
        html = super().value_from_datadict(data, files, name)
        return html and _UNSTORABLE.sub("\ufffd", html)
