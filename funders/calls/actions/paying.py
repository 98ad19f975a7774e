"""What partners pay for a call and what is paid out of it: each posted to the ledger, each reversible, each by a finance officer of the host."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.banking.queries.suspense import taken_out_of
from funders.calls.messages import about_receipt, about_reversal
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.permissions import can_pay, can_receive, can_reverse
from funders.calls.queries import sums_of, to_come_of
from funders.calls.rules import MoneyRefused, check_cleared, check_left, check_payment, check_receipt, check_reversal
from funders.contributions.actions import send
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, TransactionKind
from funders.ledger.queries import posted_before
from funders.ledger.rules import LONGEST_TEXT, Entry
from funders.pool.actions import lock
from funders.receipts.rules import matched


@transaction.atomic
def receive(*, share: CallShare, amount: Decimal, received_on: date, bank_reference: str, by: Seat, at: datetime) -> CallReceipt:
    """Record what a partner paid for its share, and post it. What is more than was accepted goes into suspense.

    :raises MoneyRefused: not the host's finance officer, the person who accepted, nothing to come, an amount or a day that cannot be.
    """
    lock(share.fund)
    share = CallShare.objects.select_related("call__fund__host", "funder").get(pk=share.pk)
    call = share.call
    if not can_receive(by, share):
        raise MoneyRefused("Only a finance officer of the host partner records money, and only for a share that was accepted.")
    check_receipt(
        amount=amount,
        received_on=received_on,
        bank_reference=bank_reference,
        asked_on=asked_on(call),
        today=in_london(at).date(),
        answered_by=share.answered_by_id,
        recorder=by.actor.pk,
    )
    bank_reference = bank_reference.strip()
    _check_reference(call, bank_reference, TransactionKind.RECEIPT)
    to_come = to_come_of(share)
    if not to_come:
        raise MoneyRefused("Everything that this partner accepted has arrived. Read the receipts of the call.")
    own, over = matched(amount, to_come)
    sides = [Entry(Account.BANK, amount), Entry(Account.CALLS, -own), Entry(Account.SUSPENSE, -over)]
    text = f"One-off call {call.reference}, {share.funder}"[:LONGEST_TEXT]
    entries = [one for one in sides if one.amount]
    posting = post(fund=call.fund, entries=entries, on=received_on, text=text, bank_reference=bank_reference, by=by, at=at)
    told = {"amount": amount, "received_on": received_on, "bank_reference": bank_reference}
    whose = {"call": call, "fund": call.fund, "funder": share.funder, "host_id": share.host_id}
    made = CallReceipt.objects.create(
        share=share, **whose, **told, matched_amount=own, posting=posting, recorded_at=at, recorded_by=by.actor
    )
    record(by=by, verb="received", on=made, after={"call": call.reference, "share": share.reference, **told})
    send(about_receipt(made), by=by)
    return made


@transaction.atomic
def pay(*, call: Call, amount: Decimal, paid_on: date, payee: str, bank_reference: str, by: Seat, at: datetime) -> CallPayment:
    """Record what was paid out for the cost, and post it: at most what has come in.

    :raises MoneyRefused: not the host's finance officer, the person who asked, more than is at hand, a day that cannot be.
    """
    fund = lock(call.fund)
    call = Call.objects.get(pk=call.pk)
    if not can_pay(by, call):
        raise MoneyRefused("Only a finance officer of the host partner pays out, and only for a call that was asked.")
    check_payment(
        amount=amount,
        paid_on=paid_on,
        payee=payee,
        bank_reference=bank_reference,
        at_hand=sums_of(call).left,
        asked_on=asked_on(call),
        today=in_london(at).date(),
        asked_by=call.asked_by_id,
        payer=by.actor.pk,
    )
    payee, bank_reference = payee.strip(), bank_reference.strip()
    _check_reference(call, bank_reference, TransactionKind.PAYMENT)
    text = f"One-off call {call.reference}, paid to {payee}"[:LONGEST_TEXT]
    entries = [Entry(Account.BANK, -amount), Entry(Account.CALLS, amount)]
    told: dict[str, Any] = {"on": paid_on, "bank_reference": bank_reference, "kind": TransactionKind.PAYMENT}
    posting = post(fund=fund, entries=entries, text=text, by=by, at=at, **told)
    words = {"amount": amount, "paid_on": paid_on, "payee": payee, "bank_reference": bank_reference}
    made = CallPayment.objects.create(
        call=call, fund=fund, host_id=fund.host_id, posting=posting, recorded_at=at, recorded_by=by.actor, **words
    )
    record(by=by, verb="paid", on=made, after={"call": call.reference, **words})
    return made


@transaction.atomic
def reverse_receipt(*, receipt: CallReceipt, reason: str, by: Seat, at: datetime) -> CallReceipt:
    """Take a wrong receipt back: it and its reversal both stay. The bank reference can be used again.

    :raises MoneyRefused: not the host's finance officer, no reason, reversed already, or the money has been paid out.
    """
    lock(receipt.fund)
    receipt = CallReceipt.objects.select_related("posting__fund", "call__fund", "funder").get(pk=receipt.pk)
    _check_reversal(receipt, reason=reason, by=by)
    check_left(left=sums_of(receipt.call).left - receipt.matched_amount)
    check_cleared(taken_out_of(receipt.posting))
    _reverse(receipt, reason=reason, by=by, at=at)
    send(about_reversal(receipt), by=by)
    return receipt


@transaction.atomic
def reverse_payment(*, payment: CallPayment, reason: str, by: Seat, at: datetime) -> CallPayment:
    """Take a wrong payment back: it and its reversal both stay.

    :raises MoneyRefused: not the host's finance officer, no reason, or reversed already.
    """
    lock(payment.fund)
    payment = CallPayment.objects.select_related("posting__fund", "call").get(pk=payment.pk)
    _check_reversal(payment, reason=reason, by=by)
    _reverse(payment, reason=reason, by=by, at=at)
    return payment


def asked_on(call: Call) -> date:
    """:raises LookupError: nobody was asked; a permission is missing."""
    if call.asked_at is None:
        raise LookupError("This call was not asked.")
    return in_london(call.asked_at).date()


def _check_reference(call: Call, bank_reference: str, kind: TransactionKind) -> None:
    if posted_before(call.fund, [bank_reference], kind):
        raise MoneyRefused("Money with this bank reference is recorded already. Look at the ledger of the fund.", field="bank_reference")


def _check_reversal(row: CallReceipt | CallPayment, *, reason: str, by: Seat) -> None:
    if not can_reverse(by, row):
        raise MoneyRefused("Only a finance officer of the host partner reverses what was recorded, and only once.")
    check_reversal(reason=reason)


def _reverse(row: CallReceipt | CallPayment, *, reason: str, by: Seat, at: datetime) -> None:
    reverse_posting(posting=row.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    row.reversed_at, row.reversed_by, row.reversed_because = at, by.person, reason.strip()
    row.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
    record(by=by, verb="reversed", on=row, before={"amount": row.amount}, reason=reason.strip())
