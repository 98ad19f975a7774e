"""The host's finance officers import and clear; its auditors read along. No partner sees a bank row (row level security says so again)."""

from django.db.models import QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking.models import BankImport
from funders.banking.states import ImportState
from funders.pool.models import PooledFund

READERS = (Role.FINANCE, Role.AUDITOR)
CAN_BE_MAPPED = frozenset({ImportState.MAPPING, ImportState.READING, ImportState.READY})


def hosted_funds(seat: Seat) -> "QuerySet[PooledFund]":
    """Funds whose bank rows this seat may read."""
    if not seat.has(*READERS) or seat.organisation_id is None:
        return PooledFund.objects.none()
    return PooledFund.objects.filter(host=seat.organisation_id)


def visible_to(seat: Seat) -> "QuerySet[BankImport]":
    if not seat.has(*READERS) or seat.organisation_id is None:
        return BankImport.objects.none()
    return BankImport.objects.filter(host=seat.organisation_id)


def can_import(seat: Seat, host_id: int) -> bool:
    """Upload, name columns, post and clear: a finance officer of the host."""
    return seat.has(Role.FINANCE) and seat.is_of(host_id)


def can_map(seat: Seat, found: BankImport) -> bool:
    return can_import(seat, found.host_id) and found.state in CAN_BE_MAPPED


def can_confirm(seat: Seat, found: BankImport, *, has_stopped: bool = False) -> bool:
    """Post it; or, when posting has stopped half way, go on with it."""
    return can_import(seat, found.host_id) and (found.state == ImportState.READY or (has_stopped and found.state == ImportState.POSTING))


def can_discard(seat: Seat, found: BankImport) -> bool:
    return can_map(seat, found)
