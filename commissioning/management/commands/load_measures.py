"""Load the outcome measures from commissioning/measures/data/measures.csv. Run it again: no change."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.measures.actions import CATALOGUE, load_measures
from commissioning.measures.rules import CatalogueRefused


class Command(BaseCommand):
    help = "Loads the outcome measures from their reviewed file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=CATALOGUE, help="another file of the same shape")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            self.stdout.write(f"{load_measures(file=file)} measures stand as in the file.")
        except CatalogueRefused as refusal:
            raise CommandError(str(refusal)) from None
