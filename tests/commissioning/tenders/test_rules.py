from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.tenders.rules import (
    DeadlineRefused,
    TenderRefused,
    assessors_fault,
    check_deadline,
    check_districts,
    check_later_deadline,
    check_term,
    check_weights,
    deadline_advice,
    london_moment,
    seats_fault,
    weights_fault,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STARTS = date(2027, 4, 1)
hundredths = st.integers(min_value=1, max_value=9_999)


def noon(day: date) -> datetime:
    return london_moment(day, time(12, 0))


def sentence_of(check, *args, **kwargs) -> str:
    with pytest.raises(TenderRefused) as caught:
        check(*args, **kwargs)
    return str(caught.value)


class TestWeights:
    def test_exactly_one_hundred_passes(self):
        check_weights([Decimal("33.33"), Decimal("33.33"), Decimal("33.34")])

    def test_a_hundredth_short_says_what_to_add(self):
        said = sentence_of(check_weights, [Decimal("60.00"), Decimal("39.99")])
        assert said == "The weights add up to 99.99. They must add up to exactly 100.00. Add 0.01."

    def test_too_much_says_what_to_take_away(self):
        said = sentence_of(check_weights, [Decimal("60.00"), Decimal("45.50")])
        assert said == "The weights add up to 105.50. They must add up to exactly 100.00. Take away 5.50."

    def test_no_criteria(self):
        assert sentence_of(check_weights, []) == "There are no award criteria yet."

    def test_a_weight_of_nothing(self):
        assert sentence_of(check_weights, [Decimal("100.00"), Decimal("0.00")]) == "Every weight must be above 0."

    @given(st.lists(hundredths, min_size=1, max_size=20))
    def test_weights_pass_exactly_when_they_sum_to_one_hundred(self, parts):
        weights = [Decimal(part).scaleb(-2) for part in parts]
        assert (weights_fault(weights) == "") is (sum(parts) == 10_000)

    @given(st.lists(hundredths, min_size=1, max_size=19).filter(lambda parts: sum(parts) < 10_000))
    def test_whatever_is_missing_can_be_added(self, parts):
        check_weights([Decimal(part).scaleb(-2) for part in [*parts, 10_000 - sum(parts)]])


class TestDistricts:
    def test_each_district_in_one_lot(self):
        check_districts({"Lot 1: West": ["Sevenoaks"], "Lot 2: East": ["Dover", "Thanet"]})

    def test_a_district_in_two_lots_is_named_with_both(self):
        said = sentence_of(check_districts, {"Lot 1: West": ["Dover"], "Lot 2: East": ["Dover", "Thanet"]})
        assert said == "Dover would be in two lots: Lot 1: West and Lot 2: East."

    def test_a_lot_without_districts(self):
        assert sentence_of(check_districts, {"Lot 1: West": []}) == "Lot 1: West has no districts when the contract starts."


class TestTerm:
    def test_five_years_and_four_in_option(self):
        check_term(60, 48)

    def test_too_short(self):
        assert "at least 12 months" in sentence_of(check_term, 11, 0)

    def test_too_long_together(self):
        assert "120 months" in sentence_of(check_term, 84, 48)


class TestLondonTime:
    def test_summer_and_winter(self):
        assert noon(date(2026, 7, 1)).hour == 11
        assert noon(date(2026, 12, 1)).hour == 12

    def test_the_hour_that_does_not_exist(self):
        said = sentence_of(london_moment, date(2027, 3, 28), time(1, 30))
        assert said == "01:30 does not exist on Sunday 28 March 2027: the clocks go forward. Choose another hour."

    def test_the_hour_that_comes_twice(self):
        said = sentence_of(london_moment, date(2026, 10, 25), time(1, 30))
        assert said == "01:30 comes twice on Sunday 25 October 2026: the clocks go back. Choose another hour."

    @pytest.mark.parametrize(
        ("day", "hour"), [(date(2027, 3, 28), time(0, 59)), (date(2027, 3, 28), time(2, 0)), (date(2026, 10, 25), time(2, 0))]
    )
    def test_the_hours_beside_them_exist_once(self, day, hour):
        assert london_moment(day, hour).tzinfo is UTC


class TestDeadline:
    def test_a_working_day_ahead(self):
        check_deadline(noon(date(2026, 12, 4)), now=NOW, contract_starts_on=STARTS)

    def test_in_an_hour_that_comes_twice(self):
        twice = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
        assert "comes twice" in sentence_of(check_deadline, twice, now=NOW, contract_starts_on=date(2028, 4, 1))

    def test_in_the_past(self):
        said = sentence_of(check_deadline, noon(date(2026, 10, 30)), now=NOW, contract_starts_on=STARTS)
        assert said == "The deadline Friday 30 October 2026 at 12:00 has passed. Choose one in the future."

    def test_at_a_weekend(self):
        said = sentence_of(check_deadline, noon(date(2026, 12, 5)), now=NOW, contract_starts_on=STARTS)
        assert said == "Saturday 5 December 2026 is at a weekend. Choose a working day."

    def test_on_a_bank_holiday(self):
        said = sentence_of(check_deadline, noon(date(2026, 12, 25)), now=NOW, contract_starts_on=STARTS)
        assert said == "Friday 25 December 2026 is a bank holiday (Christmas Day). Choose a working day."

    def test_on_the_day_that_the_contract_starts(self):
        said = sentence_of(check_deadline, noon(STARTS), now=NOW, contract_starts_on=STARTS)
        assert said == "The deadline must be before the contract starts on Thursday 1 April 2027."

    def test_a_refused_deadline_belongs_to_its_field(self):
        with pytest.raises(DeadlineRefused) as caught:
            check_deadline(NOW, now=NOW, contract_starts_on=STARTS)
        assert caught.value.field == "deadline"

    def test_a_published_deadline_moves_forward(self):
        before = noon(date(2026, 12, 4))
        check_later_deadline(before + timedelta(days=3), before=before, now=NOW, contract_starts_on=STARTS)

    def test_a_published_deadline_never_moves_back(self):
        before = noon(date(2026, 12, 4))
        said = sentence_of(check_later_deadline, before - timedelta(days=1), before=before, now=NOW, contract_starts_on=STARTS)
        assert "only moves forward" in said

    def test_a_deadline_that_has_passed_stays(self):
        said = sentence_of(check_later_deadline, noon(date(2026, 12, 4)), before=NOW, now=NOW, contract_starts_on=STARTS)
        assert "has passed and cannot be moved" in said

    def test_little_time_is_advice(self):
        said = deadline_advice(noon(date(2026, 11, 12)), now=NOW)
        assert said == "Bidders would have 10 days. Small charities need about 30 to write a bid."

    def test_christmas_is_advice(self):
        assert "Christmas" in deadline_advice(noon(date(2027, 1, 4)), now=NOW)

    def test_enough_time_needs_no_advice(self):
        assert deadline_advice(noon(date(2026, 12, 4)), now=NOW) == ""


class TestPeople:
    def test_two_openers_of_two_organisations(self):
        assert seats_fault(["kcc", "pcc"], ["P-1", "P-2"], ["P-3"]) == ""

    @pytest.mark.parametrize("openers", [[], ["kcc"], ["kcc", "kcc"]])
    def test_fewer(self, openers):
        assert seats_fault(openers, ["P-1"], []) == "Name two opening officers of different organisations."

    def test_nobody_opens_and_marks(self):
        assert "would open the bids and mark them" in seats_fault(["kcc", "pcc"], ["P-1", "P-2"], ["P-2"])

    def test_evaluators(self):
        assert assessors_fault(["kcc", "medway"]) == ""
        assert assessors_fault(["kcc"]) == "Name at least two evaluators."
        assert assessors_fault(["kcc", "kcc"]) == "Name evaluators of at least two organisations."
