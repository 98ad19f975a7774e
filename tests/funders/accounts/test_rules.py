from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.accounts.rules import Sums, by_pot, shared_out, total

pennies = st.integers(0, 10**9).map(lambda count: Decimal(count).scaleb(-2))


def test_what_a_pot_paid_is_shared_by_what_is_secured_from_each_giver():
    """£1,000.00 of a pot with £2,000, £1,000 and £0: £666.67 and £333.33."""
    givers = {("s75", 2026): {0: Decimal("2000.00"), 1: Decimal("1000.00"), 2: Decimal("0.00")}}
    assert shared_out({("s75", 2026): Decimal("1000.00")}, givers) == {(0, 2026): Decimal("666.67"), (1, 2026): Decimal("333.33")}


def test_a_pot_that_spent_has_givers():
    assert shared_out({("s75", 2026): Decimal("0.00")}, {}) == {}
    with pytest.raises(ValueError, match="has no giver"):
        shared_out({("s75", 2026): Decimal("1.00")}, {("s75", 2026): {0: Decimal("0.00")}})


@given(amount=pennies, parts=st.lists(pennies, min_size=1, max_size=6).filter(any))
def test_the_parts_of_the_givers_add_up_to_the_penny(amount, parts):
    shared = shared_out({("s75", 2026): amount}, {("s75", 2026): dict(enumerate(parts))})
    assert sum(shared.values()) == amount


def test_what_is_committed_comes_from_the_pots_of_its_line():
    lines = {(2026, 1): Decimal("900.00"), (2026, 2): Decimal("50.00"), (2027, 1): Decimal("0.00")}
    pots = {(2026, 1): {"s75": Decimal("600.00"), "grant": Decimal("300.00")}, (2026, 2): {"s75": Decimal("80.00")}}
    assert by_pot(lines, pots) == {("s75", 2026): Decimal("650.00"), ("grant", 2026): Decimal("300.00")}


def test_sums_are_added_name_by_name_and_in_kind_is_in_no_other():
    both = total([Sums(agreed=Decimal("1.00"), in_kind=Decimal("9.00")), Sums(agreed=Decimal("2.00"), pooled=Decimal("4.00"))])
    assert both == Sums(agreed=Decimal("3.00"), pooled=Decimal("4.00"), in_kind=Decimal("9.00"))
    assert both.secured == Decimal("7.00")
