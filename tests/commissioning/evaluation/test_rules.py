from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commissioning.evaluation.rules import (
    SCALE,
    Scored,
    Weighted,
    draw_seed,
    mark_fault,
    outside_fault,
    outside_range,
    points,
    rank,
    reason_fault,
    record_hash,
    score_of,
    shown,
    spread,
    tie_order,
)

HUNDREDTHS = 10_000


def criteria_of(*weights: str, minimum: int = 2) -> list[Weighted]:
    return [Weighted(number, f"Criterion {number}", Decimal(weight), minimum) for number, weight in enumerate(weights, start=1)]


def offer(name: str, *marks: int) -> Scored:
    return Scored(name, dict(enumerate(marks, start=1)))


@st.composite
def weightings(draw, most=8):
    """Weights of two places that sum to exactly 100.00."""
    size = draw(st.integers(1, most))
    cuts = sorted(draw(st.sets(st.integers(1, HUNDREDTHS - 1), min_size=size - 1, max_size=size - 1)))
    parts = [after - before for before, after in pairwise([0, *cuts, HUNDREDTHS])]
    return criteria_of(*(str(Decimal(part).scaleb(-2)) for part in parts))


@st.composite
def tenders(draw):
    criteria = draw(weightings())
    bids = draw(st.integers(1, 6))
    marks = st.lists(st.integers(0, 5), min_size=len(criteria), max_size=len(criteria))
    return criteria, [offer(f"Bidder {chr(65 + number)}", *draw(marks)) for number in range(bids)]


def test_a_weighted_score_is_mark_over_five_times_weight():
    criteria = criteria_of("40.00", "35.00", "25.00")
    assert [points(mark, one.weight) for mark, one in zip((4, 3, 5), criteria, strict=True)] == [Decimal(32), Decimal(21), Decimal(25)]
    assert score_of({1: 4, 2: 3, 3: 5}, criteria) == Decimal(78)


def test_scores_are_exact_and_shown_to_two_places():
    criteria = criteria_of("33.33", "33.33", "33.34")
    score = score_of({1: 4, 2: 3, 3: 5}, criteria)
    assert score == Decimal("80.002")
    assert shown(score) == "80.00"


def test_the_ranking_uses_the_full_precision_that_is_not_shown():
    criteria = criteria_of("33.33", "33.33", "33.34")
    first, second = rank(criteria, [offer("A", 5, 3, 4), offer("B", 4, 3, 5)], "seed")
    assert (shown(first.score), shown(second.score)) == ("80.00", "80.00")
    assert (first.name, first.score, second.score) == ("B", Decimal("80.002"), Decimal("80.000"))
    assert (first.tie, second.tie) == ("", "")


@given(weightings(), st.data())
def test_full_marks_are_one_hundred_and_a_score_lies_between_none_and_that(criteria, data):
    numbers = [one.number for one in criteria]
    assert score_of(dict.fromkeys(numbers, 5), criteria) == Decimal("100.00")
    marks = {number: data.draw(st.integers(0, 5)) for number in numbers}
    assert 0 <= score_of(marks, criteria) <= 100


@given(weightings(), st.data())
def test_a_higher_mark_never_lowers_a_score(criteria, data):
    marks = {one.number: data.draw(st.integers(0, 4)) for one in criteria}
    raised = data.draw(st.sampled_from(criteria))
    better = {**marks, raised.number: marks[raised.number] + 1}
    assert score_of(better, criteria) - score_of(marks, criteria) == raised.weight / 5


@given(tenders(), st.randoms())
def test_the_ranking_does_not_depend_on_the_order_in_which_offers_come(tender, random):
    criteria, offers = tender
    before = rank(criteria, offers, "seed")
    random.shuffle(offers)
    assert rank(criteria, offers, "seed") == before


@given(tenders())
def test_places_are_given_once_each_and_only_above_every_minimum(tender):
    criteria, offers = tender
    ranking = rank(criteria, offers, "seed")
    placed = [one for one in ranking if one.place is not None]
    assert [one.place for one in placed] == list(range(1, len(placed) + 1))
    assert sorted(one.name for one in ranking) == sorted(one.name for one in offers)
    assert all(not one.below for one in placed)
    assert all(one.below for one in ranking if one.place is None)
    assert [one.score for one in placed] == sorted((one.score for one in placed), reverse=True)


@given(tenders())
def test_each_score_is_the_sum_of_its_steps(tender):
    criteria, offers = tender
    for one in rank(criteria, offers, "seed"):
        assert one.score == sum(step.points for step in one.steps)


