"""The page of a fund's ledger."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.ledger.actions import post
from funders.ledger.models import Account
from funders.ledger.rules import Entry
from tests.counting import cost_of
from tests.factories import make_seat


def page(fund):
    return reverse("ledger:ledger", args=[fund.code])


def fill(fund, noon, times):
    finance = make_seat(Role.FINANCE, organisation=fund.host)
    for number in range(times):
        entries = [Entry(Account.BANK, Decimal("1.00")), Entry(Account.SUSPENSE, Decimal("-1.00"))]
        post(fund=fund, entries=entries, on=date(2026, 4, 1), text=f"Paid {number}", bank_reference=f"B{number}", by=finance, at=noon)


@pytest.mark.parametrize("role", [Role.FUNDER_OFFICER, Role.FINANCE, Role.BOARD_MEMBER, Role.AUDITOR])
def test_every_partner_reads_the_ledger(fund, client_for, role, noon):
    fill(fund, noon, 1)
    answer = client_for(make_seat(role)).get(page(fund))
    assert "Paid 0" not in answer.content.decode()
    assert "B0" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.BID_MANAGER, Role.DATA_OFFICER, Role.EVALUATOR])
def test_providers_and_evaluators_do_not(fund, client_for, role):
    assert client_for(make_seat(role)).get(page(fund)).status_code == 403


def test_an_empty_ledger_helps_and_an_unknown_fund_is_not_there(fund, client_for):
    client = client_for(make_seat(Role.FINANCE))
    assert "No line to show" in client.get(page(fund)).content.decode()
    assert client.get(reverse("ledger:ledger", args=["none"])).status_code == 404


def test_it_is_searched_filtered_and_taken_away_whole(fund, client_for, noon):
    fill(fund, noon, 3)
    client = client_for(make_seat(Role.FINANCE))
    assert "2 lines" in client.get(page(fund), {"search": "B1"}).content.decode()
    assert "3 lines" in client.get(page(fund), {"account": "bank"}).content.decode()
    lines = client.get(page(fund), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "Day,Posting,Account,Partner or pot,Amount,Kind,Bank reference,Text,Posted,By"
    assert len(lines) == 7


def test_it_costs_the_same_with_one_posting_and_with_many(fund, client_for, noon):
    client = client_for(make_seat(Role.FINANCE))
    fill(fund, noon, 1)
    one = cost_of(client, page(fund))
    fill(fund, noon, 9)
    assert cost_of(client, page(fund)) == one
