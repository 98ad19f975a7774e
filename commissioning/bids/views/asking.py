"""What every page of a bid asks first: whose it is. Anybody else's is the same 404 as one that is not there."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from commissioning.bids.models import Bid
from commissioning.bids.permissions import BIDDERS
from commissioning.bids.queries import LotOfBid, WholeBid, bids_for
from commissioning.organisations.guards import roles_allowed

bidders_only = roles_allowed(*BIDDERS, post=BIDDERS)
bidders_read = roles_allowed(*BIDDERS)
bidders_post = roles_allowed(post=BIDDERS)


def bid_of(request: HttpRequest, reference: str) -> Bid:
    return get_object_or_404(bids_for(request.seat).prefetch_related("tender__criteria"), reference=reference)


def lot_of(whole: WholeBid, number: int) -> LotOfBid:
    found = next((one for one in whole.lots if one.lot.number == number), None)
    if found is None:
        raise Http404
    return found


def posted(request: HttpRequest) -> Any:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def sent(request: HttpRequest, form: Any) -> bool:
    return request.method == "POST" and form.is_valid()
