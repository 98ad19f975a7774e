from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.measures.kinds import Direction
from providers.performance.rules import RAG, Interval, Rating, rating_of, wilson


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("60", Rating.GOOD),
        ("57", Rating.APPROACHING),
        ("56.9", Rating.IMPROVE),
        ("50", Rating.IMPROVE),
        ("49.9", Rating.INADEQUATE),
    ],
)
def test_the_five_words_against_target_60_and_floor_50(value, rating):
    assert rating_of(Decimal(value), target=Decimal(60), floor=Decimal(50), direction=Direction.HIGHER) == rating


@pytest.mark.parametrize(
    ("value", "rating"),
    [("20", Rating.GOOD), ("21", Rating.APPROACHING), ("21.1", Rating.IMPROVE), ("30", Rating.IMPROVE), ("30.1", Rating.INADEQUATE)],
)
def test_lower_is_better_is_the_mirror(value, rating):
    assert rating_of(Decimal(value), target=Decimal(20), floor=Decimal(30), direction=Direction.LOWER) == rating


def test_the_floor_wins_over_near_the_target():
    assert rating_of(Decimal("58"), target=Decimal(60), floor=Decimal(59), direction=Direction.HIGHER) == Rating.INADEQUATE


@pytest.mark.parametrize(("value", "denominator", "direction"), [(None, 20, "higher"), ("70", 7, "higher"), ("70", 20, "context")])
def test_what_cannot_be_rated_is_other_and_grey(value, denominator, direction):
    rating = rating_of(
        Decimal(value) if value else None, target=Decimal(60), floor=Decimal(50), direction=direction, denominator=denominator
    )
    assert (rating, RAG[rating]) == (Rating.OTHER, "Grey")


def test_eight_people_are_enough_for_a_rating():
    assert rating_of(Decimal(75), target=Decimal(60), floor=Decimal(50), direction="higher", denominator=8) == Rating.GOOD


@pytest.mark.parametrize(
    ("numerator", "denominator", "interval"),
    [
        (0, 10, Interval(Decimal("0.0"), Decimal("27.8"))),
        (63, 100, Interval(Decimal("53.2"), Decimal("71.8"))),
        (10, 10, Interval(Decimal("72.2"), Decimal("100.0"))),
    ],
)
def test_wilson_intervals(numerator, denominator, interval):
    assert wilson(numerator, denominator) == interval


def test_nothing_to_divide_by_has_no_interval():
    assert wilson(0, 0) is None


def test_more_than_all_is_no_share():
    with pytest.raises(ValueError, match="11 of 10"):
        wilson(11, 10)


@given(st.integers(1, 500).flatmap(lambda denominator: st.tuples(st.integers(0, denominator), st.just(denominator))))
def test_the_interval_holds_the_share(pair):
    numerator, denominator = pair
    interval = wilson(numerator, denominator)
    assert interval.low - Decimal("0.1") <= Decimal(100 * numerator) / denominator <= interval.high + Decimal("0.1")
    assert 0 <= interval.low <= interval.high <= 100
