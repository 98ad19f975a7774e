from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from commissioning.kernel.models import Job
from commissioning.kernel.states import JobState
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.periods.states import PeriodState
from commissioning.reports.models import PerformanceReport
from commissioning.reports.permissions import can_make, can_read
from commissioning.reports.registry import SectionContent, sections
from commissioning.reports.rules import SCHEMA
from commissioning.reports.states import ReportState

Progress = Callable[[int, int, str], None]


def report_for(seat: Seat, code: str) -> PerformanceReport | None:
    """The report of the period with this code, if the seat may read it; for its makers an empty one of an open period too."""
    report = PerformanceReport.objects.select_related("period", "published_by", "frozen_by").filter(period__code=code).first()
    if report is None and can_make(seat):
        period = open_periods().filter(code=code).first()
        return PerformanceReport(period=period) if period else None
    return report if report and can_read(seat, report) else None


def open_periods() -> QuerySet[ReportingPeriod]:
    """Periods that have ended, so that there is something to report."""
    return ReportingPeriod.objects.exclude(state=PeriodState.AHEAD)


def periods_with_reports(seat: Seat) -> QuerySet[ReportingPeriod]:
    """The periods whose report this seat may read, newest first; for those who make reports, all that have ended."""
    periods = open_periods().select_related("report").order_by("-last_day")
    return periods if can_make(seat) else periods.filter(report__state=ReportState.PUBLISHED)


def build_job_of(report: PerformanceReport) -> Job | None:
    """The build that is waiting or under way; if there is none, the last one when it failed."""
    job = Job.objects.filter(key=build_key(report.period.code)).order_by("-pk").first()
    return job if job and job.state != JobState.DONE else None


def build_key(period_code: str) -> str:
    return f"report:{period_code}"


def gather(period: ReportingPeriod, progress: Progress) -> dict[str, Any]:
    """The figures of a period from every house, as the snapshot's data: the same data give the same snapshot.

    :param progress: called before each section with steps done, steps in all and what is being worked out.
    """
    parts = sections()
    found = []
    for done, section in enumerate(parts):
        progress(done, len(parts) + 1, f"Working out: {section.title}")
        found.append({"key": section.key, "title": section.title, **content_data(section.build(period))})
    return {
        "schema": SCHEMA,
        "period": {
            "code": period.code,
            "name": period.name,
            "kind": period.kind,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
        },
        "sections": found,
    }


def content_data(content: SectionContent) -> dict[str, Any]:
    """A section's content in plain lists and dictionaries, as JSON keeps it.

    A chart's series become pairs of name and values: the database's JSON forgets the order of keys, and layers have one.
    """
    plain = _plain(asdict(content))
    return {**plain, "charts": [{**chart, "series": [list(pair) for pair in chart["series"].items()]} for chart in plain["charts"]]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True)
class ReportOfNote:
    """A report as the front page tells of it."""

    code: str
    name: str
    state: ReportState


def reports_of_note(*, in_hand: bool) -> list[ReportOfNote]:
    """The newest published report, and for its makers the three newest that are not published yet."""
    rows = PerformanceReport.objects.order_by("-period__last_day").values_list("period__code", "period__name", "state")
    if not in_hand:
        rows = rows.filter(state=ReportState.PUBLISHED)[:1]
    found = [ReportOfNote(code, name, ReportState(state)) for code, name, state in rows]
    published = [one for one in found if one.state == ReportState.PUBLISHED][:1]
    waiting = [one for one in found if one.state != ReportState.PUBLISHED][:3]
    return [one for one in found if one in published or one in waiting]
