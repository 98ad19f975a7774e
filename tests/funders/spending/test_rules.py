from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from funders.spending.rules import InvoiceRefused, PaymentRefused, approvals_wanted, check_approval, check_invoice, check_payment, pot_split

pennies = st.integers(0, 10**8).map(lambda count: Decimal(count).scaleb(-2))
ON = date(2026, 6, 30)


def asked(**changes):
    told = {"amount": Decimal("100.00"), "number": "7", "services": "April to June", "invoiced_on": ON, "today": ON, "year": 2026}
    sums = {"committed": {2026: Decimal("400.00")}, "invoiced": Decimal("300.00")}
    return check_invoice(**{**told, **sums, **changes})


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"amount": Decimal("100.01")},
            "amount",
            "£400.00 is committed to this contract in 2026/27 and £300.00 of it is invoiced already. At most £100.00",
        ),
        ({"year": 2027}, "year", "Nothing is committed to this contract in 2027/28"),
        ({"number": " "}, "number", "number of the invoice"),
        ({"services": "Q1"}, "services", "April to June 2027"),
        ({"invoiced_on": date(2026, 7, 1)}, "invoiced_on", "after today"),
    ],
)
def test_what_cannot_be_invoiced(changes, field, said):
    asked()
    with pytest.raises(InvoiceRefused, match=said) as refusal:
        asked(**changes)
    assert refusal.value.field == field


def test_two_approvals_above_the_limit():
    limit = Decimal("50000.00")
    assert [approvals_wanted(Decimal(amount), limit) for amount in ("0.01", "50000.00", "50000.01")] == [1, 1, 2]


def test_nobody_approves_what_they_sent_or_approved():
    check_approval(approver=3, hands=[1, None])
    with pytest.raises(InvoiceRefused, match="Another officer"):
        check_approval(approver=1, hands=[1, None])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"payer": 2}, "Another finance officer"),
        ({"bank_reference": " "}, "bank reference"),
        ({"paid_on": date(2026, 7, 2)}, "after today"),
        ({"paid_on": date(2026, 6, 29)}, "was approved on"),
    ],
)
def test_what_cannot_be_paid(changes, said):
    told = {"payer": 3, "hands": [1, 2, None], "paid_on": ON, "today": date(2026, 7, 1), "approved_on": ON, "bank_reference": "BACS 1"}
    check_payment(**told)
    with pytest.raises(PaymentRefused, match=said):
        check_payment(**{**told, **changes})


def test_an_invoice_is_paid_from_pots_in_proportion_to_what_they_can_bear():
    """£100.00 of £200.00 and £100.00 is £66.67 and £33.33."""
    room = {"s75": Decimal("200.00"), "crime_grant": Decimal("100.00"), "grant": Decimal("0.00"), "charitable": Decimal("-5.00")}
    assert pot_split(Decimal("100.00"), room) == {"s75": Decimal("66.67"), "crime_grant": Decimal("33.33")}
    with pytest.raises(PaymentRefused, match=r"hold £300.00 and the invoice is £300.01"):
        pot_split(Decimal("300.01"), room)


@given(room=st.lists(pennies, min_size=1, max_size=5), part=st.integers(1, 100))
def test_no_pot_bears_more_than_it_can(room, part):
    together = sum(room)
    amount = (together * part / 100).quantize(Decimal("0.01"))
    assume(0 < amount <= together)
    named = {str(place): left for place, left in enumerate(room)}
    parts = pot_split(amount, named)
    assert sum(parts.values()) == amount
    assert all(0 < one <= named[pot] for pot, one in parts.items())
