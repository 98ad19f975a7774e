"""Agreed money that does not come: after the days that the host chose it is no longer relied on, until it arrives."""

from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.contributions import actions as giving
from funders.pool.rules import YearPosition
from funders.receipts import actions as receipts
from funders.receipts.queries import doubtful_by_year
from funders.statements.queries import picture_of, positions_of
from funders.statements.rules import finding
from tests.factories import make_contribution, make_organisation, make_seat
from tests.funders.money import NOON, TODAY

LONG, NEVER = 90, 32_767


@pytest.fixture
def late(money):
    """£600.00 agreed by a third partner, one instalment due on 1 April 2026, invoiced, and £100.00 of it received."""
    partner = make_organisation(sector=Sector.SOCIAL_SERVICES, is_funder=True)
    by, approver = make_seat(Role.FUNDER_OFFICER, organisation=partner), make_seat(Role.FUNDER_APPROVER, organisation=partner)
    made = make_contribution(fund=money.fund, by=by, year=2026, amount="600.00", agreed_by=approver)
    receipts.countersign(contribution=made, plan=1, by=money.finance, at=NOON)
    (instalment,) = made.instalments.all()
    receipts.invoice(instalment=instalment, invoice_reference="INV L", version=1, by=money.finance, at=NOON)
    arrived = {"amount": Decimal("100.00"), "received_on": TODAY, "bank_reference": "LATE 1"}
    receipts.receive(instalment=instalment, version=2, by=money.finance, at=NOON, **arrived)
    return made


def position(fund, days=LONG):
    fund.doubtful_days = days
    fund.save(update_fields=["doubtful_days"])
    fund.refresh_from_db()
    return positions_of(fund)[0]


def test_what_does_not_come_is_left_out_of_what_is_secured(money, late):
    """By hand: £12,600 agreed for the year, £500 of it still to come since 1 April."""
    before, now = position(money.fund, NEVER), position(money.fund)
    assert (before.agreed, before.doubtful, before.secured) == (Decimal("12600.00"), Decimal("0.00"), Decimal("12600.00"))
    assert (now.agreed, now.doubtful, now.secured) == (Decimal("12600.00"), Decimal("500.00"), Decimal("12100.00"))
    assert now.missing - before.missing == Decimal("500.00")
    assert picture_of(money.fund).positions[0] == now


def test_on_the_last_day_it_still_counts(money, late):
    (instalment,) = late.instalments.all()
    days = (TODAY - instalment.due_on).days
    money.fund.doubtful_days = days
    assert doubtful_by_year(money.fund, TODAY) == {}
    money.fund.doubtful_days = days - 1
    assert doubtful_by_year(money.fund, TODAY) == {2026: Decimal("500.00")}


def test_once_it_comes_it_counts_again(money, late):
    (instalment,) = late.instalments.all()
    arrived = {"amount": Decimal("500.00"), "received_on": TODAY, "bank_reference": "LATE 2"}
    receipts.receive(instalment=instalment, version=instalment.version, by=money.finance, at=NOON, **arrived)
    assert position(money.fund).doubtful == 0


def test_what_waits_for_its_event_is_not_overdue(money):
    partner = make_organisation(sector=Sector.SOCIAL_SERVICES, is_funder=True)
    by, approver = make_seat(Role.FUNDER_OFFICER, organisation=partner), make_seat(Role.FUNDER_APPROVER, organisation=partner)
    made = make_contribution(fund=money.fund, by=by, year=2026, amount="600.00", agreed_by=approver)
    receipts.countersign(contribution=made, plan=1, by=money.finance, at=NOON)
    made.refresh_from_db()
    told = {"condition": "The grant letter", "due_on": TODAY, "reason": "The grant is late", "version": made.version}
    giving.set_condition(contribution=made, by=approver, at=NOON, **told)
    found = position(money.fund)
    assert (found.doubtful, found.conditional) == (Decimal("0.00"), Decimal("600.00"))


def test_the_pages_say_why_less_is_secured_than_is_agreed(money, late, client_for):
    reader = client_for(make_seat(Role.BOARD_MEMBER))
    for route in ("pool:fund", "accounts:fund"):
        page = reader.get(reverse(route, args=[money.fund.code])).content.decode()
        assert "Agreed and long overdue, so left out of what is secured until it comes: £500.00 in 2026/27." in page


def test_the_sentence_names_it():
    told = {"year": 2026, "required": Decimal(1000), "pooled": Decimal(0), "agreed": Decimal(900), "pledged": Decimal(0)}
    said = finding([YearPosition(**told, doubtful=Decimal(300))])
    assert said == (
        "2026/27: £400.00 of £1,000.00 is missing, and nothing is pledged for it. £300.00 is agreed and so long overdue that it is not counted."
    )
