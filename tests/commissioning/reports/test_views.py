import pytest
from django.utils import timezone

from commissioning.organisations.roles import Role
from commissioning.reports import actions
from commissioning.reports.models import PerformanceReport
from commissioning.reports.states import ReportState
from tests.factories import make_seat

pytestmark = pytest.mark.usefixtures("sections", "missing")
PAGE = "/reports/2026-27-Q2/"


@pytest.fixture
def report(period):
    return actions.build(period=period, progress=lambda *step: None, at=timezone.now())


@pytest.fixture
def published(report, lead):
    return actions.publish(report=actions.freeze(report=report, by=lead, at=timezone.now()), by=lead, at=timezone.now())


def test_a_provisional_report_is_for_its_makers_only(report, client_for, lead):
    assert client_for(lead).get(PAGE).status_code == 200
    reader = client_for(make_seat(Role.FUNDER_OFFICER))
    assert reader.get(PAGE).status_code == 404
    assert reader.get(f"{PAGE}download/pdf/").status_code == 404


def test_everybody_of_the_partnership_reads_a_published_report(published, client_for):
    reader = client_for(make_seat(Role.BOARD_MEMBER))
    page = reader.get(PAGE).content.decode()
    assert "91 victims were supported." in page
    assert published.sha256 in page
    assert "<svg" in page
    assert "Freeze the report" not in page


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("json", b"{")])
def test_the_files_are_downloads(published, client_for, ending, start):
    answer = client_for(make_seat(Role.BOARD_MEMBER)).get(f"{PAGE}download/{ending}/")
    assert answer["Content-Disposition"] == f'attachment; filename="performance-report-2026-27-Q2-published.{ending}"'
    assert b"".join(answer.streaming_content).startswith(start)


def test_an_unknown_ending_or_period_is_not_found(published, client_for, lead):
    assert client_for(lead).get(f"{PAGE}download/exe/").status_code == 404
    assert client_for(lead).get("/reports/2099-00-Q9/").status_code == 404


def test_a_maker_builds_freezes_and_publishes(report, client_for, lead):
    client = client_for(lead)
    assert client.post(f"{PAGE}build/").headers["Location"] == PAGE
    assert "Waiting to start" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}freeze/").headers["Location"] == PAGE
    assert client.post(f"{PAGE}publish/").headers["Location"] == PAGE
    assert PerformanceReport.objects.get().state == ReportState.PUBLISHED


def test_publishing_twice_says_so_in_words(published, client_for, lead):
    answer = client_for(lead).post(f"{PAGE}publish/")
    assert (answer.status_code, "This report is published already." in answer.content.decode()) == (409, True)


def test_a_period_without_a_report_invites_to_build_it(period, client_for, lead):
    page = client_for(lead).get(PAGE).content.decode()
    assert "This report is not built yet" in page
    assert PerformanceReport.objects.count() == 0


def test_a_reader_cannot_build(published, client_for):
    assert client_for(make_seat(Role.BOARD_MEMBER)).post(f"{PAGE}build/").status_code == 403


def test_the_list_is_empty_in_words_for_a_reader(period, client_for):
    assert "No report is published yet" in client_for(make_seat(Role.BOARD_MEMBER)).get("/reports/").content.decode()
