"""Run the local WeChat in a process of its own."""

from django.core.management.base import BaseCommand, CommandError

from publish.sandbox import command


class Command(BaseCommand):
    help = "Run a local stand-in for the WeChat API, with a phone under /phone/ and a panel under /panel/."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        command.add_arguments(parser)

    def handle(self, *args, **given):
        try:
            command.run(given, self.stdout)
        except command.CannotStartError as error:
            raise CommandError(str(error)) from error
