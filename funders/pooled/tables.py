"""What of the money that is pooled already has arrived, and its receipts, as tables and as keys with values."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.pool.rules import NOTHING
from funders.pooled.models import PooledReceipt
from funders.pooled.permissions import can_reverse
from funders.pooled.queries import SourceYear

STANDING_COLUMNS = (
    Column("source", "Source"),
    Column("year", "Year"),
    Column("pot", "Pot"),
    Column("amount", "Gives", "money"),
    Column("received", "Received", "money"),
    Column("to_come", "Still to come", "money"),
)
RECEIPT_COLUMNS = (
    Column("received_on", "Arrived", "day"),
    Column("source", "Source"),
    Column("year", "Year"),
    Column("matched", "Amount", "money"),
    Column("bank_reference", "Bank reference"),
    Column("became", "What became of it"),
)
FILE_COLUMNS = (
    Column("reference", "Reference"),
    *RECEIPT_COLUMNS[:3],
    Column("pot", "Pot"),
    Column("amount", "Arrived in all", "money"),
    Column("matched", "Of it for the source", "money"),
    Column("bank_reference", "Bank reference"),
    Column("posting", "Posting"),
    Column("note", "Note"),
    Column("became", "What became of it"),
)
NOTE = "What a source gives counts as secured from the day on which the version is in force. It pays nobody before it has arrived."
Row = dict[str, Any]


def standing_table(rows: Sequence[SourceYear]) -> Table:
    """One row a source and year."""
    listed = [
        {
            "source": str(one.source),
            "year": str(one.year),
            "pot": one.source.get_pot_display(),
            "amount": one.source.amount,
            "received": one.received,
            "to_come": one.to_come,
        }
        for one in rows
    ]
    sums = {name: sum((row[name] for row in listed), NOTHING) for name in ("amount", "received", "to_come")}
    total = {"source": "Together", "year": "", "pot": "", **sums} if listed else None
    return Table(STANDING_COLUMNS, listed, "What sources give and what has arrived", total=total, notes=[NOTE])


def receipts_table(receipts: Iterable[PooledReceipt], seat: Seat) -> Table:
    listed = list(receipts)
    act = [Column("act", "You can", "link")] if any(can_reverse(seat, one) for one in listed) else []
    rows = [{**_row(one), "act": _act(one, seat)} for one in listed]
    return Table((*RECEIPT_COLUMNS, *act), rows, "Receipts")


def receipts_file(receipts: Iterable[PooledReceipt]) -> Table:
    return Table(FILE_COLUMNS, [_row(one) for one in receipts], "Receipts of money that is pooled already")


def _row(one: PooledReceipt) -> Row:
    return {
        "reference": one.reference,
        "received_on": one.received_on,
        "source": str(one.source),
        "year": str(FinancialYear(one.year)),
        "pot": one.source.get_pot_display(),
        "amount": one.amount,
        "matched": one.matched_amount,
        "bank_reference": one.bank_reference if one.shows_bank_reference else "",  # type: ignore[attr-defined]
        "posting": one.posting.reference,
        "note": one.note,
        "became": _became(one),
    }


def _act(one: PooledReceipt, seat: Seat) -> Link | str:
    return Link(f"reverse {one.reference}", reverse("pooled:reverse", args=[one.reference])) if can_reverse(seat, one) else ""


def _became(one: PooledReceipt) -> str:
    if one.reversed_at:
        return f"Reversed by {one.reversed_by}, {at(one.reversed_at)}: {one.reversed_because}"
    said = f"{'Assigned from suspense' if one.assigned_from_id else 'Recorded'} by {one.recorded_by}"
    over = one.amount - one.matched_amount
    more = f". {as_pounds(over)} more went into suspense" if over else ""
    return f"{said}{more}{f'. {one.note}' if one.note else ''}"


def receipt_rows(receipt: PooledReceipt) -> list[Row]:
    return [
        {"key": "Fund", "value": str(receipt.fund)},
        {"key": "Source", "value": f"{receipt.source}, {FinancialYear(receipt.year)}", "note": receipt.source.get_pot_display()},
        {"key": "Amount", "value": as_pounds(receipt.amount)},
        {"key": "Arrived", "value": on(receipt.received_on)},
        {"key": "Bank reference", "value": receipt.bank_reference},
    ]
