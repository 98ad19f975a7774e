"""Who is told what about providers' invoices. No letter holds a figure: it leads to the page that does."""

from typing import Any

from commissioning.contracts.permissions import OFFICERS
from commissioning.organisations.roles import Role
from funders.contributions.messages import Letter
from funders.contributions.queries import addresses_of
from funders.spending.models import ProviderInvoice
from funders.spending.permissions import SENDERS
from funders.spending.states import InvoiceState


def about_invoice(invoice: ProviderInvoice) -> list[Letter]:
    """An invoice came: the host's officers have to approve or return it."""
    return [Letter(addresses_of(invoice.fund.host, *OFFICERS), "emails/funders/invoice_to_approve.txt", _context(invoice))]


def about_approval(invoice: ProviderInvoice) -> list[Letter]:
    """Approved once: another officer has to; approved: the finance officers have to pay."""
    if invoice.state == InvoiceState.APPROVED:
        return [Letter(addresses_of(invoice.fund.host, Role.FINANCE), "emails/funders/invoice_to_pay.txt", _context(invoice))]
    first = invoice.first_approved_by.email if invoice.first_approved_by else ""
    others = [one for one in addresses_of(invoice.fund.host, *OFFICERS) if one != first]
    return [Letter(others, "emails/funders/invoice_to_approve.txt", _context(invoice))]


def about_return(invoice: ProviderInvoice) -> list[Letter]:
    return [Letter(addresses_of(invoice.provider, *SENDERS), "emails/funders/invoice_returned.txt", _context(invoice))]


def about_payment(invoice: ProviderInvoice) -> list[Letter]:
    return [Letter(addresses_of(invoice.provider, *SENDERS), "emails/funders/invoice_paid.txt", _context(invoice))]


def _context(invoice: ProviderInvoice) -> dict[str, Any]:
    return {"provider": str(invoice.provider), "number": invoice.number, "invoice": invoice.reference}
