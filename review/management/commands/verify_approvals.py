from django.core.management.base import BaseCommand

from review import chain


class Command(BaseCommand):
    help = "Check the chain of approvals: 0 when whole, 1 with one line a fault."

    def handle(self, *args, **options):
        faults = 0
        for fault in chain.faults():
            faults += 1
            self.stdout.write(fault)
        if faults:
            raise SystemExit(1)
        count, seal = chain.head()
        self.stderr.write(f"{count} approvals, chain whole. Last seal: {seal or 'none'}")
