"""The statement of a fund for scripts: required, asked, pledged, agreed, received, set aside, committed and paid, by giver and year."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from funders.accounts.plain import as_data
from funders.accounts.queries import grounds_of, statement_of
from funders.pool.models import PooledFund
from funders.pool.queries import PARTS


class Command(BaseCommand):
    help = "Prints the statement of a pooled fund as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fund", required=True, help="The code of the fund, for example kent-live.")
        parser.add_argument("--json", action="store_true", help="As JSON (the only form there is).")

    def handle(self, *args: Any, **options: Any) -> None:
        funds = PooledFund.objects.select_related("host", "in_force").prefetch_related(*PARTS)
        fund = funds.filter(code=options["fund"]).first()
        if fund is None:
            known = ", ".join(PooledFund.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no fund with the code {options['fund']}. There are: {known}.")
        statement = statement_of(fund)
        self.stdout.write(json.dumps(as_data(statement, grounds_of(statement)), indent=2, ensure_ascii=False))
