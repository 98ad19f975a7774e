import datetime

from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear, Quarter
from commissioning.kernel.working_days import next_working_day
from commissioning.organisations.seat import Seat
from commissioning.periods.actions import create_quarters, create_special, extend, follow_the_clock
from commissioning.periods.queries import last_ended_quarter
from commissioning.periods.states import PeriodState

DARTFORD = "dartford-2017"
AT_LEAST_DAYS = 7
AMPLE_DAYS = 14
EXTENDED = "The demonstration keeps this quarter open, so that its returns can still be filled in."


def load() -> str:
    """Quarters of 2025/26 and the running year, the special period of 2017, and the last ended quarter kept open.

    Quarters are made as they stood when the running one began, so that the last ended one is still open.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    by = Seat.system()
    began = Quarter.of(today).first_day
    for year in sorted({2025, 2026, FinancialYear.of(today).start}):
        create_quarters(year=FinancialYear(year), today=began, by=by)
    create_special(
        code=DARTFORD,
        name="Dartford service, April to July 2017",
        first_day=datetime.date(2017, 4, 1),
        last_day=datetime.date(2017, 7, 31),
        today=today,
        by=by,
    )
    keep_open(today, by)
    follow_the_clock(now)
    quarter = last_ended_quarter(today)
    return f"Quarters of 2025/26 and 2026/27, a special period in 2017; {quarter.code if quarter else 'none'} takes returns."


def keep_open(today: datetime.date, by: Seat) -> None:
    """Give the last ended quarter more time, as an extension that says so, unless its returns are frozen for good."""
    quarter = last_ended_quarter(today)
    if quarter is None or quarter.due_on >= today + datetime.timedelta(days=AT_LEAST_DAYS):
        return
    due_on = next_working_day(today + datetime.timedelta(days=AMPLE_DAYS))
    if quarter.state != PeriodState.FROZEN:
        extend(period=quarter, due_on=due_on, reason=EXTENDED, by=by)
