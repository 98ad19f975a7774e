"""Send, approve, return, pay, reverse. Who sends never approves, who approves never pays."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.contracts.models import Contract
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.budget.queries import committed_to, line_of_contract
from funders.contributions.actions import send as post_letters
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.rules import Entry
from funders.pool.actions import lock
from funders.spending.messages import about_approval, about_invoice, about_payment, about_return
from funders.spending.models import Payment, ProviderInvoice
from funders.spending.permissions import can_approve, can_pay, can_return, can_reverse, can_send
from funders.spending.queries.invoices import invoiced_in, room_in_pots
from funders.spending.rules import (
    InvoiceRefused,
    PaymentRefused,
    approvals_wanted,
    check_approval,
    check_invoice,
    check_payment,
    check_return,
    check_reversal,
    pot_split,
)
from funders.spending.states import NEXT, InvoiceState

# What the database lets change of an invoice; its amount, number and contract never do.
CHANGEABLE = [
    "version",
    "changed_at",
    "changed_by",
    "state",
    *(f"{step}_{end}" for step in ("first_approved", "second_approved", "returned") for end in ("at", "by")),
    "returned_because",
]


@transaction.atomic
def send_invoice(
    *, contract: Contract, year: int, number: str, amount: Decimal, services: str, invoiced_on: date, by: Seat, at: datetime
) -> ProviderInvoice:
    """A provider asks for payment of services of a contract.

    :param year: the calendar year in which the financial year of the services begins.
    :raises InvoiceRefused: not the provider, nothing committed, more than is committed, or the number twice.
    """
    line = line_of_contract(contract, year) or line_of_contract(contract)
    if not can_send(by, contract) or line is None:
        raise InvoiceRefused("Only the provider of a contract that a fund pays sends its invoices.")
    lock(line.fund)
    check_invoice(
        amount=amount,
        number=number,
        services=services,
        invoiced_on=invoiced_on,
        today=in_london(at).date(),
        year=year,
        committed=committed_to(contract),
        invoiced=invoiced_in(contract, year),
    )
    if ProviderInvoice.objects.standing().filter(provider=contract.provider_id, number=number.strip()).exists():
        raise InvoiceRefused("You have sent an invoice with this number already.", field="number")
    told = {"number": number.strip(), "amount": amount, "services": services.strip(), "invoiced_on": invoiced_on, "year": year}
    sides = {"contract": contract, "provider_id": contract.provider_id, "fund": line.fund, "host_id": line.host_id, "line": line}
    made = ProviderInvoice.objects.create(sent_at=at, sent_by=by.actor, **sides, **told)
    record(by=by, verb="sent", on=made, after={"contract": contract.reference, **told})
    post_letters(about_invoice(made), by=by)
    return made


@transaction.atomic
def approve(*, invoice: ProviderInvoice, by: Seat, version: int | None, at: datetime) -> ProviderInvoice:
    """Approve for the host. Above the fund's limit a second officer approves too.

    :raises InvoiceRefused: not an officer of the host, or somebody who sent or approved it already.
    :raises StaleEdit: somebody changed it in between.
    """
    invoice = _locked(invoice, version)
    if not can_approve(by, invoice):
        raise InvoiceRefused("An officer of the host partner approves an invoice that was sent.")
    check_approval(approver=by.actor.pk, hands=[invoice.sent_by_id, invoice.first_approved_by_id])
    first = invoice.first_approved_at is None
    done = not first or approvals_wanted(invoice.amount, invoice.fund.approval_limit_amount) == 1
    if first:
        invoice.first_approved_at, invoice.first_approved_by = at, by.person
    else:
        invoice.second_approved_at, invoice.second_approved_by = at, by.person
    _move(invoice, InvoiceState.APPROVED if done else InvoiceState.HALFWAY, by=by, at=at)
    record(by=by, verb="approved", on=invoice, after={"amount": invoice.amount, "state": invoice.state})
    post_letters(about_approval(invoice), by=by)
    return invoice


@transaction.atomic
def return_invoice(*, invoice: ProviderInvoice, reason: str, by: Seat, version: int | None, at: datetime) -> ProviderInvoice:
    """Give an invoice back to the provider with what has to be mended; the provider sends a new one.

    :raises InvoiceRefused: not an officer of the host, paid or returned already, or no reason.
    """
    invoice = _locked(invoice, version)
    if not can_return(by, invoice):
        raise InvoiceRefused("An officer of the host partner returns an invoice that is not paid.")
    check_return(reason)
    invoice.returned_at, invoice.returned_by, invoice.returned_because = at, by.person, reason.strip()
    _move(invoice, InvoiceState.RETURNED, by=by, at=at)
    record(by=by, verb="returned", on=invoice, reason=reason.strip())
    post_letters(about_return(invoice), by=by)
    return invoice


@transaction.atomic
def pay(*, invoice: ProviderInvoice, paid_on: date, bank_reference: str, by: Seat, version: int | None, at: datetime) -> Payment:
    """Record that the host paid an approved invoice, and post it from the pots of its line.

    :raises PaymentRefused: not the host's finance officer, a hand that sent or approved it, or pots that do not hold enough.
    :raises StaleEdit: somebody changed it in between.
    """
    invoice = _locked(invoice, version)
    if not can_pay(by, invoice):
        raise PaymentRefused("A finance officer of the host partner pays an invoice that is approved.")
    approved_at = invoice.second_approved_at or invoice.first_approved_at or at
    check_payment(
        payer=by.actor.pk,
        hands=[invoice.sent_by_id, invoice.first_approved_by_id, invoice.second_approved_by_id],
        paid_on=paid_on,
        today=in_london(at).date(),
        approved_on=in_london(approved_at).date(),
        bank_reference=bank_reference,
    )
    bank_reference = bank_reference.strip()
    if Payment.objects.standing().filter(fund=invoice.fund, bank_reference=bank_reference).exists():
        raise PaymentRefused("A payment with this bank reference is recorded already. Look at the ledger.", field="bank_reference")
    parts = pot_split(invoice.amount, room_in_pots(invoice))
    posting = _post(invoice, parts, on=paid_on, bank_reference=bank_reference, by=by, at=at)
    told = {"amount": invoice.amount, "paid_on": paid_on, "bank_reference": bank_reference}
    sides = {"provider_id": invoice.provider_id, "fund": invoice.fund, "host_id": invoice.host_id}
    made = Payment.objects.create(invoice=invoice, posting=posting, recorded_at=at, recorded_by=by.actor, **sides, **told)
    _move(invoice, InvoiceState.PAID, by=by, at=at)
    record(
        by=by, verb="paid", on=made, after={"invoice": invoice.reference, **told, "pots": {pot: str(part) for pot, part in parts.items()}}
    )
    post_letters(about_payment(invoice), by=by)
    return made


@transaction.atomic
def reverse_payment(*, payment: Payment, reason: str, by: Seat, at: datetime) -> Payment:
    """Take a wrong payment back: it and its reversal both stay in the ledger, and the invoice is approved and not paid again.

    :raises PaymentRefused: not the host's finance officer, reversed already, or no reason.
    """
    invoice = _locked(payment.invoice, None, any_version=True)
    payment = Payment.objects.select_for_update(no_key=True, of=("self",)).select_related("posting").get(pk=payment.pk)
    if not can_reverse(by, payment):
        raise PaymentRefused("Only a finance officer of the host partner reverses a payment, and only once.")
    check_reversal(reason)
    reverse_posting(posting=payment.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    payment.reversed_at, payment.reversed_by, payment.reversed_because = at, by.person, reason.strip()
    payment.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
    _move(invoice, InvoiceState.APPROVED, by=by, at=at)
    record(by=by, verb="reversed", on=payment, before={"amount": payment.amount}, reason=reason.strip())
    return payment


def _post(
    invoice: ProviderInvoice, parts: Mapping[str, Decimal], *, on: date, bank_reference: str, by: Seat, at: datetime
) -> LedgerTransaction:
    spent = [Entry(Account.SPENT, part, None, pot, invoice.line_id, invoice.year) for pot, part in parts.items()]
    entries = [Entry(Account.BANK, -invoice.amount), *spent]
    text, kind = f"Invoice {invoice.number} of {invoice.provider}"[:200], TransactionKind.PAYMENT
    return post(fund=invoice.fund, entries=entries, on=on, text=text, bank_reference=bank_reference, kind=kind, by=by, at=at)


def _locked(invoice: ProviderInvoice, version: int | None, *, any_version: bool = False) -> ProviderInvoice:
    """The row as it is now, behind the lock of its fund, held until the end of the transaction.

    :raises StaleEdit: with who changed it last, and when.
    """
    lock(invoice.fund)
    rows = ProviderInvoice.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("contract", "provider", "fund__host", "line", "changed_by").get(pk=invoice.pk)
    if not any_version:
        check_version(found, version)
    return found


def _move(invoice: ProviderInvoice, state: InvoiceState, *, by: Seat, at: datetime) -> None:
    check_move(InvoiceState, NEXT, InvoiceState(invoice.state), state)
    invoice.state = state
    mark_changed(invoice, by.person, at)
    invoice.save(update_fields=CHANGEABLE)
