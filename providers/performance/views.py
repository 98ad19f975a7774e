from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from commissioning.kernel.tables import table_response
from commissioning.organisations.guards import roles_allowed
from providers.performance.permissions import READERS
from providers.performance.queries import performance_for, periods_shown
from providers.performance.tables import kpi_table, supported_table


@roles_allowed(*READERS)
def page(request: HttpRequest) -> HttpResponseBase:
    """Rates against target and against the quarter before, for one period."""
    periods = periods_shown()
    wanted = request.GET.get("period") or (periods[0].code if periods else "")
    period = next((one for one in periods if one.code == wanted), None)
    if periods and period is None:
        raise Http404
    found = performance_for(request.seat, period) if period else []
    table = kpi_table(found, f"Rates, {period.name}" if period else "Rates")
    if request.GET.get("format") in {"csv", "xlsx"}:
        return table_response(table, request.GET["format"], f"performance-{wanted}")
    return _shown(request, {"periods": periods, "period": period, "found": found, "table": table})


def _shown(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "providers/performance/page.html", {**context, "supported": supported_table(context["found"])})  # type: ignore[arg-type]
