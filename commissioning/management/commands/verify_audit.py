"""Check that the audit trail is whole."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.audit.queries import checked_chain
from commissioning.kernel.words import plural


class Command(BaseCommand):
    help = "Check the hash chain of the audit trail. Exits 1 and names the first broken entry if it was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", metavar="HASH", default="", help="a last hash noted down earlier, which must still be there")

    def handle(self, *args: Any, expect: str = "", **options: Any) -> None:
        verdict = checked_chain(expect)
        if verdict.problem:
            raise CommandError(f"The audit trail is broken. {verdict.problem}")
        self.stdout.write(f"The audit trail is whole: {plural(verdict.entries, 'entry', 'entries')}.")
        self.stdout.write(f"First hash {verdict.first_hash or 'none'}\nLast hash  {verdict.last_hash or 'none'}")
