"""Who posts to the ledger of a fund; who reads the fund reads it. The database draws the same lines again (row level security)."""

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund


def can_post(seat: Seat, fund: PooledFund) -> bool:
    """A finance officer of the fund's host."""
    return seat.has(Role.FINANCE) and seat.is_of(fund.host_id)


def sees_bank_references(seat: Seat, host_id: int) -> bool:
    """Of everybody's money: the host's people and auditors. A partner sees those of its own money, and no others."""
    return seat.has(Role.AUDITOR) or seat.is_of(host_id)


def can_reverse(seat: Seat, posting: LedgerTransaction) -> bool:
    return seat.has(Role.FINANCE) and seat.is_of(posting.host_id) and posting.reverses_id is None
