from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel import uploads
from commissioning.kernel.money import as_pounds
from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import on, plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.forms import EvidenceForm
from funders.pool.permissions import READERS
from funders.receipts import actions
from funders.receipts.forms import CountersignForm, InstalmentFilter, InvoiceForm, ReceiptForm, ReverseForm
from funders.receipts.models import Instalment, Receipt
from funders.receipts.permissions import can_add_evidence, can_invoice, can_receive, can_reverse, is_host_finance
from funders.receipts.queries import (
    contribution_to_countersign,
    evidence_for,
    fund_choices,
    instalment_for,
    instalments_for,
    receipt_for,
    waiting_contributions,
    why_not,
)
from funders.receipts.tables import (
    FILE_COLUMNS,
    contribution_rows,
    instalment_rows,
    instalments_table,
    receipt_rows,
    receipts_table,
    standing_tag,
    waiting_table,
)

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Every instalment that the seat may read, by the day on which it is due; what waits for the host's signature first."""
    today, seat = timezone.localdate(), request.seat
    form = InstalmentFilter(request.GET, funds=fund_choices(seat))
    found = instalments_for(seat, today, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, instalments_table(found, today, "Instalments", columns=FILE_COLUMNS), wanted, "instalments")
    page = page_of(request, found)
    waiting = page_of(request, waiting_contributions(seat))
    context = {
        "form": form,
        "page": page,
        "table": instalments_table(page, today, "Instalments"),
        "counted": plural(page.paginator.count, "instalment"),
        "waiting": waiting_table(waiting) if waiting.paginator.count and not form.chosen() else None,
    }
    return render(request, "funders/receipts/list.html", context)


@finance_only
def countersign(request: HttpRequest, contribution: str) -> HttpResponse:
    found = contribution_to_countersign(request.seat, contribution)
    if found is None:
        raise Http404
    form = CountersignForm(posted(request), cancel_url=reverse("receipts:list"))
    if form.is_valid():
        made = attempt(form, actions.countersign, contribution=found, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if made:
            messages.success(request, "The contribution is counter-signed, and its instalments are planned. The partner is told.")
            return redirect(f"{reverse('receipts:list')}?search={contribution}")
    return render(request, "funders/receipts/countersign.html", {"form": form, "contribution": found, "rows": contribution_rows(found)})


@roles_allowed(*READERS)
def instalment(request: HttpRequest, instalment: str) -> HttpResponse:
    found = _instalment(request, instalment)
    context = {
        "instalment": found,
        "tag": standing_tag(found, timezone.localdate()),
        "rows": instalment_rows(found, request.seat),
        "receipts": receipts_table(found.receipts.all(), request.seat),
        "may_invoice": can_invoice(request.seat, found),
        "may_receive": can_receive(request.seat, found),
    }
    return render(request, "funders/receipts/instalment.html", context)


@finance_only
def invoice(request: HttpRequest, instalment: str) -> HttpResponse:
    done = "The invoice is recorded. The partner is told."
    return _step(request, instalment, can_invoice, InvoiceForm, actions.invoice, "Record the invoice", done)


@finance_only
def receive(request: HttpRequest, instalment: str) -> HttpResponse:
    done = "The receipt is recorded and posted to the ledger of the fund."
    return _step(request, instalment, can_receive, ReceiptForm, actions.receive, "Record a receipt", done)


def _step(
    request: HttpRequest,
    reference: str,
    may: Callable[[Seat, Instalment], bool],
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    title: str,
    done: str,
) -> HttpResponse:
    """A form that takes an instalment one step on."""
    found = _instalment(request, reference)
    if not is_host_finance(request.seat, found.host_id):
        raise Http404
    address = reverse("receipts:instalment", args=[reference])
    if request.method != "POST" and not may(request.seat, found):
        return _not_now(request, found, address)
    form = form_class(posted(request), version=found.version, cancel_url=address)
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, action, instalment=found, **told):
            messages.success(request, done)
            return redirect(address)
        found = _instalment(request, reference)
    context = {"form": form, "instalment": found, "rows": instalment_rows(found, request.seat), "title": title}
    return render(request, "funders/receipts/step.html", context)


def _not_now(request: HttpRequest, found: Instalment, address: str) -> HttpResponse:
    messages.warning(request, f"You cannot do that now. {why_not(found)}")
    return redirect(address)


@finance_only
def reverse_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    found = receipt_for(request.seat, receipt)
    if found is None or not can_reverse(request.seat, found):
        raise Http404
    address = reverse("receipts:instalment", args=[found.instalment.reference])
    form = ReverseForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, actions.reverse_receipt, receipt=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The receipt is reversed. Both postings stay in the ledger.")
        return redirect(address)
    return render(request, "funders/receipts/reverse.html", {"form": form, "receipt": found, "rows": receipt_rows(found)})


@finance_only
def add_invoice_evidence(request: HttpRequest, instalment: str) -> HttpResponse:
    """The one file of a recorded invoice."""
    found = _instalment(request, instalment)
    said = f"Instalment {found.number}, invoice {found.invoice_reference}, {as_pounds(found.amount)}"
    return _add_evidence(request, found, found.contribution.reference, f"{found.funder}: {said}")


@finance_only
def add_receipt_evidence(request: HttpRequest, receipt: str) -> HttpResponse:
    """The one file of a receipt."""
    found = receipt_for(request.seat, receipt)
    if found is None:
        raise Http404
    said = f"{as_pounds(found.amount)} arrived on {on(found.received_on)}, {found.bank_reference}"
    return _add_evidence(request, found, found.instalment.contribution.reference, f"{found.funder}: {said}")


def _add_evidence(request: HttpRequest, step: Instalment | Receipt, contribution: str, said: str) -> HttpResponse:
    if not can_add_evidence(request.seat, step) or hasattr(step, "evidence"):
        raise Http404
    address = reverse("contributions:contribution", args=[contribution])
    form = EvidenceForm(posted(request), request.FILES if request.method == "POST" else None, cancel_url=address)
    if form.is_valid() and attempt(form, actions.add_evidence, step=step, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The file is added. Who reads the contribution can read it.")
        return redirect(address)
    return render(request, "funders/receipts/add_evidence.html", {"form": form, "contribution": contribution, "said": said})


@roles_allowed(*READERS)
def evidence(request: HttpRequest, evidence: str) -> HttpResponseBase:
    found = evidence_for(request.seat, evidence)
    if found is None:
        raise Http404
    return uploads.download(found.file.name, name=found.name, content_type=found.content_type)


def _instalment(request: HttpRequest, reference: str) -> Instalment:
    found = instalment_for(request.seat, reference)
    if found is None:
        raise Http404
    return found
