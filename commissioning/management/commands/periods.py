"""List the reporting periods."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from commissioning.periods.queries import period_list


class Command(BaseCommand):
    help = "Lists the reporting periods: code, kind, first and last day, state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print a JSON list for scripts")

    def handle(self, *args: Any, as_json: bool = False, **options: Any) -> None:
        periods = period_list()
        self.stdout.write(json.dumps(periods, indent=2) if as_json else lines(periods))


def lines(periods: list[dict[str, Any]]) -> str:
    return "\n".join(f"{one['code']:<16} {one['kind']:<8} {one['first_day']} to {one['last_day']}  {one['state']}" for one in periods)
