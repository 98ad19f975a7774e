"""The bid's row, held while somebody writes: two colleagues never write into one bid at the same moment."""

from commissioning.bids.models import Bid
from commissioning.bids.permissions import is_bidder
from commissioning.bids.queries import is_open_for_bids
from commissioning.bids.rules import BidRefused, TooLate
from commissioning.kernel.words import at
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender


def locked(bid: Bid, *, by: Seat) -> Bid:
    """The row as it is now, if this seat may write in it and the deadline has not passed by the database's clock.

    :raises BidRefused: somebody else's; TooLate: the deadline has passed.
    """
    row = Bid.objects.select_for_update(of=("self",)).select_related("tender", "changed_by").filter(pk=bid.pk).first()
    if row is None or not is_bidder(by) or not by.is_of(row.organisation_id):
        raise BidRefused("This is not a bid of your organisation.")
    check_open(row.tender)
    return row


def check_open(tender: Tender) -> None:
    """:raises TooLate: by the database's clock."""
    if not is_open_for_bids(tender):
        raise TooLate(f"The deadline {at(tender.deadline)} has passed, or the tender is no longer open. Nothing was changed.")
