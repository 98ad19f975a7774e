from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.forms import PortalForm
from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.calls import actions, forms, tables
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.permissions import DRAFTERS, can_answer, can_cancel, can_change, can_close, can_draft, can_pay, can_receive, can_reverse
from funders.calls.queries import (
    call_for,
    calls_for,
    fund_choices,
    funds_to_draft_for,
    partners_of_calls,
    payment_for,
    planned_or_why_not,
    receipt_for,
    share_for,
    sums_in_sight,
)
from funders.pool.permissions import READERS
from funders.pool.queries import fund_for

CONFIRM, BACK = "confirm", "back"
hosts_officers = roles_allowed(*DRAFTERS, post=DRAFTERS)
finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Every call that the seat may read, the newest first."""
    today, seat = timezone.localdate(), request.seat
    form = forms.CallFilter(request.GET, funds=fund_choices(seat))
    found = calls_for(seat, today, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, tables.calls_table(found, today, columns=tables.FILE_COLUMNS), wanted, "calls")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": tables.calls_table(page, today),
        "counted": plural(page.paginator.count, "call"),
        "funds": funds_to_draft_for(seat, today),
    }
    return render(request, "funders/calls/list.html", context)


@roles_allowed(*READERS)
def call(request: HttpRequest, call: str) -> HttpResponseBase:
    """The report of one call: what was asked, accepted, received, paid out, and what is left."""
    found, seat = _call(request, call), request.seat
    if wanted := wanted_format(request):
        return export(request, tables.shares_file(found), wanted, f"call-{found.reference}")
    planned, problem = planned_or_why_not(found) if found.asked_at is None else ([], "")
    context = {
        "call": found,
        "tag": tables.state_tag(found, timezone.localdate()),
        "rows": tables.call_rows(found),
        "sums": tables.sums_tiles(sums_in_sight(found)),
        "planned": tables.planned_table(planned) if planned else None,
        "problem": problem,
        "shares": tables.shares_table(found, seat),
        "receipts": tables.receipts_table(found, seat),
        "payments": tables.payments_table(found, seat),
        "own": next((one for one in found.shares.all() if can_answer(seat, one)), None),
        "may": {"change": can_change(seat, found), "close": can_close(seat, found), "pay": can_pay(seat, found)},
        "may_cancel": can_cancel(seat, found) and not any(one.reversed_at is None for one in found.receipts.all()),
    }
    return render(request, "funders/calls/call.html", context)


@hosts_officers
def draft(request: HttpRequest, code: str) -> HttpResponse:
    fund = fund_for(request.seat, code)
    if fund is None or not can_draft(request.seat, fund):
        raise Http404
    form = forms.CallForm(posted(request), partners=partners_of_calls(), cancel_url=reverse("calls:list"))
    if form.is_valid():
        made = attempt(form, actions.draft, fund=fund, by=request.seat, at=timezone.now(), **form.told())
        if made:
            messages.success(request, "The draft is saved. Nobody is asked yet.")
            return redirect("calls:call", made.reference)
    return render(request, "funders/calls/draft.html", {"form": form, "fund": fund, "title": "Draft a call"})


@hosts_officers
def change(request: HttpRequest, call: str) -> HttpResponse:
    found = _call(request, call)
    if not can_change(request.seat, found):
        raise Http404
    address = reverse("calls:call", args=[call])
    told = {"partners": partners_of_calls(), "version": found.version, "initial": forms.initial_of(found), "cancel_url": address}
    form = forms.CallForm(posted(request), **told)
    if form.is_valid():
        deed = {"call": found, "by": request.seat, "version": form.version, "at": timezone.now()}
        if attempt(form, actions.change, **deed, **form.told()):
            messages.success(request, "The draft is changed. Nobody is asked yet.")
            return redirect(address)
    return render(request, "funders/calls/draft.html", {"form": form, "fund": found.fund, "title": "Change the draft"})


@hosts_officers
def ask(request: HttpRequest, call: str) -> HttpResponse:
    found = _call(request, call)
    planned, problem = planned_or_why_not(found)
    told = {
        "title": "Ask the partners",
        "lead": "Each partner’s funder officers and approvers get an e-mail. From then on every partner of the fund reads the call, with all shares and answers.",
        "warning": "What was asked cannot be changed. It can be cancelled while nothing has arrived.",
        "table": tables.planned_table(planned) if planned else None,
        "problem": problem,
    }
    return _step(request, found, can_change, forms.AskForm, actions.ask, "The partners are asked, by e-mail.", told)


@hosts_officers
def close(request: HttpRequest, call: str) -> HttpResponse:
    found = _call(request, call)
    told = {"title": "Close the call", "warning": "Partners that have not answered cannot answer any more.", "rows": _sums(found)}
    form_class = partial(forms.CloseForm, uncovered=sums_in_sight(found).uncovered)
    return _step(request, found, can_close, form_class, actions.close, "The call is closed. The partners are told.", told)


@hosts_officers
def cancel(request: HttpRequest, call: str) -> HttpResponse:
    found = _call(request, call)
    told = {"title": "Cancel the call", "warning": "A cancelled call cannot be opened again.", "rows": _sums(found)}
    return _step(request, found, can_cancel, forms.CancelForm, actions.cancel, "The call is cancelled.", told)


@finance_only
def pay(request: HttpRequest, call: str) -> HttpResponse:
    found = _call(request, call)
    told = {"title": "Record a payment", "lead": "At most what has come in can be paid out.", "rows": _sums(found), "unversioned": True}
    done = "The payment is recorded and posted to the ledger of the fund."
    return _step(request, found, can_pay, forms.CallPaymentForm, actions.pay, done, told)


def _step(
    request: HttpRequest,
    found: Call,
    may: Callable[[Seat, Call], bool],
    form_class: Callable[..., PortalForm],
    action: Callable[..., Any],
    done: str,
    told: dict[str, Any],
) -> HttpResponse:
    """A form that takes a call one step on."""
    if not may(request.seat, found):
        raise Http404
    address = reverse("calls:call", args=[found.reference])
    versioned = {} if told.pop("unversioned", False) else {"version": found.version}
    form = form_class(posted(request), cancel_url=address, **versioned)
    if form.is_valid():
        deed = {"call": found, "by": request.seat, "at": timezone.now(), **({"version": form.version} if versioned else {})}
        if attempt(form, action, **deed, **form.cleaned_data):
            messages.success(request, done)
            return redirect(address)
    return render(request, "funders/calls/step.html", {"form": form, "call": found, **told})


@roles_allowed(Role.FUNDER_APPROVER, post=(Role.FUNDER_APPROVER,), recently=True)
def answer(request: HttpRequest, callshare: str) -> HttpResponse:
    found = _share(request, callshare, can_answer)
    address = reverse("calls:call", args=[found.call.reference])
    form = forms.AnswerForm(posted(request), asked=found.amount, version=found.version, cancel_url=address)
    context = {"form": form, "share": found, "rows": tables.share_rows(found)}
    if form.is_valid() and request.POST.get("step") != BACK:
        told = form.cleaned_data
        if request.POST.get("step") != CONFIRM:
            return render(request, "funders/calls/check_answer.html", {**context, "rows": tables.answer_rows(found, **told)})
        if attempt(form, actions.answer, share=found, by=request.seat, version=form.version, at=timezone.now(), **told):
            messages.success(request, "Your answer is recorded. The host partner is told.")
            return redirect(address)
    return render(request, "funders/calls/answer.html", context)


@finance_only
def receive(request: HttpRequest, callshare: str) -> HttpResponse:
    found = _share(request, callshare, can_receive)
    address = reverse("calls:call", args=[found.call.reference])
    form = forms.CallReceiptForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, actions.receive, share=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The receipt is recorded and posted to the ledger of the fund.")
        return redirect(address)
    told = {"title": "Record a receipt", "rows": tables.share_rows(found)}
    return render(request, "funders/calls/step.html", {"form": form, "call": found.call, **told})


@finance_only
def reverse_receipt(request: HttpRequest, callreceipt: str) -> HttpResponse:
    return _reverse(request, receipt_for(request.seat, callreceipt), actions.reverse_receipt, "receipt")


@finance_only
def reverse_payment(request: HttpRequest, callpayment: str) -> HttpResponse:
    return _reverse(request, payment_for(request.seat, callpayment), actions.reverse_payment, "payment")


def _reverse(request: HttpRequest, found: CallReceipt | CallPayment | None, action: Callable[..., Any], what: str) -> HttpResponse:
    if found is None or not can_reverse(request.seat, found):
        raise Http404
    address = reverse("calls:call", args=[found.call.reference])
    form = forms.ReverseMoneyForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, action, **{what: found}, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, f"The {what} is reversed. Both postings stay in the ledger.")
        return redirect(address)
    told = {"title": f"Reverse a {what}", "warning": "A reversal cannot be taken back. The money can be recorded anew."}
    return render(request, "funders/calls/step.html", {"form": form, "call": found.call, "rows": tables.money_rows(found), **told})


def _sums(found: Call) -> list[dict[str, Any]]:
    return tables.sums_rows(sums_in_sight(found))


def _call(request: HttpRequest, reference: str) -> Call:
    found = call_for(request.seat, reference)
    if found is None:
        raise Http404
    return found


def _share(request: HttpRequest, reference: str, may: Callable[[Seat, CallShare], bool]) -> CallShare:
    found = share_for(request.seat, reference)
    if found is None or not may(request.seat, found):
        raise Http404
    return found
