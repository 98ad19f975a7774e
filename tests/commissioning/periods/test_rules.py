from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.quarters import FinancialYear, Quarter
from commissioning.kernel.working_days import is_working_day
from commissioning.periods.rules import Calendar, PeriodRefused, calendar_of, check_extension, state_on

# The calendar of 2026/27: reminder, due, overdue, escalation, last query, freeze.
CALENDAR_2026 = {
    1: Calendar(date(2026, 7, 13), date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 27), date(2026, 7, 30), date(2026, 8, 10)),
    2: Calendar(date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 21), date(2026, 10, 27), date(2026, 10, 30), date(2026, 11, 10)),
    3: Calendar(date(2027, 1, 13), date(2027, 1, 20), date(2027, 1, 21), date(2027, 1, 27), date(2027, 2, 1), date(2027, 2, 10)),
    4: Calendar(date(2027, 4, 13), date(2027, 4, 20), date(2027, 4, 21), date(2027, 4, 27), date(2027, 4, 30), date(2027, 5, 12)),
}


@pytest.mark.parametrize("quarter", FinancialYear(2026).quarters, ids=str)
def test_the_calendar_of_2026(quarter):
    assert calendar_of(quarter.last_day) == CALENDAR_2026[quarter.number]


def test_a_due_day_on_a_weekend_moves_to_the_next_working_day():
    assert calendar_of(date(2027, 5, 31)).due_on == date(2027, 6, 21)  # 20 June 2027 is a Sunday
    assert calendar_of(date(2017, 7, 31)).due_on == date(2017, 8, 21)


@given(st.integers(2010, 2040), st.integers(1, 4))
def test_every_day_of_a_calendar_is_a_working_day_in_order(year, number):
    calendar = calendar_of(Quarter(year, number).last_day)
    days = [calendar.remind_on, calendar.due_on, calendar.overdue_on, calendar.escalate_on, calendar.query_by, calendar.freeze_on]
    assert days == sorted(set(days))
    assert all(is_working_day(day) for day in days)
    assert calendar.due_on.day >= 20


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 9, 30), "ahead"),
        (date(2026, 10, 1), "open"),
        (date(2026, 11, 9), "open"),
        (date(2026, 11, 10), "frozen"),
    ],
)
def test_a_period_opens_the_day_after_its_end_and_freezes_on_its_day(day, state):
    assert state_on(day, last_day=date(2026, 9, 30), freeze_on=date(2026, 11, 10)) == state


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": "frozen"}, "This period is frozen. Its returns can no longer be given more time."),
        ({"new": date(2026, 10, 20)}, "The new day must be later than the day on which returns are due now."),
        ({"reason": " "}, "Say why the returns have more time. Everybody who reads the report will see it."),
    ],
)
def test_an_extension_is_later_and_says_why(change, sentence):
    asked = {"state": "open", "old": date(2026, 10, 20), "new": date(2026, 10, 27), "reason": "A flood"}
    check_extension(**asked)
    with pytest.raises(PeriodRefused) as refused:
        check_extension(**{**asked, **change})
    assert str(refused.value) == sentence


def test_an_extension_by_one_day_is_enough():
    check_extension(state="ahead", old=date(2026, 10, 20), new=date(2026, 10, 20) + timedelta(days=1), reason="A flood")
