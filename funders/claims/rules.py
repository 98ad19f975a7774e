"""Who takes the money of a year: contracts and tenders. Amounts are pounds. Pure: no clock, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import number_word
from funders.pool.rules import NOTHING

TOLD_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class Taken:
    """What is taken of a year already: committed, signed and not yet committed, asked for by `tenders` open tenders."""

    committed: Decimal = NOTHING
    signed: Decimal = NOTHING
    asked: Decimal = NOTHING
    tenders: int = 0

    @property
    def sum(self) -> Decimal:
        return self.committed + self.signed + self.asked

    @property
    def said(self) -> list[str]:
        """Each of them that is not nothing, in words."""
        by = "another tender" if self.tenders <= 1 else f"{number_word(self.tenders)} other tenders"
        parts = (
            (self.committed, "is committed to contracts"),
            (self.signed, "is signed in contracts and not yet committed"),
            (self.asked, f"is asked for by {by}"),
        )
        return [f"{as_pounds(amount)} {words}" for amount, words in parts if amount]


@dataclass(frozen=True)
class Span:
    """An open fund as far as it matters who pays: its key, code, host's key and years; in the order of the fund pages."""

    key: int
    code: str
    host: int
    first_year: int
    last_year: int

    def runs_in(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year


def paying_fund(funds: Iterable[Span], *, year: int, commissioner: int, fund_code: str = "") -> int | None:
    """Which fund pays for a contract in a year to which nothing is committed: its tender's, else the first of its commissioner that runs.

    A contract that was let before the portal has no tender. `None` where no open fund runs in the year.
    """
    running = [one for one in funds if one.runs_in(year)]
    named = [one for one in running if fund_code and one.code == fund_code]
    hosted = [one for one in running if one.host == commissioner]
    return next((one.key for one in [*named, *hosted]), None)


def last_fund(funds: Iterable[Span], *, year: int, commissioner: int, fund_code: str = "") -> int | None:
    """The fund that has ended before a year which no fund pays for: its tender's, else the last of its commissioner."""
    ended = [one for one in funds if one.last_year < year and (one.code == fund_code or one.host == commissioner)]
    latest = max(ended, key=lambda one: (bool(fund_code) and one.code == fund_code, one.last_year), default=None)
    return latest.key if latest else None


@dataclass(frozen=True)
class Claim:
    """What a signed contract costs in one year, and what is committed of it. `contract` is its key, `tender` that of its tender.

    `beyond` is a year after its fund's last, for which no fund pays.
    """

    contract: int
    starts_on: date
    year: int
    cost: Decimal
    committed: Decimal
    tender: int | None = None
    beyond: bool = False

    @property
    def uncommitted(self) -> Decimal:
        return max(NOTHING, self.cost - self.committed)


def signed_by_year(claims: Iterable[Claim], *, this_year: int, but: int | None = None) -> dict[int, Decimal]:
    """Pounds by year that contracts will cost and nobody has committed yet. A year that is over asks for nothing any more.

    :param this_year: the calendar year in which the present financial year begins. :param but: a tender whose contracts do not count.
    """
    found: dict[int, Decimal] = {}
    for one in claims:
        if not one.beyond and one.year >= this_year and one.uncommitted and (but is None or one.tender != but):
            found[one.year] = found.get(one.year, NOTHING) + one.uncommitted
    return found


def asked_by_year(tenders: Mapping[int, Iterable[Mapping[int, Decimal]]]) -> dict[int, tuple[Decimal, int]]:
    """Pounds and number of tenders by year. :param tenders: for each tender its lots, each with pounds by year."""
    found: dict[int, tuple[Decimal, int]] = {}
    for lots in tenders.values():
        years: dict[int, Decimal] = {}
        for lot in lots:
            for year, amount in lot.items():
                years[year] = years.get(year, NOTHING) + amount
        for year, amount in years.items():
            asked, number = found.get(year, (NOTHING, 0))
            found[year] = (asked + amount, number + 1)
    return found


def taken(committed: Mapping[int, Decimal], signed: Mapping[int, Decimal], asked: Mapping[int, tuple[Decimal, int]]) -> dict[int, Taken]:
    """All three, by year."""
    return {
        year: Taken(committed.get(year, NOTHING), signed.get(year, NOTHING), *asked.get(year, (NOTHING, 0)))
        for year in sorted({*committed, *signed, *asked})
    }


@dataclass(frozen=True)
class Unsecured:
    """A contract that starts or goes on into a year in which its fund's contracts need more than is secured."""

    contract: int
    year: int
    needed: Decimal
    secured: Decimal

    @property
    def missing(self) -> Decimal:
        return self.needed - self.secured


def begins_soon(starts_on: date, year: int, today: date) -> bool:
    """Whether a contract starts, or goes on into a year, within 90 days from today."""
    return today <= max(starts_on, FinancialYear(year).first_day) <= today + TOLD_BEFORE


def unsecured_soon(claims: Sequence[Claim], *, secured: Mapping[int, Decimal], today: date) -> list[Unsecured]:
    """Where a contract starts or goes on within 90 days into a year whose money is not secured, the nearest year first.

    A year is secured when what is pooled or agreed covers all contracts of the fund in it. After the fund's last, none is.
    """
    needed: dict[int, Decimal] = {}
    for one in claims:
        needed[one.year] = needed.get(one.year, NOTHING) + one.cost
    soon = [one for one in sorted(claims, key=lambda one: one.year) if one.cost and begins_soon(one.starts_on, one.year, today)]
    found = [Unsecured(one.contract, one.year, needed[one.year], secured.get(one.year, NOTHING)) for one in soon]
    return [one for one in found if one.missing > 0]
