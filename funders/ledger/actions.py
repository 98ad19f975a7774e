"""Post and reverse. Nothing is ever changed: a mistake is reversed and posted anew, and both stay in sight."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.organisations.seat import Seat
from funders.ledger.models import LedgerLine, LedgerTransaction, TransactionKind
from funders.ledger.permissions import can_post, can_reverse
from funders.ledger.queries import closed_until, entries_of, is_reversed
from funders.ledger.rules import LONGEST_TEXT, Entry, PostingRefused, check_day, check_entries, reversed_entries
from funders.pool.actions import lock
from funders.pool.models import PooledFund


@transaction.atomic
def post(
    *,
    fund: PooledFund,
    entries: Sequence[Entry],
    on: date,
    text: str,
    by: Seat,
    at: datetime,
    bank_reference: str = "",
    kind: TransactionKind = TransactionKind.RECEIPT,
) -> LedgerTransaction:
    """Post what has happened to the money of a fund.

    :param on: the day on which it happened, as the bank says.
    :raises PostingRefused: not the host's finance officer, sides that do not balance, or a day in a closed year.
    """
    if not can_post(by, fund):
        raise PostingRefused("Only a finance officer of the host partner posts to the ledger of its fund.")
    return _write(fund, entries, kind, by=by, on=on, text=text, bank_reference=bank_reference, at=at)


@transaction.atomic
def reverse(*, posting: LedgerTransaction, on: date, reason: str, by: Seat, at: datetime) -> LedgerTransaction:
    """Post the same the other way round, because the first posting was wrong.

    :raises PostingRefused: not the host's finance officer, reversed already, itself a reversal, or a day in a closed year.
    """
    lock(posting.fund)
    posting = LedgerTransaction.objects.select_related("fund__host").get(pk=posting.pk)
    if not can_reverse(by, posting):
        raise PostingRefused("Only a finance officer of the host partner reverses a posting, and a reversal is not reversed.")
    if is_reversed(posting):
        raise PostingRefused("This posting has been reversed already.")
    return _write(
        posting.fund,
        reversed_entries(entries_of(posting)),
        TransactionKind.REVERSAL,
        by=by,
        on=on,
        text=reason.strip()[:LONGEST_TEXT],
        bank_reference=posting.bank_reference,
        at=at,
        reverses=posting,
    )


def _write(
    fund: PooledFund,
    entries: Sequence[Entry],
    kind: TransactionKind,
    *,
    by: Seat,
    on: date,
    text: str,
    bank_reference: str,
    at: datetime,
    reverses: LedgerTransaction | None = None,
) -> LedgerTransaction:
    check_entries(entries)
    check_day(on, closed_until(fund))
    made = LedgerTransaction.objects.create(
        fund=fund,
        host_id=fund.host_id,
        kind=kind,
        happened_on=on,
        text=text,
        bank_reference=bank_reference,
        reverses=reverses,
        posted_at=at,
        posted_by=by.actor,
    )
    LedgerLine.objects.bulk_create(_line(made, one) for one in entries)
    after = {"fund": fund.code, "lines": [[one.account, str(one.amount)] for one in entries]}
    record(by=by, verb="posted", on=made, after=after, reason=text)
    return made


def _line(posting: LedgerTransaction, entry: Entry) -> LedgerLine:
    return LedgerLine(
        transaction=posting,
        fund_id=posting.fund_id,
        host_id=posting.host_id,
        account=entry.account,
        contribution_id=entry.contribution,
        source_id=entry.source,
        amount=entry.amount,
        pot=entry.pot,
        budget_line_id=entry.budget_line,
        budget_year=entry.budget_year,
    )
