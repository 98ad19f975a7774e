"""Pages that anybody reads, without an account: what is tendered and what is contracted. Nothing here knows of a bid."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commissioning.kernel.tables import table_response
from commissioning.kernel.views import page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.guards import public_page
from commissioning.publication.caching import for_everybody
from commissioning.publication.forms import PublicFilter
from commissioning.publication.queries import public_contracts, published_tenders, tenders_for_everybody
from commissioning.publication.tables import REGISTER_FILE_COLUMNS, contract_table
from commissioning.tenders.queries import effective_state, lots_of, stages_of
from commissioning.tenders.states import TenderState
from commissioning.tenders.tables import FILE_COLUMNS, lot_table, stage_tag, tender_table


@public_page
@for_everybody
def tenders(request: HttpRequest) -> HttpResponseBase:
    form = PublicFilter(request.GET)
    now = timezone.now()
    found = tenders_for_everybody(now=now, **form.chosen())
    if wanted := wanted_format(request):
        return table_response(tender_table(found, "publication:tender", FILE_COLUMNS), wanted, "open-tenders")
    page = page_of(request, found)
    table = tender_table(page, "publication:tender")
    context = {"form": form, "page": page, "table": table, "counted": plural(page.paginator.count, "tender")}
    return render(request, "commissioning/publication/tenders.html", context)


@public_page
@for_everybody
def tender(request: HttpRequest, reference: str) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(published_tenders(), reference=reference)
    context = {
        "tender": found,
        "stage": stage_tag(found),
        "stages": stages_of(found, now),
        "is_open": effective_state(found, now) == TenderState.PUBLISHED,
        "lots": lot_table(lots_of(found), found.term_months),
    }
    return render(request, "commissioning/publication/tender.html", context)


@public_page
@for_everybody
def contracts(request: HttpRequest) -> HttpResponseBase:
    found = public_contracts()
    if wanted := wanted_format(request):
        return table_response(contract_table(found, REGISTER_FILE_COLUMNS), wanted, "contract-register")
    page = page_of(request, found)
    context = {"page": page, "table": contract_table(page), "counted": plural(page.paginator.count, "contract")}
    return render(request, "commissioning/publication/contracts.html", context)
