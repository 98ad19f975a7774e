"""Late and overdue are worked out, never stored. Days are London's."""

import datetime

from providers.returns.kinds import Timeliness


def timeliness(
    *,
    due_on: datetime.date,
    extended_from: datetime.date | None,
    submitted_on: datetime.date | None,
    today: datetime.date,
    closed: bool = False,
) -> Timeliness:
    """How a return stands to its due day.

    :param extended_from: the first due day, where it was moved: what came after it is "extended", not "on time".
    :param submitted_on: the day of the first submission.
    :param closed: the period is frozen, so that nothing more can come in time.
    """
    if submitted_on is None:
        if closed:
            return Timeliness.MISSING
        return Timeliness.OVERDUE if today > due_on else Timeliness.DUE
    if submitted_on > due_on:
        return Timeliness.LATE
    return Timeliness.EXTENDED if extended_from and submitted_on > extended_from else Timeliness.ON_TIME


def days_late(*, due_on: datetime.date, submitted_on: datetime.date | None, today: datetime.date) -> int:
    """Whole days after the due day, 0 when in time."""
    return max(0, ((submitted_on or today) - due_on).days)
