"""Who gives in kind, who agrees it, who reads it."""

from django.db.models import Q, QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.permissions import WRITERS, can_pledge
from funders.in_kind.models import Gift, GiftEvidence, GiftQuerySet
from funders.in_kind.states import InKindState
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS


def can_give(seat: Seat, fund: PooledFund) -> bool:
    return can_pledge(seat, fund)


def can_agree(seat: Seat, gift: Gift) -> bool:
    return seat.is_of(gift.funder_id) and seat.has(Role.FUNDER_APPROVER) and gift.state == InKindState.PLEDGED


def can_withdraw(seat: Seat, gift: Gift) -> bool:
    """An officer takes back what is pledged; only an approver takes back what is agreed."""
    if not seat.is_of(gift.funder_id) or gift.state == InKindState.WITHDRAWN:
        return False
    return seat.has(Role.FUNDER_APPROVER) or (seat.has(Role.FUNDER_OFFICER) and gift.state == InKindState.PLEDGED)


def can_add_evidence(seat: Seat, gift: Gift) -> bool:
    return seat.is_of(gift.funder_id) and seat.has(*WRITERS) and not hasattr(gift, "evidence")


def visible_to(seat: Seat) -> GiftQuerySet:
    """A partner's own gifts; those to a fund that its organisation hosts; everything for an auditor."""
    if not seat.has(*READERS):
        return Gift.objects.none()
    if seat.has(Role.AUDITOR):
        return Gift.objects.all()
    return Gift.objects.filter(Q(funder=seat.organisation_id) | Q(fund__host=seat.organisation_id))


def evidence_visible_to(seat: Seat) -> "QuerySet[GiftEvidence]":
    return GiftEvidence.objects.filter(gift__in=visible_to(seat))
