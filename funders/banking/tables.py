"""Bank files, their rows and money in suspense, as tables and as keys with values."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, count, on, plural
from funders.banking.models import BankImport, BankRow
from funders.banking.queries.imports import KindSum
from funders.banking.queries.suspense import FundSuspense
from funders.banking.rules.columns import LABELS
from funders.banking.rules.rows import DATE_FORMATS, MONEY_IN, RowKind
from funders.banking.states import ImportState
from funders.ledger.models import LedgerTransaction

COLOURS = {
    RowKind.MATCHED: "green",
    RowKind.UNMATCHED: "amber",
    RowKind.KNOWN: "grey",
    RowKind.OUT: "grey",
    RowKind.ERROR: "red",
}
STATE_COLOURS = {
    ImportState.MAPPING: "orange",
    ImportState.READING: "blue",
    ImportState.READY: "amber",
    ImportState.POSTING: "blue",
    ImportState.POSTED: "green",
}
SHORT = {
    RowKind.MATCHED: "Matched",
    RowKind.UNMATCHED: "Suspense",
    RowKind.KNOWN: "Known",
    RowKind.OUT: "Money out",
    RowKind.ERROR: "Error",
}
ROW_COLUMNS = (
    Column("row", "Row", "link"),
    Column("happened_on", "Day", "day"),
    Column("amount", "Amount", "money"),
    Column("bank_reference", "Bank reference"),
    Column("text", "Text"),
    Column("becomes", "Becomes", "tag"),
    Column("why", "Why"),
)
ROW_FILE_COLUMNS = (
    Column("number", "Row", "count"),
    Column("becomes", "Becomes", "tag"),
    Column("column", "Column"),
    Column("typed", "As it stands"),
    Column("note", "What is wrong, or why"),
    *ROW_COLUMNS[1:5],
    Column("instalment", "Instalment"),
    Column("partner", "Partner"),
    Column("posting", "Posting"),
)
ITEM_COLUMNS = (
    Column("happened_on", "Arrived", "day"),
    Column("left", "In suspense", "money"),
    Column("age", "Age"),
    Column("text", "Text"),
    Column("bank_reference", "Bank reference"),
    Column("posting", "Posting"),
)
Row = dict[str, Any]


def state_tag(bank_import: BankImport) -> Tag:
    return Tag(bank_import.get_state_display(), STATE_COLOURS.get(ImportState(bank_import.state), "grey"))


def imports_table(rows: Iterable[BankImport]) -> Table:
    columns = (
        Column("name", "File", "link"),
        Column("fund", "Fund"),
        Column("uploaded_at", "Uploaded", "moment"),
        Column("by", "By"),
        Column("state", "Standing", "tag"),
    )
    listed = [
        {
            "name": Link(one.name, reverse("banking:import", args=[one.reference])),
            "fund": str(one.fund),
            "uploaded_at": one.uploaded_at,
            "by": str(one.uploaded_by),
            "state": state_tag(one),
        }
        for one in rows
    ]
    return Table(columns, listed, "Bank files")


def import_rows(bank_import: BankImport, *, can_map: bool) -> list[Row]:
    rows: list[Row] = [
        {"key": "Fund", "value": str(bank_import.fund)},
        {"key": "Uploaded", "value": f"{at(bank_import.uploaded_at)}, by {bank_import.uploaded_by}"},
    ]
    if bank_import.notes:
        rows.append({"key": "How it is written", "value": " ".join(bank_import.notes)})
    if bank_import.columns:
        places = {label: bank_import.columns[role] for role, label in LABELS.items() if role in bank_import.columns}
        named = [f"{label}: “{bank_import.heading[place] or f'column {place + 1}'}”" for label, place in places.items()]
        row: Row = {
            "key": "Columns",
            "value": "; ".join(named),
            "note": f"Dates are written {DATE_FORMATS[bank_import.date_format].lower()}.",
        }
        if can_map:
            row |= {"action_url": reverse("banking:columns", args=[bank_import.reference]), "action_label": "Change"}
        rows.append(row)
    if bank_import.confirmed_at:
        rows.append({"key": "Confirmed", "value": f"{at(bank_import.confirmed_at)}, by {bank_import.confirmed_by}"})
    return rows


def sums_table(sums: Mapping[RowKind, KindSum], *, with_posted: bool) -> Table:
    """How many rows of each kind, and their money."""
    posted = [Column("posted", "Posted", "count")] if with_posted else []
    columns = (Column("kind", "What becomes of them"), Column("rows", "Rows", "count"), *posted, Column("amount", "Amount", "money"))
    rows = [{"kind": kind.label, **vars(one)} for kind, one in sums.items()]
    note = "Money that went out, known rows and rows that cannot be posted are left out."
    return Table(columns, rows, "What the file holds", notes=[note])


def rows_table(rows: Iterable[BankRow], *, can_change: bool = False) -> Table:
    return Table(ROW_COLUMNS, [_row(one, can_change) for one in rows], "Rows of the file")


def rows_file(rows: Iterable[BankRow], caption: str) -> Table:
    """For CSV and XLSX, row by row, so that a long file takes little memory."""
    return Table(ROW_FILE_COLUMNS, (_row(one, False) for one in rows), caption)


def _row(one: BankRow, can_change: bool) -> Row:
    kind = RowKind(one.kind)
    changeable = can_change and kind in MONEY_IN and one.posting_id is None
    address = reverse("banking:row", args=[one.bank_import.reference, one.number]) if changeable else ""
    instalment = one.instalment
    return {
        "number": one.number,
        "row": Link(count(one.number), address) if changeable else count(one.number),
        "happened_on": one.happened_on,
        "amount": one.amount,
        "bank_reference": one.bank_reference,
        "text": one.text,
        "becomes": Tag(SHORT[kind], COLOURS[kind]),
        "note": one.note,
        "why": _why(one),
        "column": one.column,
        "typed": one.typed,
        "instalment": instalment.reference if instalment else "",
        "partner": str(instalment.funder) if instalment else "",
        "posting": one.posting.reference if one.posting else "",
    }


def _why(one: BankRow) -> str:
    if one.column and one.column != "Whole row":
        return f"{one.column}: {one.note}"
    pays = f" Pays {one.instalment.reference}, {one.instalment.funder}." if one.instalment else ""
    return f"{one.note}{pays}"


def row_rows(row: BankRow) -> list[Row]:
    assert row.amount is not None
    assert row.happened_on is not None
    return [
        {"key": "Arrived", "value": on(row.happened_on)},
        {"key": "Amount", "value": as_pounds(row.amount)},
        {"key": "Bank reference", "value": row.bank_reference},
        {"key": "Text", "value": row.text or "None"},
        {"key": "Now", "value": RowKind(row.kind).label, "note": row.note},
    ]


def post_rows(bank_import: BankImport, sums: Mapping[RowKind, KindSum]) -> list[Row]:
    """What is posted and what is left out, in words."""
    rows: list[Row] = [{"key": "Fund", "value": str(bank_import.fund)}]
    for kind, one in sums.items():
        note = as_pounds(one.amount) if one.amount and kind != RowKind.ERROR else ""
        left = "" if kind in MONEY_IN else ", left out"
        rows.append({"key": kind.label, "value": f"{plural(one.rows, 'row')}{left}", "note": note})
    return rows


def suspense_table(funds: Iterable[FundSuspense], today: datetime.date) -> Table:
    columns = (
        Column("fund", "Fund", "link"),
        Column("items", "Payments", "count"),
        Column("amount", "In suspense", "money"),
        Column("oldest", "The oldest"),
    )
    rows = [
        {
            "fund": Link(one.name, reverse("banking:suspense", args=[one.code])),
            "items": one.items,
            "amount": one.amount,
            "oldest": age_of(one.oldest, today),
        }
        for one in funds
    ]
    return Table(columns, rows, "Money in suspense")


def items_table(rows: Iterable[LedgerTransaction], today: datetime.date, *, can_clear: bool = False) -> Table:
    act = [Column("act", "You can", "link")] if can_clear else []
    return Table((*ITEM_COLUMNS, *act), [_item(one, today) for one in rows], "Money in suspense")


def _item(one: LedgerTransaction, today: datetime.date) -> Row:
    return {
        "happened_on": one.happened_on,
        "left": _left(one),
        "age": age_of(one.happened_on, today),
        "text": text_of(one),
        "bank_reference": one.bank_reference,
        "posting": one.reference,
        "act": Link(f"clear {one.reference}", reverse("banking:assign", args=[one.reference])),
    }


def text_of(one: LedgerTransaction) -> str:
    """What the bank said, or what the receipt was for."""
    if row := getattr(one, "bank_row", None):
        return str(row.text)
    if receipt := getattr(one, "receipt", None):
        instalment = receipt.instalment
        return f"More than was asked: {instalment.funder}, {instalment.reference}"
    if pooled := getattr(one, "pooled_receipt", None):
        return f"More than it gives: {pooled.source}, pooled already"
    return one.text


def item_rows(one: LedgerTransaction, today: datetime.date) -> list[Row]:
    return [
        {"key": "Arrived", "value": on(one.happened_on), "note": age_of(one.happened_on, today)},
        {"key": "In suspense", "value": as_pounds(_left(one))},
        {"key": "Bank reference", "value": one.bank_reference},
        {"key": "Text", "value": text_of(one) or "None"},
        {"key": "Fund", "value": str(one.fund)},
    ]


def age_of(day: datetime.date, today: datetime.date) -> str:
    return plural((today - day).days, "day")


def _left(one: LedgerTransaction) -> Any:
    return one.left  # type: ignore[attr-defined]
