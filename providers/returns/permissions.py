"""Who may do what with a return. The database draws the same lines again (row level security)."""

from django.db.models import Q

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from providers.returns.models import OutcomeReturn, ReturnQuery, ReturnQuerySet
from providers.returns.states import EDITABLE, FINAL, SENT, ReturnState

PREPARERS = (Role.DATA_OFFICER,)
PROVIDER_ROLES = (Role.DATA_OFFICER, Role.CERTIFIER)
REVIEWERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)


def visible_to(seat: Seat) -> ReturnQuerySet:
    """A provider's people see all its returns, its commissioner's officers those that were sent; nobody else sees any."""
    mine = Q(pk=None)
    if seat.organisation_id and seat.has(*PROVIDER_ROLES):
        mine |= Q(provider=seat.organisation_id)
    if seat.organisation_id and seat.has(*REVIEWERS):
        mine |= Q(commissioner=seat.organisation_id, state__in=SENT)
    return OutcomeReturn.objects.filter(mine)


def is_of_provider(seat: Seat, outcome_return: OutcomeReturn) -> bool:
    return seat.is_of(outcome_return.provider_id) and seat.has(*PROVIDER_ROLES)


def can_fill_in(seat: Seat, outcome_return: OutcomeReturn) -> bool:
    """Also send it for sign-off."""
    return seat.is_of(outcome_return.provider_id) and seat.has(*PREPARERS) and outcome_return.state in EDITABLE


def can_sign(seat: Seat, outcome_return: OutcomeReturn) -> bool:
    """Certify it or hand it back."""
    is_certifier = seat.is_of(outcome_return.provider_id) and seat.has(Role.CERTIFIER)
    return is_certifier and outcome_return.state == ReturnState.AWAITING_SIGN_OFF


def can_review(seat: Seat, outcome_return: OutcomeReturn) -> bool:
    """Query a figure, close a query, accept."""
    is_reviewer = seat.is_of(outcome_return.commissioner_id) and seat.has(*REVIEWERS)
    return is_reviewer and outcome_return.state in (ReturnState.SUBMITTED, ReturnState.QUERIED)


def can_answer(seat: Seat, query: ReturnQuery) -> bool:
    is_theirs = seat.is_of(query.provider_id) and seat.has(*PROVIDER_ROLES)
    return is_theirs and query.answered_at is None and query.closed_at is None and query.outcome_return.state not in FINAL


def can_correct(seat: Seat, query: ReturnQuery) -> bool:
    """Answer with another figure: that makes a new version, which only a data officer prepares."""
    return can_answer(seat, query) and seat.has(*PREPARERS) and query.outcome_return.state == ReturnState.QUERIED
