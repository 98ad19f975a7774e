"""The contracts' part of the quarterly report."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.report_sections import contract_register
from commissioning.reports.registry import sections
from tests.factories import make_area, make_contract, make_period


@pytest.mark.django_db
def test_the_report_lists_contracts_and_never_sums_what_stands_apart():
    period = make_period()
    make_contract(annual_amount=Decimal("405000"))
    make_contract(annual_amount=Decimal("405000"))
    make_contract(area=make_area(apart=True), annual_amount=Decimal("140000"))
    make_contract(starts_on=date(2027, 4, 1), ends_on=date(2032, 3, 31))
    content = contract_register(period)
    assert content.finding == "Two contracts of £810,000.00 a year ran in this period, and one apart."
    assert len(content.tables[0].rows) == 3


@pytest.mark.django_db
def test_a_period_without_contracts():
    assert contract_register(make_period()).finding == "No contract ran."


def test_the_section_is_registered():
    assert "contracts" in {one.key for one in sections()}
