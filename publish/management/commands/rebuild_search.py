from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from publish import search


class Command(BaseCommand):
    help = "Make the public search index anew from the live publications. Safe to run at any time."

    def handle(self, *args, **options):
        count = search.rebuild()
        self.stdout.write(_("%(count)d articles can be found.") % {"count": count})
