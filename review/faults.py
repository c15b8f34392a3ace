"""What is wrong with the record: in English for logs and `verify_approvals`, in the reader's language on a page."""

from django.utils.translation import gettext


class Fault(str):
    """A fault's English sentence; ``words`` is the same in the language of the moment.

    ``text`` is marked for translation with gettext_noop; ``facts`` are what it names.
    """

    __slots__ = ("facts", "text")

    def __new__(cls, text, **facts):
        self = super().__new__(cls, text % facts)
        self.text, self.facts = text, facts
        return self

    @property
    def words(self):
        return gettext(self.text) % self.facts
