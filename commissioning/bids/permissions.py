"""Who may do what with a bid. Before the opening there is one answer for everybody but the bidder: there is no bid."""

from django.db.models import Q, QuerySet

from commissioning.bids.models import Bid
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import can_read_minutes, is_opener

__all__ = ["BIDDERS", "can_bid", "can_open", "can_read_minutes", "is_bidder", "own_bids"]
BIDDERS = (Role.BID_MANAGER,)


def is_bidder(seat: Seat) -> bool:
    return seat.has(*BIDDERS) and bool(seat.organisation and seat.organisation.is_provider)


def own_bids(seat: Seat) -> QuerySet[Bid]:
    """The bids of the seat's own organisation, for its bid managers; nobody else's, whatever the role."""
    return Bid.objects.filter(organisation=seat.organisation_id) if is_bidder(seat) else Bid.objects.none()


def can_bid(seat: Seat, tender: Tender) -> bool:
    """A provider's bid manager, unless their organisation commissions the tender or somebody of it opens or marks."""
    if not is_bidder(seat) or seat.is_of(tender.commissioner_id):
        return False
    return not tender.seats.filter(Q(organisation=seat.organisation_id) | Q(person=seat.person)).exists()


def can_open(seat: Seat, tender: Tender) -> bool:
    """A named opening officer, acting for the organisation that they were named for."""
    return is_opener(seat, tender)
