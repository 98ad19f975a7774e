"""A fund with £8,000 of health in the section 75 pot and £4,000 of the police in the crime grant's, and nothing set aside."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from funders.pool.models import PooledFund
from funders.transfers import actions
from funders.transfers.models import PotTransfer
from tests.funders.money import Money


@dataclass
class Moving:
    money: Money

    @property
    def fund(self) -> PooledFund:
        return self.money.fund

    def move(self, amount: str = "1000.00", from_pot: str = "s75", to_pot: str = "crime_grant", **changes: Any) -> PotTransfer:
        told = {"year": 2026, "reason": "The police grant pays for the court posts", "by": self.money.finance, "at": self.money.at}
        return actions.move(fund=self.fund, from_pot=from_pot, to_pot=to_pot, amount=Decimal(amount), **{**told, **changes})

    def confirm(self, transfer: PotTransfer, **changes: Any) -> PotTransfer:
        told = {"by": self.money.other_finance, "version": transfer.version, "at": self.money.at}
        return actions.confirm(transfer=transfer, **{**told, **changes})

    def drop(self, transfer: PotTransfer, **changes: Any) -> PotTransfer:
        told = {"reason": "The board decided otherwise", "by": self.money.finance, "version": transfer.version, "at": self.money.at}
        return actions.drop(transfer=transfer, **{**told, **changes})

    def reverse(self, transfer: PotTransfer, **changes: Any) -> PotTransfer:
        told = {"reason": "It was the wrong pot", "by": self.money.finance, "at": self.money.at}
        return actions.reverse_transfer(transfer=transfer, **{**told, **changes})


@pytest.fixture
def moving(money):
    return Moving(money)


@pytest.fixture
def limited(moving):
    """The same with a limit of the board of £1,000."""
    PooledFund.objects.filter(pk=moving.fund.pk).update(board_limit_amount=1000)
    return moving
