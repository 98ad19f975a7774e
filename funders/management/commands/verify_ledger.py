"""Check that every rule of the ledger holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.kernel.words import plural
from funders.ledger.queries import verdicts


class Command(BaseCommand):
    help = "Check every invariant of the ledger by name. Exits 1 and names the rows that break one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verdicts()
        for one in found:
            self.stdout.write(f"{'broken' if one.broken else 'holds '}  {one.name:<24} {one.rule}")
            for reference in one.broken:
                self.stdout.write(f"          {reference}")
        broken = [one.name for one in found if one.broken]
        if broken:
            raise CommandError(f"The ledger is broken: {', '.join(broken)}.")
        self.stdout.write(f"The ledger is whole: {plural(len(found), 'rule')} hold.")
