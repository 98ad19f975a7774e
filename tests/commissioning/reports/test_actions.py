import json
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import Blocker
from commissioning.kernel.models import Job
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.reports import actions
from commissioning.reports.models import PerformanceReport
from commissioning.reports.rules import ReportRefused, canonical
from commissioning.reports.states import ReportState
from tests.factories import make_seat

pytestmark = pytest.mark.usefixtures("sections", "missing")


@pytest.fixture
def build(period, steps):
    def run():
        return actions.build(period=period, progress=lambda *step: steps.append(step), at=timezone.now())

    return run


def test_a_build_keeps_snapshot_hash_and_three_files(build, files):
    report = build()
    stem = files / report.pdf.name.removesuffix(".pdf")
    assert report.state == ReportState.PROVISIONAL
    assert stem.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert stem.with_suffix(".json").read_bytes() == canonical(report.snapshot)
    assert json.loads(stem.with_suffix(".json").read_text())["sections"][0]["figures"][0]["value"] == "91"


def test_the_workbook_holds_the_tables_and_no_formula(build, files):
    report = build()
    book = load_workbook(files / report.pdf.name.replace(".pdf", ".xlsx"))
    sheet = book["Table 1"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["Service", "People"],
        ["IDVA", "42"],
        ["'=Outreach", "32"],
        ["Refuge", "17"],
    ]
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


def test_progress_is_said_step_by_step(build, steps):
    build()
    assert steps == [(0, 2, "Working out: Outcomes"), (1, 2, "Setting the PDF")]


def test_the_same_data_build_the_same_bytes_and_no_second_entry(build):
    first = build()
    again = build()
    assert again.sha256 == first.sha256
    assert again.build_number == 1
    assert AuditEntry.objects.filter(verb="built").count() == 1


def test_other_data_build_another_snapshot(build, said):
    first = build().sha256
    said["finding"] = "92 victims were supported."
    assert build().sha256 != first
    assert PerformanceReport.objects.get().build_number == 2


def test_two_requests_for_a_build_make_one_job(period, lead):
    first = actions.ask_for_build(period=period, by=lead)
    second = actions.ask_for_build(period=period, by=lead)
    assert first == second
    assert Job.objects.filter(name="reports.build").count() == 1


def test_freezing_early_names_what_is_missing(build, missing, lead):
    report = build()
    missing.append(Blocker("Weald Support has not sent its return.", "/returns/"))
    with pytest.raises(ReportRefused, match=r"Weald Support has not sent its return\."):
        actions.freeze(report=report, by=lead, at=timezone.now())
    assert PerformanceReport.objects.get().state == ReportState.PROVISIONAL


def test_a_frozen_report_keeps_its_bytes_whatever_happens_to_the_data(build, said, lead):
    frozen = actions.freeze(report=build(), by=lead, at=timezone.now())
    said["finding"] = "Everything is different."
    with pytest.raises(ReportRefused, match="This report is frozen"):
        build()
    assert PerformanceReport.objects.get().sha256 == frozen.sha256
    assert (frozen.frozen_by, frozen.state) == (lead.person, ReportState.FROZEN)


def test_publishing_is_for_commissioning_officers_after_the_freeze(build, lead):
    report = build()
    with pytest.raises(ReportRefused, match="Only a frozen report"):
        actions.publish(report=report, by=lead, at=timezone.now())
    report = actions.freeze(report=report, by=lead, at=timezone.now())
    with pytest.raises(ReportRefused, match="Only an officer"):
        actions.publish(report=report, by=make_seat(Role.DATA_OFFICER), at=timezone.now())
    published = actions.publish(report=report, by=lead, at=timezone.now())
    assert published.state == ReportState.PUBLISHED
    with pytest.raises(ReportRefused, match="published already"):
        actions.publish(report=report, by=lead, at=timezone.now())


def test_the_calendar_builds_then_freezes_on_its_day(period, build, missing):
    now = timezone.now()
    assert actions.make_due(now) == 1
    assert Job.objects.filter(name="reports.build").count() == 1
    build()
    assert actions.make_due(now) == 0
    missing.append(Blocker("One return is missing."))
    period.state = "frozen"
    period.save()
    assert actions.make_due(now + timedelta(days=6)) == 1
    report = PerformanceReport.objects.get()
    assert (report.state, report.frozen_by) == (ReportState.FROZEN, None)


def test_each_step_is_in_the_audit_trail(build, lead):
    report = actions.freeze(report=build(), by=lead, at=timezone.now())
    actions.publish(report=report, by=lead, at=timezone.now())
    assert list(AuditEntry.objects.order_by("id").values_list("verb", "who")) == [
        ("built", Seat.system().who),
        ("froze", lead.who),
        ("published", lead.who),
    ]
