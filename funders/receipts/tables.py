"""Instalments and receipts, as tables and as keys with values."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution
from funders.contributions.tables import conditions_row
from funders.receipts.models import Instalment, Receipt
from funders.receipts.permissions import can_reverse
from funders.receipts.queries import DUE, OVERDUE, STANDINGS, WAITING, standing_of, still_to_come
from funders.receipts.states import InstalmentState

COLOURS = {OVERDUE: "red", DUE: "orange", WAITING: "orange", InstalmentState.INVOICED: "amber", InstalmentState.RECEIVED: "green"}
COLUMNS = (
    Column("due_on", "Due", "link"),
    Column("funder", "Partner"),
    Column("year", "Year"),
    Column("amount", "Amount", "money"),
    Column("received", "Received", "money"),
    Column("standing", "Standing", "tag"),
)
FILE_COLUMNS = (
    Column("reference", "Reference"),
    Column("day", "Due", "day"),
    *COLUMNS[1:],
    Column("invoice", "Invoice"),
    Column("contribution", "Contribution"),
    Column("fund", "Fund"),
)
Row = dict[str, Any]


def standing_tag(instalment: Instalment, today: datetime.date) -> Tag:
    standing = standing_of(instalment, today)
    return Tag(STANDINGS[standing], COLOURS.get(standing, "grey"))


def instalments_table(rows: Iterable[Instalment], today: datetime.date, caption: str, *, columns: tuple[Column, ...] = COLUMNS) -> Table:
    """:param rows: with `received`."""
    return Table(columns, [_row(one, today) for one in rows], caption)


def _row(one: Instalment, today: datetime.date) -> Row:
    return {
        "reference": one.reference,
        "due_on": Link(on(one.due_on).partition(" ")[2], reverse("receipts:instalment", args=[one.reference])),
        "day": one.due_on,
        "funder": str(one.funder),
        "year": str(FinancialYear(one.contribution.year)),
        "amount": one.amount,
        "received": _received(one),
        "standing": standing_tag(one, today),
        "invoice": one.invoice_reference,
        "contribution": one.contribution.reference,
        "fund": str(one.fund),
    }


def _received(one: Instalment) -> Any:
    return one.received  # type: ignore[attr-defined]


def waiting_table(contributions: Iterable[Contribution]) -> Table:
    columns = (
        Column("contribution", "Contribution", "link"),
        Column("funder", "Partner"),
        Column("year", "Year"),
        Column("amount", "Amount", "money"),
        Column("agreed_at", "Agreed", "moment"),
    )
    rows = [
        {
            "contribution": Link(f"Counter-sign {one.reference}", reverse("receipts:countersign", args=[one.reference])),
            "funder": str(one.funder),
            "year": str(FinancialYear(one.year)),
            "amount": one.amount,
            "agreed_at": one.agreed_at,
        }
        for one in contributions
    ]
    return Table(columns, rows, "Waiting for your counter-signature")


def receipts_table(receipts: Iterable[Receipt], seat: Seat) -> Table:
    listed = list(receipts)
    act = [Column("act", "You can", "link")] if any(can_reverse(seat, one) for one in listed) else []
    columns = (
        Column("received_on", "Arrived", "day"),
        Column("amount", "Amount", "money"),
        Column("bank_reference", "Bank reference"),
        Column("posting", "Posting"),
        Column("note", "What became of it"),
        *act,
    )
    return Table(columns, [_receipt_row(one, seat) for one in listed], "Receipts")


def _receipt_row(one: Receipt, seat: Seat) -> Row:
    link = Link(f"reverse {one.reference}", reverse("receipts:reverse", args=[one.reference])) if can_reverse(seat, one) else ""
    return {
        "received_on": one.received_on,
        "amount": one.amount,
        "bank_reference": one.bank_reference,
        "posting": one.posting.reference,
        "note": _what_became_of(one),
        "act": link,
    }


def _what_became_of(one: Receipt) -> str:
    if one.reversed_at:
        return f"Reversed by {one.reversed_by}, {at(one.reversed_at)}: {one.reversed_because}"
    over = one.amount - one.matched_amount
    if over:
        return f"{as_pounds(over)} of it went into suspense: more than was asked."
    return f"{'Assigned from suspense' if one.source_id else 'Recorded'} by {one.recorded_by}"


def contribution_rows(contribution: Contribution) -> list[Row]:
    return [
        {"key": "Partner", "value": str(contribution.funder)},
        {"key": "Fund", "value": str(contribution.fund)},
        {"key": "Financial year", "value": str(FinancialYear(contribution.year))},
        {"key": "Amount", "value": as_pounds(contribution.amount)},
        conditions_row(contribution),
        *_waits(contribution),
        {"key": "Agreed", "value": str(contribution.agreed_by), "note": f"Decision: {contribution.decision_reference}"},
    ]


def _waits(contribution: Contribution) -> list[Row]:
    """What agreed money waits for, before it can be invoiced."""
    if not contribution.waits or contribution.condition_due_on is None:
        return []
    note = f"Decided by {on(contribution.condition_due_on)}. It can be counter-signed, and invoiced when the condition is met."
    return [{"key": "Waits for", "value": contribution.condition, "note": note}]


def instalment_rows(instalment: Instalment) -> list[Row]:
    contribution = instalment.contribution
    rows: list[Row] = [
        {"key": "Partner", "value": str(instalment.funder)},
        {"key": "Fund", "value": str(instalment.fund)},
        {
            "key": "Contribution",
            "value": f"{contribution.reference}, {FinancialYear(contribution.year)}",
            "action_url": reverse("contributions:contribution", args=[contribution.reference]),
            "action_label": "Read",
        },
        {"key": "Amount", "value": as_pounds(instalment.amount)},
        {"key": "Still to come", "value": as_pounds(still_to_come(instalment))},
        {"key": "Due", "value": on(instalment.due_on)},
    ]
    rows += _waits(contribution)
    if instalment.invoiced_at:
        invoiced = f"{instalment.invoice_reference}, {at(instalment.invoiced_at)}, by {instalment.invoiced_by}"
        rows.append({"key": "Invoice", "value": invoiced})
    return rows


def receipt_rows(receipt: Receipt) -> list[Row]:
    return [
        {"key": "Partner", "value": str(receipt.funder)},
        {"key": "Amount", "value": as_pounds(receipt.amount)},
        {"key": "Arrived", "value": on(receipt.received_on)},
        {"key": "Bank reference", "value": receipt.bank_reference},
    ]
