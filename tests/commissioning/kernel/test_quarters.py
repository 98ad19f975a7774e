import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.quarters import FinancialYear, Quarter

DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31))


@pytest.mark.parametrize(
    ("code", "first", "last", "days"),
    [
        ("2026-27-Q1", (2026, 4, 1), (2026, 6, 30), 91),
        ("2026-27-Q2", (2026, 7, 1), (2026, 9, 30), 92),
        ("2026-27-Q3", (2026, 10, 1), (2026, 12, 31), 92),
        ("2026-27-Q4", (2027, 1, 1), (2027, 3, 31), 90),
        ("2027-28-Q4", (2028, 1, 1), (2028, 3, 31), 91),
    ],
)
def test_quarter_has_its_days(code, first, last, days):
    quarter = Quarter.parse(code)
    assert (quarter.first_day, quarter.last_day, quarter.days) == (datetime.date(*first), datetime.date(*last), days)


def test_quarter_says_itself():
    quarter = Quarter(2026, 2)
    assert (quarter.code, str(quarter)) == ("2026-27-Q2", "2026-27-Q2")
    assert quarter.label == "Quarter 2 of 2026/27 (July to September 2026)"
    assert Quarter(2026, 4).label == "Quarter 4 of 2026/27 (January to March 2027)"


@given(DAYS)
def test_every_day_lies_in_its_quarter_and_year(day):
    quarter = Quarter.of(day)
    assert day in quarter
    assert day in quarter.year
    assert quarter in quarter.year.quarters
    assert Quarter.parse(quarter.code) == quarter
    assert FinancialYear.parse(quarter.year.label) == FinancialYear.of(day)


@given(DAYS, st.integers(-40, 40))
def test_quarters_follow_one_another_without_a_gap(day, steps):
    quarter = Quarter.of(day)
    assert quarter.next().first_day - quarter.last_day == datetime.timedelta(days=1)
    assert quarter.previous().next() == quarter
    assert quarter.shifted(steps).shifted(-steps) == quarter
    assert (quarter < quarter.shifted(steps)) == (steps > 0)


def test_financial_year_neighbours_and_length():
    year = FinancialYear.parse("2027/28")
    assert (year.next().label, year.previous().label, year.days) == ("2028/29", "2026/27", 366)
    assert sum(quarter.days for quarter in year.quarters) == 366
    assert (FinancialYear(1999).label, FinancialYear(1999).code) == ("1999/00", "1999-00")


@pytest.mark.parametrize("text", ["2026", "2026/28", "26/27", "2026/7", "2026-27-Q2", "", "²⁰²⁶/27"])
def test_financial_year_refuses(text):
    with pytest.raises(ValueError, match="not a financial year"):
        FinancialYear.parse(text)


@pytest.mark.parametrize("text", ["2026-27-Q5", "2026-27-Q0", "2026-Q1", "Q1", "2026-28-Q1", ""])
def test_quarter_refuses(text):
    with pytest.raises(ValueError, match="is not a"):
        Quarter.parse(text)


def test_quarter_number_is_one_to_four():
    with pytest.raises(ValueError, match="quarters 1 to 4"):
        Quarter(2026, 5)
