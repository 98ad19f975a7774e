"""The host's finance officer with a bank file, over the invoiced instalments of one partner."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.kernel.models import Job
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking import actions
from funders.banking.models import BankImport, BankRow
from funders.contributions.models import Contribution
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment
from tests.factories import make_contribution, make_seat

HEADING = "Date,Amount,Bank reference,Text"
COLUMNS = {"date": 0, "amount": 1, "reference": 2, "text": 3}


@dataclass
class Bank:
    contribution: Contribution
    finance: Seat
    partner: Any
    noon: datetime
    run_jobs: Callable[[], list[Job]]
    instalments: list[Instalment] = field(default_factory=list)

    def instalment(self, number: int = 1) -> Instalment:
        return Instalment.objects.get(contribution=self.contribution, number=number)

    def invoice(self, *numbers: int) -> None:
        for number in numbers:
            told = {"invoice_reference": f"INV-2026-{number}", "by": self.finance, "at": self.noon}
            receipts.invoice(instalment=self.instalment(number), version=1, **told)

    def file(self, *rows: str, heading: str = HEADING) -> SimpleUploadedFile:
        return SimpleUploadedFile("bank.csv", "\n".join([heading, *rows, ""]).encode())

    def upload(self, *rows: str, file: Any = None, **changes: Any) -> BankImport:
        told = {"fund": self.contribution.fund, "file": file or self.file(*rows), "by": self.finance, "at": self.noon}
        return actions.upload(**{**told, **changes})

    def name(self, found: BankImport, columns: dict[str, int | None] = COLUMNS, date_format: str = "dmy", **changes: Any) -> BankImport:
        told = {"columns": columns, "date_format": date_format, "by": self.finance, "version": found.version, "at": self.noon}
        return actions.name_columns(bank_import=found, **{**told, **changes})

    def read(self, *rows: str, file: Any = None) -> BankImport:
        """A file that is uploaded, named and read."""
        found = self.upload(*rows, file=file)
        if found.state == "mapping":
            self.name(found)
        self.run_jobs()
        return BankImport.objects.get(pk=found.pk)

    def confirm(self, found: BankImport, **changes: Any) -> BankImport:
        told = {"by": self.finance, "version": found.version, "at": self.noon}
        return actions.confirm(bank_import=found, **{**told, **changes})

    def post(self, *rows: str, file: Any = None) -> BankImport:
        found = self.confirm(self.read(*rows, file=file))
        self.run_jobs()
        return BankImport.objects.get(pk=found.pk)

    def kinds(self, found: BankImport) -> list[tuple[int, str]]:
        return list(BankRow.objects.filter(bank_import=found).order_by("number").values_list("number", "kind"))


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bank(fund, partner, noon, run_jobs):
    """£1,000.00 in four instalments of £250.00, of which the first two are invoiced as INV-2026-1 and INV-2026-2."""
    contribution = make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver)
    made = Bank(contribution, make_seat(Role.FINANCE, organisation=fund.host), partner, noon, run_jobs)
    receipts.countersign(contribution=contribution, plan=4, by=made.finance, at=noon)
    made.invoice(1, 2)
    return made
