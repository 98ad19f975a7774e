"""Who sets money aside and who commits it. Who reads the fund reads its budget. The database draws the same lines again."""

from commissioning.contracts.models import Contract
from commissioning.contracts.permissions import OFFICERS
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund


def can_allocate(seat: Seat, fund: PooledFund) -> bool:
    """A finance officer of the host, as the manager of the pool."""
    return seat.has(Role.FINANCE) and seat.is_of(fund.host_id)


def can_commit(seat: Seat, fund: PooledFund) -> bool:
    """A commissioner or lead officer of the host."""
    return seat.has(*OFFICERS) and seat.is_of(fund.host_id)


def can_commit_contract(seat: Seat, fund: PooledFund, contract: Contract) -> bool:
    """The host's own contracts: what it signed is what it pays."""
    return can_commit(seat, fund) and contract.commissioner_id == fund.host_id
