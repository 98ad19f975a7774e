"""Load the Kent and Medway demo: the papers' figures with their source, the rest invented and labelled. Run it again: no change."""

from importlib import import_module, util
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SLICES = [
    "commissioning.organisations",
    "commissioning.areas",
    "commissioning.needs",
    "commissioning.measures",
    "commissioning.periods",
    "funders.pool",
    "funders.contributions",
    "funders.in_kind",
    "funders.receipts",
    "funders.calls",
    "funders.banking",
    "commissioning.contracts",
    "funders.year_end",
    "funders.budget",
    "funders.spending",
    "funders.pooled",
    "funders.transfers",
    "funders.scenarios",
    "commissioning.tenders",
    "funders.cover",
    "commissioning.bids",
    "providers.returns",
    "commissioning.reports",
]


class Command(BaseCommand):
    help = "Loads the Kent and Medway demo data once. Only for a demo database."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo database. Set PORTAL_DEMO=1 if it is meant to be one.")
        for slice_name in SLICES:
            if util.find_spec(f"{slice_name}.demo") is None:
                continue
            sentence = import_module(f"{slice_name}.demo").load()
            self.stdout.write(f"{slice_name.split('.')[-1]:<16} {sentence}")
