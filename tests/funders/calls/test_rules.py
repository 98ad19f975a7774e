"""Shares to the penny, and what may be asked, answered, received and paid."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.calls.rules import (
    AnswerRefused,
    CallRefused,
    MoneyRefused,
    Sums,
    check_answer,
    check_cancel,
    check_close,
    check_draft,
    check_left,
    check_payment,
    check_receipt,
    check_reversal,
    check_sectors,
    computed,
    one_time_shares,
    wants_reminder,
)

TODAY = date(2026, 11, 22)
NOT_MONEY = ["0.00", "-1.00", "0.001", "NaN", "Infinity", "1e400", "100000000.01"]


def test_twenty_thousand_pounds_by_parts_of_two_and_one():
    """The odd penny of £20,000 goes to the largest remainder, which is the partner with one part."""
    assert one_time_shares(Decimal("20000.00"), [2, 1]) == [Decimal("13333.33"), Decimal("6666.67")]


def test_ties_go_to_the_first_listed():
    assert one_time_shares(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert one_time_shares(Decimal("0.05"), [1, 1]) == [Decimal("0.03"), Decimal("0.02")]


@given(st.integers(100_000, 10_000_000_000), st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_shares_add_up_to_the_penny(pennies, parts):
    amount = Decimal(pennies).scaleb(-2)
    shares = one_time_shares(amount, parts)
    assert sum(shares) == amount
    exact = [amount * part / sum(parts) for part in parts]
    assert all(abs(share - one) < Decimal("0.01") for share, one in zip(shares, exact, strict=True))


def test_nobody_is_asked_for_nothing():
    with pytest.raises(CallRefused, match="too little to share"):
        one_time_shares(Decimal("0.05"), [1000, 1])
    with pytest.raises(CallRefused, match="at least one partner"):
        one_time_shares(Decimal("100.00"), [])


def test_a_sector_without_a_partner_stops_the_agreed_key():
    check_sectors([])
    with pytest.raises(CallRefused, match="no partner here stands for Health and Social services"):
        check_sectors(["Health", "Social services"])


def test_how_a_share_is_computed_in_words():
    told = {"parts": 7, "parts_of": 12, "sector_amount": Decimal("700.00")}
    assert computed(sector="Health", members=1, **told) == "Health: 7 of 12 parts"
    assert computed(sector="Health", members=2, **told) == "Health: 7 of 12 parts, £700.00, in equal shares for 2 partners"
    assert computed(sector="", members=1, parts=1, parts_of=1, sector_amount=Decimal("1.00")) == "1 of 1 part"


def draft(**changes):
    known = {"title": "A review", "amount": Decimal("20000.00"), "purpose": "The chair and the report.", "answer_by": date(2026, 12, 20)}
    return {**known, "one_time": True, "key_reason": "Two of us only.", "parts": {1: 2, 2: 1}, "today": TODAY, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "no"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "two\nlines"}, "title"),
        *[({"amount": Decimal(amount)}, "amount") for amount in NOT_MONEY],
        ({"purpose": " "}, "purpose"),
        ({"purpose": "x" * 2001}, "purpose"),
        ({"purpose": "nought \0 byte"}, "purpose"),
        ({"answer_by": TODAY}, "answer_by"),
        ({"answer_by": date(2126, 12, 20)}, "answer_by"),
        ({"key_reason": ""}, "key_reason"),
        ({"parts": {}}, "key"),
        ({"parts": {1: 0}}, "key"),
        ({"parts": {1: 1, 2: 1001}}, "parts_2"),
        ({"parts": {1: -1}}, "parts_1"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_beside_its_box(changes, field):
    check_draft(**draft())
    with pytest.raises(CallRefused) as refusal:
        check_draft(**draft(**changes))
    assert refusal.value.field == field


def test_the_agreed_key_needs_no_reason_and_no_parts():
    check_draft(**draft(one_time=False, key_reason="", parts={}))


def answer(**changes):
    return {"asked": Decimal("700.00"), "accepted": Decimal("700.00"), "decision_reference": "Minute 1", "reason": "", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"accepted": Decimal("0.00"), "decision_reference": "", "reason": "Not our cost."},
        {"accepted": Decimal("1.00"), "reason": "Only that."},
    ],
)
def test_all_or_less_or_nothing_is_an_answer(changes):
    check_answer(**answer(**changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accepted": Decimal("700.01")}, "accepted"),
        *[({"accepted": Decimal(amount)}, "accepted") for amount in NOT_MONEY if amount != "0.00"],
        ({"decision_reference": " "}, "decision_reference"),
        ({"decision_reference": "x" * 121}, "decision_reference"),
        ({"decision_reference": "a\nb"}, "decision_reference"),
        ({"accepted": Decimal("0.00")}, "reason"),
        ({"accepted": Decimal("699.99")}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_box(changes, field):
    with pytest.raises(AnswerRefused) as refusal:
        check_answer(**answer(**changes))
    assert refusal.value.field == field


def test_closing_says_how_the_rest_is_met_and_cancelling_why():
    check_close(uncovered=Decimal("0.00"), note="")
    check_close(uncovered=Decimal("1.00"), note="The host pays it.")
    with pytest.raises(CallRefused, match=r"how the £1\.00 that no partner covers is met"):
        check_close(uncovered=Decimal("1.00"), note=" ")
    check_cancel(received=Decimal("0.00"), reason="It was an error.")
    with pytest.raises(CallRefused, match=r"£1\.00 has arrived"):
        check_cancel(received=Decimal("1.00"), reason="It was an error.")
    with pytest.raises(CallRefused, match="why the call is cancelled"):
        check_cancel(received=Decimal("0.00"), reason="")


def receipt(**changes):
    known = {"amount": Decimal("700.00"), "received_on": TODAY, "bank_reference": "BACS 1", "asked_on": date(2026, 11, 1)}
    return {**known, "today": TODAY, "answered_by": 1, "recorder": 2, **changes}


def payment(**changes):
    known = {"amount": Decimal("500.00"), "paid_on": TODAY, "payee": "Independent chair", "bank_reference": "PAY 1"}
    sides = {"at_hand": Decimal("700.00"), "asked_on": date(2026, 11, 1), "today": TODAY, "asked_by": 1, "payer": 2}
    return {**known, **sides, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({"amount": Decimal(amount)}, "amount") for amount in NOT_MONEY],
        ({"received_on": date(2026, 11, 23)}, "received_on"),
        ({"received_on": date(2026, 10, 31)}, "received_on"),
        ({"bank_reference": " "}, "bank_reference"),
        ({"bank_reference": "x" * 61}, "bank_reference"),
        ({"recorder": 1}, None),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_beside_its_box(changes, field):
    check_receipt(**receipt())
    with pytest.raises(MoneyRefused) as refusal:
        check_receipt(**receipt(**changes))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({"amount": Decimal(amount)}, "amount") for amount in NOT_MONEY],
        ({"amount": Decimal("700.01")}, "amount"),
        ({"paid_on": date(2026, 11, 23)}, "paid_on"),
        ({"paid_on": date(2026, 10, 31)}, "paid_on"),
        ({"payee": ""}, "payee"),
        ({"payee": "x" * 121}, "payee"),
        ({"bank_reference": "a\nb"}, "bank_reference"),
        ({"payer": 1}, None),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_box(changes, field):
    check_payment(**payment())
    with pytest.raises(MoneyRefused) as refusal:
        check_payment(**payment(**changes))
    assert refusal.value.field == field


def test_what_was_paid_out_is_not_taken_back_from_below():
    check_left(left=Decimal("0.00"))
    with pytest.raises(MoneyRefused, match=r"£1\.00 of this money has been paid out"):
        check_left(left=Decimal("-1.00"))
    with pytest.raises(MoneyRefused, match="what was wrong"):
        check_reversal(reason="no")


def test_where_the_money_of_a_call_stands():
    sums = Sums(Decimal("1200.00"), Decimal("1000.00"), Decimal("700.00"), Decimal("500.00"))
    assert (sums.uncovered, sums.to_come, sums.left) == (Decimal("200.00"), Decimal("300.00"), Decimal("200.00"))


@pytest.mark.parametrize(
    ("asked_on", "today", "wanted"),
    [
        (date(2026, 11, 1), date(2026, 12, 12), False),
        (date(2026, 11, 1), date(2026, 12, 13), True),
        (date(2026, 11, 1), date(2026, 12, 20), True),
        (date(2026, 11, 1), date(2026, 12, 21), False),
        (date(2026, 12, 15), date(2026, 12, 15), False),
        (date(2026, 12, 15), date(2026, 12, 16), True),
    ],
)
def test_a_partner_is_reminded_in_the_week_before_but_not_on_the_day_of_asking(asked_on, today, wanted):
    assert wants_reminder(answer_by=date(2026, 12, 20), asked_on=asked_on, today=today) is wanted
