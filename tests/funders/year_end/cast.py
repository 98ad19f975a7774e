"""The end of a year in tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from funders.year_end import actions
from funders.year_end.models import YearClose
from tests.funders.money import Money

CARRIED = {"s75": "carry", "crime_grant": "carry"}


@dataclass
class YearEnd:
    """Closes the years of `money.fund`."""

    money: Money
    at: datetime

    def prepare(self, **changes: Any) -> YearClose:
        return actions.prepare(**{"fund": self.money.fund, "by": self.money.finance, "at": self.at, **changes})

    def confirm(self, close: YearClose | None = None, **changes: Any) -> YearClose:
        close = close or self.prepare()
        told = {"decision_reference": "Board 20 April, minute 4", "choices": CARRIED, "version": close.version}
        return actions.confirm(close=close, **{**told, "by": self.money.lead, "at": self.at, **changes})
