"""`manage.py deliver`: send what is due."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from publish.deliver import Worker


class Command(BaseCommand):
    help = "Deliver pushes and run due jobs until SIGTERM, which finishes the step at hand."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            help="Work until nothing is due: exit 0, or 1 when something ended FAILED or NEEDS_PERSON.",
        )

    def handle(self, *args, **options):
        if not settings.WECHAT_APPID:
            self.stderr.write(_("WeChat is not set up (WECHAT_APPID is missing): only jobs are run."))
        worker = Worker()
        if not options["once"]:
            worker.run()
        elif worker.run_once():
            sys.exit(1)
