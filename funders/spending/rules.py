"""What a provider may ask, who approves it, and from which pots it is paid. Amounts are pounds. Pure: no clock, no database."""

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal

from commissioning.kernel.money import as_pounds, split
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from funders.contributions.rules import SHORTEST_REASON, check_amount
from funders.pool.rules import NOTHING

LONGEST_NUMBER = 60
LONGEST_SERVICES = 200
LONGEST_REASON = 2000


class InvoiceRefused(Refusal):
    """The invoice cannot be sent, approved or returned like this."""


class PaymentRefused(Refusal):
    """The invoice cannot be paid, or the payment reversed, like this."""


def check_invoice(
    *,
    amount: Decimal,
    number: str,
    services: str,
    invoiced_on: datetime.date,
    today: datetime.date,
    year: int,
    committed: Mapping[int, Decimal],
    invoiced: Decimal,
) -> None:
    """Whether a provider may ask this.

    :param committed: pounds by year that are committed to the contract. :param invoiced: what stands in invoices of that year.
    :raises InvoiceRefused: accrued and paid would be more than committed, or something is not filled in well.
    """
    check_amount(amount)
    if not number.strip() or len(number.strip()) > LONGEST_NUMBER:
        raise InvoiceRefused(f"Enter the number of the invoice in your books, at most {LONGEST_NUMBER} characters.", field="number")
    if len(services.strip()) < SHORTEST_REASON or len(services.strip()) > LONGEST_SERVICES:
        raise InvoiceRefused("Say what the invoice is for, for example “April to June 2027”.", field="services")
    if invoiced_on > today:
        raise InvoiceRefused(f"The day of the invoice is after today, {on(today)}.", field="invoiced_on")
    if year not in committed:
        raise InvoiceRefused(f"Nothing is committed to this contract in {FinancialYear(year)}. Choose another year.", field="year")
    free = committed[year] - invoiced
    if amount > free:
        raise InvoiceRefused(
            f"{as_pounds(committed[year])} is committed to this contract in {FinancialYear(year)} and {as_pounds(invoiced)} of it "
            f"is invoiced already. At most {as_pounds(max(free, NOTHING))} can be invoiced.",
            field="amount",
        )


def approvals_wanted(amount: Decimal, limit: Decimal) -> int:
    """Two above the limit, else one."""
    return 2 if amount > limit else 1


def check_approval(*, approver: int, hands: Collection[int | None]) -> None:
    """:param hands: who sent the invoice and who approved it before.
    :raises InvoiceRefused: one of them approves it again."""
    if approver in hands:
        raise InvoiceRefused("You sent this invoice or approved it already. Another officer has to approve it.")


def check_return(reason: str) -> None:
    """:raises InvoiceRefused: no reason that the provider could act on."""
    if len(reason.strip()) < SHORTEST_REASON or len(reason.strip()) > LONGEST_REASON:
        raise InvoiceRefused("Say in a sentence what has to be mended. The provider reads it.", field="reason")


def check_payment(
    *,
    payer: int,
    hands: Collection[int | None],
    paid_on: datetime.date,
    today: datetime.date,
    approved_on: datetime.date,
    bank_reference: str,
) -> None:
    """:raises PaymentRefused: who sent or approved it pays it, a day before the approval or after today, or no bank reference."""
    if payer in hands:
        raise PaymentRefused("You sent or approved this invoice. Another finance officer has to pay it.")
    if not bank_reference.strip():
        raise PaymentRefused("Enter the bank reference of the payment.", field="bank_reference")
    if paid_on > today:
        raise PaymentRefused(f"The day of payment is after today, {on(today)}.", field="paid_on")
    if paid_on < approved_on:
        raise PaymentRefused(f"The invoice was approved on {on(approved_on)}, so it cannot have been paid before.", field="paid_on")


def pot_split(amount: Decimal, room: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """From which pots an amount is paid: in proportion to what each can bear, to the penny, and none more than it can.

    :param room: pounds that each pot can bear: set aside for the line and not spent, and held by the host.
    :raises PaymentRefused: together they cannot bear it.
    """
    bearing = {pot: left for pot, left in room.items() if left > 0}
    together = sum(bearing.values(), NOTHING)
    if amount > together:
        raise PaymentRefused(
            f"The pots of this line hold {as_pounds(together)} and the invoice is {as_pounds(amount)}. "
            "Wait for the next receipt, or set money of another pot aside for the line."
        )
    parts = split(amount, list(bearing.values()))
    return {pot: part for pot, part in zip(bearing, parts, strict=True) if part}


def check_reversal(reason: str) -> None:
    """:raises PaymentRefused:"""
    if len(reason.strip()) < SHORTEST_REASON or len(reason.strip()) > LONGEST_REASON:
        raise PaymentRefused("Give the reason in a sentence. It stays in the ledger.", field="reason")
