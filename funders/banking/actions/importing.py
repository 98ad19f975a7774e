"""What an officer does with a bank file: upload it, name its columns, change what a row pays, confirm, set it aside."""

import io
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel import uploads
from commissioning.kernel.background import enqueue
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.spreadsheets import csv_shape, stream_csv
from commissioning.kernel.uploads import FileKind, Upload
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from funders.banking.models import BankImport, BankMapping, BankRow
from funders.banking.permissions import can_confirm, can_discard, can_import, can_map
from funders.banking.queries.imports import OPEN_STATES, has_stopped, job_key, job_of, remembered, same_file
from funders.banking.rules import ImportRefused
from funders.banking.rules.columns import HEADING_WITHIN, check_columns, heading_key, heading_place
from funders.banking.rules.rows import DATE_FORMATS, MONEY_IN, RowKind
from funders.banking.states import NEXT, ImportState
from funders.pool.models import PooledFund
from funders.receipts.models import Instalment
from funders.receipts.states import InstalmentState

LARGEST_FILE = 50 * 1024 * 1024
SAMPLES, LONGEST_SAMPLE = 3, 40


@transaction.atomic
def upload(*, fund: PooledFund, file: UploadedFile, by: Seat, at: datetime) -> BankImport:
    """Keep a bank file with its hash. The same file while it is being worked on makes nothing new: that import comes back.

    With columns that are known by its heading it is read at once.

    :raises ImportRefused: not the host's finance officer, no heading, no row.
    :raises UploadRefused: empty, too large, infected, or no CSV; ReadRefused: its quotation marks are broken.
    """
    if not can_import(by, fund.host_id):
        raise ImportRefused("Only a finance officer of the host partner imports its bank files.")
    taken = uploads.checked(file, {FileKind.CSV}, most_bytes=LARGEST_FILE)
    if twin := same_file(fund, taken.sha256).filter(state__in=OPEN_STATES).first():
        return twin
    made = _keep(fund, taken, by=by, at=at)
    record(by=by, verb="uploaded a bank file as", on=made, after={"fund": fund.code, "file": made.name, "sha256": made.sha256})
    if known := remembered(fund.host_id, made.heading):
        _read_with(made, known.columns, known.date_format, by=by, at=at)
    return made


def _keep(fund: PooledFund, taken: Upload, *, by: Seat, at: datetime) -> BankImport:
    """The row of a file, with what its first rows say of its shape; the file itself under a random name.

    :raises ImportRefused: no heading, no row; ReadRefused: its quotation marks are broken.
    """
    shape = csv_shape(taken.content)
    head = list(islice(stream_csv(io.BytesIO(taken.content), shape), HEADING_WITHIN + SAMPLES))
    place = heading_place(head)
    return BankImport.objects.create(
        fund=fund,
        host_id=fund.host_id,
        name=taken.name,
        size=taken.size,
        sha256=taken.sha256,
        file=uploads.keep(taken, "bank"),
        encoding=shape.encoding,
        separator=shape.separator,
        notes=shape.notes,
        heading=[name[:120] for name in head[place]],
        heading_row=place + 1,
        samples=[[cell[:LONGEST_SAMPLE] for cell in row] for row in head[place + 1 : place + 1 + SAMPLES]],
        lines=taken.content.count(b"\n") + 1,
        illustrative=fund.illustrative,
        uploaded_at=at,
        uploaded_by=by.actor,
    )


@transaction.atomic
def name_columns(
    *, bank_import: BankImport, columns: Mapping[str, int | None], date_format: str, by: Seat, version: int | None, at: datetime
) -> BankImport:
    """Say which column is which, remember it for the next file with this heading, and read the rows anew.

    :param columns: positions by role ("date", "amount", "reference", and "out", "text", "payer" if there are such).
    :raises ImportRefused: not the host's finance officer, a column that is missing or chosen twice, or posted already.
    :raises StaleEdit:
    """
    bank_import = _locked(bank_import, version)
    if not can_map(by, bank_import):
        raise ImportRefused("Only a finance officer of the host partner names the columns, and only before anything is posted.")
    kept = check_columns(columns, len(bank_import.heading))
    if date_format not in DATE_FORMATS:
        raise ImportRefused("Choose the order in which the dates of the file are written.", field="date_format")
    told = {"columns": kept, "date_format": date_format, "saved_at": at, "saved_by": by.actor}
    key = heading_key(bank_import.heading)
    BankMapping.objects.update_or_create(host_id=bank_import.host_id, heading_key=key, defaults=told)
    _read_with(bank_import, kept, date_format, by=by, at=at)
    record(by=by, verb="named the columns of", on=bank_import, after={"columns": kept, "date_format": date_format})
    return bank_import


