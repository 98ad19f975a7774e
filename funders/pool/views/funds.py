"""A fund while it is set up: begin it, look at it as a whole, change it, open it to its partners."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.views import attempt, posted, wanted_format
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from funders.pool import actions
from funders.pool.forms import DetailsForm, OpenForm
from funders.pool.models import PooledFund
from funders.pool.permissions import WRITERS, can_set_up, managers_for
from funders.pool.queries import asks_of, fund_to_write, is_being_written, lacking_of, requirement_in, split_in
from funders.pool.tables.fund import (
    asked_table,
    choice_rows,
    detail_rows,
    requirement_table,
    sources_table,
    sum_tiles,
    workshop_tables,
)

YEARS_BACK, YEARS_AHEAD = 15, 10
writers_only = roles_allowed(*WRITERS, post=WRITERS)


@writers_only
def new(request: HttpRequest) -> HttpResponse:
    if not can_set_up(request.seat):
        raise Http404
    form = _details_form(request, cancel_url=reverse("pool:list"), initial={"base": "gap", "credit_existing": "no"})
    if form.is_valid():
        made = attempt(form, actions.set_up, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if isinstance(made, PooledFund):
            messages.success(request, "The fund is set up as a draft. Only your organisation sees it.")
            return redirect("fund_setup:workshop", made.code)
    return render(request, "funders/pool/details.html", {"form": form})


@roles_allowed(*WRITERS)
def workshop(request: HttpRequest, code: str) -> HttpResponseBase:
    """What is being written of a fund, with its running totals; `?table=` and `?format=` give one of its tables as a file."""
    fund = writable(request, code)
    version = None if fund.is_draft or is_being_written(fund) else fund.in_force_id
    requirement, split = requirement_in(fund, version), split_in(fund, version, fund)
    if wanted := wanted_format(request):
        tables = {"requirement": requirement_table(requirement), "sources": sources_table(requirement, pots=True)}
        chosen = "sources" if request.GET.get("table") == "sources" else "requirement"
        return export(request, tables[chosen], wanted, f"{fund.code}-{chosen}")
    is_written = version is None
    context = {
        "fund": fund,
        "is_written": is_written,
        "requirement": requirement,
        "sums": sum_tiles(requirement),
        "lacks": lacking_of(fund) if is_written else [],
        "details": detail_rows(fund),
        "choices": choice_rows(split),
        **workshop_tables(fund, requirement, split, changes=is_written),
    }
    return render(request, "funders/pool/workshop.html", context)


@writers_only
def details(request: HttpRequest, code: str) -> HttpResponse:
    fund = writable(request, code)
    if not fund.is_draft:
        raise Http404
    names = ("name", "code", "first_year", "last_year", "base", "elsewhere_cost", "elsewhere", "doubtful_days", "source")
    initial = {name: getattr(fund, name) for name in names} | {"credit_existing": "yes" if fund.credit_existing else "no"}
    initial["pool_manager"] = fund.pool_manager.reference if fund.pool_manager else ""
    form = _details_form(request, version=fund.version, initial=initial, cancel_url=workshop_of(fund))
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        made = attempt(form, actions.change_details, fund=fund, **told)
        if isinstance(made, PooledFund):
            messages.success(request, "The fund is changed.")
            return redirect("fund_setup:workshop", made.code)
    return render(request, "funders/pool/details.html", {"form": form, "fund": fund})


@writers_only
def open_to_partners(request: HttpRequest, code: str) -> HttpResponse:
    """Who will be asked for how much, and what is printed of the choices, before anybody is told."""
    fund = writable(request, code)
    if not fund.is_draft:
        raise Http404
    form = OpenForm(posted(request), version=fund.version, cancel_url=workshop_of(fund))
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, actions.open_to_partners, fund=fund, **told):
            messages.success(request, "The fund is open. The officers of every partner that it asks are told by e-mail.")
            return redirect("pool:fund", code)
    requirement, split = requirement_in(fund, None), split_in(fund, None, fund)
    asked = asked_table(asks_of(requirement, split))
    context = {"form": form, "fund": fund, "lacks": lacking_of(fund), "choices": choice_rows(split), "asked": asked}
    return render(request, "funders/pool/open.html", {**context, "sums": sum_tiles(requirement)})


def _details_form(request: HttpRequest, **options: Any) -> DetailsForm:
    this_year = FinancialYear.of(timezone.localdate()).start
    years = [FinancialYear(start) for start in range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)]
    return DetailsForm(posted(request), years=years, managers=managers_for(request.seat), **options)


def writable(request: HttpRequest, code: str) -> PooledFund:
    """The fund, for an officer of its host; for anybody else it is not there."""
    found = fund_to_write(request.seat, code)
    if found is None:
        raise Http404
    return found


def workshop_of(fund: PooledFund) -> str:
    return reverse("fund_setup:workshop", args=[fund.code])
