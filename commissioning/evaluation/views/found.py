"""What an address means for this seat: a tender, a lot, an offer; the same 404 for what is not there and for what is not theirs."""

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from commissioning.bids.models import LotOffer
from commissioning.evaluation.permissions import visible_to
from commissioning.evaluation.queries.marking import offer_of
from commissioning.evaluation.queries.panel import seats_with_people
from commissioning.tenders.models import Lot, Tender


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; none when a page is only read. A form without fields may be sent empty."""
    return request.POST if request.method == "POST" else None


def tender_of(request: HttpRequest, reference: str) -> Tender:
    """The tender, with its seats and the people in them."""
    tenders = visible_to(request.seat).select_related("commissioner").prefetch_related(seats_with_people())
    return get_object_or_404(tenders, reference=reference)


def lot_of(tender: Tender, number: int) -> Lot:
    lot = next((one for one in tender.lots.select_related("area") if one.number == number), None)
    if lot is None:
        raise Http404
    lot.tender = tender
    return lot


def offer_or_404(tender: Tender, lot: int, letter: str) -> LotOffer:
    offer = offer_of(tender, lot, letter)
    if offer is None:
        raise Http404
    offer.tender = tender
    offer.lot.tender = tender
    return offer
