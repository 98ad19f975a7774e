"""Posting the rows of a confirmed bank file in the background: batch after batch, each whole or not at all, each row once."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.background import enqueue
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.refusals import Refusal
from commissioning.organisations.models import Person
from commissioning.organisations.queries import seat_of
from commissioning.organisations.seat import Seat
from funders.banking.models import BankImport, BankRow
from funders.banking.permissions import can_import
from funders.banking.queries.imports import job_key, waiting_rows
from funders.banking.rules import ImportRefused
from funders.banking.rules.rows import MONEY_IN, RowKind
from funders.banking.states import NEXT, ImportState
from funders.ledger.actions import post
from funders.ledger.models import Account, LedgerTransaction
from funders.ledger.queries import posted_before
from funders.ledger.rules import Entry
from funders.pool.actions import lock
from funders.receipts.actions import receive
from funders.receipts.models import Instalment

BATCH = 200
Progress = Callable[[int, int, str], None]


@transaction.atomic
def post_rows(*, reference: str, progress: Progress, at: datetime) -> int:
    """Post the next batch and ask for the one after it. Returns how many rows are left.

    A worker that is killed loses its batch alone: the rows that are not posted are found again by their own state.

    :raises ImportRefused: whoever confirmed is no finance officer of the host any more.
    """
    bank_import = BankImport.objects.select_related("fund__host", "confirmed_by").get(reference=reference)
    with rls_scope([bank_import.host_id]):
        lock(bank_import.fund)
        rows = BankImport.objects.select_for_update(no_key=True, of=("self",)).select_related("fund__host", "confirmed_by")
        bank_import = rows.get(pk=bank_import.pk)
        if bank_import.state != ImportState.POSTING:
            return 0
        by = _seat_of(bank_import)
        total = BankRow.objects.filter(bank_import=bank_import, kind__in=MONEY_IN).count()
        left = waiting_rows(bank_import).count()
        for row in waiting_rows(bank_import).select_for_update(no_key=True)[:BATCH]:
            progress(total - left, total, "Posting the rows")
            _post(row, bank_import, by=by, at=at)
            left -= 1
        if left:
            key = f"{job_key(bank_import)}post:{bank_import.version}:{left}"
            enqueue("banking.post", key=key, by=by, reference=reference)
        else:
            _end(bank_import, by=by, at=at)
    return left


def _seat_of(bank_import: BankImport) -> Seat:
    """Whoever confirmed, in their seat at the host.

    :raises ImportRefused:
    """
    person = bank_import.confirmed_by
    found = seat_of(person, bank_import.fund.host.code) if isinstance(person, Person) else Seat.nobody()
    if not can_import(found, bank_import.host_id):
        raise ImportRefused(
            "Whoever confirmed this file is no finance officer of the host any more. Another finance officer has to post the rest."
        )
    return found


def _post(row: BankRow, bank_import: BankImport, *, by: Seat, at: datetime) -> None:
    """Post one row; a refusal becomes an error of that row and nothing of it is posted."""
    if posting := posted_before(bank_import.fund, [row.bank_reference]).get(row.bank_reference):
        row.kind, row.instalment = RowKind.KNOWN, None
        row.note = f"This bank reference is in the ledger already, as {posting}. It is not posted again."
    else:
        try:
            with transaction.atomic():
                row.posting = _received(row, by, at) if row.kind == RowKind.MATCHED else _unmatched(row, bank_import, by, at)
        except Refusal as refusal:
            row.kind, row.instalment, row.column = RowKind.ERROR, None, "Whole row"
            row.note = f"Not posted. {refusal}"[:400]
    row.save(update_fields=["kind", "instalment", "note", "column", "posting"])


def _received(row: BankRow, by: Seat, at: datetime) -> LedgerTransaction:
    instalment = Instalment.objects.select_related("fund").get(pk=row.instalment_id or 0)
    assert row.amount is not None
    assert row.happened_on is not None
    told = {"amount": row.amount, "received_on": row.happened_on, "bank_reference": row.bank_reference}
    return receive(instalment=instalment, version=instalment.version, by=by, at=at, **told).posting


def _unmatched(row: BankRow, bank_import: BankImport, by: Seat, at: datetime) -> LedgerTransaction:
    """The ledger is open to all partners: it says where the money came from, not what the bank's text says."""
    assert row.amount is not None
    assert row.happened_on is not None
    sides = [Entry(Account.BANK, row.amount), Entry(Account.SUSPENSE, -row.amount)]
    text = f"Unmatched money: row {row.number} of bank file {bank_import.reference}"
    return post(fund=bank_import.fund, entries=sides, on=row.happened_on, text=text, bank_reference=row.bank_reference, by=by, at=at)


def _end(bank_import: BankImport, *, by: Seat, at: datetime) -> None:
    check_move(ImportState, NEXT, bank_import.state, ImportState.POSTED)
    bank_import.state, bank_import.posted_on_clock = ImportState.POSTED, at
    bank_import.version += 1
    bank_import.save(update_fields=["state", "posted_on_clock", "version"])
    record(by=by, verb="posted", on=bank_import, after={"rows": bank_import.rows.filter(posting__isnull=False).count()})
