"""Reasons that this house may give why a step of the cycle may not be taken."""

from collections.abc import Iterator

from commissioning.kernel.gates import Blocker, register_gate
from commissioning.periods.models import PeriodKind
from commissioning.reports.models import PerformanceReport
from providers.returns.queries.standing import ACCEPTED, MISSING, standing_of


def every_return_accepted(report: PerformanceReport) -> Iterator[Blocker]:
    """Before the calendar's day a report is frozen only when each return of its quarter is accepted."""
    if report.period.kind != PeriodKind.QUARTER:
        return
    for one in standing_of(report.period):
        if one.standing != ACCEPTED:
            said = "has not come in" if one.standing == MISSING else "is not accepted yet"
            yield Blocker(f"The return of {one.contract.provider} for {one.contract.area} {said}.")


register_gate("report.freeze", every_return_accepted)
