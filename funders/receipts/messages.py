"""Who is told what about money on its way. No letter holds a figure: it leads to the page that does."""

from typing import Any

from commissioning.organisations.roles import Role
from funders.contributions.messages import Letter as Letter
from funders.contributions.queries import addresses_of
from funders.receipts.models import Instalment, Receipt, Reminded, Schedule

PARTNER_ROLES = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)


def about_schedule(schedule: Schedule) -> list[Letter]:
    """The host counter-signed: the partner's people read when what is due."""
    contribution = schedule.contribution
    words = {"funder": str(schedule.funder), "fund": str(contribution.fund), "contribution": contribution.reference}
    return [Letter(addresses_of(schedule.funder, *PARTNER_ROLES), "emails/funders/contribution_countersigned.txt", words)]


def about_invoice(instalment: Instalment) -> list[Letter]:
    """An instalment was invoiced: the partner's officers have to pay it."""
    return [Letter(addresses_of(instalment.funder, Role.FUNDER_OFFICER), "emails/funders/instalment_invoiced.txt", _context(instalment))]


def about_receipt(receipt: Receipt) -> list[Letter]:
    to = addresses_of(receipt.funder, Role.FUNDER_OFFICER)
    return [Letter(to, "emails/funders/instalment_received.txt", _context(receipt.instalment))]


def about_reversal(receipt: Receipt) -> list[Letter]:
    to = addresses_of(receipt.funder, Role.FUNDER_OFFICER)
    return [Letter(to, "emails/funders/receipt_reversed.txt", _context(receipt.instalment))]


def about_reminder(instalment: Instalment, kind: str) -> list[Letter]:
    """Money is due, or overdue: the partner's officers pay; of what is overdue the host's finance officers hear too."""
    to = set(addresses_of(instalment.funder, Role.FUNDER_OFFICER))
    if kind == Reminded.AFTER:
        to |= set(addresses_of(instalment.fund.host, Role.FINANCE))
    template = "emails/funders/instalment_overdue.txt" if kind == Reminded.AFTER else "emails/funders/instalment_due.txt"
    return [Letter(sorted(to), template, _context(instalment))]


def _context(instalment: Instalment) -> dict[str, Any]:
    return {"funder": str(instalment.funder), "fund": str(instalment.fund), "instalment": instalment.reference}
