from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.money import MoneyRefused, as_pounds, from_pence, pence, pounds, split

AMOUNTS = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
PARTS = st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [
        ("551000", (7, 4, 1), ["321416.67", "183666.67", "45916.66"]),
        ("551000", (69, 44, 8), ["314206.61", "200363.64", "36429.75"]),
        ("810000", (7, 4, 1), ["472500.00", "270000.00", "67500.00"]),
        ("0.01", (1, 1, 1), ["0.01", "0.00", "0.00"]),
        ("0.02", (0, 1, 1), ["0.00", "0.01", "0.01"]),
        ("-10", (1, 1, 1), ["-3.34", "-3.33", "-3.33"]),
        ("100", (Decimal("33.3"), Decimal("66.7")), ["33.30", "66.70"]),
    ],
)
def test_split_shares_to_the_penny(total, parts, shares):
    assert split(Decimal(total), parts) == [Decimal(share) for share in shares]


@pytest.mark.parametrize(("unit", "shares"), [("1", ["321417", "183667", "45916"]), ("1000", ["321000", "184000", "46000"])])
def test_split_to_whole_pounds_and_thousands_as_the_2012_report_prints(unit, shares):
    assert split(Decimal(551_000), (7, 4, 1), Decimal(unit)) == [Decimal(share) for share in shares]


@given(AMOUNTS, PARTS)
def test_split_always_adds_up_and_is_never_a_penny_from_the_exact_share(total, parts):
    shares = split(total, parts)
    assert sum(shares) == total
    for share, part in zip(shares, parts, strict=True):
        assert abs(share * sum(parts) - total * part) < Decimal("0.01") * sum(parts)


@pytest.mark.parametrize("parts", [(), (0, 0), (1, -1)])
def test_split_refuses_parts_that_share_nothing(parts):
    with pytest.raises(ValueError, match="Parts must be"):
        split(Decimal(10), parts)


def test_split_refuses_a_fraction_of_a_penny():
    with pytest.raises(ValueError, match="whole units"):
        split(Decimal("0.001"), (1,))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("551000", "551000.00"),
        ("£551,000", "551000.00"),
        (" £ 45,916.66 ", "45916.66"),
        ("1 250", "1250.00"),
        ("1\u00a0250.5", "1250.50"),
        ("-30", "-30.00"),
        ("\u221230", "-30.00"),
        (".50", "0.50"),
        ("0", "0.00"),
    ],
)
def test_pounds_reads_what_people_type(text, amount):
    assert str(pounds(text)) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "12.345", "1,23", "1,,000", "551k", "1e5", "NaN", "Infinity", "£", "1.2.3", "--5", "٣", "1_000",
     "=1+1", "99999999999"],
)  # fmt: skip
def test_pounds_refuses_everything_else_in_words(text):
    with pytest.raises(MoneyRefused) as refusal:
        pounds(text)
    assert len(str(refusal.value)) > 20


@given(AMOUNTS)
def test_pounds_reads_back_what_as_pounds_writes(amount):
    assert pounds(as_pounds(amount)) == amount


@given(AMOUNTS)
def test_pence_and_back(amount):
    assert from_pence(pence(amount)) == amount


def test_pence_refuses_half_pennies():
    with pytest.raises(ValueError, match="fraction of a penny"):
        pence(Decimal("0.005"))


@pytest.mark.parametrize(
    ("amount", "whole", "words"),
    [
        ("321416.67", False, "£321,416.67"),
        ("321416.67", True, "£321,417"),
        ("0", False, "£0.00"),
        ("-30", False, "−£30.00"),
        ("-0.4", True, "£0"),
        ("0.5", True, "£1"),
    ],
)
def test_as_pounds(amount, whole, words):
    assert as_pounds(Decimal(amount), whole=whole) == words
