from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commissioning.kernel.views import file_response
from commissioning.kernel.words import join
from commissioning.organisations.guards import roles_allowed
from funders.contributions.permissions import WRITERS, can_pledge
from funders.contributions.queries import own_contributions
from funders.contributions.tables import own_page_table
from funders.in_kind.queries import gifts_of
from funders.in_kind.tables import gifts_table
from funders.partners.pdf import pdf_of
from funders.partners.queries import agreed_pledges, agreement_of, asked_of, own_instalments
from funders.partners.tables import agreements_table, returned_table
from funders.pool.permissions import READERS
from funders.receipts.tables import instalments_table
from funders.year_end.queries.shares import returned_to

MOST_SHOWN = 50  # the full lists are one link away


@roles_allowed(*WRITERS)
def own(request: HttpRequest) -> HttpResponse:
    """A partner's own page: what is asked and why, what it said, when it pays, what it signs, what it gives in kind."""
    seat, today = request.seat, timezone.localdate()
    asked = asked_of(seat, today)
    contributions = list(own_contributions(seat)[:MOST_SHOWN])
    context = {
        "asked": asked,
        "silent": join(asked.silent) if asked else "",
        "may_pledge": asked is not None and can_pledge(seat, asked.fund),
        "contributions": own_page_table(contributions, "What you said, year by year", seat),
        "instalments": instalments_table(own_instalments(seat)[:MOST_SHOWN], today, "When you pay"),
        "returned": returned_table(returned_to(seat)),
        "agreements": agreements_table(agreed_pledges(contributions)),
        "in_kind": gifts_table(gifts_of(seat.organisation)),
    }
    return render(request, "funders/partners/own.html", context)


@roles_allowed(*READERS)
def agreement(request: HttpRequest, pledge: str) -> HttpResponse:
    """The agreement of a pledge as a PDF to sign."""
    today = timezone.localdate()
    found = agreement_of(request.seat, pledge, today)
    if found is None:
        raise Http404
    return file_response(pdf_of(found, today), f"agreement-{pledge.lower()}.pdf", "application/pdf")
