from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.contracts.permissions import OFFICERS
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.budget.permissions import can_allocate
from funders.budget.queries import commitments_of, contracts_to_commit, line_of_contract, with_closed_years
from funders.budget.tables import commitments_table, contract_rows, to_commit_table
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS as FUND_READERS
from funders.pool.permissions import visible_to
from funders.pool.queries import years_of
from funders.spending import actions
from funders.spending.forms import ApproveForm, InvoiceFilter, InvoiceForm, PayForm, ReturnForm, ReverseForm
from funders.spending.models import ProviderInvoice
from funders.spending.permissions import READERS, SENDERS, can_approve, can_pay, can_return, can_reverse, contracts_to_invoice
from funders.spending.queries.budget import budget_of
from funders.spending.queries.invoices import fund_choices, invoice_for, invoices_for, left_to_invoice, payment_for
from funders.spending.tables import (
    INVOICE_FILE_COLUMNS,
    cash_table,
    invoice_rows,
    invoices_table,
    lines_table,
    payment_rows,
    payments_table,
    pots_table,
    state_tag,
)

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))
officers_only = roles_allowed(*OFFICERS, post=OFFICERS)


@roles_allowed(*FUND_READERS)
def budget(request: HttpRequest, code: str) -> HttpResponseBase:
    """What is set aside, committed and paid in one year of a fund, or in all of them."""
    fund = _fund(request, code)
    commitments = commitments_of(fund)
    whole = budget_of(fund, commitments)
    if wanted := wanted_format(request):
        return export(request, lines_table(whole), wanted, f"{fund.code}-budget")
    years = years_of(fund)
    now = FinancialYear.of(timezone.localdate())
    asked = next((year for year in years if year.code == request.GET.get("year")), now if now in years else years[0])
    shown = whole.of_year(asked.start)
    waiting = contracts_to_commit(request.seat, fund, [one.contract.pk for one in commitments])
    context = {
        "fund": fund,
        "years": [(year, year == asked) for year in years],
        "year": asked,
        "table": lines_table(shown, with_year=False),
        "pots": pots_table(shown.pots, with_year=False),
        "cash": cash_table(whole.cash) if whole.cash else None,
        "commitments": commitments_table(commitments, fund) if commitments else None,
        "to_commit": to_commit_table(waiting, fund) if waiting else None,
        "may_allocate": can_allocate(request.seat, fund),
    }
    return render(request, "funders/spending/budget.html", context)


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Invoices of providers, as far as this seat sees them; a provider's own, with the contracts that it can invoice."""
    form = InvoiceFilter(request.GET, funds=fund_choices(request.seat))
    found = invoices_for(request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, invoices_table(found, columns=INVOICE_FILE_COLUMNS), wanted, "invoices")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": invoices_table(page),
        "counted": plural(page.paginator.count, "invoice"),
        "contracts": contracts_to_invoice(request.seat),
    }
    return render(request, "funders/spending/list.html", context)


@roles_allowed(*SENDERS, post=SENDERS)
def send(request: HttpRequest, contract: str) -> HttpResponse:
    found = get_object_or_404(contracts_to_invoice(request.seat).select_related("area", "provider"), reference=contract)
    form = InvoiceForm(posted(request), left=left_to_invoice(found), cancel_url=reverse("spending:list"))
    if form.is_valid():
        made = attempt(form, actions.send_invoice, contract=found, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if isinstance(made, ProviderInvoice):
            messages.success(request, "The invoice is sent. The host partner is told and approves or returns it.")
            return redirect("spending:invoice", made.reference)
    line = line_of_contract(found)
    context = {"form": form, "contract": found, "rows": contract_rows(found), "fund": line.fund if line else None}
    return render(request, "funders/spending/send.html", context)


@roles_allowed(*READERS)
def invoice(request: HttpRequest, invoice: str) -> HttpResponse:
    found = _invoice(request, invoice)
    context = {
        "invoice": found,
        "tag": state_tag(found),
        "rows": invoice_rows(found),
        "payments": payments_table(found.payments.all(), request.seat),
        "may_approve": can_approve(request.seat, found) and request.seat.person.pk not in (found.sent_by_id, found.first_approved_by_id),
        "may_return": can_return(request.seat, found),
        "may_pay": can_pay(request.seat, found),
    }
    return render(request, "funders/spending/invoice.html", context)


@officers_only
def approve(request: HttpRequest, invoice: str) -> HttpResponse:
    return _step(request, invoice, can_approve, ApproveForm, actions.approve, "Approve this invoice", "You have approved the invoice.")


@officers_only
def return_invoice(request: HttpRequest, invoice: str) -> HttpResponse:
    return _step(
        request,
        invoice,
        can_return,
        ReturnForm,
        actions.return_invoice,
        "Return this invoice",
        "The invoice is returned. The provider is told.",
    )


@finance_only
def pay(request: HttpRequest, invoice: str) -> HttpResponse:
    done = "The payment is recorded and posted to the ledger of the fund."
    return _step(request, invoice, can_pay, PayForm, actions.pay, "Record the payment", done)


def _step(
    request: HttpRequest,
    reference: str,
    may: Callable[[Seat, ProviderInvoice], bool],
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    title: str,
    done: str,
) -> HttpResponse:
    """A form that takes an invoice one step on."""
    found = _invoice(request, reference)
    if not may(request.seat, found):
        raise Http404
    address = reverse("spending:invoice", args=[reference])
    form = form_class(posted(request), version=found.version, cancel_url=address)
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, action, invoice=found, **told):
            messages.success(request, done)
            return redirect(address)
        found = _invoice(request, reference)
        form.renew(found.version)
    return render(request, "funders/spending/step.html", {"form": form, "invoice": found, "rows": invoice_rows(found), "title": title})


@finance_only
def reverse_payment(request: HttpRequest, payment: str) -> HttpResponse:
    found = payment_for(request.seat, payment)
    if found is None or not can_reverse(request.seat, found):
        raise Http404
    address = reverse("spending:invoice", args=[found.invoice.reference])
    form = ReverseForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, actions.reverse_payment, payment=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The payment is reversed. Both postings stay in the ledger.")
        return redirect(address)
    return render(request, "funders/spending/reverse.html", {"form": form, "payment": found, "rows": payment_rows(found)})


def _fund(request: HttpRequest, code: str) -> PooledFund:
    found = with_closed_years(visible_to(request.seat)).select_related("host").prefetch_related("pooled_already")
    return get_object_or_404(found, code=code)


def _invoice(request: HttpRequest, reference: str) -> ProviderInvoice:
    found = invoice_for(request.seat, reference)
    if found is None:
        raise Http404
    return found
