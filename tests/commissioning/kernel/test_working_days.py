import datetime
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.kernel.quarters import Quarter
from commissioning.kernel.working_days import (
    Nation,
    add_working_days,
    bank_holidays,
    is_working_day,
    next_working_day,
    standstill_end,
    working_days_between,
)

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))

# Calendar of outcome returns for 2026/27: reminder, due, overdue mail, escalation, query deadline, freeze.
CALENDAR = {
    "2026-27-Q1": [(2026, 7, 13), (2026, 7, 20), (2026, 7, 21), (2026, 7, 27), (2026, 7, 30), (2026, 8, 10)],
    "2026-27-Q2": [(2026, 10, 13), (2026, 10, 20), (2026, 10, 21), (2026, 10, 27), (2026, 10, 30), (2026, 11, 10)],
    "2026-27-Q3": [(2027, 1, 13), (2027, 1, 20), (2027, 1, 21), (2027, 1, 27), (2027, 2, 1), (2027, 2, 10)],
    "2026-27-Q4": [(2027, 4, 13), (2027, 4, 20), (2027, 4, 21), (2027, 4, 27), (2027, 4, 30), (2027, 5, 12)],
}


@pytest.mark.parametrize("code", CALENDAR)
def test_calendar_of_returns(code):
    end = Quarter.parse(code).last_day
    due = next_working_day(end + datetime.timedelta(days=20))
    assert [add_working_days(due, days) for days in (-5, 0, 1, 5, 8, 15)] == [date(*day) for day in CALENDAR[code]]


def test_early_may_2027_is_a_bank_holiday():
    assert bank_holidays(2027)[date(2027, 5, 3)] == "May Day"
    assert not is_working_day(date(2027, 5, 3))


@pytest.mark.parametrize(
    ("notice", "ends", "nation"),
    [
        ((2026, 12, 1), (2026, 12, 10), Nation.ANY),
        ((2026, 12, 5), (2026, 12, 16), Nation.ANY),
        ((2026, 12, 21), (2027, 1, 5), Nation.ANY),
        ((2026, 12, 21), (2027, 1, 4), Nation.ENGLAND),
        ((2026, 12, 21), (2027, 1, 4), Nation.WALES),
    ],
)
def test_standstill_is_eight_working_days_beginning_with_the_notice(notice, ends, nation):
    assert standstill_end(date(*notice), nation=nation) == date(*ends)


def test_boxing_day_2026_is_kept_on_the_monday():
    assert [day for day in bank_holidays(2026) if day.month == 12] == [
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 28),
    ]


def test_nations_differ():
    assert is_working_day(date(2026, 7, 13), Nation.ENGLAND)
    assert not is_working_day(date(2026, 7, 13), Nation.NORTHERN_IRELAND)
    assert not is_working_day(date(2026, 7, 13), Nation.ANY)


def test_next_working_day_keeps_a_working_day_and_moves_a_weekend():
    assert next_working_day(date(2026, 12, 4)) == date(2026, 12, 4)
    assert next_working_day(date(2026, 12, 5)) == date(2026, 12, 7)


@settings(max_examples=60)
@given(DAYS, st.integers(1, 60), st.sampled_from(Nation))
def test_adding_and_counting_agree(day, count, nation):
    later = add_working_days(day, count, nation)
    assert is_working_day(later, nation)
    assert working_days_between(day, later, nation) == count
    assert working_days_between(later, day, nation) == -count
    assert add_working_days(add_working_days(day, -count, nation), count, nation) <= next_working_day(day, nation)
