"""A fund whose first year is over: £12,000 in two pots, one invoice paid in the year, one approved and not paid."""

from datetime import date

import pytest

from tests.factories import moment
from tests.funders.year_end.cast import YearEnd


@pytest.fixture
def april():
    return moment("2027-04-20 12:00")


@pytest.fixture
def ended(money, april):
    """`ended.money` up to 31 March 2027, and the hands that end the year."""
    money.commit()
    money.pay(money.approve(money.invoice()), paid_on=date(2026, 11, 22))
    money.approve(money.invoice("1000.00", "S-2"))
    return YearEnd(money, april)
