"""What may go back to the payer. Amounts are pounds."""

import datetime
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.words import on
from funders.banking.rules import ClearingRefused
from funders.contributions.rules import reason_wanted
from funders.receipts.rules import LONGEST_REFERENCE


def check_return(
    *,
    amount: Decimal,
    left: Decimal,
    returned_on: datetime.date,
    arrived_on: datetime.date,
    today: datetime.date,
    bank_reference: str,
    reason: str,
) -> None:
    """Whether money may be noted as returned.

    :param left: what is in suspense of the posting that brought it.
    :raises ClearingRefused:
    """
    if not amount.is_finite() or amount <= 0:
        raise ClearingRefused("The amount must be more than £0.", field="amount")
    if amount > left:
        raise ClearingRefused(f"Only {as_pounds(left)} of it is in suspense. Enter that or less.", field="amount")
    if not arrived_on <= returned_on <= today:
        sentence = f"The day must be between {on(arrived_on)}, when the money arrived, and today."
        raise ClearingRefused(sentence, field="returned_on")
    tidy = bank_reference.strip()
    if not tidy or len(tidy) > LONGEST_REFERENCE or not tidy.isprintable():
        sentence = f"Enter the bank reference of the payment: one line of {LONGEST_REFERENCE} characters or fewer."
        raise ClearingRefused(sentence, field="bank_reference")
    if sentence := reason_wanted(reason):
        raise ClearingRefused(sentence, field="reason")
