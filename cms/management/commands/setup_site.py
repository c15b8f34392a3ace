from django.core.management.base import BaseCommand

from cms import site_setup


class Command(BaseCommand):
    help = "Create or complete the home page, the site, the roles and the chain of review. Idempotent; never touches users."

    def handle(self, *args, **options):
        home = site_setup.set_up()
        self.stdout.write(f"Home page, site, roles and chain are in place ({home.get_site().root_url}).")
