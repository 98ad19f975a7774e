"""What may be posted: sides that add up to nothing, in whole pennies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.ledger.rules import Entry, PostingRefused, check_entries, reversed_entries

pennies = st.integers(-10_000_000_000, 10_000_000_000).filter(bool).map(lambda count: Decimal(count).scaleb(-2))


@given(st.lists(pennies, min_size=1, max_size=8))
def test_any_sides_with_their_counterweight_may_be_posted_unless_it_is_nothing(amounts):
    entries = [Entry("bank", amount) for amount in amounts]
    left = -sum(amounts)
    if left:
        check_entries([*entries, Entry("suspense", left)])
    elif len(entries) >= 2:
        check_entries(entries)


@given(st.lists(pennies, min_size=2, max_size=8))
def test_what_is_left_over_is_refused_and_named(amounts):
    entries = [Entry("bank", amount) for amount in amounts]
    if sum(amounts):
        with pytest.raises(PostingRefused, match="left over"):
            check_entries(entries)


@given(st.lists(pennies, min_size=1, max_size=8))
def test_a_posting_and_its_reversal_change_nothing(amounts):
    entries = [Entry("contributions", amount, 7) for amount in amounts]
    both = [*entries, *reversed_entries(entries)]
    assert sum(one.amount for one in both) == 0
    assert {one.contribution for one in both} == {7}


@pytest.mark.parametrize("amount", ["0.00", "1.001", "NaN", "Infinity", "-Infinity", "1e-9"])
def test_a_side_is_whole_pennies_and_not_nothing(amount):
    with pytest.raises(PostingRefused):
        check_entries([Entry("bank", Decimal(amount)), Entry("suspense", Decimal("-1.00"))])


def test_one_side_alone_is_no_posting():
    with pytest.raises(PostingRefused, match="at least two sides"):
        check_entries([Entry("bank", Decimal("1.00"))])
