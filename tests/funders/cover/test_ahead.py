"""A contract that runs into a year without money: on the page of its fund, and on the front page of the host's officers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.home.registry import tiles_for
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.cover.actions import alert
from tests.counting import cost_of
from tests.factories import make_contract, make_contribution, make_seat

TITLE = "Running into a year without money"


@pytest.fixture
def starting(fund):
    """A contract of £300,000 a year that starts in ten days; the fund has £259,000 for each of the years."""
    today = timezone.localdate()
    year = FinancialYear.of(today + timedelta(days=10)).start
    fund.first_year, fund.last_year = FinancialYear.of(today).start, year + 2
    fund.save()
    told = {"commissioner": fund.host, "term_months": 12, "starts_on": (today + timedelta(days=10)).replace(day=1) + timedelta(days=31)}
    starts_on = told["starts_on"].replace(day=1)
    return make_contract(**{**told, "starts_on": starts_on, "ends_on": date(starts_on.year + 1, starts_on.month, 1), "state": "mobilising"})


def tiles(seat):
    return {one.title: one for one in tiles_for(seat)}


def need(contract, amount):
    contract.annual_amount = Decimal(amount)
    contract.save()


@pytest.mark.parametrize("role", [Role.LEAD_OFFICER, Role.FINANCE])
def test_officers_of_the_host_see_it_on_their_front_page_until_the_money_is_agreed(fund, starting, partner, role):
    need(starting, "3600000")
    seat, year = make_seat(role, organisation=fund.host), FinancialYear.of(starting.starts_on).start
    assert TITLE not in tiles(seat)
    assert alert(timezone.now()) == 1
    tile = tiles(seat)[TITLE]
    assert (tile.value, tile.url, tile.urgent) == ("1 contract", reverse("pool:fund", args=["pool"]), True)
    assert f"It starts or goes on into {FinancialYear(year)} within 90 days" in tile.sentence
    assert TITLE not in tiles(make_seat(role))
    make_contribution(fund=fund, by=partner.officer, year=year, amount="3600000.00", agreed_by=partner.approver)
    assert TITLE not in tiles(seat)


def test_the_page_of_the_fund_says_it_in_words(fund, starting, client_for):
    reader = client_for(make_seat(Role.AUDITOR))
    need(starting, "1200")
    assert "Contracts run into a year without money" not in reader.get("/fund/pool/").content.decode()
    need(starting, "36000000")
    page = reader.get("/fund/pool/").content.decode()
    assert "Contracts run into a year without money" in page
    year = FinancialYear.of(starting.starts_on)
    assert f"({starting.provider}) starts or goes on into {year}, and the money of the year is not secured" in page


def test_the_tile_costs_no_statement_more(fund, starting, client_for):
    client = client_for(make_seat(Role.LEAD_OFFICER, organisation=fund.host))
    need(starting, "3600000")
    client.get("/")
    before = cost_of(client, "/")
    alert(timezone.now())
    assert cost_of(client, "/") == before


def test_the_page_of_the_fund_costs_the_same_with_one_and_with_many(fund, starting, client_for):
    reader = client_for(make_seat(Role.AUDITOR))
    reader.get("/fund/pool/")
    few = cost_of(reader, "/fund/pool/")
    for _ in range(5):
        make_contract(commissioner=fund.host, starts_on=starting.starts_on, ends_on=starting.ends_on)
    assert cost_of(reader, "/fund/pool/") == few <= 15
