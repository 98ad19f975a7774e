from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel import forms
from tests.commissioning.kernel.forms import corpora
from tests.commissioning.kernel.forms.corpora import outcome

MONEY = forms.MoneyField(label="How much?", named="your contribution")
COUNT = forms.CountField(label="Cases supported")
PERCENT = forms.PercentField(label="Felt safer")


def words_of(field, typed):
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(("typed", "amount"), corpora.AMOUNTS_THAT_ARE.items())
def test_an_amount_is_read_as_people_type_it(typed, amount):
    assert MONEY.clean(typed) == Decimal(amount)
    assert MONEY.clean(typed).as_tuple().exponent == -2


@pytest.mark.parametrize("typed", corpora.AMOUNTS_THAT_ARE_NOT)
def test_anything_else_is_refused_in_words_that_name_the_field(typed):
    assert "your contribution" in words_of(MONEY, typed).lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your contribution in pounds, like 321,416.67"),
        ("1e3", "Write your contribution in full, like 321,416.67"),
        ("5k", "Write your contribution in full, like 321,416.67"),
        ("-5", "Your contribution must be £0 or more: take out the minus sign"),
        ("1.234", "Your contribution must have no more than 2 figures after the point, like 321,416.67"),
        ("10,5", "Your contribution is not clear: put a full stop before the pence, like 321,416.67"),
        ("12,34,567", "Your contribution is not clear: check the commas, like 321,416.67"),
        ("50p", "Enter your contribution in pounds, like 0.50 for fifty pence"),
        ("n/a", "Enter your contribution in figures: 0 if there was nothing"),
        ("1000000000000", "Your contribution must be £999,999,999,999.99 or less: check it"),
    ],
)
def test_each_mistake_has_its_own_remedy(typed, words):
    assert words_of(MONEY, typed) == words


def test_bounds_are_said_as_money():
    field = forms.MoneyField(label="Amount", least=1, most=500)
    assert words_of(field, "0") == "The amount must be £1 or more: check it"
    assert words_of(field, "500.01") == "The amount must be £500 or less: check it"


def test_an_amount_begins_as_people_write_it():
    assert 'value="321,416.67"' in str(forms.MoneyField(label="Amount").widget.render("amount", Decimal("321416.67")))


@pytest.mark.parametrize(("typed", "number"), corpora.COUNTS_THAT_ARE.items())
def test_a_count_is_read_as_people_type_it(typed, number):
    assert COUNT.clean(typed) == number


@pytest.mark.parametrize("typed", corpora.COUNTS_THAT_ARE_NOT)
def test_what_is_no_count_is_refused_with_the_name_of_the_field(typed):
    assert "cases supported" in words_of(COUNT, typed).lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the cases supported as a whole number, like 1,300"),
        ("<5", "Enter the cases supported exactly, not as a range: small numbers are hidden before anything is published"),
        ("1.5", "The cases supported must be a whole number, like 1,300: take out the part after the point"),
        ("-1", "The cases supported must be 0 or more: take out the minus sign"),
        ("n/a", "Enter the cases supported in figures: 0 if there was nothing"),
        ("twelve", "Enter the cases supported in figures only, like 1,300"),
    ],
)
def test_each_wrong_count_has_its_own_remedy(typed, words):
    assert words_of(COUNT, typed) == words


def test_a_percentage_is_between_0_and_100():
    assert PERCENT.clean("62.5%") == Decimal("62.5")
    assert words_of(PERCENT, "101") == "The felt safer must be 100% or less: check it"


def test_nothing_is_allowed_where_nothing_is_required():
    assert forms.MoneyField(label="Amount", required=False).clean(" ") is None
    assert forms.CountField(label="Cases", required=False).clean(None) is None


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_every_amount_survives_being_written_and_read(amount):
    assert MONEY.clean(f"£{amount:,.2f}") == amount


@given(st.integers(min_value=0, max_value=999_999_999))
def test_every_count_survives_being_written_and_read(number):
    assert COUNT.clean(f"{number:,}") == number


@given(st.text(max_size=80))
def test_no_text_breaks_a_number(typed):
    for field in (MONEY, COUNT, PERCENT):
        value, words = outcome(field, typed)
        assert field.named in words.lower() if words else field.least <= value <= field.most
