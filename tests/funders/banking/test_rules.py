"""What a row of a bank file says, and which instalment it pays."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.money import as_pounds
from funders.banking.rules import ImportRefused
from funders.banking.rules.columns import Columns, heading_key, heading_place, proposed
from funders.banking.rules.matching import Matcher, Payable
from funders.banking.rules.rows import Guide, RowFault, RowKind, read_amount, read_date, read_row

HEADING = ["Date", "Paid in", "Paid out", "Reference", "Text"]
TWO_SIDED = Guide(Columns(date=0, amount=1, out=2, reference=3, text=4), HEADING, "dmy", date(2025, 4, 1), date(2026, 11, 22))
ONE_SIDED = Guide(Columns(date=0, amount=1, reference=3, text=4), HEADING, "dmy", date(2025, 4, 1), date(2026, 11, 22))
READ = {
    "45916.66": "45916.66",
    "£1,000.00": "1000.00",
    "1,000": "1000.00",
    "£ 1 250.5": "1250.50",
    "GBP 12.00": "12.00",
    "+5": "5.00",
    ".50": "0.50",
    "12.00CR": "12.00",
    "12.00 DR": "-12.00",
    "(30.00)": "-30.00",
    "30.00-": "-30.00",
    "-£30": "-30.00",
    "£-30": "-30.00",
    "−30": "-30.00",
}
UNREAD = {
    "": "missing",
    "1e3": "not an amount",
    "1e400": "not an amount",
    "NaN": "not an amount",
    "Infinity": "not an amount",
    "-inf": "not an amount",
    "1.001": "more than two figures",
    "1,00": "comma before the pence",
    "1.000,00": "comma before the pence",
    "10,00,000": "not an amount",
    "--5": "more than one sign",
    "(-5)": "more than one sign",
    "five": "not an amount",
    "551k": "not an amount",
    "=1+1": "not an amount",
    "9999999999.99": "or less",
    "٣": "not an amount",
}


@pytest.mark.parametrize(("typed", "amount"), READ.items())
def test_amounts_as_banks_write_them(typed, amount):
    assert read_amount(typed, field="amount")[0] == Decimal(amount)


@pytest.mark.parametrize(("typed", "said"), UNREAD.items())
def test_amounts_that_cannot_be_are_named_with_their_remedy(typed, said):
    with pytest.raises(RowFault, match=said) as fault:
        read_amount(typed, field="amount")
    assert fault.value.field == "amount"
    assert "45916.66" in str(fault.value) or "noughts" in str(fault.value)


def test_how_an_amount_was_read_is_said_only_if_it_was_not_plain():
    assert read_amount("1000.00", field="amount")[1] == ""
    assert read_amount("1,000", field="amount")[1] == "“1,000” was read as £1,000.00."


@given(st.decimals(min_value="0.01", max_value="99999999.99", places=2))
def test_every_way_of_writing_an_amount_gives_the_same(amount):
    for typed in (f"{amount}", f"{amount:,}", as_pounds(amount), f"{amount} CR"):
        assert read_amount(typed, field="amount")[0] == amount
    for typed in (f"-{amount}", f"({amount:,})", f"{amount}-", f"{amount}DR"):
        assert read_amount(typed, field="amount")[0] == -amount


def outcome(read, *told, **named):
    """What came of it: a value, or the fault that was raised."""
    try:
        return read(*told, **named)
    except RowFault as fault:
        return fault


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_sentence(typed):
    found = outcome(read_amount, typed, field="amount")
    if isinstance(found, RowFault):
        assert str(found).endswith(".")
    else:
        assert found[0] == round(found[0], 2)


@given(st.text(max_size=30), st.sampled_from(["dmy", "ymd", "mdy"]))
def test_any_text_is_a_day_or_a_sentence(typed, date_format):
    found = outcome(read_date, typed, date_format)
    assert isinstance(found, date) or found.field == "date"


@pytest.mark.parametrize(
    ("typed", "date_format"),
    [
        ("04/05/2026", "dmy"),
        ("4.5.26", "dmy"),
        ("04-May-2026", "dmy"),
        ("Mon 4th May 2026", "dmy"),
        ("04052026", "dmy"),
        ("04/05/2026 10:31", "dmy"),
        ("2026-05-04", "ymd"),
        ("20260504", "ymd"),
        ("2026-05-04T10:31:00Z", "ymd"),
        ("05/04/2026", "mdy"),
        ("May 4 2026", "mdy"),
    ],
)
def test_days_as_banks_write_them(typed, date_format):
    assert read_date(typed, date_format) == date(2026, 5, 4)


@pytest.mark.parametrize("typed", ["", "31/04/2026", "2026-05-04", "13 / 2026", "soon", "1/1/1", "99/99/9999", "1/May", "NaN"])
def test_days_that_cannot_be(typed):
    with pytest.raises(RowFault, match="01/04/2026"):
        read_date(typed, "dmy")


def test_a_row_of_a_two_sided_file():
    found = read_row(["01/04/2026", "1,000", "", "R1", "=cmd|' /C calc'!A0"], TWO_SIDED)
    assert (found.kind, found.amount, found.bank_reference) == (None, Decimal("1000.00"), "R1")
    assert read_row(["", "", "20.00", "", "Charge"], TWO_SIDED).kind == RowKind.OUT


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        (["01/04/1926", "1", "", "R", ""], "Date", "too early for this fund. Check the year"),
        (["01/04/2062", "1", "", "R", ""], "Date", "still to come. Check the year"),
        (["", "1", "", "R", ""], "Date", "The date is missing"),
        (["01/04/2026", "-1", "", "R", ""], "Paid in", "below zero"),
        (["01/04/2026", "1", "1", "R", ""], "Paid in", "money in and money out"),
        (["01/04/2026", "", "", "R", ""], "Paid in", "missing"),
        (["01/04/2026", "0.00", "", "R", ""], "Paid in", "£0.00"),
        (["01/04/2026", "", "x", "R", ""], "Paid out", "not an amount"),
        (["01/04/2026", "1", "", "", ""], "Reference", "bank reference is missing"),
        (["01/04/2026", "1", "", "R" * 61, ""], "Reference", "61 characters"),
        (["01/04/2026", "1", "", "R", "", "x"], "Whole row", "has 6 cells and the heading 5"),
        (["01/04/2026", "1"], "Whole row", "has 2 cells and the heading 5"),
    ],
)
def test_a_row_that_cannot_be_read_says_column_and_remedy(cells, column, said):
    found = read_row(cells, TWO_SIDED)
    assert (found.kind, found.column) == (RowKind.ERROR, column)
    assert said in found.note


def test_money_below_zero_in_one_column_went_out():
    assert read_row(["01/04/2026", "-1.00", "", "", ""], ONE_SIDED).kind == RowKind.OUT


def test_the_heading_may_stand_below_the_account():
    rows = [["Account", "12345678"], [], ["Account", "20-00-00", "12345678"], ["Date", "Amount", "Reference"], ["1", "2", "3"]]
    assert heading_place(rows) == 3
    with pytest.raises(ImportRefused, match="no row"):
        heading_place(rows[:4])


def test_usual_columns_are_proposed():
    assert proposed(["Transaction Date", "Description", "Paid out (£)", "Paid in", "Bank reference", "Balance"]) == {
        "date": 0,
        "amount": 3,
        "reference": 4,
        "text": 1,
        "out": 2,
    }
    assert heading_key(["Date", "A"]) == heading_key(["DATE", "a"]) != heading_key(["Date", "B"])


def payable(pk=1, **changes):
    told = {"reference": f"IN-7K3M9QX{pk}", "contribution": "CB-22222222", "invoice": f"INV-2026-{pk}", "funder": "Kent Police"}
    return Payable(**{"pk": pk, **told, "due_on": date(2026, 4, pk), "left": Decimal("250.00"), "is_invoiced": True, **changes})


@pytest.mark.parametrize("text", ["INV-2026-1", "inv 2026 1 thanks", "PAYMENT/INV20261/KP", "IN-7K3M9QX1", "IN7K3M9QX1"])
def test_what_the_text_names_is_paid(text):
    found = Matcher([payable(1), payable(2)]).match(text, Decimal("10.00"))
    assert found.instalment == 1


def test_a_longer_reference_is_not_taken_for_a_shorter_one():
    assert Matcher([payable(1)]).match("INV-2026-11", Decimal("1.00")).instalment is None


def test_a_contribution_pays_its_exact_or_its_earliest_open_instalment():
    both = [payable(1), payable(2, left=Decimal("99.00"))]
    assert Matcher(both).match("CB-22222222", Decimal("99.00")).instalment == 2
    assert Matcher([payable(1), payable(2)]).match("CB 22222222", Decimal("5.00")).instalment == 1


def test_two_that_are_named_are_left_to_the_officer_unless_the_amount_decides():
    two = [payable(1), payable(2, contribution="CB-33333333", left=Decimal("99.00"))]
    assert Matcher(two).match("INV-2026-1 and INV-2026-2", Decimal("5.00")).instalment is None
    assert Matcher(two).match("INV-2026-1 and INV-2026-2", Decimal("99.00")).instalment == 2


def test_partner_and_exact_amount_only_if_one_can_be_meant():
    assert Matcher([payable(1)]).match("KENT POLICE bacs", Decimal("250.00")).instalment == 1
    assert Matcher([payable(1)]).match("KENT POLICE bacs", Decimal("250.01")).instalment is None
    assert Matcher([payable(1)]).match("KENT FIRE bacs", Decimal("250.00")).instalment is None
    found = Matcher([payable(1), payable(2)]).match("KENT POLICE bacs", Decimal("250.00"))
    assert found.instalment is None
    assert "2 instalments of Kent Police" in found.note


def test_what_is_paid_or_not_invoiced_is_not_paid_again():
    paid = Matcher([payable(1, left=Decimal(0))]).match("INV-2026-1", Decimal("1.00"))
    assert (paid.instalment, "has been paid in full" in paid.note) == (None, True)
    planned = Matcher([payable(1, is_invoiced=False, invoice="")]).match("IN-7K3M9QX1", Decimal("250.00"))
    assert (planned.instalment, "is not invoiced yet" in planned.note) == (None, True)


def test_rows_of_one_file_do_not_pay_the_same_twice():
    matcher = Matcher([payable(1)])
    assert "£10.00 more" in matcher.match("INV-2026-1", Decimal("260.00")).note
    assert matcher.match("INV-2026-1", Decimal("250.00")).instalment is None


@given(st.text(max_size=80), st.decimals(min_value="0.01", max_value="1000", places=2))
def test_whatever_the_text_no_more_is_taken_than_is_to_come(text, amount):
    one = payable(1)
    found = Matcher([one]).match(f"{text} INV-2026-1", amount)
    assert one.left >= 0
    assert found.note