def _read_with(bank_import: BankImport, columns: Mapping[str, int], date_format: str, *, by: Seat, at: datetime) -> None:
    """Go over to reading, in the background."""
    check_move(ImportState, NEXT, bank_import.state, ImportState.READING)
    bank_import.state, bank_import.columns, bank_import.date_format = ImportState.READING, dict(columns), date_format
    _save(bank_import, "columns", "date_format", by=by, at=at)
    reference, version = bank_import.reference, bank_import.version
    enqueue("banking.read", key=f"{job_key(bank_import)}read:{version}", by=by, reference=reference, version=version)


@transaction.atomic
def change_match(*, row: BankRow, instalment: Instalment | None, by: Seat, version: int | None, at: datetime) -> BankRow:
    """Let a row pay another instalment, or none: then its money goes into suspense.

    :raises ImportRefused: not the host's finance officer, not before posting, or an instalment that money may not be received for.
    :raises StaleEdit:
    """
    bank_import = _locked(row.bank_import, None, any_version=True)
    row = BankRow.objects.select_for_update(no_key=True, of=("self",)).select_related("changed_by").get(pk=row.pk)
    check_version(row, version)
    if not can_import(by, row.host_id) or bank_import.state != ImportState.READY or row.kind not in MONEY_IN:
        raise ImportRefused("Only a finance officer of the host partner changes what a row pays, and only before the file is posted.")
    if instalment and (instalment.fund_id != row.fund_id or instalment.state != InstalmentState.INVOICED):
        raise ImportRefused("Choose an instalment of this fund that is invoiced and not paid in full.", field="instalment")
    row.instalment, row.kind = instalment, RowKind.MATCHED if instalment else RowKind.UNMATCHED
    row.note = f"Chosen by {by.who}."[:400]
    mark_changed(row, by.person, at)
    row.save(update_fields=["instalment", "kind", "note", "version", "changed_at", "changed_by"])
    after = {"row": row.number, "instalment": instalment.reference if instalment else None}
    record(by=by, verb="changed a match of", on=bank_import, after=after)
    return row


@transaction.atomic
def confirm(*, bank_import: BankImport, by: Seat, version: int | None, at: datetime) -> BankImport:
    """Let the rows be posted, in the background; or go on where posting stopped.

    :raises ImportRefused: not the host's finance officer, or not ready.
    :raises StaleEdit:
    """
    bank_import = _locked(bank_import, version)
    if not can_confirm(by, bank_import, has_stopped=has_stopped(job_of(bank_import))):
        raise ImportRefused("Only a finance officer of the host partner posts a bank file, once its rows are read.")
    check_move(ImportState, NEXT, bank_import.state, ImportState.POSTING)
    bank_import.state, bank_import.confirmed_at, bank_import.confirmed_by = ImportState.POSTING, at, by.actor
    _save(bank_import, "confirmed_at", "confirmed_by", by=by, at=at)
    record(by=by, verb="confirmed", on=bank_import)
    enqueue("banking.post", key=f"{job_key(bank_import)}post:{bank_import.version}:0", by=by, reference=bank_import.reference)
    return bank_import


@transaction.atomic
def discard(*, bank_import: BankImport, by: Seat, version: int | None, at: datetime) -> BankImport:
    """Set a file aside of which nothing is posted: its rows are forgotten, the file and its hash stay.

    :raises ImportRefused: not the host's finance officer, or posted already.
    :raises StaleEdit:
    """
    bank_import = _locked(bank_import, version)
    if not can_discard(by, bank_import):
        raise ImportRefused("Only a finance officer of the host partner sets a bank file aside, and only before anything is posted.")
    check_move(ImportState, NEXT, bank_import.state, ImportState.DISCARDED)
    bank_import.state = ImportState.DISCARDED
    BankRow.objects.filter(bank_import=bank_import, posting=None).delete()
    _save(bank_import, by=by, at=at)
    record(by=by, verb="set aside", on=bank_import)
    return bank_import


def _locked(bank_import: BankImport, version: int | None, *, any_version: bool = False) -> BankImport:
    """The row as it is now, held until the end of the transaction.

    :raises StaleEdit: with who changed it last, and when.
    """
    rows = BankImport.objects.select_for_update(no_key=True, of=("self",)).select_related("fund__host", "changed_by")
    found = rows.get(pk=bank_import.pk)
    if not any_version:
        check_version(found, version)
    return found


def _save(bank_import: BankImport, *fields: str, by: Seat, at: datetime) -> None:
    mark_changed(bank_import, by.person, at)
    bank_import.save(update_fields=["state", "version", "changed_at", "changed_by", *fields])
