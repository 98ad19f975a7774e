"""Move received money between the pots of a fund: at once below the board's limit, by a second person above it; and move it back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.budget.actions import move_secured
from funders.budget.queries import closed_years
from funders.contributions.actions import send, stale
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.rules import LONGEST_TEXT, Entry
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.transfers.messages import about_proposal
from funders.transfers.models import PotTransfer
from funders.transfers.permissions import can_decide, can_move, can_reverse
from funders.transfers.queries import over_limits_without, rooms_of, undecided_of
from funders.transfers.rules import (
    TransferRefused,
    check_back,
    check_limits,
    check_pots,
    check_reason,
    check_room,
    check_second,
    check_why,
    check_year,
    is_above,
)
from funders.transfers.states import NEXT, TransferState

ONLY_HOST = "Only a finance officer of the host partner moves money between the pots of its fund."
MARKS = ("version", "changed_at", "changed_by", "state")


@transaction.atomic
def move(
    *,
    fund: PooledFund,
    year: int,
    from_pot: str,
    to_pot: str,
    amount: Decimal,
    reason: str,
    by: Seat,
    at: datetime,
    decision_reference: str = "",
) -> PotTransfer:
    """Move received money of a year from one pot to another. Above the board's limit it waits for a second person.

    :raises TransferRefused: not the host's finance officer, a closed year, pots that the law keeps apart, money that is not there, bound,
        set aside or not of the right givers, no reason, or no decision of the board where one is needed.
    """
    if not can_move(by, fund):
        raise TransferRefused(ONLY_HOST)
    fund = lock(fund)
    undecided = undecided_of(fund, year, from_pot, to_pot)
    _check(fund, year=year, from_pot=from_pot, to_pot=to_pot, amount=amount)
    above = is_above(amount, undecided=undecided, limit=fund.board_limit_amount)
    check_why(reason, decision_reference, above=above, limit=fund.board_limit_amount)
    told: dict[str, Any] = {"year": year, "from_pot": from_pot, "to_pot": to_pot, "amount": amount}
    words = {"reason": reason.strip(), "decision_reference": decision_reference.strip(), "limit_amount": fund.board_limit_amount}
    made = PotTransfer(fund=fund, host_id=fund.host_id, above_limit=above, proposed_at=at, proposed_by=by.actor, **told, **words)
    if above:
        made.state = TransferState.WAITING
    else:
        made.state, made.posting = TransferState.POSTED, _post(made, by=by, at=at)
    made.save()
    record(by=by, verb="proposed" if above else "moved", on=made, after={"fund": fund.code, **told}, reason=made.reason)
    if above:
        send(about_proposal(made), by=by)
    return made


@transaction.atomic
def confirm(*, transfer: PotTransfer, by: Seat, version: int | None, at: datetime) -> PotTransfer:
    """Another finance officer of the host lets a transfer above the limit go. Everything is asked again, as it stands now.

    :raises TransferRefused: the person who proposed it, not the host's finance officer, or money that is not free any more.
    :raises StaleEdit:
    """
    transfer = _locked(transfer, version)
    if not can_decide(by, transfer):
        raise TransferRefused("Only a finance officer of the host partner confirms a transfer, and only one that waits.")
    check_second(proposed_by=transfer.proposed_by_id, confirmer=by.actor.pk)
    check_move(TransferState, NEXT, transfer.state, TransferState.POSTED)
    pots = {"from_pot": transfer.from_pot, "to_pot": transfer.to_pot}
    _check(transfer.fund, year=transfer.year, amount=transfer.amount, **pots)
    transfer.state, transfer.posting = TransferState.POSTED, _post(transfer, by=by, at=at)
    transfer.confirmed_at, transfer.confirmed_by = at, by.person
    _save(transfer, "posting", "confirmed_at", "confirmed_by", by=by, at=at)
    record(by=by, verb="confirmed", on=transfer, after={"amount": transfer.amount, "posting": transfer.posting.reference})
    return transfer


@transaction.atomic
def drop(*, transfer: PotTransfer, reason: str, by: Seat, version: int | None, at: datetime) -> PotTransfer:
    """A transfer that waits is not made after all. Nothing was posted.

    :raises TransferRefused: not the host's finance officer, no reason, or posted already.
    :raises StaleEdit:
    """
    transfer = _locked(transfer, version)
    if not can_decide(by, transfer):
        raise TransferRefused("Only a finance officer of the host partner drops a transfer, and only one that waits.")
    check_reason(reason)
    check_move(TransferState, NEXT, transfer.state, TransferState.DROPPED)
    transfer.state, transfer.dropped_at, transfer.dropped_by = TransferState.DROPPED, at, by.person
    transfer.dropped_because = reason.strip()
    _save(transfer, "dropped_at", "dropped_by", "dropped_because", by=by, at=at)
    record(by=by, verb="dropped", on=transfer, before={"amount": transfer.amount}, reason=transfer.dropped_because)
    return transfer


@transaction.atomic
def reverse_transfer(*, transfer: PotTransfer, reason: str, by: Seat, at: datetime) -> PotTransfer:
    """Move it back, because it was wrong: both postings stay in the ledger.

    :raises TransferRefused: not the host's finance officer, no reason, reversed already, a closed year, or money that is used by now.
    """
    transfer = _locked(transfer, None, any_version=True)
    if not can_reverse(by, transfer) or transfer.posting is None:
        raise TransferRefused("Only a finance officer of the host partner reverses a transfer, and only once.")
    check_reason(reason)
    fund, year = transfer.fund, transfer.year
    check_year(year, fund_years=[one.start for one in years_of(fund)], closed=closed_years(fund))
    check_back(transfer.amount, rooms_of(fund).of(year, transfer.to_pot), pot=transfer.get_to_pot_display())
    check_limits(over_limits_without(fund, year, transfer.to_pot, transfer.amount), year=year)
    check_move(TransferState, NEXT, transfer.state, TransferState.REVERSED)
    reverse_posting(posting=transfer.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    back = {"from_pot": transfer.to_pot, "to_pot": transfer.from_pot}
    move_secured(fund=fund, year=year, amount=transfer.amount, by=by, at=at, **back)
    transfer.state, transfer.reversed_at, transfer.reversed_by = TransferState.REVERSED, at, by.person
    transfer.reversed_because = reason.strip()
    _save(transfer, "reversed_at", "reversed_by", "reversed_because", by=by, at=at)
    record(by=by, verb="reversed", on=transfer, before={"amount": transfer.amount}, reason=transfer.reversed_because)
    return transfer


def _check(fund: PooledFund, *, year: int, from_pot: str, to_pot: str, amount: Decimal) -> None:
    """:raises TransferRefused: the law, the year, the money or its limits do not allow it."""
    check_pots(from_pot, to_pot)
    check_year(year, fund_years=[one.start for one in years_of(fund)], closed=closed_years(fund))
    check_room(amount, rooms_of(fund).of(year, from_pot), year=year, to_pot=to_pot)
    check_limits(over_limits_without(fund, year, from_pot, amount), year=year)


def _post(transfer: PotTransfer, *, by: Seat, at: datetime) -> LedgerTransaction:
    """Post it between the pots, and let what is secured count where the money is."""
    fund, year, amount = transfer.fund, transfer.year, transfer.amount
    told: dict[str, Any] = {"budget_year": year}
    entries = [Entry(Account.MOVED, amount, pot=transfer.from_pot, **told), Entry(Account.MOVED, -amount, pot=transfer.to_pot, **told)]
    text = f"{transfer.reference}, {FinancialYear(year)}: {transfer.get_from_pot_display()} to {transfer.get_to_pot_display()}"
    kind, on = TransactionKind.TRANSFER, in_london(at).date()
    posting = post(fund=fund, entries=entries, kind=kind, on=on, text=text[:LONGEST_TEXT], by=by, at=at)
    pots = {"from_pot": transfer.from_pot, "to_pot": transfer.to_pot}
    move_secured(fund=fund, year=year, amount=amount, by=by, at=at, **pots)
    return posting


def _locked(transfer: PotTransfer, version: int | None, *, any_version: bool = False) -> PotTransfer:
    """The row as it is now, held until the end of the transaction with its fund.

    :raises StaleEdit: with who changed it last, and when.
    """
    lock(transfer.fund)
    rows = PotTransfer.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("fund__host", "posting__fund", "changed_by").get(pk=transfer.pk)
    if not any_version and version != found.version:
        raise stale(found, found.version)
    return found


def _save(transfer: PotTransfer, *fields: str, by: Seat, at: datetime) -> None:
    mark_changed(transfer, by.person, at)
    transfer.save(update_fields=[*MARKS, *fields])
