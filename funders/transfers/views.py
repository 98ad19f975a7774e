from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.budget.queries import closed_years, with_closed_years
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS, visible_to
from funders.pool.queries import years_of
from funders.transfers import actions
from funders.transfers.forms import ConfirmForm, DropForm, MoveForm, ReverseForm, TransferFilter
from funders.transfers.models import PotTransfer
from funders.transfers.permissions import can_confirm, can_decide, can_move, can_reverse
from funders.transfers.queries import pot_rooms, transfer_for, transfers_of
from funders.transfers.states import TransferState
from funders.transfers.tables import rooms_table, transfer_rows, transfers_file, transfers_table

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def index(request: HttpRequest, code: str) -> HttpResponseBase:
    """What each pot can spare, and every transfer, the newest first."""
    fund = _fund(request, code)
    form = TransferFilter(request.GET, years=[(year.code, str(year)) for year in years_of(fund)])
    found = transfers_of(fund, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, transfers_file(found), wanted, f"{fund.code}-transfers")
    page, rooms = page_of(request, found), pot_rooms(fund)
    context = {
        "fund": fund,
        "form": form,
        "page": page,
        "table": transfers_table(list(page), request.seat),
        "counted": plural(page.paginator.count, "transfer"),
        "rooms": rooms_table(rooms) if rooms else None,
        "may_move": can_move(request.seat, fund) and any(one.room.free for one in rooms),
    }
    return render(request, "funders/transfers/list.html", context)


@finance_only
def move(request: HttpRequest, code: str) -> HttpResponse:
    fund = _fund(request, code)
    if not can_move(request.seat, fund):
        raise Http404
    rooms, address = pot_rooms(fund), reverse("transfers:list", args=[code])
    years = [year for year in years_of(fund) if year.start not in closed_years(fund)]
    form = MoveForm(posted(request), years=years, cancel_url=address)
    if form.is_valid():
        made = attempt(form, actions.move, fund=fund, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if isinstance(made, PotTransfer):
            waits = "It waits for another finance officer of your organisation, who is told."
            messages.success(request, waits if made.state == TransferState.WAITING else "The money is moved and posted to the ledger.")
            return redirect(address)
    context = {"form": form, "fund": fund, "rooms": rooms_table(rooms) if rooms else None, "limit": fund.board_limit_amount}
    return render(request, "funders/transfers/move.html", context)


@finance_only
def confirm(request: HttpRequest, pottransfer: str) -> HttpResponse:
    """A transfer that waits: another finance officer confirms it; who proposed it reads that it waits."""
    found = _transfer(request, pottransfer)
    if not can_decide(request.seat, found):
        raise Http404
    may, address = can_confirm(request.seat, found), reverse("transfers:list", args=[found.fund.code])
    form = ConfirmForm(posted(request), version=found.version, cancel_url=address)
    told = {"by": request.seat, "version": form.version, "at": timezone.now()}
    if form.is_valid() and attempt(form, actions.confirm, transfer=found, **told):
        messages.success(request, "The money is moved and posted to the ledger.")
        return redirect(address)
    context = {"form": form, "transfer": found, "rows": transfer_rows(found), "may_confirm": may}
    return render(request, "funders/transfers/confirm.html", context)


@finance_only
def drop(request: HttpRequest, pottransfer: str) -> HttpResponse:
    found = _transfer(request, pottransfer)
    if not can_decide(request.seat, found):
        raise Http404
    done = "The transfer is dropped. Nothing was posted."
    return _undo(request, found, DropForm, actions.drop, "Drop this transfer", done, with_version=True)


@finance_only
def reverse_transfer(request: HttpRequest, pottransfer: str) -> HttpResponse:
    found = _transfer(request, pottransfer)
    if not can_reverse(request.seat, found):
        raise Http404
    done = "The transfer is reversed. Both postings stay in the ledger."
    return _undo(request, found, ReverseForm, actions.reverse_transfer, "Reverse this transfer", done)


def _undo(
    request: HttpRequest,
    found: PotTransfer,
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    title: str,
    done: str,
    *,
    with_version: bool = False,
) -> HttpResponse:
    """A form with a reason that takes a transfer back."""
    address = reverse("transfers:list", args=[found.fund.code])
    form = form_class(posted(request), cancel_url=address, **({"version": found.version} if with_version else {}))
    if form.is_valid():
        told = {"by": request.seat, "at": timezone.now(), **form.cleaned_data, **({"version": form.version} if with_version else {})}
        if attempt(form, action, transfer=found, **told):
            messages.success(request, done)
            return redirect(address)
    return render(request, "funders/transfers/undo.html", {"form": form, "transfer": found, "rows": transfer_rows(found), "title": title})


def _fund(request: HttpRequest, code: str) -> PooledFund:
    found = with_closed_years(visible_to(request.seat)).select_related("host").prefetch_related("pooled_already")
    return get_object_or_404(found, code=code)


def _transfer(request: HttpRequest, reference: str) -> PotTransfer:
    found = transfer_for(request.seat, reference)
    if found is None:
        raise Http404
    return found
