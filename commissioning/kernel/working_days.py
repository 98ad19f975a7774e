"""Working days: Monday to Friday without the bank holidays of a nation of the United Kingdom.

The holidays come from the maintained `holidays` library. `Nation.ANY` counts a holiday of any nation: the cautious
reading of "working day" in section 123 of the Procurement Act 2023.
"""

import datetime
from enum import StrEnum
from functools import cache

import holidays

STANDSTILL_WORKING_DAYS = 8


class Nation(StrEnum):
    ENGLAND = "ENG"
    WALES = "WLS"
    SCOTLAND = "SCT"
    NORTHERN_IRELAND = "NIR"
    ANY = "ANY"


@cache
def bank_holidays(year: int, nation: Nation = Nation.ENGLAND) -> dict[datetime.date, str]:
    """Bank holidays of a calendar year with their names, substitute days included, in order of date."""
    nations = [each for each in Nation if each is not Nation.ANY] if nation is Nation.ANY else [nation]
    found: dict[datetime.date, str] = {}
    for each in nations:
        found.update(holidays.country_holidays("GB", subdiv=each.value, years=year, language="en_GB"))
    return dict(sorted(found.items()))


def is_working_day(day: datetime.date, nation: Nation = Nation.ENGLAND) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year, nation)


def next_working_day(day: datetime.date, nation: Nation = Nation.ENGLAND) -> datetime.date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day, nation):
        day += datetime.timedelta(days=1)
    return day


def add_working_days(day: datetime.date, count: int, nation: Nation = Nation.ENGLAND) -> datetime.date:
    """The working day that lies `count` working days after `day` (before it, when negative); `day` is not counted.

    With `count` 0 the day comes back unchanged, whatever it is.
    """
    step = datetime.timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, nation):
            day += step
    return day


def working_days_between(first: datetime.date, last: datetime.date, nation: Nation = Nation.ENGLAND) -> int:
    """How many working days lie after `first`, up to and with `last`; negative when `last` is the earlier one."""
    if last < first:
        return -working_days_between(last, first, nation)
    days = (first + datetime.timedelta(days=offset) for offset in range(1, (last - first).days + 1))
    return sum(is_working_day(day, nation) for day in days)


def standstill_end(notice_on: datetime.date, working_days: int = STANDSTILL_WORKING_DAYS, nation: Nation = Nation.ANY) -> datetime.date:
    """Last day of the standstill: `working_days` beginning with the day of the award notice. Sign from the day after.

    Procurement Act 2023, section 51.
    """
    return add_working_days(next_working_day(notice_on, nation), working_days - 1, nation)
