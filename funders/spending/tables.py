"""The budget of a fund and the invoices of providers, as tables and as keys with values."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.ledger.permissions import sees_bank_references
from funders.pool.rules import NOTHING
from funders.spending.models import Payment, ProviderInvoice
from funders.spending.permissions import can_reverse
from funders.spending.queries.budget import Budget, LineYear, PotCash, PotYear
from funders.spending.states import InvoiceState

COLOURS = {
    InvoiceState.SUBMITTED: "blue",
    InvoiceState.HALFWAY: "amber",
    InvoiceState.APPROVED: "teal",
    InvoiceState.PAID: "green",
    InvoiceState.RETURNED: "grey",
}
INVOICE_COLUMNS = (
    Column("number", "Invoice", "link"),
    Column("provider", "Provider"),
    Column("area", "Contract area"),
    Column("services", "For"),
    Column("invoiced_on", "Day", "day"),
    Column("amount", "Amount", "money"),
    Column("state", "State", "tag"),
)
INVOICE_FILE_COLUMNS = (
    Column("reference", "Reference"),
    Column("plain_number", "Invoice"),
    *INVOICE_COLUMNS[1:],
    Column("year", "Year"),
    Column("contract", "Contract"),
    Column("fund", "Fund"),
)
CASH = ("received", "moved", "paid", "returned", "held")
Row = dict[str, Any]


def lines_table(budget: Budget, *, with_year: bool = True) -> Table:
    columns = (
        Column("line", "Line"),
        *([Column("year", "Year")] if with_year else []),
        Column("allocated", "Set aside", "money"),
        Column("committed", "Committed", "money"),
        Column("paid", "Paid", "money"),
        Column("free", "Free", "money"),
    )
    rows = [_line_row(one) for one in budget.lines]
    totals = {key: sum((row[key] for row in rows), NOTHING) for key in ("allocated", "committed", "paid", "free")}
    note = "Free is set aside and not committed to a contract."
    total = {"line": "In all", "year": "", **totals} if rows else None
    return Table(columns, rows, "Budget lines", total=total, notes=[note])


def _line_row(one: LineYear) -> Row:
    return {
        "line": one.line.label,
        "year": str(one.year),
        "allocated": one.allocated,
        "committed": one.committed,
        "paid": one.paid,
        "free": one.free,
    }


def pots_table(pots: Sequence[PotYear], *, with_year: bool = True) -> Table:
    columns = (
        Column("pot", "Pot"),
        *([Column("year", "Year")] if with_year else []),
        Column("secured", "Agreed or pooled", "money"),
        Column("allocated", "Set aside", "money"),
        Column("unallocated", "Not set aside", "money"),
    )
    rows = [
        {"pot": one.pot.label, "year": str(one.year), "secured": one.secured, "allocated": one.allocated, "unallocated": one.unallocated}
        for one in pots
    ]
    return Table(columns, rows, "Pots", notes=["Pledges, and money that waits for a condition, are not in a pot."])


def cash_table(cash: Sequence[PotCash]) -> Table:
    columns = (
        Column("pot", "Pot"),
        Column("received", "Received", "money"),
        *([Column("moved", "From other pots", "money")] if any(one.moved for one in cash) else []),
        Column("paid", "Paid to providers", "money"),
        *([Column("returned", "Returned to partners", "money")] if any(one.returned for one in cash) else []),
        Column("held", "Held by the host", "money"),
    )
    rows = [{"pot": one.pot.label, **{name: getattr(one, name) for name in CASH}} for one in cash]
    return Table(columns, rows, "What each pot holds, all years together", notes=["No pot pays out more than it received."])


def invoices_table(rows: Iterable[ProviderInvoice], *, columns: tuple[Column, ...] = INVOICE_COLUMNS) -> Table:
    return Table(columns, [_invoice_row(one) for one in rows], "Invoices of providers")


def _invoice_row(one: ProviderInvoice) -> Row:
    return {
        "reference": one.reference,
        "number": Link(one.number, reverse("spending:invoice", args=[one.reference])),
        "plain_number": one.number,
        "provider": str(one.provider),
        "area": str(one.contract.area),
        "services": one.services,
        "invoiced_on": one.invoiced_on,
        "amount": one.amount,
        "state": state_tag(one),
        "year": str(FinancialYear(one.year)),
        "contract": one.contract.reference,
        "fund": str(one.fund),
    }


def state_tag(invoice: ProviderInvoice) -> Tag:
    return Tag(invoice.get_state_display(), COLOURS[InvoiceState(invoice.state)])


def invoice_rows(one: ProviderInvoice) -> list[Row]:
    contract_url = reverse("contracts:contract", args=[one.contract.reference])
    rows: list[Row] = [
        {"key": "Provider", "value": str(one.provider)},
        {"key": "Contract", "value": one.contract.title, "action_url": contract_url, "action_label": "Read"},
        {"key": "For", "value": one.services, "note": f"Financial year {FinancialYear(one.year)}"},
        {"key": "Amount", "value": as_pounds(one.amount)},
        {"key": "Budget line", "value": one.line.label},
        {"key": "Invoice", "value": f"{one.number}, {on(one.invoiced_on)}"},
        {"key": "Sent", "value": f"{at(one.sent_at)}, by {one.sent_by}"},
    ]
    for label, step in (("Approved", "first_approved"), ("Approved again", "second_approved"), ("Returned", "returned")):
        if moment := getattr(one, f"{step}_at"):
            note = one.returned_because if step == "returned" else ""
            rows.append({"key": label, "value": f"{at(moment)}, by {getattr(one, f'{step}_by')}", "note": note})
    return rows


def payments_table(payments: Iterable[Payment], seat: Seat) -> Table:
    listed = list(payments)
    act = [Column("act", "You can", "link")] if any(can_reverse(seat, one) for one in listed) else []
    columns = (
        Column("paid_on", "Paid", "day"),
        Column("amount", "Amount", "money"),
        Column("bank_reference", "Bank reference"),
        Column("posting", "Posting"),
        Column("note", "What became of it"),
        *act,
    )
    return Table(columns, [_payment_row(one, seat) for one in listed], "Payments")


def _payment_row(one: Payment, seat: Seat) -> Row:
    reversed_ = f"Reversed by {one.reversed_by}, {at(one.reversed_at)}: {one.reversed_because}" if one.reversed_at else ""
    return {
        "paid_on": one.paid_on,
        "amount": one.amount,
        "bank_reference": one.bank_reference if seat.is_of(one.provider_id) or sees_bank_references(seat, one.host_id) else "",
        "posting": one.posting.reference,
        "note": reversed_ or f"Recorded by {one.recorded_by}",
        "act": Link(f"reverse {one.reference}", reverse("spending:reverse", args=[one.reference])) if can_reverse(seat, one) else "",
    }


def payment_rows(payment: Payment) -> list[Row]:
    return [
        {"key": "Provider", "value": str(payment.provider)},
        {"key": "Amount", "value": as_pounds(payment.amount)},
        {"key": "Paid", "value": on(payment.paid_on)},
        {"key": "Bank reference", "value": payment.bank_reference},
    ]
