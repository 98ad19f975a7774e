"""Instalments and receipts, as tables and as keys with values."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on, plural
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution
from funders.contributions.tables import Deed, conditions_row, register_deeds
from funders.receipts.models import Instalment, Receipt
from funders.receipts.permissions import can_add_evidence, can_reverse
from funders.receipts.queries import DUE, OVERDUE, STANDINGS, WAITING, schedule_of, standing_of, still_to_come
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
    files = [evidence_link(one, seat) for one in listed]
    act = [Column("act", "You can", "link")] if any(can_reverse(seat, one) for one in listed) else []
    columns = (
        Column("received_on", "Arrived", "day"),
        Column("amount", "Amount", "money"),
        Column("bank_reference", "Bank reference"),
        Column("posting", "Posting"),
        Column("note", "What became of it"),
        *([Column("evidence", "Evidence", "link")] if any(files) else []),
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
        "evidence": evidence_link(one, seat),
        "act": link,
    }


def evidence_link(step: Instalment | Receipt, seat: Seat) -> Link | str:
    """The file of a recorded invoice or a receipt, or the way to add it."""
    if found := getattr(step, "evidence", None):
        return Link(found.name, reverse("receipts:evidence", args=[found.reference]))
    if not can_add_evidence(seat, step):
        return ""
    is_receipt = isinstance(step, Receipt)
    address = reverse(f"receipts:{'add_receipt_evidence' if is_receipt else 'add_invoice_evidence'}", args=[step.reference])
    return Link(f"add a file for {'receipt' if is_receipt else 'invoice'} {step.reference}", address)


def deeds_of(contribution: Contribution, seat: Seat) -> list[Deed]:
    """What the host did with an agreed contribution: counter-signature, invoices, receipts and reversals, for its history."""
    schedule = schedule_of(contribution)
    if schedule is None:
        return []
    instalments = list(schedule.instalments.all())
    said = f"{plural(len(instalments), 'instalment')}, {schedule.reference}"
    signed = Deed(schedule.countersigned_at, Tag("Counter-signed", "green"), contribution.amount, str(schedule.countersigned_by), said)
    deeds = [signed, *(_invoiced(one, seat) for one in instalments if one.invoiced_at)]
    for one in instalments:
        for receipt in one.receipts.all():
            deeds += _arrivals(one, receipt, seat)
    return deeds


def _invoiced(one: Instalment, seat: Seat) -> Deed:
    said = f"Instalment {one.number}, due {on(one.due_on)}. Invoice {one.invoice_reference}"
    return Deed(one.invoiced_at, Tag("Invoiced", "blue"), one.amount, str(one.invoiced_by), said, evidence_link(one, seat))


def _arrivals(one: Instalment, receipt: Receipt, seat: Seat) -> list[Deed]:
    """A receipt, and its reversal where there was one: both stay in sight."""
    over = receipt.amount - receipt.matched_amount
    more = f". {as_pounds(over)} more went into suspense" if over else ""
    said = f"Instalment {one.number}, arrived {on(receipt.received_on)}. {receipt.bank_reference}{more}"
    file = evidence_link(receipt, seat)
    deeds = [Deed(receipt.recorded_at, Tag("Money received", "green"), receipt.matched_amount, str(receipt.recorded_by), said, file)]
    if receipt.reversed_at:
        said = f"{receipt.bank_reference}: {receipt.reversed_because}"
        deeds += [Deed(receipt.reversed_at, Tag("Receipt reversed", "red"), -receipt.matched_amount, str(receipt.reversed_by), said)]
    return deeds


register_deeds("receipts", deeds_of)


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


def instalment_rows(instalment: Instalment, seat: Seat) -> list[Row]:
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
        if link := evidence_link(instalment, seat):
            rows.append(_file_row(link, has_file=hasattr(instalment, "evidence")))
    return rows


def _file_row(link: Link | str, *, has_file: bool) -> Row:
    """The file of the recorded invoice, or the offer to add it."""
    row: Row = {"key": "Evidence", "value": str(link) if has_file else "No file yet", "action_url": getattr(link, "url", "")}
    return {**row, "action_label": "Open" if has_file else "Add a file"}


def receipt_rows(receipt: Receipt) -> list[Row]:
    return [
        {"key": "Partner", "value": str(receipt.funder)},
        {"key": "Amount", "value": as_pounds(receipt.amount)},
        {"key": "Arrived", "value": on(receipt.received_on)},
        {"key": "Bank reference", "value": receipt.bank_reference},
    ]
