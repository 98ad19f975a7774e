from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.contracts.rules import add_months, last_day_of, notice_day, option_parts, options_of, segments

days = st.dates(date(2000, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("first_day", "months", "last_day"),
    [
        (date(2027, 4, 1), 60, date(2032, 3, 31)),
        (date(2017, 4, 1), 60, date(2022, 3, 31)),
        (date(2017, 4, 1), 108, date(2026, 3, 31)),
        (date(2017, 4, 1), 120, date(2027, 3, 31)),
        (date(2027, 1, 15), 1, date(2027, 2, 14)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_last_day_of_a_term_in_whole_months(first_day, months, last_day):
    assert last_day_of(first_day, months) == last_day


@given(days, st.integers(1, 120), st.integers(1, 120))
def test_two_terms_one_after_the_other_are_one_long_term(first_day, months, more):
    first_day = first_day.replace(day=min(first_day.day, 28))
    second = last_day_of(first_day, months) + timedelta(days=1)
    assert last_day_of(second, more) == last_day_of(first_day, months + more)


@given(days, st.integers(0, 240))
def test_adding_months_keeps_the_day_or_takes_the_last_of_the_month(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("last_day", "notice"),
    [
        (date(2032, 3, 31), date(2031, 3, 31)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2030, 6, 14), date(2029, 6, 14)),
    ],
)
def test_notice_is_given_twelve_months_before_the_end(last_day, notice):
    assert notice_day(last_day) == notice


@given(st.integers(0, 240))
def test_options_add_up_and_no_step_is_longer_than_two_years(months):
    parts = option_parts(months)
    assert sum(parts) == months
    assert all(0 < part <= 24 for part in parts)


def test_four_years_of_option_are_two_steps_each_with_its_notice_day():
    first, second = options_of(date(2027, 4, 1), 60, 48)
    assert (first.months, first.notice_by) == (24, date(2031, 3, 31))
    assert (second.months, second.notice_by) == (24, date(2033, 3, 31))


def test_an_option_is_no_commitment_until_it_is_exercised():
    pieces, committed_until = segments(date(2027, 4, 1), 60, [(24, True), (24, False)], [])
    assert committed_until == date(2034, 3, 31)
    assert [(piece.kind, piece.first_day, piece.is_committed) for piece in pieces] == [
        ("term", date(2027, 4, 1), True),
        ("option", date(2032, 4, 1), True),
        ("option", date(2034, 4, 1), False),
    ]


def test_the_contracts_of_2017_run_a_year_beyond_their_option():
    pieces, committed_until = segments(date(2017, 4, 1), 60, [(48, True)], [12])
    assert committed_until == date(2027, 3, 31)
    assert [piece.last_day for piece in pieces] == [date(2022, 3, 31), date(2026, 3, 31), date(2027, 3, 31)]


def test_an_option_passed_over_before_an_extension_takes_no_time():
    pieces, committed_until = segments(date(2017, 4, 1), 60, [(24, True), (24, False)], [12])
    assert [piece.kind for piece in pieces] == ["term", "option", "extension"]
    assert committed_until == date(2025, 3, 31)
