from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commissioning.audit.actions import exported
from commissioning.kernel.charts import Chart
from commissioning.kernel.tables import Table
from commissioning.kernel.views import file_response, wanted_format
from commissioning.kernel.words import at
from commissioning.organisations.exports import export, limit
from commissioning.organisations.guards import roles_allowed
from funders.accounts import open_data
from funders.accounts.pdf import pdf_of
from funders.accounts.queries import GiverStatement, Statement, agreed_contributions, certainty_in, grounds_of, statement_of, with_scenarios
from funders.accounts.tables import (
    accounts_table,
    choices_of,
    finding,
    fund_tables,
    giver_tables,
    ground_tables,
    scenarios_table,
    whole_table,
)
from funders.budget.queries import with_closed_years
from funders.ledger.models import Account
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.pool.queries import funds_for
from funders.receipts.queries import with_late
from funders.statements.charts import certainty_chart
from funders.statements.rules import finding as missing_finding

PDF = "application/pdf"


@roles_allowed(*READERS)
def fund(request: HttpRequest, code: str) -> HttpResponseBase:
    """The statement of a fund, from what is asked to what is paid, by year and by giver."""
    found = statement_of(_fund(request, code))
    if wanted := wanted_format(request):
        return export(request, whole_table(found), wanted, f"{code}-statement")
    tables, said, chart = _whole(found)
    return render(request, "funders/accounts/statement.html", {**_context(found, tables, said), "chart": chart})


@roles_allowed(*READERS)
def giver(request: HttpRequest, code: str, funder: str) -> HttpResponseBase:
    """The statement of one partner: what it was asked, gave, and what became of its part."""
    found, own = _giver(request, code, funder)
    if wanted := wanted_format(request):
        return export(request, whole_table(found, own), wanted, f"{code}-{funder}-statement")
    context = _context(found, giver_tables(own), finding(own.total))
    return render(request, "funders/accounts/statement.html", {**context, "giver": own.giver})


@roles_allowed(*READERS)
def fund_pdf(request: HttpRequest, code: str) -> HttpResponse:
    found = statement_of(_fund(request, code))
    tables, said, chart = _whole(found)
    return _paper(request, found, "Statement of the fund", tables, said, f"{code}-statement.pdf", chart)


@roles_allowed(*READERS)
def giver_pdf(request: HttpRequest, code: str, funder: str) -> HttpResponse:
    found, own = _giver(request, code, funder)
    heading = f"Statement of {own.giver.name}"
    return _paper(request, found, heading, giver_tables(own), finding(own.total), f"{code}-{funder}-statement.pdf")


@roles_allowed(*READERS)
def grants(request: HttpRequest, code: str) -> HttpResponse:
    """The agreed contributions as a 360Giving file."""
    found = _fund(request, code)
    limit(request, "export")
    exported(by=request.seat, what=f"360Giving data of {found}", format_="json")
    site = settings.SITE_ADDRESS
    content = open_data.package(found, agreed_contributions(found), prefix=settings.GIVING_PREFIX, site=site)
    return file_response(open_data.as_text(content).encode(), f"{code}-360giving.json", "application/json")


def _paper(
    request: HttpRequest, found: Statement, heading: str, tables: list[Table], said: str, name: str, chart: Chart | None = None
) -> HttpResponse:
    limit(request, "export")
    exported(by=request.seat, what=f"{heading}, {found.fund}", format_="pdf")
    told = {"caption": found.fund.name, "choices": choices_of(found.fund), "illustrative": found.fund.illustrative}
    content = pdf_of(heading=heading, finding=said, chart=chart, tables=tables, made=f"Made {at(timezone.now())}", **told)
    return file_response(content, name, PDF, inline=True)


def _whole(found: Statement) -> tuple[list[Table], str, Chart]:
    """The tables of the fund's own statement, from what is required to what less money would mean; how it stands, in words and drawn."""
    grounds = grounds_of(found)
    tables = [*ground_tables(grounds), *fund_tables(found)]
    if grounds.scenarios:
        tables.append(scenarios_table(grounds))
    said = f"{finding(found.total)} {missing_finding(grounds.positions)}"
    return tables, said, certainty_chart(certainty_in(found, grounds))


def _context(found: Statement, tables: list[Table], said: str) -> dict[str, object]:
    labels = dict(Account.choices)
    return {
        "fund": found.fund,
        "finding": said,
        "tables": tables,
        "accounts": accounts_table(found, labels),
        "choices": choices_of(found.fund),
    }


def _fund(request: HttpRequest, code: str) -> PooledFund:
    return get_object_or_404(with_scenarios(with_late(with_closed_years(funds_for(request.seat)), timezone.localdate())), code=code)


def _giver(request: HttpRequest, code: str, funder: str) -> tuple[Statement, GiverStatement]:
    found = statement_of(_fund(request, code))
    own = next((one for one in found.givers if one.giver.code == funder), None)
    if own is None:
        raise Http404
    return found, own
