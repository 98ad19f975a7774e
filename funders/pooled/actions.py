"""Receive money that is pooled already, out of the bank or out of suspense, and take a wrong receipt back: each posted to the ledger."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.queries import posted_before
from funders.ledger.rules import LONGEST_TEXT, Entry
from funders.pool.actions import lock
from funders.pool.models import PooledAlready
from funders.pool.queries import years_of
from funders.pooled.models import PooledReceipt
from funders.pooled.permissions import can_receive, can_reverse
from funders.pooled.queries import to_come_of
from funders.pooled.rules import PooledReceiptRefused, check_hands, check_note, check_reversal, check_source, check_to_come
from funders.receipts.rules import check_receipt, matched


@transaction.atomic
def receive(
    *,
    source: PooledAlready,
    year: int,
    amount: Decimal,
    received_on: date,
    bank_reference: str,
    by: Seat,
    at: datetime,
    note: str = "",
) -> PooledReceipt:
    """Record money that arrived of what is pooled already, and post it to the pot of its source. What is more than the source gives
    for the year goes into suspense.

    :param year: the calendar year in which the financial year begins that the money is for.
    :raises PooledReceiptRefused: not the host's finance officer, who put the version into force, not in the pool, all of it has come.
    :raises ReceiptRefused: an amount, a day or a bank reference that cannot be.
    """
    told: dict[str, Any] = {"amount": amount, "received_on": received_on, "bank_reference": bank_reference.strip()}
    source, to_come = _open(source, year, told, note=note, by=by, at=at)
    if posted_before(source.fund, [told["bank_reference"]]):
        raise PooledReceiptRefused("Money with this bank reference is recorded already. Look at the ledger.", field="bank_reference")
    own, over = matched(amount, to_come)
    sides = [Entry(Account.BANK, amount), _side(source, year, own), Entry(Account.SUSPENSE, -over)]
    entries = [one for one in sides if one.amount]
    posting = post(
        fund=source.fund, entries=entries, on=received_on, text=_text(source, year), bank_reference=told["bank_reference"], by=by, at=at
    )
    return _keep(source, year, posting, {**told, "note": note.strip()}, own=own, by=by, at=at)


@transaction.atomic
def receive_from_suspense(
    *, source: PooledAlready, year: int, item: LedgerTransaction, amount: Decimal, by: Seat, at: datetime
) -> PooledReceipt:
    """Count money that waits in suspense as received of what is pooled already: a transfer, no new money.

    :param item: the posting that brought the money into suspense; `amount` at most what is left of it there.
    :raises PooledReceiptRefused: as for `receive`, or more than is still to come.
    """
    told: dict[str, Any] = {"amount": amount, "received_on": item.happened_on, "bank_reference": item.bank_reference}
    source, to_come = _open(source, year, told, note="", by=by, at=at)
    if item.fund_id != source.fund_id:
        raise PooledReceiptRefused("This money came to another fund.")
    if amount > to_come:
        raise PooledReceiptRefused(f"Only {as_pounds(to_come)} of {source} is still to come for {FinancialYear(year)}.", field="pays")
    entries = [Entry(Account.SUSPENSE, amount), _side(source, year, amount)]
    words: dict[str, Any] = {"text": f"Out of suspense: {_text(source, year)}"[:LONGEST_TEXT], "bank_reference": item.bank_reference}
    on = in_london(at).date()
    posting = post(fund=source.fund, entries=entries, kind=TransactionKind.TRANSFER, on=on, by=by, at=at, **words)
    return _keep(source, year, posting, told, own=amount, item=item, by=by, at=at)


@transaction.atomic
def reverse_receipt(*, receipt: PooledReceipt, reason: str, by: Seat, at: datetime) -> PooledReceipt:
    """Take a wrong receipt back: it and its reversal both stay in the ledger. The bank reference can be used again.

    :raises PooledReceiptRefused: not the host's finance officer, no reason, or reversed already.
    :raises GateShut: the money has been paid out, or what of it went into suspense has been taken from there.
    """
    lock(receipt.fund)
    receipt = PooledReceipt.objects.select_related("posting__fund", "source", "fund").get(pk=receipt.pk)
    if not can_reverse(by, receipt):
        raise PooledReceiptRefused("Only a finance officer of the host partner reverses a receipt, and only once.")
    check_reversal(reason)
    pass_gate("pooled_receipt.reverse", receipt)
    reverse_posting(posting=receipt.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    receipt.reversed_at, receipt.reversed_by, receipt.reversed_because = at, by.person, reason.strip()
    receipt.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
    record(by=by, verb="reversed", on=receipt, before={"amount": receipt.amount}, reason=reason.strip())
    return receipt


def _open(source: PooledAlready, year: int, told: dict[str, Any], *, note: str, by: Seat, at: datetime) -> tuple[PooledAlready, Decimal]:
    """The source as it is now, and what of it is still to come for the year; its fund is held until the end of the transaction."""
    fund = lock(source.fund)
    source = PooledAlready.objects.select_related("cost_model", "fund__host").get(pk=source.pk)
    if not can_receive(by, fund):
        raise PooledReceiptRefused("Only a finance officer of the host partner records money.")
    counts = source.counts and source.cost_model_id == fund.version_in(year)
    check_source(label=str(source), counts=counts, year=year, fund_years=[one.start for one in years_of(fund)])
    check_hands(stated_by=source.cost_model.made_by_id if source.cost_model else None, recorder=by.actor.pk)
    check_receipt(**told, year=year, today=in_london(at).date(), agreed_by=None, recorder=by.actor.pk)
    check_note(note)
    to_come = to_come_of(source, year)
    check_to_come(to_come, label=str(source), year=year)
    return source, to_come


def _side(source: PooledAlready, year: int, amount: Decimal) -> Entry:
    return Entry(Account.POOLED, -amount, pot=source.pot, budget_year=year, source=source.root)


def _text(source: PooledAlready, year: int) -> str:
    return f"{source}, pooled already, {FinancialYear(year)}"[:LONGEST_TEXT]


def _keep(
    source: PooledAlready,
    year: int,
    posting: LedgerTransaction,
    told: dict[str, Any],
    *,
    own: Decimal,
    by: Seat,
    at: datetime,
    item: LedgerTransaction | None = None,
) -> PooledReceipt:
    whose = {"source": source, "year": year, "fund": source.fund, "host_id": source.fund.host_id, "assigned_from": item}
    made = PooledReceipt.objects.create(**whose, **told, matched_amount=own, posting=posting, recorded_at=at, recorded_by=by.actor)
    after = {"fund": source.fund.code, "source": source.label, "year": year, **told}
    record(by=by, verb="assigned" if item else "received", on=made, after=after)
    return made
