from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commissioning.kernel.views import page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.seat import Seat
from funders.budget.queries import with_closed_years
from funders.claims.queries import claims_on
from funders.contributions.permissions import can_pledge
from funders.contributions.queries import years_left
from funders.contributions.tables import own_table
from funders.in_kind.queries import gifts_of_fund
from funders.in_kind.tables import gifts_table
from funders.pool.models import Base, PooledFund
from funders.pool.permissions import READERS, can_set_up, can_write
from funders.pool.queries import funds_for, is_over
from funders.pool.tables.fund import choice_rows, costs_finding, costs_table, pot_rows, sum_tiles
from funders.receipts.queries import with_late
from funders.statements.charts import certainty_chart
from funders.statements.forms import GivingFilter
from funders.statements.queries import FundPicture, alerts_of, certainty_of, giving, names_partners, own_of, picture_of, unanswered
from funders.statements.rules import finding
from funders.statements.tables import (
    alert_sentence,
    funds_table,
    giving_table,
    page_tables,
    shown_tables,
    silent_sentence,
)


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    table = funds_table(funds_for(request.seat))
    if wanted := wanted_format(request):
        return export(request, table, wanted, "pooled-funds")
    return render(request, "funders/statements/list.html", {"table": table, "may_set_up": can_set_up(request.seat)})


@roles_allowed(*READERS)
def fund(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything about one fund on one page; `?table=` and `?format=` give one of its tables as a file."""
    found = _fund(request, code)
    asked = request.GET.get("base", "")
    picture = picture_of(found, asked if asked in Base.values else "")
    today, claims = timezone.localdate(), claims_on(found)
    certainty = certainty_of(picture, claims, today)
    if wanted := wanted_format(request):
        tables, name = page_tables(picture, certainty), request.GET.get("table", "")
        chosen = name if name in tables else "years"
        return export(request, tables[chosen], wanted, f"{found.code}-{chosen}")
    own = own_of(picture, request.seat.organisation)
    context = {
        "fund": found,
        "picture": picture,
        "tables": shown_tables(picture, certainty),
        "finding": finding(picture.positions),
        "chart": certainty_chart(certainty),
        "alert": alert_sentence(alerts_of(found, {one.year: one.secured for one in picture.positions}, claims, today)),
        "own": own_table(own, "Your organisation’s contributions"),
        "in_kind": gifts_table(gifts_of_fund(found), links=False),
        **_giving(picture, request.seat, {one.year for one in own}, today),
        **_reckoning(picture, request.seat),
    }
    return render(request, "funders/statements/fund.html", context)


def _giving(picture: FundPicture, seat: Seat, said: set[int], today: date) -> dict[str, object]:
    """Whether partners are asked by name, and the seat may give. :param said: years for which its organisation has said something."""
    fund, may = picture.fund, can_pledge(seat, picture.fund)
    named = names_partners(picture, today)
    silent = unanswered(picture, today) if named and not fund.is_draft else []
    return {
        "names_partners": named,
        "silent": silent_sentence(silent),
        "may_give": may and not is_over(fund, today),
        "may_pledge": may and years_left(fund, said, today),
    }


def _reckoning(picture: FundPicture, seat: Seat) -> dict[str, object]:
    """The sums, every choice behind the shares, what they leave out, and whether the seat may change them."""
    return {
        "sums": sum_tiles(picture.requirement),
        "tag": picture.fund.get_state_display() if picture.fund.is_draft else "",
        "may_write": can_write(seat, picture.fund),
        "choices": choice_rows(picture.split, picture.fund.in_force),
        "pots": pot_rows(picture.requirement),
        "costs": costs_table(picture.split, picture.fund),
        "costs_finding": costs_finding(picture.split, picture.fund),
    }


@roles_allowed(*READERS)
def contributions(request: HttpRequest, code: str) -> HttpResponseBase:
    found = _fund(request, code)
    picture = picture_of(found)
    form = GivingFilter(request.GET, funders=picture.funder_choices, years=picture.year_choices)
    rows = giving(picture, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, giving_table(rows), wanted, f"{found.code}-contributions")
    page = page_of(request, rows)
    context = {"fund": found, "form": form, "page": page, "table": giving_table(page), "counted": plural(len(rows), "row")}
    return render(request, "funders/statements/contributions.html", context)


def _fund(request: HttpRequest, code: str) -> PooledFund:
    return get_object_or_404(with_late(with_closed_years(funds_for(request.seat)), timezone.localdate()), code=code)
