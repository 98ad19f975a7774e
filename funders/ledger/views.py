from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from commissioning.kernel.views import page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from funders.ledger.forms import LedgerFilter
from funders.ledger.permissions import sees_bank_references
from funders.ledger.queries import balances_of, lines_of
from funders.ledger.tables import FILE_COLUMNS, balances_table, lines_table
from funders.pool.permissions import READERS, visible_to


@roles_allowed(*READERS)
def ledger(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every line of one fund's ledger, the newest first, and what stands where."""
    fund = visible_to(request.seat).filter(code=code).first()
    if fund is None:
        raise Http404
    form = LedgerFilter(request.GET)
    found = lines_of(fund, request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, lines_table(found, columns=FILE_COLUMNS), wanted, f"{fund.code}-ledger")
    page = page_of(request, found)
    context = {
        "fund": fund,
        "only_own": not sees_bank_references(request.seat, fund.host_id),
        "form": form,
        "page": page,
        "table": lines_table(page),
        "balances": balances_table(balances_of(fund)),
        "counted": plural(page.paginator.count, "line"),
    }
    return render(request, "funders/ledger/ledger.html", context)
