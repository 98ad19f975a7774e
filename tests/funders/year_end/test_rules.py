"""Shares, choices and refusals of a year end, without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.ledger.rules import PostingRefused, check_day
from funders.year_end.rules import (
    Outturn,
    YearEndRefused,
    check_choices,
    check_preparation,
    check_unchanged,
    choices_for,
    kept_of_line,
    surplus_shares,
)

PENCE = st.integers(1, 10**9).map(lambda pence: Decimal(pence) / 100)


def pounds(*amounts):
    return [Decimal(amount) for amount in amounts]


def test_the_arithmetic_of_one_pot():
    one = Outturn("s75", *pounds("100.00", "900.00", "250.00", "1000.00", "200.00", "300.00"))
    assert (one.closing, one.surplus) == (Decimal("750.00"), Decimal("500.00"))
    assert Outturn("s75", secured=Decimal("10.00"), spent=Decimal("12.00")).surplus == Decimal("-2.00")


@pytest.mark.parametrize(
    ("surplus", "agreed", "shares"),
    [
        ("1000.00", ("190000.00", "39000.00", "30000.00"), ("733.59", "150.58", "115.83")),
        ("0.01", ("1.00", "1.00"), ("0.01", "0.00")),
        ("-100.00", ("2.00", "1.00"), ("-66.67", "-33.33")),
        ("10.00", ("5.00",), ("10.00",)),
        ("10.00", (), ()),
    ],
)
def test_shares_by_hand(surplus, agreed, shares):
    assert surplus_shares(Decimal(surplus), pounds(*agreed)) == pounds(*shares)


def test_the_shares_of_the_2012_report():
    """Councils, CSPs, police, health, criminal justice, social: £190k, £39k, £30k, £321k, £184k, £46k of £810k."""
    gave = pounds("190000", "39000", "30000", "321000", "184000", "46000")
    assert surplus_shares(Decimal("81000.00"), gave) == pounds("19000.00", "3900.00", "3000.00", "32100.00", "18400.00", "4600.00")


@given(st.integers(-(10**9), 10**9), st.lists(PENCE, min_size=1, max_size=9))
def test_shares_add_up_to_the_penny_and_follow_what_was_given(pence, agreed):
    surplus = Decimal(pence) / 100
    shares = surplus_shares(surplus, agreed)
    assert sum(shares) == surplus
    for share, gave in zip(shares, agreed, strict=True):
        assert abs(share - surplus * gave / sum(agreed)) < Decimal("0.01")


@given(st.dictionaries(st.sampled_from(["s75", "grant", "crime_grant"]), st.tuples(PENCE, PENCE), min_size=1), st.data())
def test_a_line_keeps_what_was_paid_and_what_is_still_to_be_paid(pots, data):
    set_aside = {pot: first + second for pot, (first, second) in pots.items()}
    spent = {pot: first for pot, (first, _) in pots.items()}
    left = sum(second for _, second in pots.values())
    unpaid = Decimal(data.draw(st.integers(0, int(left * 100)))) / 100
    kept = kept_of_line(set_aside, spent, unpaid)
    assert sum(kept.values()) == sum(spent.values()) + unpaid
    assert all(spent[pot] <= amount <= set_aside[pot] for pot, amount in kept.items())


@pytest.mark.parametrize(
    ("pot", "surplus", "has_givers", "is_last", "choices"),
    [
        ("s75", "1.00", True, False, ("carry", "contingency", "return")),
        ("s75", "1.00", True, True, ("return",)),
        ("s75", "-1.00", True, False, ("return",)),
        ("s75", "0.00", True, False, ()),
        ("s75", "1.00", False, False, ("carry",)),
        ("charitable", "1.00", True, False, ("carry",)),
        ("charitable", "1.00", True, True, ("carry",)),
    ],
)
def test_what_the_board_can_choose(pot, surplus, has_givers, is_last, choices):
    assert choices_for(pot, Decimal(surplus), has_givers=has_givers, is_last=is_last) == choices


def test_a_restricted_grant_is_never_returned():
    with pytest.raises(YearEndRefused, match="can only be carried forward"):
        check_choices({"charitable": "return"}, {"charitable": ("carry",)})
    check_choices({"charitable": "carry"}, {"charitable": ("carry",), "s75": ()})


def test_when_a_year_can_be_prepared():
    check_preparation(year=2026, today=date(2027, 4, 1), waiting=0)
    for year, today, waiting, said in (
        (2026, date(2027, 3, 31), 0, "It can be prepared from the day after"),
        (2026, date(2027, 4, 1), 2, "2 invoices for 2026/27 wait for approval"),
        (None, date(2027, 4, 1), 0, "closed already"),
    ):
        with pytest.raises(YearEndRefused, match=said):
            check_preparation(year=year, today=today, waiting=waiting)


def test_figures_that_changed():
    check_unchanged([Outturn("s75"), Outturn("grant")], [Outturn("grant"), Outturn("s75")])
    with pytest.raises(YearEndRefused, match="have changed"):
        check_unchanged([Outturn("s75")], [Outturn("s75", paid=Decimal("0.01"))])


def test_a_day_in_a_closed_year():
    check_day(date(2027, 4, 1), date(2027, 3, 31))
    check_day(date(2020, 1, 1), None)
    for day in (date(2027, 3, 31), date(2019, 1, 1)):
        with pytest.raises(PostingRefused, match="1 April 2027, the first day of the next year"):
            check_day(day, date(2027, 3, 31))
