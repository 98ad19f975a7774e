"""A finance officer of the host prepares a year end, a lead officer confirms it. Who reads the fund reads it."""

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund
from funders.receipts.permissions import is_host_finance
from funders.year_end.models import Choice, SharePayout, SurplusShare, YearClose
from funders.year_end.states import CloseState


def can_prepare(seat: Seat, fund: PooledFund) -> bool:
    return seat.has(Role.FINANCE) and seat.is_of(fund.host_id) and not fund.is_draft


def can_confirm(seat: Seat, close: YearClose) -> bool:
    """Another person than the one that prepared it."""
    is_lead = seat.has(Role.LEAD_OFFICER) and seat.is_of(close.host_id) and seat.person is not None
    return is_lead and close.state == CloseState.PREPARED and seat.actor.pk != close.prepared_by_id


def can_pay_share(seat: Seat, share: SurplusShare) -> bool:
    """What the board chose to return, by a finance officer of the host."""
    is_returned = share.pot.choice == Choice.RETURN and share.pot.close.state == CloseState.CLOSED and share.amount > 0
    return is_host_finance(seat, share.host_id) and is_returned


def can_reverse(seat: Seat, payout: SharePayout) -> bool:
    return is_host_finance(seat, payout.host_id) and payout.reversed_at is None
