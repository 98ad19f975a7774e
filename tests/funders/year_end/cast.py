"""The end of a year in tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from funders.contributions.models import Contribution
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment
from funders.year_end import actions
from funders.year_end.models import SharePayout, SurplusShare, YearClose
from tests.factories import moment
from tests.funders.money import Money

CARRIED = {"s75": "carry", "crime_grant": "carry"}


@dataclass
class YearEnd:
    """Closes the years of `money.fund`."""

    money: Money
    at: datetime

    def prepare(self, **changes: Any) -> YearClose:
        return actions.prepare(**{"fund": self.money.fund, "by": self.money.finance, "at": self.at, **changes})

    def ask_for(self, year: int) -> None:
        """Counter-sign and invoice everything that is agreed for a year, in its first days."""
        told = {"by": self.money.finance, "at": moment(f"{year}-04-21 12:00")}
        for one in Contribution.objects.secured().filter(fund=self.money.fund, year=year, schedule=None):
            receipts.countersign(contribution=one, plan=1, **told)
        for one in Instalment.objects.filter(fund=self.money.fund, contribution__year=year, state="planned"):
            receipts.invoice(instalment=one, invoice_reference=f"INV {one.pk}", version=1, **told)

    def pay_share(self, share: SurplusShare, **changes: Any) -> SharePayout:
        told = {"paid_on": self.at.date(), "bank_reference": "BACK 1", "by": self.money.finance, "at": self.at}
        return actions.pay_share(share=share, **{**told, **changes})

    def confirm(self, close: YearClose | None = None, **changes: Any) -> YearClose:
        close = close or self.prepare()
        told = {"decision_reference": "Board 20 April, minute 4", "choices": CARRIED, "version": close.version}
        return actions.confirm(close=close, **{**told, "by": self.money.lead, "at": self.at, **changes})
