"""manage.py import_article FILE --topic SLUG --author USERNAME"""

import sys
import time
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from articles.importing import guard, progress
from articles.importing.report import RefusedError
from articles.importing.service import import_file
from articles.models import TopicPage


REFUSED = 2
QUIET_SECONDS = 2  # short files need no word on their progress


class Command(BaseCommand):
    help = "Import a Word, Markdown or HTML file as a draft: page id on stdout, report on stderr; 2 when refused."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a .docx, .md, .html or .htm file")
        parser.add_argument("--topic", required=True, help="slug of the topic the article belongs to")
        parser.add_argument(
            "--author", required=True, help="staff number of the person on whose behalf it is imported"
        )

    def handle(self, *args, **options):
        self.began = time.monotonic()
        try:
            imported = _import(options["file"], options["topic"], options["author"], self.tell)
        except RefusedError as error:
            self.stderr.write(str(error))
            sys.exit(REFUSED)
        self.stderr.write("\n".join(imported.report.lines()), self.style.NOTICE)
        self.stdout.write(str(imported.page.pk))

    def tell(self, step, percent):
        """Say where a long import is."""
        if time.monotonic() - self.began > QUIET_SECONDS:
            self.stderr.write(f"{percent:3d} % {progress.STEPS[step]}", self.style.NOTICE)


def _import(file, slug, username, tell):
    topic = TopicPage.objects.filter(slug=slug).first()
    if topic is None:
        raise RefusedError(
            "no_topic", _("There is no topic %(slug)s. Check the address of the topic.") % {"slug": slug}
        )
    author = get_user_model().objects.filter(username=username, is_active=True).first()
    if author is None:
        raise RefusedError(
            "no_author",
            _("There is no active account %(name)s. Check the staff number.") % {"name": username},
        )
    path = Path(file)
    try:
        guard.check_size(path.stat().st_size, path.name)
        with path.open("rb") as stream:
            data = guard.read_limited(stream, path.name)
    except OSError as error:
        raise RefusedError(
            "unreadable",
            _("%(file)s cannot be read (%(reason)s). Check the path and its rights.")
            % {"file": file, "reason": error.strerror},
        ) from error
    return import_file(path.name, data, topic=topic, author=author, tell=tell)
