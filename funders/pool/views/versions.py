"""Versions of what a fund requires and how it is shared: side by side, prepared, put into force, dropped."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.views import attempt, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from funders.pool import actions
from funders.pool.forms import DiscardForm, PrepareForm, VersionForm
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS, can_write
from funders.pool.queries import fund_for, is_being_written, lacking_of, versions_of, years_of
from funders.pool.tables.versions import change_table, versions_table
from funders.pool.views.funds import workshop_of, writable, writers_only

CONFIRM, BACK = "confirm", "back"


@roles_allowed(*READERS)
def index(request: HttpRequest, code: str) -> HttpResponseBase:
    fund = fund_for(request.seat, code)
    if fund is None:
        raise Http404
    versions = versions_of(fund)
    table = versions_table(fund, versions)
    if wanted := wanted_format(request):
        return export(request, table, wanted, f"{fund.code}-versions")
    context = {"fund": fund, "versions": versions, "table": table, "counted": plural(len(versions), "version")}
    return render(request, "funders/pool/versions.html", {**context, "may_write": can_write(request.seat, fund)})


@writers_only
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    fund = writable(request, code)
    if fund.is_draft or fund.in_force_id is None:
        raise Http404
    form = PrepareForm(posted(request), cancel_url=workshop_of(fund))
    if form.is_valid() and attempt(form, actions.prepare_version, fund=fund, by=request.seat, at=timezone.now()):
        messages.success(request, "A new version is prepared. Partners see it when you put it into force.")
        return redirect("fund_setup:workshop", code)
    return render(request, "funders/pool/prepare.html", {"form": form, "fund": fund})


@writers_only
def put_into_force(request: HttpRequest, code: str) -> HttpResponse:
    """What the version changes for each partner is shown before it is confirmed."""
    fund = _prepared(request, code)
    form = _version_form(request, fund)
    context = {"form": form, "fund": fund, "lacks": lacking_of(fund)}
    if request.POST.get("step") != BACK and form.is_valid():
        told = form.cleaned_data
        if request.POST.get("step") != CONFIRM:
            return render(request, "funders/pool/check_version.html", {**context, **change_table(fund, told)})
        if attempt(form, actions.put_into_force, fund=fund, by=request.seat, version=form.version, at=timezone.now(), **told):
            messages.success(request, "The new version is in force. The officers of the partners that it asks are told.")
            return redirect("fund_setup:versions", code)
    return render(request, "funders/pool/put_into_force.html", context)


@writers_only
def drop(request: HttpRequest, code: str) -> HttpResponse:
    fund = _prepared(request, code)
    form = DiscardForm(posted(request), version=fund.version, cancel_url=workshop_of(fund))
    if form.is_valid() and attempt(form, actions.discard_version, fund=fund, by=request.seat, version=form.version, at=timezone.now()):
        messages.success(request, "The new version is dropped. What is in force stays.")
        return redirect("fund_setup:workshop", code)
    return render(request, "funders/pool/drop.html", {"form": form, "fund": fund})


def _version_form(request: HttpRequest, fund: PooledFund) -> VersionForm:
    initial = {name: getattr(fund, name) for name in ("base", "elsewhere_cost", "elsewhere", "doubtful_days")}
    initial["credit_existing"] = "yes" if fund.credit_existing else "no"
    address = reverse("fund_setup:workshop", args=[fund.code])
    years = years_of(fund)
    now = FinancialYear.of(timezone.localdate()).start
    initial["from_year"] = str(min(max(now, fund.first_year), fund.last_year))
    return VersionForm(posted(request), version=fund.version, years=years, initial=initial, cancel_url=address)


def _prepared(request: HttpRequest, code: str) -> PooledFund:
    fund = writable(request, code)
    if fund.is_draft or fund.in_force_id is None or not is_being_written(fund):
        raise Http404
    return fund
