"""Cost lines, money that is there already, and parts: each added, changed and removed on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from commissioning.kernel.forms import PortalForm
from commissioning.kernel.views import attempt, posted
from funders.pool import actions
from funders.pool.forms import PARTNER, SECTOR, ConfirmForm, LineForm, MembersForm, SharesForm, SourceForm
from funders.pool.models import CostLine, PooledAlready, PooledFund
from funders.pool.queries import funders_in_sectors, is_being_written, partners_of, requirement_in, split_in, years_of
from funders.pool.tables.fund import line_rows, source_rows, sum_tiles
from funders.pool.views.funds import workshop_of, writable, writers_only

LINE = ("label", "quantity", "unit", "unit_cost_amount", "one_off_year")
SOURCE = ("label", "amount", "condition", "pot", "note")


@writers_only
def add_line(request: HttpRequest, code: str) -> HttpResponse:
    return _line(request, _being_written(request, code), None, "Add a cost line")


@writers_only
def change_line(request: HttpRequest, code: str, line: int) -> HttpResponse:
    fund = _being_written(request, code)
    return _line(request, fund, _row(requirement_in(fund, None).lines, line), "Change a cost line")


def _line(request: HttpRequest, fund: PooledFund, line: CostLine | None, title: str) -> HttpResponse:
    initial = {name: getattr(line, name) for name in LINE} if line else {}
    options = {"years": years_of(fund), "initial": initial}
    return _part(request, fund, LineForm, options, actions.save_line, {"line": line}, title, row=line, route="remove_line")


@writers_only
def add_source(request: HttpRequest, code: str) -> HttpResponse:
    return _source(request, _being_written(request, code), None, "Add money that is pooled already")


@writers_only
def change_source(request: HttpRequest, code: str, money: int) -> HttpResponse:
    fund = _being_written(request, code)
    return _source(request, fund, _row(requirement_in(fund, None).sources, money), "Change money that is pooled already")


def _source(request: HttpRequest, fund: PooledFund, source: PooledAlready | None, title: str) -> HttpResponse:
    initial: dict[str, Any] = {}
    if source:
        giver = f"{PARTNER}{source.giver.code}" if source.giver else f"{SECTOR}{source.sector}" if source.sector else ""
        initial = {name: getattr(source, name) for name in SOURCE} | {"giver": giver, "poolable": "yes" if source.poolable else "no"}
    options = {"partners": funders_in_sectors(), "initial": initial}
    return _part(request, fund, SourceForm, options, actions.save_source, {"source": source}, title, row=source, route="remove_source")


@writers_only
def remove_line(request: HttpRequest, code: str, line: int) -> HttpResponse:
    fund = _being_written(request, code)
    found = _row(requirement_in(fund, None).lines, line)
    return _remove(request, fund, found, line_rows(found), "Remove this cost line")


@writers_only
def remove_source(request: HttpRequest, code: str, money: int) -> HttpResponse:
    fund = _being_written(request, code)
    found = _row(requirement_in(fund, None).sources, money)
    return _remove(request, fund, found, source_rows(found), "Remove this money")


def _remove(request: HttpRequest, fund: PooledFund, row: CostLine | PooledAlready, rows: list[Any], title: str) -> HttpResponse:
    form = ConfirmForm(posted(request), version=fund.version, cancel_url=workshop_of(fund))
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now()}
        if attempt(form, actions.remove, fund=fund, row=row, **told):
            messages.success(request, f"“{row.label}” is removed.")
            return redirect("fund_setup:workshop", fund.code)
    return render(request, "funders/pool/remove.html", {"form": form, "fund": fund, "rows": rows, "title": title})


@writers_only
def shares(request: HttpRequest, code: str) -> HttpResponse:
    fund = _being_written(request, code)
    form = SharesForm(posted(request), split=split_in(fund, None, fund), version=fund.version, cancel_url=workshop_of(fund))
    lead = "Which sectors share the cost, in which parts: 7, 4 and 1 for example. Leave a sector empty that has no part. Odd pennies go to the largest fractions, then to the first listed."
    return _told(request, fund, form, actions.set_shares, "Set the shares of the sectors", lead)


@writers_only
def members(request: HttpRequest, code: str) -> HttpResponse:
    fund = _being_written(request, code)
    split = split_in(fund, None, fund)
    options = {"partners": partners_of(split), "parts": split.member_parts, "version": fund.version}
    form = MembersForm(posted(request), cancel_url=workshop_of(fund), **options)
    lead = "Each partner has one part of its sector’s share, unless you give it another number. A partner with 0 parts is not asked."
    return _told(request, fund, form, lambda parts, **told: actions.set_members(parts=parts, **told), "Parts of the partners", lead)


def _told(
    request: HttpRequest, fund: PooledFund, form: SharesForm | MembersForm, action: Callable[..., Any], title: str, lead: str
) -> HttpResponse:
    if form.is_valid():
        words = form.told if isinstance(form, SharesForm) else {"parts": form.told}
        if attempt(form, action, fund=fund, by=request.seat, version=form.version, at=timezone.now(), **words):
            messages.success(request, "The parts are saved.")
            return redirect("fund_setup:workshop", fund.code)
    return render(request, "funders/pool/parts.html", {"form": form, "fund": fund, "title": title, "lead": lead})


def _part(
    request: HttpRequest,
    fund: PooledFund,
    form_class: Callable[..., PortalForm],
    options: dict[str, Any],
    action: Callable[..., Any],
    row_told: dict[str, Any],
    title: str,
    *,
    row: Any,
    route: str,
) -> HttpResponse:
    """Add or change one row, then back to the whole with its new totals."""
    form = form_class(posted(request), version=fund.version, cancel_url=workshop_of(fund), **options)
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **row_told, **form.cleaned_data}
        if attempt(form, action, fund=fund, **told):
            messages.success(request, "Saved. The totals are reckoned anew.")
            return redirect("fund_setup:workshop", fund.code)
    context = {"form": form, "fund": fund, "title": title, "row": row, "route": f"fund_setup:{route}"}
    return render(request, "funders/pool/part.html", {**context, "sums": sum_tiles(requirement_in(fund, None))})


def _being_written(request: HttpRequest, code: str) -> PooledFund:
    fund = writable(request, code)
    if not fund.is_draft and (fund.in_force_id is None or not is_being_written(fund)):
        raise Http404
    return fund


def _row(rows: tuple[Any, ...], key: int) -> Any:
    found = next((row for row in rows if row.pk == key), None)
    if found is None:
        raise Http404
    return found
