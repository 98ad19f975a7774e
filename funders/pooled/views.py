from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.ledger.permissions import sees_bank_references
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.pool.queries import fund_for, years_of
from funders.pooled import actions
from funders.pooled.forms import PooledFilter, PooledReceiptForm, ReverseForm
from funders.pooled.permissions import can_receive, can_reverse
from funders.pooled.queries import labels_of, receipt_for, receipts_of, source_years
from funders.pooled.tables import receipt_rows, receipts_file, receipts_table, standing_table

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def index(request: HttpRequest, code: str) -> HttpResponseBase:
    """What sources give already, what of it has arrived, and every receipt, the newest first."""
    fund = _fund(request, code)
    years = [(year.code, str(year)) for year in years_of(fund)]
    form = PooledFilter(request.GET, sources=labels_of(fund), years=years)
    found = receipts_of(fund, request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, receipts_file(found), wanted, f"{fund.code}-pooled-money")
    page, standing = page_of(request, found), source_years(fund)
    context = {
        "fund": fund,
        "form": form,
        "page": page,
        "table": receipts_table(page, request.seat),
        "counted": plural(page.paginator.count, "receipt"),
        "standing": standing_table(standing) if standing else None,
        "may_receive": can_receive(request.seat, fund) and any(one.to_come for one in standing),
        "only_own": not sees_bank_references(request.seat, fund.host_id),
    }
    return render(request, "funders/pooled/list.html", context)


@finance_only
def receive(request: HttpRequest, code: str) -> HttpResponse:
    fund = _fund(request, code)
    if not can_receive(request.seat, fund):
        raise Http404
    offered = [one for one in source_years(fund) if one.to_come]
    address = reverse("pooled:list", args=[code])
    form = PooledReceiptForm(posted(request), offered=offered, cancel_url=address)
    if form.is_valid() and attempt(form, actions.receive, by=request.seat, at=timezone.now(), **form.told):
        messages.success(request, "The receipt is recorded and posted to the ledger of the fund.")
        return redirect(address)
    return render(request, "funders/pooled/receive.html", {"form": form, "fund": fund, "offered": offered})


@finance_only
def reverse_receipt(request: HttpRequest, pooledreceipt: str) -> HttpResponse:
    found = receipt_for(request.seat, pooledreceipt)
    if found is None or not can_reverse(request.seat, found):
        raise Http404
    address = reverse("pooled:list", args=[found.fund.code])
    form = ReverseForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, actions.reverse_receipt, receipt=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The receipt is reversed. Both postings stay in the ledger.")
        return redirect(address)
    return render(request, "funders/pooled/reverse.html", {"form": form, "receipt": found, "rows": receipt_rows(found)})


def _fund(request: HttpRequest, code: str) -> PooledFund:
    fund = fund_for(request.seat, code)
    if fund is None:
        raise Http404
    return fund
