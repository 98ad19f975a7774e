"""What may be posted. Amounts are pounds with two places. Pure: no clock, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from commissioning.kernel.money import PENNY, as_pounds
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from funders.pool.rules import NOTHING

LONGEST_TEXT = 200


class PostingRefused(Refusal):
    """The posting cannot stand in the ledger."""


@dataclass(frozen=True)
class Entry:
    """One side of a posting. `contribution` is the key of the contribution that the money belongs to, if it does.

    What is paid out names the pot, the key of the budget line and the financial year that bear it. What comes of money that is
    pooled already names its pot, its year and the key of its source.
    """

    account: str
    amount: Decimal
    contribution: int | None = None
    pot: str = ""
    budget_line: int | None = None
    budget_year: int | None = None
    source: int | None = None


def check_entries(entries: Sequence[Entry]) -> None:
    """A posting has at least two sides, whole pennies, no side of nothing, and adds up to nothing.

    :raises PostingRefused:
    """
    if len(entries) < 2:
        raise PostingRefused("A posting needs at least two sides.")
    for one in entries:
        if not one.amount.is_finite() or one.amount != one.amount.quantize(PENNY):
            raise PostingRefused("Every side of a posting is pounds and whole pence.")
        if not one.amount:
            raise PostingRefused("No side of a posting may be £0.00.")
    if left := sum((one.amount for one in entries), NOTHING):
        raise PostingRefused(f"The sides of a posting must add up to nothing. {as_pounds(left)} is left over.")


def check_day(day: date, closed_until: date | None) -> None:
    """:param closed_until: the last day of the newest closed year.
    :raises PostingRefused: the day lies in a closed year; the sentence names the first day that is open.
    """
    if closed_until is not None and day <= closed_until:
        raise PostingRefused(
            f"{on(day)} lies in a year that is closed. Record it on {on(closed_until + timedelta(days=1))}, the first day of the next "
            "year: its posting names what it belongs to."
        )


def reversed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """The same sides the other way round: both postings together change nothing."""
    return [replace(one, amount=-one.amount) for one in entries]
