"""Who pledges, agrees and withdraws, and who reads a partner's contributions."""

from django.db.models import Q, QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, ContributionEvent, ContributionQuerySet, Evidence, Pledge
from funders.contributions.states import OVER, ContributionState
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS

WRITERS = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)
HOSTS = (Role.FINANCE, Role.LEAD_OFFICER)
OPEN = (ContributionState.INDICATIVE, ContributionState.PLEDGED)


def can_pledge(seat: Seat, fund: PooledFund) -> bool:
    return _is_funder(seat) and seat.has(Role.FUNDER_OFFICER) and not fund.is_draft


def can_agree(seat: Seat, pledge: Pledge) -> bool:
    return seat.is_of(pledge.funder_id) and seat.has(Role.FUNDER_APPROVER)


def can_change(seat: Seat, contribution: Contribution) -> bool:
    """The amount of what is not agreed, by an officer of the partner."""
    return seat.is_of(contribution.funder_id) and seat.has(Role.FUNDER_OFFICER) and contribution.state in OPEN


def can_withdraw(seat: Seat, contribution: Contribution) -> bool:
    """An officer takes back a pledge; only an approver takes back what an approver agreed."""
    if not seat.is_of(contribution.funder_id) or contribution.state in OVER:
        return False
    return seat.has(Role.FUNDER_APPROVER) or (seat.has(Role.FUNDER_OFFICER) and contribution.state != ContributionState.AGREED)


def can_firm_up(seat: Seat, contribution: Contribution) -> bool:
    """Make an indicative figure, or an answer of nothing, a pledge."""
    is_officer = seat.is_of(contribution.funder_id) and seat.has(Role.FUNDER_OFFICER)
    return is_officer and contribution.state in (ContributionState.INDICATIVE, ContributionState.NOTHING)


def can_set_terms(seat: Seat, contribution: Contribution) -> bool:
    """Conditions and limits: of a pledge by an officer of the partner, of what is agreed by an approver."""
    if not seat.is_of(contribution.funder_id):
        return False
    if contribution.state == ContributionState.PLEDGED:
        return seat.has(Role.FUNDER_OFFICER)
    return contribution.state == ContributionState.AGREED and seat.has(Role.FUNDER_APPROVER)


def can_set_condition(seat: Seat, contribution: Contribution) -> bool:
    """A condition that was met is taken back first."""
    return can_set_terms(seat, contribution) and contribution.condition_met_on is None


def can_meet(seat: Seat, contribution: Contribution) -> bool:
    return _approves(seat, contribution) and contribution.waits


def can_unmeet(seat: Seat, contribution: Contribution) -> bool:
    return _approves(seat, contribution) and contribution.condition_met_on is not None


def can_reduce(seat: Seat, contribution: Contribution) -> bool:
    return _approves(seat, contribution)


def can_lapse(seat: Seat, contribution: Contribution) -> bool:
    """The host says that a promise has run out. :param contribution: read with its fund."""
    return seat.is_of(contribution.fund.host_id) and seat.has(*HOSTS) and contribution.state not in OVER


def can_add_evidence(seat: Seat, event: ContributionEvent) -> bool:
    return seat.is_of(event.funder_id) and seat.has(*WRITERS)


def _approves(seat: Seat, contribution: Contribution) -> bool:
    own = seat.is_of(contribution.funder_id) and seat.has(Role.FUNDER_APPROVER)
    return own and contribution.state == ContributionState.AGREED


def visible_to(seat: Seat) -> ContributionQuerySet:
    """A partner's own contributions; those to a fund that its organisation hosts; everything for an auditor."""
    if not seat.has(*READERS):
        return Contribution.objects.none()
    return Contribution.objects.filter(_seen_by(seat))


def pledges_visible_to(seat: Seat) -> "QuerySet[Pledge]":
    if not seat.has(*READERS):
        return Pledge.objects.none()
    return Pledge.objects.filter(_seen_by(seat))


def evidence_visible_to(seat: Seat) -> "QuerySet[Evidence]":
    """Who reads the contribution reads what was handed in for it."""
    return Evidence.objects.filter(event__contribution__in=visible_to(seat))


def _is_funder(seat: Seat) -> bool:
    return seat.organisation is not None and seat.organisation.is_funder


def _seen_by(seat: Seat) -> Q:
    if seat.has(Role.AUDITOR):
        return Q()
    return Q(funder=seat.organisation_id) | Q(fund__host=seat.organisation_id)
