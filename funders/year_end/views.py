from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Table
from commissioning.kernel.views import attempt, posted, wanted_format
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.budget.queries import with_closed_years
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS, visible_to
from funders.spending.models import ProviderInvoice
from funders.year_end import actions, tables
from funders.year_end.forms import ConfirmForm, PayShareForm, PrepareForm, ReverseForm
from funders.year_end.models import PotClose, YearClose
from funders.year_end.permissions import can_confirm, can_pay_share, can_prepare, can_reverse
from funders.year_end.queries.outturn import (
    YearStanding,
    accruals_of,
    close_for,
    is_due,
    kept_accruals,
    kept_outturn,
    next_year_to_close,
    outturn_of,
    possible_of,
    pots_of,
    standings_of,
    waiting_invoices,
)
from funders.year_end.queries.shares import payout_for, returned_of, share_for
from funders.year_end.rules import Outturn


@roles_allowed(*READERS)
def years(request: HttpRequest, code: str) -> HttpResponseBase:
    """The years of one fund with their state, and the outturn of the one that is chosen."""
    fund = _fund(request, code)
    standings = standings_of(fund)
    shown = _chosen(request, standings)
    close, year = shown.close, shown.year
    pots = pots_of(close) if close else []
    outturn = [kept_outturn(one) for one in pots] if close else outturn_of(fund, year.start)
    choices = tables.choices_of(pots)
    if wanted := wanted_format(request):
        return export(request, tables.outturn_file(outturn, year, choices), wanted, f"{fund.code}-outturn-{year.code}")
    context = {
        "fund": fund,
        "year": year,
        "tag": tables.state_tag(close),
        "close": close,
        "years": tables.years_table(standings, fund),
        **_tables(outturn, year, kept_accruals(close) if close else accruals_of(fund, year.start), choices),
        **_returning(request, close, pots),
        **_steps(request, fund, close),
    }
    return render(request, "funders/year_end/years.html", context)


@roles_allowed(Role.FINANCE, post=(Role.FINANCE,))
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    fund = _fund(request, code)
    year = next_year_to_close(fund)
    if not can_prepare(request.seat, fund) or year is None:
        raise Http404
    address = f"{reverse('year_end:years', args=[code])}?year={FinancialYear(year).code}"
    form = PrepareForm(posted(request), cancel_url=address)
    if form.is_valid() and attempt(form, actions.prepare, fund=fund, by=request.seat, at=timezone.now()):
        messages.success(request, "The year end is prepared. A lead officer of your organisation is asked to confirm it.")
        return redirect(address)
    of, outturn = FinancialYear(year), outturn_of(fund, year)
    context = {
        "form": form,
        "fund": fund,
        "year": of,
        "waiting": waiting_invoices(fund, year),
        **_tables(outturn, of, accruals_of(fund, year)),
    }
    return render(request, "funders/year_end/prepare.html", context)


@roles_allowed(Role.LEAD_OFFICER, post=(Role.LEAD_OFFICER,), recently=True)
def confirm(request: HttpRequest, yearclose: str) -> HttpResponse:
    found = close_for(request.seat, yearclose)
    if found is None or not can_confirm(request.seat, found):
        raise Http404
    pots, year = pots_of(found), FinancialYear(found.year)
    address = _year_page(found)
    told = {"pots": pots, "possible": {one.pot: possible_of(one, found.fund) for one in pots}}
    form = ConfirmForm(posted(request), version=found.version, cancel_url=address, **told)
    if form.is_valid():
        deed = partial(actions.confirm, close=found, by=request.seat, version=form.version, at=timezone.now())
        if attempt(form, deed, **form.told()):
            messages.success(request, f"{year} is closed. The partners are told.")
            return redirect(address)
    outturn = [kept_outturn(one) for one in pots]
    context = {
        "form": form,
        "fund": found.fund,
        "year": year,
        **_tables(outturn, year, kept_accruals(found)),
        "shares": tables.shares_table(pots),
        "warning": f"This cannot be undone. Nothing can be posted to {year}, set aside or committed in it any more.",
    }
    return render(request, "funders/year_end/confirm.html", context)


