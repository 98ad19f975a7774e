"""Reading the rows of a bank file in the background: as a stream, in batches, so that a long file takes little memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction

from commissioning.kernel import uploads
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.spreadsheets import CsvShape, stream_csv
from commissioning.kernel.words import count, in_london
from funders.banking.models import BankImport, BankRow
from funders.banking.queries.imports import payables_of
from funders.banking.rules import ImportRefused
from funders.banking.rules.columns import Columns
from funders.banking.rules.matching import Matcher
from funders.banking.rules.rows import Guide, Reading, RowKind, earliest_day, read_row
from funders.banking.states import NEXT, ImportState
from funders.ledger.queries import posted_before
from funders.pool.models import PooledFund

BATCH, MOST_ROWS = 2000, 250_000
Progress = Callable[[int, int, str], None]
Known = dict[str, tuple[int, Decimal]]


@transaction.atomic
def read_rows(*, reference: str, version: int, progress: Progress, at: datetime) -> int:
    """Read every row, match it and keep it for the preview: all rows or none. Returns how many there are.

    :param version: of the import when it was asked for; another one since then makes this reading superfluous.
    :raises ImportRefused: the kept file is not what was uploaded, or has too many rows; ReadRefused: a quotation mark is not closed.
    """
    bank_import = BankImport.objects.select_related("fund").get(reference=reference)
    if (bank_import.state, bank_import.version) != (ImportState.READING, version):
        return 0
    with rls_scope([bank_import.host_id]):
        if uploads.sha256_of(str(bank_import.file.name)) != bank_import.sha256:
            raise ImportRefused("The kept file is not the one that was uploaded. Set this import aside and upload the file again.")
        BankRow.objects.filter(bank_import=bank_import).delete()
        number = _keep_all(bank_import, progress, at)
        check_move(ImportState, NEXT, bank_import.state, ImportState.READY)
        waiting = BankImport.objects.filter(pk=bank_import.pk, state=ImportState.READING, version=version)
        if not waiting.update(state=ImportState.READY, lines=number):
            raise ImportRefused("The columns were named anew meanwhile. The file is read again.")
    return number


def _keep_all(bank_import: BankImport, progress: Progress, at: datetime) -> int:
    """Stage the rows batch by batch; returns how many were kept."""
    guide = Guide(
        Columns.of(bank_import.columns),
        bank_import.heading,
        bank_import.date_format,
        earliest_day(bank_import.fund.first_year),
        in_london(at).date(),
    )
    matcher, seen, kept = Matcher(payables_of(bank_import.fund)), Known(), 0
    with default_storage.open(str(bank_import.file.name)) as file:
        shape = CsvShape(bank_import.encoding, bank_import.separator, [])
        rows = enumerate(stream_csv(file, shape), start=1)
        told = ((number, read_row(cells, guide)) for number, cells in rows if number > bank_import.heading_row and any(cells))
        while batch := list(islice(told, BATCH)):
            BankRow.objects.bulk_create(_judged(bank_import, batch, matcher, seen))
            kept += len(batch)
            if kept > MOST_ROWS:
                raise ImportRefused(f"The file has more than {count(MOST_ROWS)} rows. Export fewer days at a time.")
            progress(kept, max(bank_import.lines - bank_import.heading_row, kept), "Reading the rows")
    return kept


def _judged(bank_import: BankImport, batch: Sequence[tuple[int, Reading]], matcher: Matcher, seen: Known) -> Iterator[BankRow]:
    """The rows of a batch with what becomes of each."""
    before = _arrived(bank_import.fund, [reading.bank_reference for _, reading in batch])
    for number, one in batch:
        row = BankRow(
            bank_import=bank_import,
            fund=bank_import.fund,
            host_id=bank_import.host_id,
            number=number,
            happened_on=one.happened_on,
            amount=one.amount,
            bank_reference=one.bank_reference,
            text=one.text,
            note=one.note,
            column=one.column[:120],
            typed=one.typed,
        )
        if one.kind is not None:
            row.kind = one.kind
        elif twin := _known(one, before, seen):
            row.kind, row.note = RowKind.KNOWN, twin
        else:
            _match(row, matcher)
        if row.kind in (RowKind.MATCHED, RowKind.UNMATCHED) and row.amount is not None:
            seen[row.bank_reference] = (number, row.amount)
        yield row


def _arrived(fund: PooledFund, references: Sequence[str]) -> dict[str, str]:
    return posted_before(fund, [one for one in references if one])


def _known(one: Reading, before: dict[str, str], seen: Known) -> str:
    """Why a row is known already, or ""."""
    if posting := before.get(one.bank_reference):
        return f"This bank reference is in the ledger already, as {posting}. It is not posted again."
    if one.bank_reference in seen:
        number, amount = seen[one.bank_reference]
        differs = "" if amount == one.amount else " The amounts differ: check that the column of the bank reference is the right one."
        return f"Row {count(number)} of this file has the same bank reference. It is posted once.{differs}"
    return ""


def _match(row: BankRow, matcher: Matcher) -> None:
    found = matcher.match(f"{row.text} {row.bank_reference}", row.amount or Decimal(0))
    row.instalment_id = found.instalment
    row.kind = RowKind.MATCHED if found.instalment else RowKind.UNMATCHED
    row.note = " ".join(filter(None, (found.note, row.note)))[:400]
