"""An agreed contribution of £1,000.00 for 2026/27 that the host's finance officer looks after."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution
from funders.receipts import actions
from funders.receipts.models import Instalment, Receipt
from tests.factories import make_contribution, make_seat


@dataclass
class Case:
    contribution: Contribution
    finance: Seat
    partner: Any
    noon: datetime

    def countersign(self, plan: int = 4, **changes: Any) -> list[Instalment]:
        told = {"contribution": self.contribution, "plan": plan, "by": self.finance, "at": self.noon}
        actions.countersign(**{**told, **changes})
        return list(self.contribution.instalments.order_by("number"))

    def invoice(self, instalment: Instalment, **changes: Any) -> Instalment:
        told = {"invoice_reference": "INV-1", "by": self.finance, "version": instalment.version, "at": self.noon}
        return actions.invoice(instalment=instalment, **{**told, **changes})

    def receive(self, instalment: Instalment, amount: str = "250.00", bank: str = "BACS 1", **changes: Any) -> Receipt:
        told = {"amount": Decimal(amount), "received_on": date(2026, 4, 1), "bank_reference": bank, "at": self.noon}
        return actions.receive(instalment=instalment, **{**told, "by": self.finance, "version": instalment.version, **changes})

    def invoiced(self) -> Instalment:
        return self.invoice(self.countersign()[0])

    def reverse(self, receipt: Receipt, **changes: Any) -> Receipt:
        told = {"reason": "It was for another fund", "by": self.finance, "at": self.noon}
        return actions.reverse_receipt(receipt=receipt, **{**told, **changes})


@pytest.fixture
def case(fund, partner, noon):
    contribution = make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver)
    return Case(contribution, make_seat(Role.FINANCE, organisation=fund.host), partner, noon)
