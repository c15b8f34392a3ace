from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from articles.draft_search import entries
from publish import search, words


class Command(BaseCommand):
    help = (
        "Make the indexes of the public search, the words it knows and the index of the editors' search anew, from the "
        "live publications and the latest drafts. Safe to run at any time."
    )

    def handle(self, *args, **options):
        count = search.rebuild()
        self.stdout.write(_("%(count)d articles can be found.") % {"count": count})
        self.stdout.write(_("%(count)d words lead to them.") % {"count": words.rebuild()})
        drafts = entries.rebuild()
        self.stdout.write(_("%(count)d drafts can be found by editors.") % {"count": drafts})
