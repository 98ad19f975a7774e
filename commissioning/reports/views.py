from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commissioning.kernel.gates import blockers
from commissioning.kernel.refusals import Refusal
from commissioning.organisations.guards import roles_allowed
from commissioning.reports import actions
from commissioning.reports.documents import FORMATS, download
from commissioning.reports.models import PerformanceReport
from commissioning.reports.permissions import MAKERS, READERS, can_make
from commissioning.reports.queries import build_job_of, open_periods, periods_with_reports, report_for
from commissioning.reports.states import ReportState
from commissioning.reports.tables import COLOURS, drawn_sections, list_table


def readable(request: HttpRequest, code: str) -> PerformanceReport:
    """The report of a period for this seat; whoever may not read it gets the same 404 as for one that does not exist."""
    report = report_for(request.seat, code)
    if report is None:
        raise Http404
    return report


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    table = list_table(periods_with_reports(request.seat))
    return render(request, "commissioning/reports/list.html", {"table": table, "can_make": can_make(request.seat)})


@roles_allowed(*READERS)
def page(request: HttpRequest, code: str) -> HttpResponse:
    report = readable(request, code)
    context = {
        "report": report,
        "sections": drawn_sections(report.snapshot),
        "job": build_job_of(report),
        "can_make": can_make(request.seat),
        "colour": COLOURS.get(ReportState(report.state), "grey"),
    }
    return render(request, "commissioning/reports/report.html", context)


@roles_allowed(*MAKERS, post=MAKERS)
def build(request: HttpRequest, code: str) -> HttpResponse:
    period = get_object_or_404(open_periods(), code=code)
    if request.method == "POST":
        try:
            actions.ask_for_build(period=period, by=request.seat)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("reports:page", code=code)


@roles_allowed(*MAKERS, post=MAKERS)
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    report = readable(request, code)
    refused = ""
    if request.method == "POST":
        try:
            actions.freeze(report=report, by=request.seat, at=timezone.now())
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "The report is frozen. Its figures do not change any more.")
            return redirect("reports:page", code=code)
    context = {"report": report, "missing": blockers("report.freeze", report), "refused": refused}
    return render(request, "commissioning/reports/freeze.html", context, status=409 if refused else 200)


@roles_allowed(*MAKERS, post=MAKERS)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    report = readable(request, code)
    refused = ""
    if request.method == "POST":
        try:
            actions.publish(report=report, by=request.seat, at=timezone.now())
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "The report is published. Everybody of the partnership can read it now.")
            return redirect("reports:page", code=code)
    return render(request, "commissioning/reports/publish.html", {"report": report, "refused": refused}, status=409 if refused else 200)


@roles_allowed(*READERS)
def document(request: HttpRequest, code: str, ending: str) -> HttpResponseBase:
    report = readable(request, code)
    if ending not in FORMATS or not report.pdf.name:
        raise Http404
    return download(report, ending)
