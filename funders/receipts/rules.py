"""Instalments, invoices and receipts: what may follow what. Amounts are pounds. Pure: no clock, no database."""

import datetime
from collections.abc import Collection, Sequence
from decimal import Decimal

from commissioning.contracts.rules import add_months
from commissioning.kernel.money import PENNY, as_pounds, split
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from funders.contributions.rules import LARGEST, reason_wanted
from funders.pool.rules import NOTHING

LONGEST_REFERENCE = 60
A_WEEK = datetime.timedelta(days=7)
# In how many equal instalments a year may be paid: model agreements pay quarterly in advance.
PLANS = {
    1: "one payment in April",
    2: "two payments, in April and October",
    4: "four payments, one each quarter",
    12: "twelve, one each month",
}


OWN_PLAN = 0
MOST_INSTALMENTS = 24
Part = tuple[datetime.date, Decimal]


class CountersignRefused(Refusal):
    """The contribution cannot be counter-signed like this."""


class InvoiceRefused(Refusal):
    """The instalment cannot be invoiced like this."""


class ReceiptRefused(Refusal):
    """The receipt cannot be recorded like this."""


class EvidenceRefused(Refusal):
    """The file cannot be added here."""


class ReversalRefused(Refusal):
    """The receipt cannot be reversed like this."""


def instalment_plan(amount: Decimal, year: int, count: int) -> list[Part]:
    """Days and amounts of equal instalments over a financial year, the first on 1 April; they add up to the amount to the penny.

    :param year: the calendar year in which the financial year begins.
    :raises CountersignRefused: a number that is not offered, or more instalments than pennies.
    """
    if count not in PLANS:
        raise CountersignRefused("Choose one of the plans that are offered.", field="plan")
    if amount < PENNY * count:
        raise CountersignRefused(f"{as_pounds(amount)} cannot be paid in {count} instalments. Choose fewer.", field="plan")
    step = 12 // count
    first = FinancialYear(year).first_day
    days = [add_months(first, place * step) for place in range(count)]
    return list(zip(days, split(amount, [1] * count), strict=True))


def check_own_plan(parts: Sequence[Part], *, amount: Decimal, year: int) -> None:
    """Whether these days and amounts are a plan for what is agreed for a financial year: in order, in the year, to the penny.

    :param year: the calendar year in which the financial year begins.
    :raises CountersignRefused: with the line that is wrong, or what is missing or too much.
    """
    if not parts:
        raise CountersignRefused("Write the instalments of your own plan: one in each line, the day and the amount.", field="own")
    if len(parts) > MOST_INSTALMENTS:
        raise CountersignRefused(f"A year is paid in at most {MOST_INSTALMENTS} instalments. Put some of them together.", field="own")
    of = FinancialYear(year)
    before = of.first_day - datetime.timedelta(days=1)
    for line, (due_on, part) in enumerate(parts, start=1):
        if not of.first_day <= due_on <= of.last_day:
            said = f"Line {line}: {on(due_on)} is not in {of}. The days go from {on(of.first_day)} to {on(of.last_day)}."
            raise CountersignRefused(said, field="own")
        if due_on <= before:
            raise CountersignRefused(
                f"Line {line}: {on(due_on)} must come after the day in the line before. Put the days in order.", field="own"
            )
        if part <= 0:
            raise CountersignRefused(f"Line {line}: the amount must be more than £0. Take the line out if nothing is due.", field="own")
        before = due_on
    together = sum((part for _, part in parts), NOTHING)
    if together != amount:
        off = f"{as_pounds(amount - together)} is missing" if together < amount else f"{as_pounds(together - amount)} is too much"
        said = f"The instalments add up to {as_pounds(together)}, and {as_pounds(amount)} is agreed: {off}. Change an amount."
        raise CountersignRefused(said, field="own")


def check_countersign(*, agreed_by: int | None, signer: int) -> None:
    """:raises CountersignRefused: the person who agreed for the partner signs for the host too."""
    if agreed_by == signer:
        raise CountersignRefused("You agreed this contribution for the partner, so another finance officer has to counter-sign it.")


def check_year_open(year: int, closed: Collection[int]) -> None:
    """:raises CountersignRefused: the year is closed; the sentence says what to do instead."""
    if year in closed:
        raise CountersignRefused(
            f"{FinancialYear(year)} is closed, so no agreement is counter-signed for it any more. Ask the partner to withdraw it "
            "and to pledge the money for a year that is open."
        )


