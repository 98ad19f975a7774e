"""Who pays for a contract, and what is taken of a year."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.claims.rules import Claim, Span, Taken, asked_by_year, last_fund, paying_fund, signed_by_year, taken, unsecured_soon

pounds = st.decimals(0, 10**7, places=2)
KENT, MEDWAY = 1, 2
FUNDS = [Span(10, "now", KENT, 2026, 2029), Span(11, "also", KENT, 2028, 2031), Span(12, "theirs", MEDWAY, 2026, 2027)]


def claim(year, cost, committed="0", *, starts_on=date(2025, 4, 1), **fields):
    return Claim(**{"contract": 1, "starts_on": starts_on, "year": year, "cost": Decimal(cost), "committed": Decimal(committed), **fields})


@pytest.mark.parametrize(
    ("year", "commissioner", "code", "payer"),
    [
        (2026, KENT, "", 10),
        (2028, KENT, "", 10),
        (2028, KENT, "also", 11),
        (2030, KENT, "now", 11),
        (2026, KENT, "theirs", 12),
        (2028, MEDWAY, "theirs", None),
        (2032, KENT, "now", None),
        (2026, 3, "", None),
    ],
)
def test_the_fund_of_the_tender_pays_else_the_first_of_the_commissioner(year, commissioner, code, payer):
    assert paying_fund(FUNDS, year=year, commissioner=commissioner, fund_code=code) == payer


@pytest.mark.parametrize(
    ("year", "commissioner", "code", "fund"),
    [(2032, KENT, "", 11), (2032, KENT, "now", 10), (2030, MEDWAY, "", 12), (2026, 3, "", None), (2025, KENT, "now", None)],
)
def test_the_fund_that_has_ended_before_a_year(year, commissioner, code, fund):
    assert last_fund(FUNDS, year=year, commissioner=commissioner, fund_code=code) == fund


def test_signed_money_is_what_is_not_committed_in_years_that_are_not_over():
    claims = [claim(2025, "9"), claim(2026, "9", "4"), claim(2026, "7", tender=5), claim(2027, "3", "8"), claim(2030, "9", beyond=True)]
    assert signed_by_year(claims, this_year=2026) == {2026: Decimal(12)}
    assert signed_by_year(claims, this_year=2026, but=5) == {2026: Decimal(5)}


def test_tenders_are_counted_by_year_and_not_by_lot():
    lots = {1: [{2027: Decimal(3), 2028: Decimal(3)}, {2027: Decimal(4)}], 2: [{2028: Decimal(5)}]}
    assert asked_by_year(lots) == {2027: (Decimal(7), 1), 2028: (Decimal(8), 2)}


def test_what_takes_the_money_is_said():
    assert Taken().said == []
    assert Taken(Decimal("648000"), Decimal(0), Decimal("162000"), 1).said == [
        "£648,000.00 is committed to contracts",
        "£162,000.00 is asked for by another tender",
    ]
    assert Taken(asked=Decimal(1), tenders=2, signed=Decimal(2)).said == [
        "£2.00 is signed in contracts and not yet committed",
        "£1.00 is asked for by two other tenders",
    ]


@given(*(st.dictionaries(st.integers(2026, 2030), pounds) for _ in range(3)))
def test_all_that_is_taken_adds_up(committed, signed, asked):
    found = taken(committed, signed, {year: (amount, 1) for year, amount in asked.items()})
    assert sum(one.sum for one in found.values()) == sum([*committed.values(), *signed.values(), *asked.values()])


def soon(**told):
    return [(one.contract, one.year, one.missing) for one in unsecured_soon(**told)]


def test_contracts_are_told_of_within_90_days_before_they_start_or_go_on():
    one = [claim(2027, "600", starts_on=date(2027, 10, 1)), claim(2028, "1200", starts_on=date(2027, 10, 1))]
    other = [claim(2026, "5", contract=2), claim(2027, "500", contract=2)]
    told = {"claims": [*one, *other], "secured": {2026: Decimal(5), 2027: Decimal("1000"), 2028: Decimal("1200")}}
    assert soon(**told, today=date(2026, 12, 31)) == []
    assert soon(**told, today=date(2027, 1, 1)) == [(2, 2027, Decimal("100"))]
    assert soon(**told, today=date(2027, 4, 1)) == [(2, 2027, Decimal("100"))]
    assert soon(**told, today=date(2027, 4, 2)) == []
    assert soon(**told, today=date(2027, 9, 1)) == [(1, 2027, Decimal("100"))]


def test_a_contract_that_goes_on_after_the_fund_is_told_of():
    claims = [claim(2028, "9"), claim(2029, "9", beyond=True)]
    assert soon(claims=claims, secured={2028: Decimal(9)}, today=date(2029, 1, 2)) == [(1, 2029, Decimal(9))]


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.dictionaries(st.integers(2026, 2028), pounds))
def test_nobody_is_told_of_a_year_whose_money_is_secured(today, years):
    claims = [claim(year, amount, starts_on=date(2026, 4, 1)) for year, amount in years.items()]
    assert unsecured_soon(claims, secured=years, today=today) == []