def test_a_mark_below_the_minimum_takes_the_place_away_however_high_the_score():
    criteria = criteria_of("80.00", "20.00", minimum=3)
    ranking = rank(criteria, [offer("A", 5, 2), offer("B", 3, 3)], "seed")
    assert [(one.name, one.place) for one in ranking] == [("B", 1), ("A", None)]
    assert [step.criterion.number for step in ranking[1].below] == [2]


def test_no_offer_above_the_minimum_leaves_no_first_place():
    ranking = rank(criteria_of("100.00"), [offer("A", 1), offer("B", 0)], "seed")
    assert [one.place for one in ranking] == [None, None]


def test_a_single_bid_is_ranked():
    assert rank(criteria_of("100.00"), [offer("A", 3)], "seed")[0].place == 1


def test_a_tie_is_decided_by_the_heaviest_criterion_then_the_next():
    criteria = criteria_of("40.00", "20.00", "20.00", "20.00")
    heavy = rank(criteria, [offer("A", 3, 5, 4, 4), offer("B", 4, 3, 4, 4)], "seed")
    assert [one.name for one in heavy] == ["B", "A"]
    assert heavy[0].tie == "Equal score: the mark for criterion 1, Criterion 1, decides."
    later = rank(criteria, [offer("A", 4, 3, 4, 4), offer("B", 4, 3, 5, 3)], "seed")
    assert [one.name for one in later] == ["B", "A"]
    assert later[0].tie == "Equal score: the mark for criterion 3, Criterion 3, decides."


def test_equal_weights_are_compared_by_number():
    assert [one.number for one in tie_order(criteria_of("20.00", "40.00", "40.00"))] == [2, 3, 1]


def test_a_tie_on_every_criterion_goes_to_the_recorded_draw():
    criteria = criteria_of("60.00", "40.00")
    offers = [offer("Bidder A", 4, 4), offer("Bidder B", 4, 4)]
    seed = draw_seed("T-1", 1, ["bb", "aa"])
    assert seed == draw_seed("T-1", 1, ["aa", "bb"])
    ranking = rank(criteria, offers, seed)
    assert [one.name for one in ranking] == [one.name for one in rank(criteria, reversed(offers), seed)]
    assert {one.tie for one in ranking} == {"Equal on every criterion: the recorded draw decides."}
    winners = {rank(criteria, offers, draw_seed("T-1", lot, ["aa", "bb"]))[0].name for lot in range(20)}
    assert winners == {"Bidder A", "Bidder B"}


@pytest.mark.parametrize(
    "reason",
    ["", "   ", "\n\t\r\n", "\u200b\u2060\ufeff", "....................................", "-" * 400, "good good good good good good good"],
)
def test_a_reason_without_substance_is_refused(reason):
    assert reason_fault(reason)


@given(st.text(alphabet=" \t\n\u00a0\u200b\u2003.,;:!?-\u2014*", max_size=300))
def test_blanks_and_points_never_make_a_reason(text):
    assert reason_fault(text) == "Give the reason for this mark"


@pytest.mark.parametrize(
    "reason",
    ["Names every district and its refuge places", "Réponse complète et étayée par des chiffres", "Пояснення повне і спирається на цифри"],
)
def test_a_reason_that_says_something_is_enough(reason):
    assert reason_fault(reason) == ""


@given(st.integers())
def test_only_marks_of_the_scale_are_marks(value):
    assert (mark_fault(value) == "") == (value in SCALE)


def test_no_mark_is_no_zero():
    assert mark_fault(None) == "Choose a mark from 0 to 5"
    assert mark_fault(0) == ""


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 5))
def test_only_a_mark_outside_the_range_takes_a_second_reason(marks, agreed):
    assert outside_range(agreed, marks) == (agreed < min(marks) or agreed > max(marks))
    assert bool(outside_fault(agreed, marks, "")) == outside_range(agreed, marks)
    assert outside_fault(agreed, marks, "The presentation of the rota was overlooked at first") == ""


def test_outside_without_a_reason_says_the_range():
    assert outside_fault(5, [2, 3], " ").startswith("The agreed mark 5 is outside the marks given (2 to 3).")


def test_spread():
    assert (spread([2, 5, 3]), spread([3, 3]), spread([])) == (3, 0, 0)


@given(st.lists(st.dictionaries(st.sampled_from(["offer", "mark", "reason"]), st.text("ab", max_size=3) | st.integers(0, 9)), max_size=4))
def test_the_hash_of_a_record_changes_with_the_record(record):
    assert record_hash(record) == record_hash([dict(reversed(list(row.items()))) for row in record])
    assume(record)
    assert record_hash(record) != record_hash([*record, {"offer": "another"}])
