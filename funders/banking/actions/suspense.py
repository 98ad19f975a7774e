"""Taking money out of suspense: to an instalment, to what is pooled already, or back to whoever paid it."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.banking.models import SuspenseReturn
from funders.banking.permissions import can_import
from funders.banking.queries.suspense import left_of
from funders.banking.rules import ClearingRefused
from funders.banking.rules.clearing import check_return
from funders.ledger.actions import post
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.rules import Entry
from funders.pool.actions import lock
from funders.pool.models import PooledAlready
from funders.pooled.actions import receive_from_suspense as receive_pooled
from funders.pooled.models import PooledReceipt
from funders.pooled.queries import to_come_of
from funders.receipts.actions import receive_from_suspense
from funders.receipts.models import Instalment, Receipt
from funders.receipts.queries import outstanding_of


@transaction.atomic
def assign(*, source: LedgerTransaction, instalment: Instalment, by: Seat, at: datetime) -> Receipt:
    """Let money in suspense pay an instalment, as far as it goes: what is more stays in suspense.

    :param source: the posting that brought the money into suspense.
    :raises ClearingRefused: nothing of it is left in suspense, or nothing is still to come for the instalment.
    :raises ReceiptRefused: not the host's finance officer, who agreed, not invoiced, withdrawn.
    """
    lock(source.fund)
    left = _left(source, by)
    instalment = Instalment.objects.select_related("fund").get(pk=instalment.pk)
    amount = min(left, outstanding_of(instalment))
    if amount <= 0:
        raise ClearingRefused("Nothing is still to come for this instalment. Choose another.", field="instalment")
    return receive_from_suspense(instalment=instalment, source=source, amount=amount, by=by, version=instalment.version, at=at)


@transaction.atomic
def assign_to_source(*, source: LedgerTransaction, pooled: PooledAlready, year: int, by: Seat, at: datetime) -> PooledReceipt:
    """Let money in suspense be what a source that is pooled already gives for a year, as far as it goes: what is more stays in suspense.

    :param source: the posting that brought the money into suspense.
    :raises ClearingRefused: nothing of it is left in suspense, or nothing is still to come of the source for the year.
    :raises PooledReceiptRefused: not the host's finance officer, who put the version into force, not in the pool.
    """
    lock(source.fund)
    amount = min(_left(source, by), to_come_of(pooled, year))
    if amount <= 0:
        raise ClearingRefused("Nothing of this source is still to come for the year. Choose another.", field="instalment")
    return receive_pooled(source=pooled, year=year, item=source, amount=amount, by=by, at=at)


@transaction.atomic
def give_back(
    *, source: LedgerTransaction, amount: Decimal, returned_on: date, bank_reference: str, reason: str, by: Seat, at: datetime
) -> SuspenseReturn:
    """Note that money in suspense went back to whoever had paid it, and post the payment.

    :raises ClearingRefused: not the host's finance officer, more than is left, a day that cannot be, no bank reference, no reason.
    """
    lock(source.fund)
    left = _left(source, by)
    check_return(
        amount=amount,
        left=left,
        returned_on=returned_on,
        arrived_on=source.happened_on,
        today=in_london(at).date(),
        bank_reference=bank_reference,
        reason=reason,
    )
    sides = [Entry(Account.BANK, -amount), Entry(Account.SUSPENSE, amount)]
    posting = post(
        fund=source.fund,
        entries=sides,
        kind=TransactionKind.PAYMENT,
        on=returned_on,
        text=f"Returned to the payer: {source.reference}",
        bank_reference=bank_reference.strip(),
        by=by,
        at=at,
    )
    told = {"amount": amount, "returned_on": returned_on, "reason": reason.strip(), "returned_at": at, "returned_by": by.actor}
    made = SuspenseReturn.objects.create(fund=source.fund, host_id=source.host_id, source=source, posting=posting, **told)
    record(by=by, verb="returned", on=made, after={"amount": amount, "posting": posting.reference}, reason=reason.strip())
    return made


def _left(source: LedgerTransaction, by: Seat) -> Decimal:
    """What is left in suspense of a posting that this seat may clear.

    :raises ClearingRefused:
    """
    if not can_import(by, source.host_id):
        raise ClearingRefused("Only a finance officer of the host partner takes money out of suspense.")
    left = left_of(source)
    if left <= 0:
        raise ClearingRefused(f"Nothing of {source.reference} is in suspense any more. Look at the list again.")
    return left
