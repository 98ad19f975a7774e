"""Who reads a pooled fund. Partners see the whole of it: a gap that only some can see is not closed."""

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund, PooledFundQuerySet

READERS = (
    Role.FUNDER_OFFICER,
    Role.FUNDER_APPROVER,
    Role.COMMISSIONER,
    Role.LEAD_OFFICER,
    Role.FINANCE,
    Role.BOARD_MEMBER,
    Role.AUDITOR,
)


def can_read_funds(seat: Seat) -> bool:
    return seat.has(*READERS)


def visible_to(seat: Seat) -> PooledFundQuerySet:
    return PooledFund.objects.all() if can_read_funds(seat) else PooledFund.objects.none()
