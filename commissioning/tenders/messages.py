"""E-mails about tenders. They say that something changed, never what: the portal is the record."""

from django.urls import reverse

from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender


def bid_managers() -> list[str]:
    """Addresses of every provider's bid managers, bidders or not: before the opening nobody may know who bids."""
    current = Membership.objects.current().filter(role=Role.BID_MANAGER, organisation__is_provider=True)
    return sorted(current.values_list("person__email", flat=True).distinct())


def address_of(tender: Tender) -> str:
    return reverse("publication:tender", args=[tender.reference])
