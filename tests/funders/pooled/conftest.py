"""The fund of £259,000 a year that councils keep in its section 75 pot; its host's finance officer records what arrives."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledAlready, PooledFund
from funders.pooled import actions
from funders.pooled.models import PooledReceipt
from tests.factories import make_seat


@dataclass
class Keeping:
    fund: PooledFund
    finance: Seat
    noon: datetime

    @property
    def source(self) -> PooledAlready:
        return self.fund.pooled_already.latest("pk")

    def receive(self, amount: str = "100000.00", bank: str = "BACS 1", year: int = 2026, **changes: Any) -> PooledReceipt:
        told = {"amount": Decimal(amount), "received_on": date(2026, 4, 1), "bank_reference": bank, "by": self.finance, "at": self.noon}
        return actions.receive(year=year, **{"source": self.source, **told, **changes})

    def reverse(self, receipt: PooledReceipt, **changes: Any) -> PooledReceipt:
        told = {"reason": "It was for another fund", "by": self.finance, "at": self.noon}
        return actions.reverse_receipt(receipt=receipt, **{**told, **changes})


@pytest.fixture
def keeping(fund, noon):
    fund.pooled_already.update(pot="s75", sector="councils")
    return Keeping(fund, make_seat(Role.FINANCE, organisation=fund.host), noon)
