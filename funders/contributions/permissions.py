"""Who pledges, agrees and withdraws, and who reads a partner's contributions."""

from django.db.models import Q, QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, ContributionQuerySet, Pledge
from funders.contributions.states import ContributionState
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS

WRITERS = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)


def can_pledge(seat: Seat, fund: PooledFund) -> bool:
    return _is_funder(seat) and seat.has(Role.FUNDER_OFFICER)


def can_agree(seat: Seat, pledge: Pledge) -> bool:
    return seat.is_of(pledge.funder_id) and seat.has(Role.FUNDER_APPROVER)


def can_change(seat: Seat, contribution: Contribution) -> bool:
    return seat.is_of(contribution.funder_id) and seat.has(Role.FUNDER_OFFICER) and contribution.state == ContributionState.PLEDGED


def can_withdraw(seat: Seat, contribution: Contribution) -> bool:
    """An officer takes back a pledge; only an approver takes back what an approver agreed."""
    if not seat.is_of(contribution.funder_id) or contribution.state == ContributionState.WITHDRAWN:
        return False
    return seat.has(Role.FUNDER_APPROVER) or (seat.has(Role.FUNDER_OFFICER) and contribution.state == ContributionState.PLEDGED)


def visible_to(seat: Seat) -> ContributionQuerySet:
    """A partner's own contributions; those to a fund that its organisation hosts; everything for an auditor."""
    if not seat.has(*READERS):
        return Contribution.objects.none()
    return Contribution.objects.filter(_seen_by(seat))


def pledges_visible_to(seat: Seat) -> "QuerySet[Pledge]":
    if not seat.has(*READERS):
        return Pledge.objects.none()
    return Pledge.objects.filter(_seen_by(seat))


def _is_funder(seat: Seat) -> bool:
    return seat.organisation is not None and seat.organisation.is_funder


def _seen_by(seat: Seat) -> Q:
    if seat.has(Role.AUDITOR):
        return Q()
    return Q(funder=seat.organisation_id) | Q(fund__host=seat.organisation_id)
