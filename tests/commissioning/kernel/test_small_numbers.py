import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.small_numbers import MISSING, View, shown_count, shown_percent, shown_row

ROWS = st.lists(st.none() | st.integers(0, 12) | st.integers(0, 400), min_size=1, max_size=9)


def as_text(row):
    return [str(cell) for cell in row.cells], str(row.total)


@pytest.mark.parametrize(
    ("counts", "view", "cells", "total"),
    [
        ([12, 3, 20], View.PARTNER, ["[c]", "[c]", "20"], "35"),
        ([12, 3, 20], View.PUBLIC, ["10", "[c]", "20"], "35"),
        ([12, 3, 20], View.OWN, ["12", "3", "20"], "35"),
        ([0, 7, 8], View.PUBLIC, ["0", "[c]", "10"], "15"),
        ([0, 7, 8, 15], View.PUBLIC, ["0", "[c]", "10", "15"], "30"),
        ([0, 7, 8], View.PARTNER, ["0", "7", "8"], "15"),
        ([3, 0, 0], View.PARTNER, ["[c]", "0", "0"], "[c]"),
        ([8, 8, 1], View.PUBLIC, ["[c]", "[c]", "[c]"], "15"),
        ([1, 1, 20, 30], View.PARTNER, ["[c]", "[c]", "[c]", "30"], "52"),
        ([4, 4, 30], View.PARTNER, ["[c]", "[c]", "[c]"], "38"),
        ([None, 30, 1200], View.PARTNER, ["[x]", "30", "1,200"], "1,230"),
        ([], View.PARTNER, [], "0"),
    ],
)
def test_row_as_each_audience_sees_it(counts, view, cells, total):
    assert as_text(shown_row(counts, view)) == (cells, total)


@given(ROWS, st.sampled_from([View.PARTNER, View.PUBLIC]))
def test_a_small_count_is_never_shown(counts, view):
    small = range(1, 5) if view is View.PARTNER else range(1, 8)
    row = shown_row(counts, view)
    assert all(cell.value not in small for cell in (*row.cells, row.total))
    assert all(cell.is_hidden for cell, count in zip(row.cells, counts, strict=True) if count in small)


@given(ROWS)
def test_a_hidden_cell_never_stands_alone_beside_an_exact_total(counts):
    row = shown_row(counts, View.PARTNER)
    hidden = sum(cell.is_hidden for cell in row.cells)
    assert row.total.is_hidden or hidden != 1


@given(ROWS, st.sampled_from(View))
def test_zero_and_missing_are_said_as_they_are(counts, view):
    for cell, count in zip(shown_row(counts, view).cells, counts, strict=True):
        assert (cell == MISSING) == (count is None)
        assert (cell.value == 0) == (count == 0)


@given(ROWS)
def test_public_figures_are_rounded_to_the_nearest_five(counts):
    row = shown_row(counts, View.PUBLIC)
    for cell, count in zip(row.cells, counts, strict=True):
        assert cell.value is None or (cell.value % 5 == 0 and abs(cell.value - count) <= 2)


@pytest.mark.parametrize(("view", "below"), [(View.PARTNER, 12), (View.PUBLIC, 24)])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_reader_who_knows_the_rule_and_tries_every_table_recovers_nothing(view, below, width):
    tables = defaultdict(list)
    for counts in itertools.product(range(below), repeat=width):
        tables[shown_row(counts, view)].append(counts)
    whole = [(row, all_) for row, all_ in tables.items() if max(map(max, all_)) < below - 6]
    recovered = [
        (as_text(row), position)
        for row, possible in whole
        for position in range(width)
        if row.cells[position].is_hidden and len({counts[position] for counts in possible}) == 1
    ]
    assert whole
    assert recovered == []


@pytest.mark.parametrize(
    ("numerator", "denominator", "view", "said"),
    [
        (50, 80, View.OWN, "63"),
        (4, 80, View.PARTNER, "[c]"),
        (77, 80, View.PARTNER, "[c]"),
        (0, 80, View.PARTNER, "0"),
        (80, 80, View.PUBLIC, "100"),
        (7, 80, View.PUBLIC, "[c]"),
        (12, 33, View.PUBLIC, "29"),
        (None, 33, View.PUBLIC, "[x]"),
        (0, 0, View.PUBLIC, "[x]"),
    ],
)
def test_percent_hides_a_few_on_either_side(numerator, denominator, view, said):
    assert str(shown_percent(numerator, denominator, view)) == said


def test_percent_refuses_more_than_all():
    with pytest.raises(ValueError, match="more than all"):
        shown_percent(9, 8, View.OWN)


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(View))
def test_percent_lies_between_none_and_all(one, other, view):
    shown = shown_percent(min(one, other), max(one, other), view)
    assert shown.value is None or 0 <= shown.value <= 100


def test_count_that_stands_alone():
    assert [str(shown_count(count, View.PUBLIC)) for count in (None, 0, 7, 8, 13)] == ["[x]", "0", "[c]", "10", "15"]
    assert [str(shown_count(count, View.PARTNER)) for count in (4, 5)] == ["[c]", "5"]
