from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.contributions.rules import (
    LARGEST,
    AgreementRefused,
    ChangeRefused,
    PledgeRefused,
    WithdrawalRefused,
    check_agreement,
    check_amount,
    check_change,
    check_pledge,
    check_withdrawal,
)

TODAY = date(2026, 11, 22)
GOOD = {2027: Decimal("91833.34"), 2028: Decimal("91833.34")}


def pledge(amounts, *, conditions="", standing=(), fund_years=range(2026, 2030), today=TODAY):
    check_pledge(amounts=amounts, conditions=conditions, fund_years=fund_years, standing=standing, today=today)


def agree(**changes):
    given_ = {"years": [2027], "open_years": [2027, 2028], "decision_reference": "Board 14", "approver": 1, "hands": [2]}
    check_agreement(**{**given_, **changes})


def test_amounts_within_the_fund_may_be_pledged():
    pledge(GOOD)


def test_the_running_year_may_still_be_pledged_for_until_its_last_day():
    pledge({2026: Decimal(1)}, today=date(2027, 3, 31))
    with pytest.raises(PledgeRefused, match=r"^2026/27 has ended. Leave its amount empty.$"):
        pledge({2026: Decimal(1)}, today=date(2027, 4, 1))


def test_a_pledge_names_at_least_one_year():
    with pytest.raises(PledgeRefused, match="for at least one year"):
        pledge({})


@pytest.mark.parametrize("year", [2025, 2030, 0, -1, 9999])
def test_a_year_outside_the_fund_is_refused(year):
    with pytest.raises(PledgeRefused, match=r"is not a year of this fund\. It covers 2026/27, 2027/28, 2028/29 and 2029/30") as caught:
        pledge({year: Decimal(1)})
    assert caught.value.field == f"amount_{year}"


def test_a_year_with_a_standing_contribution_is_refused():
    with pytest.raises(PledgeRefused, match="You have a contribution for 2028/29 already") as caught:
        pledge(GOOD, standing={2028})
    assert caught.value.field == "amount_2028"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("-0.01", "must be more than £0. If you give nothing for the year, enter 0"),
        ("-1E+400", "must be more than £0"),
        ("100000000.01", "must be £100,000,000 or less"),
        ("1E+400", "must be £100,000,000 or less"),
        ("0.001", "no more than two figures"),
        ("1.005", "no more than two figures"),
        ("NaN", "Enter an amount of money for 2027/28"),
        ("sNaN", "Enter an amount of money for 2027/28"),
        ("Infinity", "Enter an amount of money for 2027/28"),
        ("-Infinity", "Enter an amount of money for 2027/28"),
    ],
)
def test_what_is_not_an_amount_to_give_is_refused_beside_its_box(amount, words):
    with pytest.raises(PledgeRefused, match=words) as caught:
        pledge({2027: Decimal(amount)})
    assert caught.value.field == "amount_2027"


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_passes_only_as_pounds_and_pence_within_bounds(amount):
    good = amount.is_finite() and 0 < amount <= LARGEST and amount == round(amount, 2)
    if good:
        check_amount(amount)
    else:
        with pytest.raises(PledgeRefused):
            check_amount(amount)


@given(st.dictionaries(st.integers(2020, 2035), st.decimals(1, 10**8, places=2), min_size=1), st.sets(st.integers(2026, 2029)))
def test_a_pledge_passes_only_for_free_years_of_the_fund(amounts, standing):
    good = set(amounts) <= set(range(2026, 2030)) - standing
    if good:
        pledge(amounts, standing=standing)
    else:
        with pytest.raises(PledgeRefused):
            pledge(amounts, standing=standing)


@pytest.mark.parametrize("conditions", ["x" * 4001, "a\0b"])
def test_conditions_that_cannot_be_kept_are_refused(conditions):
    with pytest.raises(PledgeRefused) as caught:
        pledge(GOOD, conditions=conditions)
    assert caught.value.field == "conditions"


def test_another_person_agrees():
    agree()


@pytest.mark.parametrize("hands", [[1], [2, 1], [1, None]])
def test_whoever_pledged_or_changed_it_does_not_agree_it(hands):
    with pytest.raises(AgreementRefused, match="another approver of your organisation has to agree it"):
        agree(hands=hands)


@pytest.mark.parametrize(
    ("changes", "words", "field"),
    [
        ({"open_years": []}, "Nothing of this pledge waits", None),
        ({"years": []}, "Choose at least one year", "years"),
        ({"years": [2027, 2029]}, "only 2027/28 and 2028/29 can be agreed now", "years"),
        ({"decision_reference": "  "}, "Enter the reference of the decision", "decision_reference"),
        ({"decision_reference": "x" * 121}, "one line of 120 characters or fewer", "decision_reference"),
        ({"decision_reference": "a\0b"}, "one line of 120 characters or fewer", "decision_reference"),
        ({"decision_reference": "a\nb"}, "one line of 120 characters or fewer", "decision_reference"),
    ],
)
def test_an_agreement_is_refused_in_words(changes, words, field):
    with pytest.raises(AgreementRefused, match=words) as caught:
        agree(**changes)
    assert caught.value.field == field


def test_a_change_needs_another_amount_and_a_reason():
    check_change(amount=Decimal("5.00"), before=Decimal("4.00"), reason="The board decided otherwise.")
    with pytest.raises(ChangeRefused, match=r"The amount is £4\.00 already"):
        check_change(amount=Decimal("4"), before=Decimal("4.00"), reason="The board decided otherwise.")
    with pytest.raises(PledgeRefused, match="more than £0"):
        check_change(amount=Decimal("-1"), before=Decimal("4.00"), reason="The board decided otherwise.")


@pytest.mark.parametrize("reason", ["", "    ", "no.", "x" * 2001, "a\0bcdef"])
def test_a_change_and_a_withdrawal_need_a_reason_that_can_be_read_later(reason):
    with pytest.raises(ChangeRefused) as changed:
        check_change(amount=Decimal("5"), before=Decimal("4"), reason=reason)
    with pytest.raises(WithdrawalRefused) as withdrawn:
        check_withdrawal(reason=reason)
    assert changed.value.field == withdrawn.value.field == "reason"


def test_a_withdrawal_with_a_reason_passes():
    check_withdrawal(reason="The grant did not come.")
