"""Conditions, lower amounts, lapse and limits: the pure rules."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.contributions.rules import (
    ConditionRefused,
    LapseRefused,
    PledgeRefused,
    ReductionRefused,
    Restriction,
    TermsRefused,
    check_condition,
    check_lapse,
    check_met,
    check_reduction,
    check_terms,
    check_unmet,
    may_pay_for,
    why_lapsed,
)

TODAY = date(2026, 11, 22)
WHY = "The council votes in February."
DISTRICTS = ["E07000105", "E07000106"]


def condition(**changes):
    told = {"condition": "The grant letter", "due_on": date(2027, 3, 1), "year": 2026, "today": TODAY, "reason": WHY}
    check_condition(**{**told, **changes})


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"condition": " "}, "condition", "Say which event the money waits for"),
        ({"condition": "x" * 301}, "condition", "one line of 300 characters"),
        ({"condition": "A letter\nof two lines"}, "condition", "one line"),
        ({"condition": "A letter\0"}, "condition", "one line"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on", "today or later"),
        ({"due_on": date(2027, 4, 1)}, "due_on", "money for 2026/27: it must be decided by Wednesday 31 March 2027"),
        ({"reason": ""}, "reason", "Give the reason"),
    ],
)
def test_a_condition_names_its_event_its_day_and_its_reason(changes, field, words):
    condition()
    condition(due_on=TODAY)
    condition(due_on=date(2027, 3, 31))
    with pytest.raises(ConditionRefused, match=words) as caught:
        condition(**changes)
    assert caught.value.field == field


def met(met_on, **changes):
    check_met(**{"met_on": met_on, "due_on": date(2026, 12, 1), "pledged_on": date(2026, 2, 10), "today": TODAY, **changes})


@pytest.mark.parametrize(
    ("met_on", "changes", "words"),
    [
        (TODAY + timedelta(days=1), {}, "today or earlier"),
        (date(2026, 2, 9), {}, "10 February 2026 or later"),
        (TODAY, {"due_on": date(2026, 11, 21)}, "It was to be decided by"),
    ],
)
def test_a_condition_is_met_between_the_pledge_and_its_day(met_on, changes, words):
    met(TODAY)
    met(date(2026, 2, 10))
    with pytest.raises(ConditionRefused, match=words) as caught:
        met(met_on, **changes)
    assert caught.value.field == "met_on"


@pytest.mark.parametrize(
    ("unmet_on", "met_on", "reason", "words"),
    [
        (TODAY, None, WHY, "has not been met"),
        (TODAY + timedelta(days=1), TODAY, WHY, "today or earlier"),
        (TODAY - timedelta(days=1), TODAY, WHY, "counted as met from then"),
        (TODAY, TODAY, "no", "Give the reason"),
    ],
)
def test_a_condition_is_open_again_from_a_day_with_a_reason(unmet_on, met_on, reason, words):
    check_unmet(unmet_on=TODAY, met_on=TODAY, today=TODAY, reason=WHY)
    with pytest.raises(ConditionRefused, match=words):
        check_unmet(unmet_on=unmet_on, met_on=met_on, today=TODAY, reason=reason)


@pytest.mark.parametrize(
    ("amount", "error", "words"),
    [
        ("1000.00", ReductionRefused, "Enter a lower amount"),
        ("1000.01", ReductionRefused, "Enter a lower amount"),
        ("0", ReductionRefused, "To give nothing, withdraw"),
        ("-1", PledgeRefused, "more than £0"),
        ("1.005", PledgeRefused, "no more than two figures"),
        ("NaN", PledgeRefused, "amount of money"),
        ("Infinity", PledgeRefused, "amount of money"),
        ("1E+400", PledgeRefused, "or less"),
    ],
)
def test_a_reduction_is_a_lower_amount(amount, error, words):
    with pytest.raises(error, match=words) as caught:
        check_reduction(amount=Decimal(amount), before=Decimal("1000.00"), reason=WHY, decision_reference="Minute 3")
    assert caught.value.field == "amount"


def test_a_reduction_has_a_reason_and_a_decision():
    good = {"amount": Decimal("999.99"), "before": Decimal("1000.00"), "reason": WHY, "decision_reference": "Minute 3"}
    check_reduction(**good)
    for key, value in {"reason": " ", "decision_reference": " "}.items():
        with pytest.raises(ReductionRefused) as caught:
            check_reduction(**{**good, key: value})
        assert caught.value.field == key


def lapsed(state, today, *, waits=False, due=None):
    return why_lapsed(state=state, year=2026, condition_due_on=due, waits=waits, today=today)


@pytest.mark.parametrize("state", ["indicative", "pledged"])
def test_a_promise_lapses_the_day_after_its_year(state):
    assert lapsed(state, date(2027, 3, 31)) == ""
    assert f"was {state}, not agreed" in lapsed(state, date(2027, 4, 1))


def test_agreed_money_lapses_only_when_its_event_did_not_come():
    assert lapsed("agreed", date(2099, 1, 1)) == ""
    assert lapsed("agreed", date(2026, 12, 1), waits=True, due=date(2026, 12, 1)) == ""
    assert lapsed("agreed", date(2026, 12, 2), waits=True, due=date(2026, 12, 1)) == "Its condition was not met by Tuesday 1 December 2026."
    assert lapsed("agreed", date(2026, 12, 2), waits=False, due=date(2026, 12, 1)) == ""


def test_a_lapse_has_something_that_ran_out_and_a_reason():
    check_lapse(why="Its year ended.", reason=WHY)
    with pytest.raises(LapseRefused, match="This has not run out"):
        check_lapse(why="", reason=WHY)
    with pytest.raises(LapseRefused, match="Give the reason"):
        check_lapse(why="Its year ended.", reason="")


@pytest.mark.parametrize(
    ("restriction", "purpose", "district", "on", "may"),
    [
        (Restriction(), "Court advisers", "E07000105", TODAY, True),
        (Restriction(), "", "", TODAY, True),
        (Restriction(purpose="Court advisers"), "Court advisers", "", TODAY, True),
        (Restriction(purpose="Court advisers"), "Refuge", "", TODAY, False),
        (Restriction(purpose="Court advisers"), "", "", TODAY, False),
        (Restriction(districts=frozenset(DISTRICTS)), "Refuge", "E07000106", TODAY, True),
        (Restriction(districts=frozenset(DISTRICTS)), "Refuge", "E06000035", TODAY, False),
        (Restriction(districts=frozenset(DISTRICTS)), "Refuge", "", TODAY, False),
        (Restriction(until=TODAY), "Refuge", "", TODAY, True),
        (Restriction(until=TODAY), "Refuge", "", TODAY + timedelta(days=1), False),
        (Restriction("Refuge", frozenset(DISTRICTS), TODAY), "Refuge", "E07000105", TODAY, True),
        (Restriction("Refuge", frozenset(DISTRICTS), TODAY), "Refuge", "E07000105", TODAY + timedelta(days=1), False),
    ],
)
def test_limited_money_pays_only_for_what_it_is_limited_to(restriction, purpose, district, on, may):
    assert may_pay_for(restriction, purpose, district, on) is may


@given(st.sampled_from(["", "a", "b"]), st.frozensets(st.sampled_from(DISTRICTS)), st.sampled_from(["", *DISTRICTS]), st.dates())
def test_a_further_limit_never_lets_more_through(purpose, districts, district, on):
    limited = Restriction("a", districts, TODAY)
    if may_pay_for(limited, purpose, district, on):
        assert may_pay_for(Restriction("a", districts), purpose, district, on)
        assert may_pay_for(Restriction("a", until=TODAY), purpose, district, on)
        assert may_pay_for(Restriction(), purpose, district, on)


def terms(restriction=None, **changes):
    told = {"pot": "", "purposes": ["Court advisers"], "districts": DISTRICTS, "year": 2026, "sector": "cjs"}
    check_terms(restriction=restriction or Restriction(), **{**told, **changes})


@pytest.mark.parametrize(
    ("restriction", "changes", "field"),
    [
        (None, {"pot": "s75"}, "pot"),
        (Restriction("Something else"), {}, "purpose"),
        (Restriction(districts=frozenset({"E99999999"})), {}, "districts"),
        (Restriction(until=date(2026, 3, 31)), {}, "use_until"),
    ],
)
def test_terms_that_cannot_be_are_refused_beside_their_box(restriction, changes, field):
    terms(Restriction("Court advisers", frozenset(DISTRICTS), date(2026, 4, 1)))
    with pytest.raises(TermsRefused) as caught:
        terms(restriction, **changes)
    assert caught.value.field == field


@pytest.mark.parametrize("sector", ["councils", "health", "social_services"])
def test_section_75_takes_nhs_bodies_and_councils(sector):
    terms(pot="s75", sector=sector)
