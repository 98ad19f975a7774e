from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from commissioning.kernel.views import wanted_format
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from funders.pool.permissions import READERS
from funders.pool.queries import fund_for
from funders.scenarios.forms import ScenarioForm
from funders.scenarios.queries import lines_of
from funders.scenarios.rules import ScenarioRefused
from funders.scenarios.tables import cut_table, finding


@roles_allowed(*READERS)
def scenario(request: HttpRequest, code: str) -> HttpResponseBase:
    """What a fund's requirement still buys with less money. Asked by the address, so that it can be sent to others; nothing is kept."""
    fund = fund_for(request.seat, code)
    if fund is None:
        raise Http404
    form = ScenarioForm(request.GET, lines=lines_of(fund))
    try:
        cut = form.cut()
    except ScenarioRefused as refusal:
        return render(request, "funders/scenarios/scenario.html", {"fund": fund, "form": form, "refused": str(refusal)})
    if wanted := wanted_format(request):
        return export(request, cut_table(cut), wanted, f"{fund.code}-scenario")
    context = {"fund": fund, "form": form, "table": cut_table(cut), "finding": finding(cut)}
    return render(request, "funders/scenarios/scenario.html", context)
