"""Whether the money of a fund covers a term of years, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import join, number_word, percent
from funders.claims.rules import Taken
from funders.pool.rules import NOTHING, YearPosition, missing

NONE_TAKEN = Taken()


class Answer(StrEnum):
    """Whether a partner has answered for a year. £0 is an answer, blank is none."""

    NONE = "none"
    NOTHING = "nothing"
    GIVEN = "given"


class Outside(StrEnum):
    """Why no money of a fund can be agreed for a year."""

    NO = ""
    AFTER = "the fund ends before it"
    BEFORE = "the fund begins after it"


@dataclass(frozen=True)
class Uncovered:
    """A year in which what is agreed and not taken by others does not cover what is to be spent; or one outside the fund."""

    year: FinancialYear
    needed: Decimal
    secured: Decimal
    taken: Taken = NONE_TAKEN
    outside: Outside = Outside.NO

    @property
    def free(self) -> Decimal:
        return missing(self.secured, self.taken.sum)

    @property
    def missing(self) -> Decimal:
        return missing(self.needed, self.free)

    @property
    def sentence(self) -> str:
        if self.outside:
            return f"{self.year}: {self.outside}. {as_pounds(self.needed)} is needed and nothing is agreed."
        said = f"{self.year}: {as_pounds(self.missing)} is missing. {as_pounds(self.needed)} is needed and "
        said += f"{as_pounds(self.secured)} is pooled or agreed. "
        if self.taken.sum:
            said += f"Taken of the year already: {join(self.taken.said)}. "
        return said + "Pledges count when they are agreed."


def uncovered_years(
    needed: Mapping[int, Decimal], *, secured: Mapping[int, Decimal], taken: Mapping[int, Taken] | None = None
) -> list[Uncovered]:
    """The years in which the pooled and agreed money that others leave does not cover what is needed, and those outside the fund.

    :param needed: pounds by year. :param secured: pounds by year, for each year of the fund. :param taken: what others take of a year.
    """
    found = []
    for year, amount in sorted(needed.items()):
        outside = Outside.NO if year in secured else Outside.AFTER if year > max(secured, default=0) else Outside.BEFORE
        taken_by = (taken or {}).get(year, NONE_TAKEN) if not outside else NONE_TAKEN
        found.append(Uncovered(FinancialYear(year), amount, secured.get(year, NOTHING), taken_by, outside))
    return [one for one in found if one.missing]


@dataclass(frozen=True)
class YearCertainty:
    """How sure the money of a year is, against what contracts have committed of it and what signed ones will.

    What is pooled already is no promise that could be invoiced: until a receipt says otherwise it stands with what is agreed.
    """

    position: YearPosition
    received: Decimal
    committed: Decimal
    signed: Decimal = NOTHING

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
        """What is committed, or signed, beyond what is pooled or agreed; what is conditional or pledged does not cover it."""
        return missing(self.committed + self.signed, self.position.secured)


def certainty(years: Sequence[YearCertainty]) -> str:
    """Whether what is committed, and signed and not yet committed, rests on what is agreed, in one sentence."""
    committed, signed = (sum((getattr(one, key) for one in years), NOTHING) for key in ("committed", "signed"))
    over = [one for one in years if one.beyond]
    if over:
        said = join([f"{as_pounds(one.beyond)} in {FinancialYear(one.position.year)}" for one in over])
        more = f" Of what they take, {as_pounds(signed)} is signed and not yet committed." if signed else ""
        return f"Contracts take more than is pooled or agreed: {said} too much.{more}"
    if not committed and not signed:
        return f"No contract has committed money of this fund yet. {coverage([one.position for one in years])}"
    said = f"Contracts have committed {as_pounds(committed)}" if committed else "No contract has committed money of this fund yet"
    if signed:
        said += f", {as_pounds(signed)}{' more' if committed else ''} is signed and not yet committed"
    return f"{said}, and in each year that is covered by money that is pooled or agreed."


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
