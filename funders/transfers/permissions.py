"""The host's finance officers move money between pots; who reads the fund reads it."""

from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund
from funders.pool.permissions import visible_to
from funders.receipts.permissions import is_host_finance
from funders.transfers.models import PotTransfer, PotTransferQuerySet
from funders.transfers.states import TransferState


def can_move(seat: Seat, fund: PooledFund) -> bool:
    return is_host_finance(seat, fund.host_id) and not fund.is_draft


def can_decide(seat: Seat, transfer: PotTransfer) -> bool:
    """Confirm it (another person than who proposed it, says the action) or drop it."""
    return is_host_finance(seat, transfer.host_id) and transfer.state == TransferState.WAITING


def can_confirm(seat: Seat, transfer: PotTransfer) -> bool:
    return can_decide(seat, transfer) and seat.person is not None and seat.person.pk != transfer.proposed_by_id


def can_reverse(seat: Seat, transfer: PotTransfer) -> bool:
    return is_host_finance(seat, transfer.host_id) and transfer.state == TransferState.POSTED


def transfers_visible_to(seat: Seat) -> PotTransferQuerySet:
    return PotTransfer.objects.filter(fund__in=visible_to(seat))
