"""What an override lets pass, and who may sign it. Amounts are pounds. Pure: no clock, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join
from funders.budget.rules import contract_years
from funders.claims.rules import Taken
from funders.contributions.rules import LONGEST_REASON, SHORTEST_REASON
from funders.pool.rules import NOTHING
from funders.statements.rules import Outside, Uncovered, uncovered_years

TAKEN = ("committed", "signed", "asked")


class OverrideRefused(Refusal):
    """The override cannot be proposed, confirmed or withdrawn like this."""


@dataclass(frozen=True)
class Shut:
    """A year that keeps the gate shut: what is missing in it, and what two partners have let pass already."""

    uncovered: Uncovered
    overridden: Decimal

    @property
    def sentence(self) -> str:
        if not self.overridden:
            return self.uncovered.sentence
        more = self.uncovered.missing - self.overridden
        return f"{self.uncovered.sentence} Two partners have let {as_pounds(self.overridden)} pass; {as_pounds(more)} more is missing now."


def still_shut(uncovered: Iterable[Uncovered], overridden: Mapping[int, Decimal]) -> list[Shut]:
    """The years in which more is missing than was let pass. :param overridden: pounds by year."""
    found = [Shut(one, overridden.get(one.year.start, NOTHING)) for one in uncovered]
    return [one for one in found if one.uncovered.missing > one.overridden]


def verdict(shut: Sequence[Shut]) -> str:
    """Where a tender with uncovered years stands, in one sentence."""
    if not shut:
        return "Two partners have let pass what is missing. The tender may go on as far as these figures."
    said = join([f"{as_pounds(one.uncovered.missing - one.overridden)} in {one.uncovered.year}" for one in shut])
    return f"In the way: {said} {'is' if len(shut) == 1 else 'are'} missing."


def most_let_pass(overrides: Iterable[Sequence[Uncovered]]) -> dict[int, Decimal]:
    """Pounds by year that standing overrides let pass: of each year the largest, they do not add up."""
    found: dict[int, Decimal] = {}
    for years in overrides:
        for one in years:
            found[one.year.start] = max(found.get(one.year.start, NOTHING), one.missing)
    return found


def kept(years: Iterable[Uncovered]) -> list[dict[str, Any]]:
    """Uncovered years as they are kept with an override; pounds as text."""
    return [_kept(one) for one in years]


def _kept(one: Uncovered) -> dict[str, Any]:
    found = {"year": one.year.start, "needed": str(one.needed), "secured": str(one.secured)}
    found |= {key: str(amount) for key in TAKEN if (amount := getattr(one.taken, key))}
    found |= {"tenders": one.taken.tenders} if one.taken.tenders else {}
    return found | ({"outside": one.outside.name} if one.outside else {})


def read(rows: Iterable[Mapping[str, Any]]) -> list[Uncovered]:
    """The same, read again."""
    return [_read(row) for row in rows]


def _read(row: Mapping[str, Any]) -> Uncovered:
    committed, signed, asked = (Decimal(row.get(key, "0")) for key in TAKEN)
    taken = Taken(committed, signed, asked, int(row.get("tenders", 0)))
    outside = Outside[row.get("outside", Outside.NO.name)]
    return Uncovered(FinancialYear(int(row["year"])), Decimal(row["needed"]), Decimal(row["secured"]), taken, outside)


def check_reason(reason: str) -> None:
    """:raises OverrideRefused: nothing that a reader could follow, or too much."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise OverrideRefused(f"Give the reason in at least {SHORTEST_REASON} characters. It stays with the override.", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise OverrideRefused(f"Give the reason in at most {LONGEST_REASON} characters.", field="reason")


def check_proposal(*, uncovered: Sequence[Uncovered], waits: bool, shut: bool) -> None:
    """:param waits: whether a proposal for the tender waits for its second signatory; `shut`: whether anything is in the way.
    :raises OverrideRefused:
    """
    if waits:
        raise OverrideRefused("An override of this tender waits for its second signatory already. Withdraw it first.")
    if not uncovered or not shut:
        raise OverrideRefused("Nothing has to be overridden: every year of this tender is covered, or two partners have let it pass.")


def check_confirmation(*, proposed: Sequence[Uncovered], now: Sequence[Uncovered]) -> None:
    """Both sign the same figures: what is missing may have become less since, not more.

    :raises OverrideRefused:
    """
    let_pass = {one.year.start: one.missing for one in proposed}
    grown = still_shut(now, let_pass)
    if grown:
        said = join([f"{as_pounds(one.uncovered.missing - one.overridden)} in {one.uncovered.year}" for one in grown])
        raise OverrideRefused(f"More is missing than when this was proposed: {said} more. It has to be withdrawn and proposed anew.")
    if not now:
        raise OverrideRefused("Every year of this tender is covered by now, so nothing has to be overridden.")


def uncovered_extension(
    *, annual: Decimal, ends_on: date, months: int, secured: Mapping[int, Decimal], taken: Mapping[int, Taken]
) -> list[Uncovered]:
    """The years into which an option would carry a contract and that money which nobody takes does not cover.

    :param ends_on: the last day of the contract without the option; `secured`: pounds by year of the fund; `taken`: what is taken of it.
    """
    return uncovered_years(contract_years(annual, ends_on + timedelta(days=1), months), secured=secured, taken=taken)
