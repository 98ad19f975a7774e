"""Providers send their own invoices, officers of the host approve, its finance officers pay. No hand does two of it."""

from django.db.models import Q

from commissioning.contracts.models import Contract, ContractQuerySet
from commissioning.contracts.permissions import OFFICERS
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.permissions import READERS as FUND_READERS
from funders.receipts.permissions import is_host_finance
from funders.spending.models import Payment, PaymentQuerySet, ProviderInvoice, ProviderInvoiceQuerySet
from funders.spending.states import InvoiceState

SENDERS = (Role.BID_MANAGER, Role.CERTIFIER)
READERS = (*FUND_READERS, *SENDERS)
WAITING = (InvoiceState.SUBMITTED, InvoiceState.HALFWAY)


def can_send(seat: Seat, contract: Contract) -> bool:
    return seat.has(*SENDERS) and seat.is_of(contract.provider_id)


def can_approve(seat: Seat, invoice: ProviderInvoice) -> bool:
    return seat.has(*OFFICERS) and seat.is_of(invoice.host_id) and invoice.state in WAITING


def can_return(seat: Seat, invoice: ProviderInvoice) -> bool:
    return seat.has(*OFFICERS) and seat.is_of(invoice.host_id) and invoice.state in (*WAITING, InvoiceState.APPROVED)


def can_pay(seat: Seat, invoice: ProviderInvoice) -> bool:
    return is_host_finance(seat, invoice.host_id) and invoice.state == InvoiceState.APPROVED


def can_reverse(seat: Seat, payment: Payment) -> bool:
    return is_host_finance(seat, payment.host_id) and payment.reversed_at is None


def visible_to(seat: Seat) -> ProviderInvoiceQuerySet:
    """Partners see what their common fund is asked to pay; a provider sees its own invoices alone."""
    return ProviderInvoice.objects.filter(_seen_by(seat))


def payments_visible_to(seat: Seat) -> PaymentQuerySet:
    return Payment.objects.filter(_seen_by(seat))


def contracts_to_invoice(seat: Seat) -> ContractQuerySet:
    """The provider's own signed contracts to which a fund has committed money."""
    if not seat.has(*SENDERS):
        return Contract.objects.none()
    return Contract.objects.signed().filter(provider=seat.organisation_id, commitments__isnull=False).distinct()


def _seen_by(seat: Seat) -> Q:
    if seat.has(*FUND_READERS):
        return Q()
    return Q(provider=seat.organisation_id) if seat.has(*SENDERS) else Q(pk__in=[])
