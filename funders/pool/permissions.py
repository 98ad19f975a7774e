"""Who reads a pooled fund. Partners see the whole of it: a gap that only some can see is not closed."""

from django.db.models import Q, QuerySet

from commissioning.organisations.models import Membership, Person
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.states import FundState

READERS = (
    Role.FUNDER_OFFICER,
    Role.FUNDER_APPROVER,
    Role.COMMISSIONER,
    Role.LEAD_OFFICER,
    Role.FINANCE,
    Role.BOARD_MEMBER,
    Role.AUDITOR,
)
WRITERS = (Role.LEAD_OFFICER, Role.COMMISSIONER)


def can_read_funds(seat: Seat) -> bool:
    return seat.has(*READERS)


def can_set_up(seat: Seat) -> bool:
    """A lead officer or commissioner of a commissioning organisation, which is then the host."""
    return seat.has(*WRITERS) and seat.organisation is not None and seat.organisation.is_commissioner


def can_write(seat: Seat, fund: PooledFund) -> bool:
    return can_set_up(seat) and seat.is_of(fund.host_id)


def visible_to(seat: Seat) -> PooledFundQuerySet:
    """Funds that are open to partners, and the drafts of the seat's own organisation."""
    if not can_read_funds(seat):
        return PooledFund.objects.none()
    return PooledFund.objects.filter(Q(state=FundState.OPEN) | Q(host=seat.organisation_id))


def written_by(seat: Seat) -> PooledFundQuerySet:
    """The funds that the seat may set up or change."""
    return PooledFund.objects.filter(host=seat.organisation_id) if can_set_up(seat) else PooledFund.objects.none()


def managers_for(seat: Seat) -> "QuerySet[Person]":
    """Who can be the pool manager: finance officers of the seat's organisation."""
    if not can_set_up(seat):
        return Person.objects.none()
    held = Membership.objects.current().filter(organisation=seat.organisation_id, role=Role.FINANCE)
    return Person.objects.filter(pk__in=held.values("person")).order_by("job_title", "email")
