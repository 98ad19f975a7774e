"""Build, freeze and publish the quarterly performance report."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from commissioning.areas.models import Partnership
from commissioning.audit.actions import record
from commissioning.kernel.background import enqueue
from commissioning.kernel.gates import blockers
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.models import Job
from commissioning.kernel.words import in_london, on
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.periods.states import PeriodState
from commissioning.reports.models import PerformanceReport
from commissioning.reports.pdf import pdf_of
from commissioning.reports.permissions import can_make
from commissioning.reports.queries import Progress, build_key, gather
from commissioning.reports.rules import ReportRefused, canonical, check_build, check_freeze, check_publish, fingerprint
from commissioning.reports.states import NEXT, ReportState
from commissioning.reports.tables import write_workbook

REBUILT_AFTER = timedelta(minutes=30)
BUILDABLE = frozenset({ReportState.PLANNED, ReportState.PROVISIONAL})


def report_of(period: ReportingPeriod) -> PerformanceReport:
    """The one report of a period, made empty if it is not there yet."""
    return PerformanceReport.objects.get_or_create(period=period)[0]


@transaction.atomic
def ask_for_build(*, period: ReportingPeriod, by: Seat) -> Job:
    """Queue the build; while one is waiting or under way, that one is returned: two builds of a period never both run.

    :raises ReportRefused: the report is frozen.
    """
    report = report_of(period)
    check_build(report.state)
    job = enqueue("reports.build", key=build_key(period.code), by=by, period=period.code)
    record(by=by, verb="asked for a build of", on=report, after={"job": job.reference})
    return job


def build(*, period: ReportingPeriod, progress: Progress, at: datetime) -> PerformanceReport:
    """Work out every section, set the PDF, keep both: all or nothing. The same data once more change nothing.

    :raises ReportRefused: the report was frozen meanwhile.
    """
    report = report_of(period)
    check_build(report.state)
    snapshot = gather(period, progress)
    if report.state == ReportState.PROVISIONAL and report.sha256 == fingerprint(snapshot):
        PerformanceReport.objects.filter(pk=report.pk, state=ReportState.PROVISIONAL).update(built_on_clock=at)
        return report
    steps = len(snapshot["sections"]) + 1
    progress(steps - 1, steps, "Setting the PDF")
    return _keep(report, snapshot, ReportState.PROVISIONAL, by=Seat.system(), verb="built", at=at)


def _keep(report: PerformanceReport, snapshot: dict, state: str, *, by: Seat, verb: str, at: datetime) -> PerformanceReport:
    """Store a snapshot and its files under the lock of the report's row."""
    with transaction.atomic():
        report = PerformanceReport.objects.select_for_update(of=("self",)).select_related("period").get(pk=report.pk)
        check_build(report.state)
        check_move(ReportState, NEXT, report.state, state)
        before = {"state": report.state, "sha256": report.sha256}
        report.snapshot, report.sha256, report.state = snapshot, fingerprint(snapshot), state
        report.build_number += 1
        report.pdf.name = write_files(report)
        if state == ReportState.FROZEN:
            report.frozen_at, report.frozen_by = at, by.person
        else:
            report.built_on_clock = at
        report.save()
        record(by=by, verb=verb, on=report, before=before, after={"state": report.state, "sha256": report.sha256})
    return report


def write_files(report: PerformanceReport) -> str:
    """Write PDF, workbook and snapshot side by side under a name that the content decides; returns the PDF's name."""
    stem = f"reports/{report.period.code}/{report.sha256[:16]}-{report.state}"
    partnership = Partnership.objects.values_list("name", flat=True).first() or ""
    state = report.get_state_display()
    days = f"{on(report.period.first_day)} to {on(report.period.last_day)}"
    pdf = pdf_of(report.snapshot, partnership=partnership, state=state, days=days, sha256=report.sha256)
    for ending, content in (("pdf", pdf), ("xlsx", write_workbook(report.snapshot, report.sha256)), ("json", canonical(report.snapshot))):
        _write(f"{stem}.{ending}", content)
    return f"{stem}.pdf"


def _write(name: str, content: bytes) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))


def freeze(*, report: PerformanceReport, by: Seat, at: datetime) -> PerformanceReport:
    """Freeze the report as it was last built: from now on its data never change.

    Before the calendar's day every gate "report.freeze" must be clear: the houses say there what is still missing.

    :raises ReportRefused: not built, not yet due, or not the seat's to freeze.
    """
    if by.signed_in and not can_make(by):
        raise ReportRefused("Only an officer of a commissioning organisation freezes a report.")
    missing = [blocker.sentence for blocker in blockers("report.freeze", report)]
    check_freeze(report.state, freeze_on=report.period.freeze_on, today=in_london(at).date(), missing=missing)
    return _keep(report, report.snapshot, ReportState.FROZEN, by=by, verb="froze", at=at)


@transaction.atomic
def publish(*, report: PerformanceReport, by: Seat, at: datetime) -> PerformanceReport:
    """Let everybody of the partnership read the frozen report.

    :raises ReportRefused: not frozen, or published already.
    """
    if not can_make(by):
        raise ReportRefused("Only an officer of a commissioning organisation publishes a report.")
    report = PerformanceReport.objects.select_for_update(of=("self",)).select_related("period").get(pk=report.pk)
    check_publish(report.state)
    report.state, report.published_at, report.published_by = ReportState.PUBLISHED, at, by.person
    report.save()
    record(by=by, verb="published", on=report, before={"state": ReportState.FROZEN}, after={"state": report.state})
    return report


def make_due(now: datetime) -> int:
    """What the calendar asks for: a build of each open period now and then, the freeze on its day. Returns how many."""
    made = 0
    done = [ReportState.FROZEN, ReportState.PUBLISHED]
    ended = ReportingPeriod.objects.exclude(state=PeriodState.AHEAD).exclude(report__state__in=done)
    for period in ended.select_related("report"):
        report = getattr(period, "report", None)
        if report and report.state == ReportState.PROVISIONAL and in_london(now).date() >= period.freeze_on:
            freeze(report=report, by=Seat.system(), at=now)
        elif not report or (report.state in BUILDABLE and (not report.built_on_clock or now - report.built_on_clock > REBUILT_AFTER)):
            ask_for_build(period=period, by=Seat.system())
        else:
            continue
        made += 1
    return made
