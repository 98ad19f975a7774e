"""What bidders are told by e-mail: that there is news, and where. Never the outcome itself."""

from commissioning.bids.models import LotOffer
from commissioning.evaluation.models import Award
from commissioning.kernel.mail import send_soon
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat


def tell_bidders(award: Award, *, by: Seat) -> None:
    """Ask the bid managers of everybody who bid for the lot to sign in and read the outcome of their own bid."""
    bidders = LotOffer.objects.filter(lot=award.lot_id, opened_on_clock__isnull=False, chosen=True).values("organisation")
    managers = Membership.objects.current().filter(organisation__in=bidders, role=Role.BID_MANAGER)
    send_soon(
        to=managers.order_by("pk").values_list("person__email", flat=True),
        template="emails/outcome_ready.txt",
        context={"reference": award.lot.tender.reference},
        by=by,
        key=f"award:{award.reference}:told",
    )