@roles_allowed(Role.FINANCE, post=(Role.FINANCE,))
def pay_share(request: HttpRequest, yearclose: str, number: int) -> HttpResponse:
    """Record that a partner's share of what was left went back to it."""
    found = share_for(request.seat, yearclose, number)
    if found is None or found.payout or not can_pay_share(request.seat, found.share):
        raise Http404
    address = _year_page(found.share.pot.close)
    form = PayShareForm(posted(request), cancel_url=address)
    told = {"share": found.share, "by": request.seat, "at": timezone.now()}
    if form.is_valid() and attempt(form, actions.pay_share, **told, **form.cleaned_data):
        messages.success(request, "The payment is recorded and posted to the ledger of the fund. The partner is told.")
        return redirect(address)
    rows = tables.share_rows(found.share)
    return render(request, "funders/year_end/pay_share.html", {"form": form, "close": found.share.pot.close, "rows": rows})


@roles_allowed(Role.FINANCE, post=(Role.FINANCE,))
def reverse_payout(request: HttpRequest, sharepayout: str) -> HttpResponse:
    found = payout_for(request.seat, sharepayout)
    if found is None or not can_reverse(request.seat, found):
        raise Http404
    close = found.share.pot.close
    form = ReverseForm(posted(request), cancel_url=_year_page(close))
    told = {"payout": found, "by": request.seat, "at": timezone.now()}
    if form.is_valid() and attempt(form, actions.reverse_payout, **told, **form.cleaned_data):
        messages.success(request, "The payment is reversed. Both postings stay in the ledger.")
        return redirect(_year_page(close))
    context = {"form": form, "payout": found, "close": close, "rows": tables.payout_rows(found)}
    return render(request, "funders/year_end/reverse_payout.html", context)


def _year_page(close: YearClose) -> str:
    return f"{reverse('year_end:years', args=[close.fund.code])}?year={FinancialYear(close.year).code}"


def _returning(request: HttpRequest, close: YearClose | None, pots: list[PotClose]) -> dict[str, Table | None]:
    """Each partner's share, and of a closed year what goes back."""
    closed = close if close and close.closed_at else None
    return {"shares": tables.shares_table(pots), "returned": tables.returned_table(returned_of(closed), request.seat) if closed else None}


def _steps(request: HttpRequest, fund: PooledFund, close: YearClose | None) -> dict[str, object]:
    """What the reader can do: prepare the year that is due, confirm the one that is shown."""
    due = next_year_to_close(fund) if is_due(fund, timezone.localdate()) and can_prepare(request.seat, fund) else None
    return {
        "due": FinancialYear(due) if due is not None else None,
        "to_confirm": close if close and can_confirm(request.seat, close) else None,
    }


def _tables(
    outturn: list[Outturn], year: FinancialYear, accruals: list[ProviderInvoice], choices: Mapping[str, str] | None = None
) -> dict[str, Table]:
    return {
        "cash": tables.cash_table(outturn, year),
        "table": tables.promise_table(outturn, year, choices or {}),
        "accruals": tables.accruals_table(accruals, year),
    }


def _fund(request: HttpRequest, code: str) -> PooledFund:
    found = with_closed_years(visible_to(request.seat)).select_related("host").prefetch_related("pooled_already")
    return get_object_or_404(found, code=code)


def _chosen(request: HttpRequest, standings: list[YearStanding]) -> YearStanding:
    """The year asked for by `?year=2026-27`; else the first that is not closed, else the last."""
    asked = next((one for one in standings if one.year.code == request.GET.get("year")), None)
    still_open = next((one for one in standings if one.close is None or one.close.closed_at is None), None)
    return asked or still_open or standings[-1]
