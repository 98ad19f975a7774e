from django.db.models import Q, QuerySet

from commissioning.contracts.models import Contract
from commissioning.organisations.seat import Seat
from providers.returns.permissions import PROVIDER_ROLES, REVIEWERS

READERS = (*PROVIDER_ROLES, *REVIEWERS)


def contracts_for(seat: Seat) -> QuerySet[Contract]:
    """Contracts whose exact figures this seat may read: the provider's own, and those that its commissioner let."""
    mine = Q(pk=None)
    if seat.organisation_id and seat.has(*PROVIDER_ROLES):
        mine |= Q(provider=seat.organisation_id)
    if seat.organisation_id and seat.has(*REVIEWERS):
        mine |= Q(commissioner=seat.organisation_id)
    return Contract.objects.filter(mine)
