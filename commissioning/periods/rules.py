"""The calendar of a period: due on the 20th of the month after its end, frozen 15 working days later.

Each date that falls on a weekend or an English bank holiday moves to the next working day. Defaults of the
partnership; an extension moves the due day and the freeze behind it, and says so.
"""

import datetime
from dataclasses import dataclass

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.working_days import add_working_days, next_working_day
from commissioning.periods.states import PeriodState

DUE_DAY = 20
REMIND, OVERDUE, ESCALATE, LAST_QUERY, FREEZE = -5, 1, 5, 8, 15  # working days from the due day


class PeriodRefused(Refusal):
    """A period may not be changed in this way."""


@dataclass(frozen=True)
class Calendar:
    """The days of one period after its end."""

    remind_on: datetime.date
    due_on: datetime.date
    overdue_on: datetime.date
    escalate_on: datetime.date
    query_by: datetime.date
    freeze_on: datetime.date


def due_day(last_day: datetime.date) -> datetime.date:
    """The 20th of the month after `last_day`, or the next working day in England."""
    following = (last_day.replace(day=28) + datetime.timedelta(days=4)).replace(day=DUE_DAY)
    return next_working_day(following)


def calendar_from(due_on: datetime.date) -> Calendar:
    """The days that hang on a due day."""
    days = (add_working_days(due_on, count) for count in (REMIND, 0, OVERDUE, ESCALATE, LAST_QUERY, FREEZE))
    return Calendar(*days)


def calendar_of(last_day: datetime.date) -> Calendar:
    """The calendar of a period that ends on `last_day`, without an extension."""
    return calendar_from(due_day(last_day))


def state_on(day: datetime.date, *, last_day: datetime.date, freeze_on: datetime.date) -> PeriodState:
    """How a period stands on a day: it opens the day after its end and is frozen from the day of the freeze."""
    if day <= last_day:
        return PeriodState.AHEAD
    return PeriodState.OPEN if day < freeze_on else PeriodState.FROZEN


def check_extension(*, state: str, old: datetime.date, new: datetime.date, reason: str) -> None:
    """:raises PeriodRefused: a frozen period, an earlier day, or no reason."""
    if state == PeriodState.FROZEN:
        raise PeriodRefused("This period is frozen. Its returns can no longer be given more time.")
    if new <= old:
        raise PeriodRefused("The new day must be later than the day on which returns are due now.", field="due_on")
    if not reason.strip():
        raise PeriodRefused("Say why the returns have more time. Everybody who reads the report will see it.", field="reason")
