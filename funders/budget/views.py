from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.contracts.models import Contract
from commissioning.contracts.permissions import OFFICERS
from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.budget import actions
from funders.budget.forms import AllocateForm, AllocationFilter, CommitForm, LineForm, ReleaseForm
from funders.budget.permissions import can_allocate, can_commit_contract
from funders.budget.queries import (
    allocations_of,
    areas_to_choose,
    closed_years,
    committed_to,
    contract_for,
    free_lines,
    line_of_contract,
    lines_of_budget,
    needed_years,
)
from funders.budget.tables import allocations_table, contract_rows, needed_table
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.pool.queries import fund_for, years_of

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def allocations(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything that was set aside and taken back, with reasons."""
    fund = _fund(request, code)
    form = AllocationFilter(request.GET, lines=lines_of_budget(fund), years=years_of(fund))
    found = allocations_of(fund, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, allocations_table(found), wanted, f"{fund.code}-allocations")
    page = page_of(request, found)
    context = {
        "fund": fund,
        "form": form,
        "page": page,
        "table": allocations_table(page),
        "counted": plural(page.paginator.count, "entry", "entries"),
        "may_allocate": can_allocate(request.seat, fund),
    }
    return render(request, "funders/budget/allocations.html", context)


@finance_only
def add_line(request: HttpRequest, code: str) -> HttpResponse:
    fund = _managed(request, code)
    form = LineForm(posted(request), areas=areas_to_choose(), cancel_url=_budget(fund))
    if form.is_valid() and attempt(form, actions.add_line, fund=fund, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The line is added. Set money aside for it next.")
        return redirect(_budget(fund))
    return render(request, "funders/budget/form.html", {"form": form, "fund": fund, "title": "Add a line to the budget"})


@finance_only
def allocate(request: HttpRequest, code: str) -> HttpResponse:
    fund = _managed(request, code)
    lines = lines_of_budget(fund)
    form = AllocateForm(posted(request), lines=lines, years=years_of(fund), cancel_url=_budget(fund))
    if form.is_valid() and attempt(form, actions.allocate, by=request.seat, at=timezone.now(), **form.chosen):
        messages.success(request, "It is written down. The budget below counts with it.")
        return redirect(_budget(fund))
    context = {"form": form, "fund": fund, "title": "Set money aside", "lines": lines, "limit": fund.board_limit_amount}
    return render(request, "funders/budget/form.html", context)


@roles_allowed(*READERS, post=OFFICERS)
def commit(request: HttpRequest, code: str, contract: str) -> HttpResponse:
    """What a contract costs the fund each year; the host's officers commit it here."""
    fund, found = _contract(request, code, contract)
    committed = committed_to(found, fund)
    may = can_commit_contract(request.seat, fund, found) and not committed
    form = CommitForm(posted(request), free=free_lines(found, fund), cancel_url=_budget(fund))
    told = {"contract": found, "by": request.seat, "at": timezone.now()}
    if may and form.is_valid() and attempt(form, actions.commit, **told, **form.cleaned_data):
        messages.success(request, "The contract is committed, each year in its place.")
        return redirect(_budget(fund))
    line = line_of_contract(found) if committed else None
    context = {
        "fund": fund,
        "contract": found,
        "rows": contract_rows(found),
        "table": needed_table(needed_years(found, fund, closed_years(fund))),
        "line": line,
        "form": form if may and form.lines else None,
        "may_release": bool(committed) and can_commit_contract(request.seat, fund, found),
    }
    return render(request, "funders/budget/commit.html", context)


@roles_allowed(*OFFICERS, post=OFFICERS)
def release(request: HttpRequest, code: str, contract: str) -> HttpResponse:
    fund, found = _contract(request, code, contract)
    if not can_commit_contract(request.seat, fund, found) or not committed_to(found, fund):
        raise Http404
    address = reverse("budget:commit", args=[code, contract])
    form = ReleaseForm(posted(request), cancel_url=address)
    told = {"contract": found, "fund": fund, "by": request.seat, "at": timezone.now()}
    if form.is_valid() and attempt(form, actions.release, **told, **form.cleaned_data):
        messages.success(request, "The commitment is released. Both entries stay in the record.")
        return redirect(address)
    context = {"form": form, "fund": fund, "contract": found, "rows": contract_rows(found)}
    return render(request, "funders/budget/release.html", context)


def _budget(fund: PooledFund) -> str:
    return reverse("spending:budget", args=[fund.code])


def _fund(request: HttpRequest, code: str) -> PooledFund:
    fund = fund_for(request.seat, code)
    if fund is None:
        raise Http404
    return fund


def _managed(request: HttpRequest, code: str) -> PooledFund:
    fund = _fund(request, code)
    if not can_allocate(request.seat, fund):
        raise Http404
    return fund


def _contract(request: HttpRequest, code: str, reference: str) -> tuple[PooledFund, Contract]:
    fund = _fund(request, code)
    found = contract_for(fund, reference)
    if found is None:
        raise Http404
    return fund, found
