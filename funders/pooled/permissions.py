"""The host's finance officers record what arrives of money that is pooled already; who reads the fund reads it."""

from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund
from funders.pool.permissions import visible_to
from funders.pooled.models import PooledReceipt, PooledReceiptQuerySet
from funders.receipts.permissions import is_host_finance


def can_receive(seat: Seat, fund: PooledFund) -> bool:
    return is_host_finance(seat, fund.host_id) and not fund.is_draft


def can_reverse(seat: Seat, receipt: PooledReceipt) -> bool:
    return is_host_finance(seat, receipt.host_id) and receipt.reversed_at is None


def receipts_visible_to(seat: Seat) -> PooledReceiptQuerySet:
    return PooledReceipt.objects.filter(fund__in=visible_to(seat))
