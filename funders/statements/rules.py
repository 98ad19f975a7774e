"""Whether the money of a fund covers a term of years, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from commissioning.kernel.money import PENNY, as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import join, number_word, percent
from funders.budget.rules import months_by_year
from funders.pool.rules import NOTHING, YearPosition, missing

MONTHS_A_YEAR = 12


class Answer(StrEnum):
    """Whether a partner has answered for a year. £0 is an answer, blank is none."""

    NONE = "none"
    NOTHING = "nothing"
    GIVEN = "given"


@dataclass(frozen=True)
class Uncovered:
    """A year in which the agreed money does not cover what is to be spent."""

    year: FinancialYear
    needed: Decimal
    secured: Decimal

    @property
    def missing(self) -> Decimal:
        return self.needed - self.secured

    @property
    def sentence(self) -> str:
        return (
            f"{self.year}: {as_pounds(self.missing)} is missing. {as_pounds(self.needed)} is needed and "
            f"{as_pounds(self.secured)} is pooled or agreed. Pledges count when they are agreed."
        )


def uncovered_years(*, annual: Decimal, starts_on: date, months: int, secured: Mapping[int, Decimal]) -> list[Uncovered]:
    """The years of a term that lie inside the fund and are not covered by its pooled and agreed money.

    :param annual: pounds for a whole year; a year of which the term has only some months needs that part of it.
    :param secured: pounds by year, for each year of the fund. Years of the term after the fund's last are not asked for.
    """
    found = []
    for year, share in sorted(months_by_year(starts_on, months).items()):
        needed = (annual * share / MONTHS_A_YEAR).quantize(PENNY)
        if year in secured and secured[year] < needed:
            found.append(Uncovered(FinancialYear(year), needed, secured[year]))
    return found


@dataclass(frozen=True)
class YearCertainty:
    """How sure the money of a year is, against what contracts have committed of it.

    What is pooled already is no promise that could be invoiced: until a receipt says otherwise it stands with what is agreed.
    """

    position: YearPosition
    received: Decimal
    committed: Decimal

    @property
    def arrived(self) -> Decimal:
        """Received, without what a year end took out of the year: that counts in the year to which it was carried."""
        return min(self.received, self.position.own) if self.position.closed else self.received

    @property
    def agreed_open(self) -> Decimal:
        """Agreed, or pooled already, and not yet received."""
        return missing(self.position.own, self.received)

    @property
    def beyond(self) -> Decimal:
        """What is committed beyond what is pooled or agreed; what is conditional or pledged does not cover it."""
        return missing(self.committed, self.position.secured)


def certainty(years: Sequence[YearCertainty]) -> str:
    """Whether what is committed rests on what is agreed, in one sentence."""
    over = [one for one in years if one.beyond]
    if over:
        said = join([f"{as_pounds(one.beyond)} in {FinancialYear(one.position.year)}" for one in over])
        return f"Contracts have committed more than is pooled or agreed: {said} too much."
    committed = sum((one.committed for one in years), NOTHING)
    if not committed:
        return f"No contract has committed money of this fund yet. {coverage([one.position for one in years])}"
    return f"Contracts have committed {as_pounds(committed)}, and in each year that is covered by money that is pooled or agreed."


def finding(positions: Sequence[YearPosition]) -> str:
    """How a fund stands, in one sentence or two."""
    short = [one for one in positions if one.missing]
    if not short:
        return "Every year is covered by money that is pooled or agreed."
    worst = max(short, key=lambda one: (one.missing, -one.year))
    pledged = f"{as_pounds(worst.pledged)} is pledged and not agreed" if worst.pledged else "nothing is pledged for it"
    said = f"{as_pounds(worst.missing)} of {as_pounds(worst.required)} is missing, and {pledged}."
    if worst.conditional:
        said += f" If the {as_pounds(worst.conditional)} that is conditional comes, {as_pounds(worst.missing_with_conditional)} is missing."
    if worst.doubtful:
        said += f" {as_pounds(worst.doubtful)} is agreed and so long overdue that it is not counted."
    if len(positions) == 1:
        return f"{FinancialYear(worst.year)}: {said}"
    return f"{_which(short, positions)} In {FinancialYear(worst.year)}, {said}"


def coverage(positions: Sequence[YearPosition]) -> str:
    """How much of all years together is sure, in one sentence."""
    required, secured, pledged = (sum((getattr(one, key) for one in positions), NOTHING) for key in ("required", "secured", "pledged"))
    if not required:
        return "Nothing is required yet."
    span = str(FinancialYear(positions[0].year)) if len(positions) == 1 else f"{number_word(len(positions))} years"
    sure = f"Of {as_pounds(required)} required in {span}, {as_pounds(secured)} ({percent(100 * secured / required)}) is pooled or agreed"
    conditional = sum((one.conditional for one in positions), NOTHING)
    others = [(conditional, "conditional"), (pledged, "pledged")]
    return f"{join([sure, *(f'{as_pounds(amount)} is {word}' for amount, word in others if amount)])}."


def _which(short: Sequence[YearPosition], positions: Sequence[YearPosition]) -> str:
    if len(short) == len(positions):
        return "No year is fully covered."
    named = join([FinancialYear(one.year) for one in short])
    return f"{named} {'is' if len(short) == 1 else 'are'} not fully covered."
