"""Print the demo's accounts with their password, for people and for scripts. Refuses on a database that is not a demo."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commissioning.organisations.demo import PASSWORD
from commissioning.organisations.queries import demo_accounts
from commissioning.organisations.roles import Role


class Command(BaseCommand):
    help = "Prints the e-mail address, password, role and organisation of each demo account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a JSON list instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo database, so it has no demo accounts.")
        accounts = demo_accounts()
        if not accounts:
            raise CommandError("There are no demo accounts yet. Run `manage.py load_kent` first.")
        if options["json"]:
            self.stdout.write(json.dumps([self._as_json(one) for one in accounts], indent=2))
            return
        self.stdout.write(f"Password of every demo account: {PASSWORD}\n")
        for one in accounts:
            also = "".join(f", also {Role(role).label} of {code}" for role, code in one.also)
            self.stdout.write(f"{one.email:<36} {Role(one.role).label}, {one.organisation}{also}")

    def _as_json(self, one: Any) -> dict[str, Any]:
        return {
            "email": one.email,
            "password": PASSWORD,
            "role": one.role,
            "organisation": one.organisation,
            "organisation_code": one.organisation_code,
            "also": [{"role": role, "organisation_code": code} for role, code in one.also],
        }
