"""The contingency of 10 and 20 % on the requirement of 2012: £810,000 for 1,300 cases and 4 court posts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.scenarios.rules import Line, ScenarioRefused, cut_of

CASES = Line("Community advisers", Decimal(1300), "case", Decimal("500.00"), Decimal("650000.00"))
COURT = Line("Court advisers", Decimal(4), "post", Decimal("40000.00"), Decimal("160000.00"))
LINES = [CASES, COURT]
pennies = st.integers(1, 100_000_000).map(lambda number: Decimal(number).scaleb(-2))


@pytest.mark.parametrize(
    ("percent", "protected", "left", "community", "cases", "court", "posts"),
    [
        ("10", [], "729000.00", "585000.00", "1170.0", "144000.00", "3.6"),
        ("20", [], "648000.00", "520000.00", "1040.0", "128000.00", "3.2"),
        ("10", [1], "729000.00", "569000.00", "1138.0", "160000.00", "4.0"),
        ("20", [1], "648000.00", "488000.00", "976.0", "160000.00", "4.0"),
        ("0", [], "810000.00", "650000.00", "1300.0", "160000.00", "4.0"),
        ("100", [], "0.00", "0.00", "0.0", "0.00", "0.0"),
    ],
)
def test_the_tables_of_the_contingency(percent, protected, left, community, cases, court, posts):
    cut = cut_of(LINES, Decimal(percent), protected)
    assert [str(one.left) for one in cut.lines] == [community, court]
    assert [str(one.quantity) for one in cut.lines] == [cases, posts]
    assert str(cut.left) == left


@pytest.mark.parametrize("percent", ["-1", "100.01", "NaN", "Infinity"])
def test_a_cut_that_is_no_percentage_is_refused(percent):
    with pytest.raises(ScenarioRefused, match="from 0 to 100"):
        cut_of(LINES, Decimal(percent))


@pytest.mark.parametrize(("percent", "protected"), [("1", [0, 1]), ("20", [0])])
def test_more_than_the_open_lines_cost_cannot_be_saved(percent, protected):
    with pytest.raises(ScenarioRefused, match="Protect less, or cut less"):
        cut_of(LINES, Decimal(percent), protected)


@given(st.lists(pennies, min_size=1, max_size=6), st.integers(0, 100), st.sets(st.integers(0, 5)))
def test_what_is_left_and_what_is_cut_is_the_whole_to_the_penny_and_protected_lines_stay(amounts, percent, protected):
    lines = [Line("a line", Decimal(1), "unit", amount, amount) for amount in amounts]
    try:
        cut = cut_of(lines, Decimal(percent), protected)
    except ScenarioRefused:
        assert protected
        return
    assert cut.left + cut.amount == sum(amounts)
    assert all(one.lost == 0 for one in cut.lines if one.is_protected)
    assert all(0 <= one.left <= one.line.amount for one in cut.lines)
