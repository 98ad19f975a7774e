from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from commissioning.kernel.tables import table_response
from commissioning.kernel.views import page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.guards import roles_allowed
from providers.returns.forms import ReturnFilter
from providers.returns.permissions import PROVIDER_ROLES, REVIEWERS
from providers.returns.queries.lists import inbox_of, periods_of, queries_to_answer, returns_list, states_count
from providers.returns.queries.working import newest_versions
from providers.returns.tables.lists import inbox_table, inbox_tiles, returns_table

CAPTION = "Outcome returns"


@roles_allowed(*PROVIDER_ROLES, *REVIEWERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """All returns of all years that this seat may read, as a page and as a file."""
    periods, today = periods_of(request.seat), timezone.localdate()
    form = ReturnFilter(request.GET, periods=periods)
    found = returns_list(request.seat, **form.chosen())
    versions = newest_versions(periods)
    if wanted := wanted_format(request):
        return table_response(returns_table(found, versions, today, CAPTION), wanted, f"returns-{request.seat.organisation.code}")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": returns_table(page, versions, today, CAPTION),
        "counted": plural(page.paginator.count, "return"),
        "questions": queries_to_answer(request.seat) if request.seat.has(*PROVIDER_ROLES) else [],
    }
    return render(request, "providers/returns/list.html", context)


@roles_allowed(*REVIEWERS)
def inbox(request: HttpRequest) -> HttpResponse:
    """Where every return of the open quarters stands: what came in, what is asked, who has not reported."""
    found = inbox_of(request.seat, timezone.localdate())
    counts = states_count(found)
    waiting = [one for one in found if one.waits_for_us]
    context = {
        "tiles": inbox_tiles(counts),
        "found": found,
        "waiting": inbox_table(waiting, "Waiting for you") if waiting else None,
        "others": inbox_table([one for one in found if not one.waits_for_us], "All others"),
    }
    return render(request, "providers/returns/inbox.html", context)
