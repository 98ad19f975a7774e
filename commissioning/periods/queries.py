import datetime
from typing import Any

from commissioning.periods.models import ReportingPeriod


def period_list() -> list[dict[str, Any]]:
    """Every period as scripts read it: days as 2026-07-01, newest last."""
    return [
        {
            "code": period.code,
            "kind": period.kind,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
            "state": period.state,
            "due_on": period.due_on.isoformat(),
            "freeze_on": period.freeze_on.isoformat(),
            "extended_from": period.extended_from.isoformat() if period.extended_from else None,
        }
        for period in ReportingPeriod.objects.order_by("first_day", "code")
    ]


def last_ended_quarter(today: datetime.date) -> ReportingPeriod | None:
    """The newest quarter that has ended before `today`."""
    return ReportingPeriod.objects.quarters().filter(last_day__lt=today).order_by("-last_day").first()


def quarters_until(period: ReportingPeriod, count: int) -> list[ReportingPeriod]:
    """This quarter and up to `count` - 1 before it, oldest first; a special period stands alone."""
    if period.kind != "quarter":
        return [period]
    found = ReportingPeriod.objects.quarters().filter(first_day__lte=period.first_day).order_by("-first_day")[:count]
    return list(found)[::-1]


def quarter_before(period: ReportingPeriod) -> ReportingPeriod | None:
    """The quarter that ends on the eve of this one; None before a special period."""
    if period.kind != "quarter":
        return None
    return ReportingPeriod.objects.quarters().filter(last_day=period.first_day - datetime.timedelta(days=1)).first()
