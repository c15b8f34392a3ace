from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.errors import Refusal
from review.holidays import HolidayTable


class Command(BaseCommand):
    help = "Take over public holidays and weekend days worked instead from a CSV: day,name,works (works: 1 or 0)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        table = HolidayTable()
        try:
            with file.open("rb") as opened:
                data = opened.read(table.max_bytes + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        try:
            count = table.store(table.read(table.decode(data)))
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"{count}")
