"""What may be recorded as received of money that is pooled already. Amounts are pounds. Pure: no clock, no database."""

from collections.abc import Collection
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join
from funders.contributions.rules import reason_wanted

LONGEST_NOTE = 200


class PooledReceiptRefused(Refusal):
    """The receipt cannot be recorded, or taken back, like this."""


def check_source(*, label: str, counts: bool, year: int, fund_years: Collection[int]) -> None:
    """:param counts: whether the source is in the version in force, in the pool, and waits for nothing.
    :raises PooledReceiptRefused: nothing is to come of it in this year.
    """
    if not counts:
        raise PooledReceiptRefused(
            f"{label} is not in the pool now, or waits for its condition. Look at the requirement of the fund again.", field="pays"
        )
    if year not in fund_years:
        raise PooledReceiptRefused("Choose one of the fund’s years.", field="pays")


def check_to_come(to_come: Decimal, *, label: str, year: int) -> None:
    """:raises PooledReceiptRefused: everything has arrived."""
    if to_come <= 0:
        raise PooledReceiptRefused(
            f"Everything of {label} for {FinancialYear(year)} has arrived. Choose another year, or leave the money in suspense.",
            field="pays",
        )


def check_hands(*, stated_by: int | None, recorder: int) -> None:
    """:param stated_by: who put the version into force that says what the source gives.
    :raises PooledReceiptRefused: the same person twice.
    """
    if stated_by == recorder:
        raise PooledReceiptRefused(
            "You put into force what this source gives, so another finance officer has to record that the money has arrived."
        )


def check_note(note: str) -> None:
    """:raises PooledReceiptRefused:"""
    if len(note.strip()) > LONGEST_NOTE or not note.isprintable():
        raise PooledReceiptRefused(f"The note must be one line of {LONGEST_NOTE} characters or fewer.", field="note")


def check_reversal(reason: str) -> None:
    """:raises PooledReceiptRefused: no reason that others can read later."""
    if sentence := reason_wanted(reason):
        raise PooledReceiptRefused(sentence, field="reason")


def arrived_beyond(label: str, arrived: dict[int, Decimal], *, gives: Decimal) -> str:
    """Why the next version cannot say this of a source, in a sentence; "" when it can.

    :param arrived: pounds by open year of which some arrived. :param gives: what the next version says that it gives a year.
    """
    over = {year: amount for year, amount in arrived.items() if amount > gives}
    if not over:
        return ""
    named = join([f"{as_pounds(amount)} in {FinancialYear(year)}" for year, amount in sorted(over.items())])
    return (
        f"{label} has paid {named} already. The next version must keep it with at least that much, in the same pot, until the year is "
        "closed; or the finance officer reverses the receipt first."
    )