def check_year_asks(year: int, closed: Collection[int]) -> None:
    """:raises InvoiceRefused: the year is closed; the sentence says what to do instead."""
    if year in closed:
        raise InvoiceRefused(
            f"{FinancialYear(year)} is closed, so no instalment of it is invoiced any more: its outturn does not count this money. "
            "Ask the partner to pledge it for a year that is open."
        )


def check_condition_met(*, condition: str, due_on: datetime.date | None, waits: bool) -> None:
    """:raises InvoiceRefused: the contribution is agreed, and its event has not come yet."""
    if waits and due_on:
        raise InvoiceRefused(f"This contribution waits for: {condition} (decided by {on(due_on)}). It is invoiced when that is met.")


def why_no_step(*, contribution: str, waits: bool, is_planned: bool) -> str:
    """Why an instalment cannot be invoiced, or paid, and what to do instead. :param contribution: its state."""
    if contribution != "agreed":
        return (
            f"The contribution {'has' if contribution == 'lapsed' else 'was'} {contribution}, so nothing is asked or received for it any more. Money that has come all the same is "
            "uploaded with a bank file: it is kept in suspense, until it goes to another instalment or back to the payer."
        )
    if waits:
        return "The contribution waits for its event. An approver of the partner says that it has come."
    return "It is not invoiced yet. Record the invoice first." if is_planned else "It is invoiced, or paid in full: look at its page."


def check_invoice(reference: str) -> None:
    """:raises InvoiceRefused:"""
    if problem := _reference_fault(reference, "invoice"):
        raise InvoiceRefused(problem, field="invoice_reference")


def check_receipt(
    *,
    amount: Decimal,
    received_on: datetime.date,
    bank_reference: str,
    year: int,
    today: datetime.date,
    agreed_by: int | None,
    recorder: int,
) -> None:
    """Whether money may be recorded as received for an instalment of a financial year.

    :param year: the calendar year in which the contribution's financial year begins.
    :param agreed_by: who agreed the contribution; `recorder` who records the receipt. Two persons, always.
    :raises ReceiptRefused:
    """
    if agreed_by == recorder:
        raise ReceiptRefused("You agreed this contribution for the partner, so another finance officer has to record its receipts.")
    if not amount.is_finite() or amount <= 0:
        raise ReceiptRefused("The amount must be more than £0.", field="amount")
    if amount > LARGEST:
        raise ReceiptRefused(f"The amount must be {as_pounds(LARGEST, whole=True)} or less. Check the number of noughts.", field="amount")
    if amount != round(amount, 2):
        raise ReceiptRefused("Enter pounds and pence, with no more than two figures after the point.", field="amount")
    if received_on > today:
        raise ReceiptRefused("The day must be today or earlier. Record the money when it has arrived.", field="received_on")
    earliest = FinancialYear(year - 1).first_day
    if received_on < earliest:
        raise ReceiptRefused(f"The day must be {on(earliest)} or later: this is money for {FinancialYear(year)}.", field="received_on")
    if problem := _reference_fault(bank_reference, "bank"):
        raise ReceiptRefused(problem, field="bank_reference")


def check_reversal(reason: str) -> None:
    """:raises ReversalRefused: no reason that others can read later."""
    if sentence := reason_wanted(reason):
        raise ReversalRefused(sentence, field="reason")


def matched(amount: Decimal, outstanding: Decimal) -> tuple[Decimal, Decimal]:
    """What of a receipt belongs to the instalment, and what was received beyond it."""
    own = min(amount, max(outstanding, NOTHING))
    return own, amount - own


def reminder_kind(due_on: datetime.date, today: datetime.date) -> str:
    """Which reminder belongs to a day: `before`, `on` or `after` the day on which money is due; "" earlier than a week before.

    A day that was missed heals itself: the kind stays until the next one begins.
    """
    if today < due_on - A_WEEK:
        return ""
    if today < due_on:
        return "before"
    return "on" if today < due_on + A_WEEK else "after"


def _reference_fault(reference: str, what: str) -> str:
    tidy = reference.strip()
    if not tidy:
        return f"Enter the {what} reference, so that the payment can be found again."
    if len(tidy) > LONGEST_REFERENCE or not tidy.isprintable():
        return f"The {what} reference must be one line of {LONGEST_REFERENCE} characters or fewer."
    return ""
