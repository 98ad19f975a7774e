from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.contracts.rules import add_months
from commissioning.kernel.refusals import Refusal
from funders.in_kind.rules import (
    GiftRefused,
    check_agreement,
    check_gift,
    check_post,
    check_valued,
    check_withdrawal,
    post_value,
    whole_months,
)

GIFT = {
    "title": "Domestic abuse coordinator",
    "starts_on": date(2026, 9, 1),
    "ends_on": date(2027, 3, 31),
    "first_year": 2026,
    "last_year": 2028,
    "evidence_note": "Post 4711 of the establishment list",
}


@pytest.mark.parametrize(
    ("fte", "months", "rate", "value"),
    [
        ("0.6", 7, "41385", "14484.75"),
        ("1", 12, "41385", "41385.00"),
        ("0.5", 1, "40000", "1666.67"),
        ("2.25", 12, "30000", "67500.00"),
        ("0.01", 1, "0.06", "0.00"),
    ],
)
def test_a_post_is_worth_its_part_of_a_year(fte, months, rate, value):
    """0.6 x 7 x 41,385 = 173,817; divided by 12 it is 14,484.75."""
    assert post_value(Decimal(fte), months, Decimal(rate)) == Decimal(value)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 9, 1), date(2027, 3, 31), 7),
        (date(2026, 9, 15), date(2027, 3, 14), 6),
        (date(2026, 4, 1), date(2029, 3, 31), 36),
        (date(2026, 9, 1), date(2027, 3, 30), 0),
        (date(2026, 9, 1), date(2026, 9, 1), 0),
        (date(2026, 9, 1), date(2026, 8, 31), 0),
    ],
)
def test_the_days_enclose_whole_months(first, last, months):
    assert whole_months(first, last) == months


@given(st.dates(date(2020, 1, 1), date(2030, 12, 28)).filter(lambda day: day.day <= 28), st.integers(1, 60))
def test_months_that_are_added_are_counted(first, months):
    assert whole_months(first, date.fromordinal(add_months(first, months).toordinal() - 1)) == months


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"title": "Mrs Jane Smith"}, "title"),
        ({"title": "dr. Smith"}, "title"),
        ({"starts_on": date(2026, 3, 31)}, "starts_on"),
        ({"starts_on": date(2029, 4, 1), "ends_on": date(2029, 4, 30)}, "starts_on"),
        ({"ends_on": date(2026, 8, 31)}, "ends_on"),
        ({"ends_on": date(2029, 4, 1)}, "ends_on"),
        ({"evidence_note": " "}, "evidence_note"),
        ({"evidence_note": "A list\0"}, "evidence_note"),
    ],
)
def test_what_a_gift_must_say_is_refused_beside_its_box(changes, field):
    check_gift(**GIFT)
    with pytest.raises(GiftRefused) as caught:
        check_gift(**{**GIFT, **changes})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fte": "0"}, "fte"),
        ({"fte": "-0.6"}, "fte"),
        ({"fte": "50.01"}, "fte"),
        ({"fte": "0.005"}, "fte"),
        ({"fte": "NaN"}, "fte"),
        ({"annual_rate": "0"}, "annual_rate"),
        ({"annual_rate": "NaN"}, "annual_rate"),
        ({"annual_rate": "1E+400"}, "annual_rate"),
        ({"annual_rate": "100.005"}, "annual_rate"),
        ({"annual_rate": "0.06", "fte": "0.01"}, "annual_rate"),
        ({"ends_on": date(2027, 3, 30)}, "ends_on"),
    ],
)
def test_a_post_that_cannot_be_is_refused_beside_its_box(changes, field):
    good = {"fte": Decimal("0.6"), "annual_rate": Decimal("41385"), "starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
    check_post(**good)
    told = {key: Decimal(value) if isinstance(value, str) else value for key, value in changes.items()}
    with pytest.raises(Refusal) as caught:
        check_post(**{**good, **told})
    assert caught.value.field == field


def test_other_things_say_how_they_were_valued():
    check_valued(value=Decimal("1200"), valued_how="By the usual rent.")
    with pytest.raises(GiftRefused) as caught:
        check_valued(value=Decimal("1200"), valued_how=" ")
    assert caught.value.field == "valued_how"
    with pytest.raises(Refusal) as nothing:
        check_valued(value=Decimal(0), valued_how="By the usual rent.")
    assert nothing.value.field == "value"


def test_two_persons_and_a_decision():
    check_agreement(approver=1, pledged_by=2, decision_reference="Minute 3")
    with pytest.raises(GiftRefused, match="another approver"):
        check_agreement(approver=1, pledged_by=1, decision_reference="Minute 3")
    with pytest.raises(GiftRefused, match="reference of the decision"):
        check_agreement(approver=1, pledged_by=2, decision_reference=" ")
    with pytest.raises(GiftRefused, match="Give the reason"):
        check_withdrawal("no")
