"""Plans of instalments to the penny, and what may be recorded as received."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funders.receipts.rules import (
    PLANS,
    CountersignRefused,
    InvoiceRefused,
    ReceiptRefused,
    check_countersign,
    check_invoice,
    check_own_plan,
    check_receipt,
    instalment_plan,
    matched,
    reminder_kind,
    why_no_step,
)

amounts = st.integers(12, 10_000_000_000).map(lambda count: Decimal(count).scaleb(-2))


def test_the_health_share_in_four_quarters():
    """£321,416.67 of the 2012 report, paid quarterly: the pennies that are left go to the first instalments."""
    assert instalment_plan(Decimal("321416.67"), 2026, 4) == [
        (date(2026, 4, 1), Decimal("80354.17")),
        (date(2026, 7, 1), Decimal("80354.17")),
        (date(2026, 10, 1), Decimal("80354.17")),
        (date(2027, 1, 1), Decimal("80354.16")),
    ]


def test_the_days_of_the_other_plans():
    days = {count: [on for on, _ in instalment_plan(Decimal("1200.00"), 2026, count)] for count in PLANS}
    assert days[1] == [date(2026, 4, 1)]
    assert days[2] == [date(2026, 4, 1), date(2026, 10, 1)]
    assert days[12] == [date(2026, month, 1) for month in range(4, 13)] + [date(2027, month, 1) for month in (1, 2, 3)]


@given(amounts, st.sampled_from(sorted(PLANS)), st.integers(2010, 2060))
def test_instalments_add_up_to_the_penny_and_differ_by_a_penny_at_most(amount, count, year):
    parts = [part for _, part in instalment_plan(amount, year, count)]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= Decimal("0.01")
    assert min(parts) > 0


@pytest.mark.parametrize("count", [0, 3, 5, 13, -4])
def test_a_plan_that_is_not_offered_is_refused(count):
    with pytest.raises(CountersignRefused, match="one of the plans"):
        instalment_plan(Decimal("1200.00"), 2026, count)


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=24), st.integers(-5, 5))
def test_a_plan_of_ones_own_passes_only_to_the_penny(pence, off):
    parts = [(date(2026, 4, 1) + timedelta(days=14 * place), Decimal(one).scaleb(-2)) for place, one in enumerate(pence)]
    amount = sum(part for _, part in parts) + Decimal(off).scaleb(-2)
    if off:
        with pytest.raises(CountersignRefused, match=r"is (missing|too much)\. Change an amount\.") as caught:
            check_own_plan(parts, amount=amount, year=2026)
        assert caught.value.field == "own"
    else:
        check_own_plan(parts, amount=amount, year=2026)


def test_a_year_is_not_paid_in_more_than_twenty_four_instalments():
    parts = [(date(2026, 4, 1) + timedelta(days=place), Decimal("1.00")) for place in range(25)]
    with pytest.raises(CountersignRefused, match="at most 24 instalments"):
        check_own_plan(parts, amount=Decimal("25.00"), year=2026)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"contribution": "lapsed"}, "The contribution has lapsed"),
        ({"waits": True}, "The contribution waits for its event"),
        ({"is_planned": True}, "It is not invoiced yet. Record the invoice first."),
        ({}, "It is invoiced, or paid in full"),
    ],
)
def test_why_an_instalment_takes_no_step_is_told(told, words):
    assert why_no_step(**{"contribution": "agreed", "waits": False, "is_planned": False, **told}).startswith(words)


def test_elevenpence_is_not_paid_in_twelve_instalments():
    with pytest.raises(CountersignRefused, match=r"£0\.11 cannot be paid in 12"):
        instalment_plan(Decimal("0.11"), 2026, 12)


@given(amounts, amounts)
def test_what_is_received_is_matched_up_to_what_is_outstanding(amount, outstanding):
    own, over = matched(amount, outstanding)
    assert (own + over, own <= outstanding, over >= 0) == (amount, True, True)


def told(**changes):
    known = {
        "amount": Decimal("80354.17"),
        "received_on": date(2026, 4, 1),
        "bank_reference": "BACS 1",
        "year": 2026,
        "today": date(2026, 11, 22),
        "agreed_by": 1,
        "recorder": 2,
    }
    return {**known, **changes}


def test_an_ordinary_receipt_passes():
    check_receipt(**told())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal("0.00")}, "amount"),
        ({"amount": Decimal("-1.00")}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal("Infinity")}, "amount"),
        ({"amount": Decimal("1e400")}, "amount"),
        ({"received_on": date(2026, 11, 23)}, "received_on"),
        ({"received_on": date(2025, 3, 31)}, "received_on"),
        ({"received_on": date(1926, 4, 1)}, "received_on"),
        ({"bank_reference": "  "}, "bank_reference"),
        ({"bank_reference": "x" * 61}, "bank_reference"),
        ({"bank_reference": "a\nb"}, "bank_reference"),
        ({"bank_reference": "a\0b"}, "bank_reference"),
        ({"recorder": 1}, None),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_beside_its_box(changes, field):
    with pytest.raises(ReceiptRefused) as refusal:
        check_receipt(**told(**changes))
    assert refusal.value.field == field


def test_who_agreed_does_not_counter_sign():
    check_countersign(agreed_by=1, signer=2)
    with pytest.raises(CountersignRefused, match="another finance officer"):
        check_countersign(agreed_by=1, signer=1)


@pytest.mark.parametrize("reference", ["", " ", "x" * 61, "a\nb"])
def test_an_invoice_needs_a_reference_in_one_line(reference):
    with pytest.raises(InvoiceRefused):
        check_invoice(reference)


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 3, 24), ""),
        (date(2026, 3, 25), "before"),
        (date(2026, 3, 31), "before"),
        (date(2026, 4, 1), "on"),
        (date(2026, 4, 7), "on"),
        (date(2026, 4, 8), "after"),
        (date(2030, 1, 1), "after"),
    ],
)
def test_which_reminder_belongs_to_a_day(today, kind):
    assert reminder_kind(date(2026, 4, 1), today) == kind
