"""A lead officer of the commissioner proposes; a lead officer or funder approver of another partner confirms; either side withdraws."""

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.states import TenderState
from funders.cover.models import Override, OverrideQuerySet
from funders.cover.states import OverrideState
from funders.pool.permissions import can_read_funds

SECONDS = (Role.LEAD_OFFICER, Role.FUNDER_APPROVER)
OVER = {TenderState.CONTRACTED, TenderState.ABANDONED}


def can_propose(seat: Seat, tender: Tender) -> bool:
    return seat.has(Role.LEAD_OFFICER) and seat.is_of(tender.commissioner_id) and tender.state not in OVER


def can_confirm(seat: Seat, override: Override) -> bool:
    """Somebody else, of another organisation that gives to funds."""
    is_other = bool(seat.organisation and seat.organisation.is_funder) and not seat.is_of(override.commissioner_id)
    is_second = seat.has(*SECONDS) and seat.person is not None and seat.person.pk != override.proposed_by_id
    return is_other and is_second and override.state == OverrideState.PROPOSED


def can_withdraw(seat: Seat, override: Override) -> bool:
    """Either organisation; whether it was used is asked when it is done."""
    first = seat.has(Role.LEAD_OFFICER) and seat.is_of(override.commissioner_id)
    second = seat.has(*SECONDS) and override.partner_id is not None and seat.is_of(override.partner_id)
    return (first or second) and override.state != OverrideState.WITHDRAWN


def visible_to(seat: Seat) -> OverrideQuerySet:
    """All of them, for whoever reads funds: what two partners let pass is the business of all who pay."""
    return Override.objects.all() if can_read_funds(seat) else Override.objects.none()
