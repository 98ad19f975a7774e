"""Who reads the fund reads what is shared; commissioners and lead officers save, share and archive for their own organisation."""

from django.db.models import Q

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.permissions import can_read_funds
from funders.scenarios.models import Scenario, ScenarioQuerySet
from funders.scenarios.states import ScenarioState

SAVERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)


def can_save(seat: Seat) -> bool:
    return seat.has(*SAVERS) and seat.organisation is not None


def can_share(seat: Seat, scenario: Scenario) -> bool:
    return _is_own(seat, scenario) and scenario.state == ScenarioState.DRAFT


def can_archive(seat: Seat, scenario: Scenario) -> bool:
    return _is_own(seat, scenario) and scenario.state != ScenarioState.ARCHIVED


def visible_to(seat: Seat) -> ScenarioQuerySet:
    """What was shared, and what the seat's own organisation saved; nobody else reads a draft, not even an auditor."""
    if not can_read_funds(seat):
        return Scenario.objects.none()
    return Scenario.objects.filter(Q(organisation=seat.organisation_id) | Q(shared_at__isnull=False))


def _is_own(seat: Seat, scenario: Scenario) -> bool:
    return can_save(seat) and seat.is_of(scenario.organisation_id)
