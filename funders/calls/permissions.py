"""The host's officers draft and ask, partners' approvers answer, the host's finance officers record money. Once asked, every partner reads."""

from django.db.models import Q, QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.states import AnswerState, CallState
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.receipts.permissions import is_host_finance

DRAFTERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)
WITH_MONEY = (CallState.ASKED, CallState.CLOSED)


def can_draft(seat: Seat, fund: PooledFund) -> bool:
    return seat.has(*DRAFTERS) and seat.is_of(fund.host_id)


def can_change(seat: Seat, call: Call) -> bool:
    """Change a draft, or ask the partners with it."""
    return _is_host_officer(seat, call) and call.state == CallState.DRAFT


def can_close(seat: Seat, call: Call) -> bool:
    return _is_host_officer(seat, call) and call.state == CallState.ASKED


def can_cancel(seat: Seat, call: Call) -> bool:
    return _is_host_officer(seat, call) and call.state != CallState.CANCELLED


def can_answer(seat: Seat, share: CallShare) -> bool:
    """An approver of the partner itself, once, while the call is open."""
    is_open = share.state == AnswerState.WAITING and share.call.state == CallState.ASKED
    return is_open and seat.has(Role.FUNDER_APPROVER) and seat.is_of(share.funder_id)


def can_receive(seat: Seat, share: CallShare) -> bool:
    return is_host_finance(seat, share.host_id) and share.state == AnswerState.ACCEPTED and share.call.state in WITH_MONEY


def can_pay(seat: Seat, call: Call) -> bool:
    return is_host_finance(seat, call.host_id) and call.state in WITH_MONEY


def can_reverse(seat: Seat, row: CallReceipt | CallPayment) -> bool:
    return is_host_finance(seat, row.host_id) and row.reversed_at is None


def visible_to(seat: Seat) -> "QuerySet[Call]":
    """Calls that were asked, for everybody who reads funds; drafts for the organisation that hosts the fund."""
    return Call.objects.filter(_seen_by(seat))


def shares_visible_to(seat: Seat) -> "QuerySet[CallShare]":
    """Every partner's shares and answers: they share one pot."""
    return CallShare.objects.filter(call__in=visible_to(seat))


def _is_host_officer(seat: Seat, call: Call) -> bool:
    return seat.has(*DRAFTERS) and seat.is_of(call.host_id)


def _seen_by(seat: Seat) -> Q:
    if not seat.has(*READERS):
        return Q(pk__in=[])
    return Q(asked_at__isnull=False) | Q(host=seat.organisation_id)
