"""Arithmetic of a pooled fund: what is required, what is missing, who is asked for how much. Amounts are pounds."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import PENNY, as_pounds, split
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal

NOTHING = Decimal("0.00")
LARGEST = Decimal("1000000000.00")
MOST_YEARS, MOST_PARTS = 15, 9999
DOUBTFUL_DAYS = 90  # unless the host chooses otherwise
LONGEST_REASON, SHORTEST_REASON = 2000, 5
TAKEN_CODES = frozenset({"new"})
TAKEN = "Another fund has this short name. Choose another one."
BASIS_OF_SECTOR = {
    "councils": "s75",
    "social_services": "s75",
    "health": "s75",
    "cjs": "crime_grant",
    "central": "grant",
    "charity": "charitable",
}
WHY = {
    "s75": "NHS bodies and local authorities may pool money under section 75 of the National Health Service Act 2006.",
    "crime_grant": (
        "Section 75 takes NHS bodies and local authorities only. Police and crime commissioners give by a crime and disorder grant "
        "under the Police Reform and Social Responsibility Act 2011, so the money is kept in a pot of its own."
    ),
    "grant": "Section 75 takes NHS bodies and local authorities only, so this money comes by a grant agreement, in a pot of its own.",
    "partnership": (
        "Section 75 takes NHS bodies and local authorities only, so this money comes by a partnership agreement, in a pot of its own."
    ),
    "charitable": "Charitable money is restricted to its purpose, so it is kept in a pot of its own.",
}
CREDIT_IN_WORDS = (
    "What a sector or partner gives already is taken off its share, never below £0. What is left is scaled up in its own ratio, "
    "so that the shares still add up to the base to the penny."
)


class FundRefused(Refusal):
    """The fund, its requirement or its shares cannot be like this."""


@dataclass(frozen=True)
class SectorPart:
    """A sector's part in the split, what domestic abuse costs it (any unit, the same for all), and what it gives already."""

    sector: str
    label: str
    parts: int
    cost_parts: int
    credit: Decimal = NOTHING


@dataclass(frozen=True)
class SectorLine:
    """What a sector is asked for by the agreed parts, and what it would be by the true ratio of the costs."""

    sector: str
    label: str
    parts: int
    cost_parts: int
    amount: Decimal
    true_amount: Decimal
    credit: Decimal = NOTHING

    @property
    def difference(self) -> Decimal:
        """What rounding the ratio of the costs to small whole parts costs the sector (below zero: what it saves)."""
        return self.amount - self.true_amount


@dataclass(frozen=True)
class YearPosition:
    """How one financial year of a fund stands. Pledged is not agreed: it never counts as secured, and what waits for an
    event neither. An indicative figure counts nowhere but in its own column."""

    year: int
    required: Decimal
    pooled: Decimal
    agreed: Decimal
    pledged: Decimal
    conditional: Decimal = NOTHING
    indicative: Decimal = NOTHING
    carried: Decimal = NOTHING
    closed: bool = False
    doubtful: Decimal = NOTHING

    @property
    def secured(self) -> Decimal:
        """With what a year end brought into the year, without what it took out of it: carried money counts once. Without what is
        agreed and so long overdue that the host no longer relies on it.
        """
        return self.pooled + self.agreed + self.carried - self.doubtful

    @property
    def carried_in(self) -> Decimal:
        return max(NOTHING, self.carried)

    @property
    def own(self) -> Decimal:
        """What is secured without what came from the year before."""
        return self.secured - self.carried_in

    @property
    def missing(self) -> Decimal:
        """What nobody has agreed to give yet. A year that is closed lacks nothing: it has paid what it used."""
        return self._without(self.secured)

    @property
    def missing_with_pledges(self) -> Decimal:
        """What would still be missing if every condition were met and every pledge agreed."""
        return self._without(self.secured + self.conditional + self.pledged)

    @property
    def missing_with_conditional(self) -> Decimal:
        """What would still be missing if every condition were met."""
        return self._without(self.secured + self.conditional)

    def _without(self, at_hand: Decimal) -> Decimal:
        return NOTHING if self.closed else missing(self.required, at_hand)


def basis_for(sector: str) -> str:
    """The legal basis, and so the pot, of money that a partner of this sector gives (SI 2000/617, regulations 2, 3 and 7)."""
    return BASIS_OF_SECTOR.get(sector, "partnership")


def line_amount(quantity: Decimal, unit_cost: Decimal) -> Decimal:
    return (quantity * unit_cost).quantize(PENNY)


def missing(required: Decimal, at_hand: Decimal) -> Decimal:
    """The gap; never below zero, because money to spare in a fund is not a negative gap."""
    return max(NOTHING, required - at_hand)


def sector_lines(base: Decimal, parts: Sequence[SectorPart]) -> list[SectorLine]:
    """The proportionate cost model of the 2012 report: `base` shared by the parts and, beside it, by the costs.

    Both columns add up to `base` to the penny; ties go to the first listed. Without costs the second says the same as the first.
    """
    if not parts:
        return []
    credits = [part.credit for part in parts]
    costs = [part.cost_parts for part in parts]
    amounts = credited(base, [part.parts for part in parts], credits)
    true_amounts = credited(base, costs, credits) if any(costs) else amounts
    return [
        SectorLine(part.sector, part.label, part.parts, part.cost_parts, amount, true_amount, part.credit)
        for part, amount, true_amount in zip(parts, amounts, true_amounts, strict=True)
    ]


def credited(base: Decimal, parts: Sequence[int], credits: Sequence[Decimal]) -> list[Decimal]:
    """`base` shared by the parts; then what each gives already is taken off its share, never below nothing, and what is left is
    scaled up again in its own ratio, so that it adds up to `base` to the penny.

    Where everybody gives the whole of its share already, there is nothing to tell them apart, and the parts alone count.
    """
    shares = split(base, parts)
    left = [max(NOTHING, share - given) for share, given in zip(shares, credits, strict=True)]
    return split(base, left) if any(credits) and any(left) else shares


def member_shares(
    amount: Decimal, members: Sequence[int], parts: Mapping[int, int] | None = None, credits: Mapping[int, Decimal] | None = None
) -> dict[int, Decimal]:
    """A sector's share among its members: in equal parts, until the board decides others.

    :param members: keys of the organisations, in the order in which odd pennies are given out.
    :param parts: a member's part where it is not one; `credits` what a member gives already, if that is taken off.
    """
    if not members:
        return {}
    weights = [(parts or {}).get(member, 1) for member in members]
    if not any(weights):
        weights = [1] * len(members)
    return dict(zip(members, credited(amount, weights, [(credits or {}).get(member, NOTHING) for member in members]), strict=True))


def check_details(*, code: str, taken: bool, first_year: int, last_year: int) -> None:
    """:raises FundRefused: a code that cannot stand in an address or is taken, years in the wrong order or too many."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or code in TAKEN_CODES:
        raise FundRefused("Write the short name in small letters, figures and single hyphens, like kent-2027.", field="code")
    if taken:
        raise FundRefused(TAKEN, field="code")
    if last_year < first_year:
        raise FundRefused("The last financial year must be the first one or a later one.", field="last_year")
    if last_year - first_year >= MOST_YEARS:
        raise FundRefused(f"A fund runs over {MOST_YEARS} financial years at most. Choose an earlier last year.", field="last_year")


def check_line(*, quantity: Decimal, unit_cost: Decimal, one_off_year: int | None, years: Collection[int]) -> None:
    """:raises FundRefused: nothing, more than can be meant, a fraction of a penny, or a year that the fund does not run in."""
    if quantity <= 0:
        raise FundRefused("The quantity must be more than 0.", field="quantity")
    if unit_cost <= 0:
        raise FundRefused("The cost of one unit must be more than £0.", field="unit_cost_amount")
    if quantity * unit_cost > LARGEST:
        most = as_pounds(LARGEST, whole=True)
        raise FundRefused(f"Quantity times cost must be {most} or less. Check the number of noughts.", field="unit_cost_amount")
    if line_amount(quantity, unit_cost) <= 0:
        raise FundRefused("Quantity times cost is less than a penny. Check both.", field="quantity")
    if one_off_year is not None and one_off_year not in years:
        raise FundRefused("Choose a financial year in which the fund runs.", field="one_off_year")


def check_source(*, amount: Decimal, sector: str, pot: str) -> None:
    """:raises FundRefused: a negative amount, or a pot that the law does not open to the giver."""
    if amount < 0 or amount > LARGEST:
        raise FundRefused(f"The amount must be between £0 and {as_pounds(LARGEST, whole=True)}.", field="amount")
    if pot == "s75" and sector and basis_for(sector) != "s75":
        raise FundRefused(f"{WHY[basis_for(sector)]} Choose another pot.", field="pot")


def check_parts(parts: Mapping[str, int], costs: Mapping[str, int | None]) -> None:
    """:param parts: by sector, only those that have some; `costs` in £ million, of all of them or of none.

    :raises FundRefused:
    """
    if not parts:
        raise FundRefused("Give at least one sector a part. Leave the others empty.")
    for sector in parts:
        if not 0 < parts[sector] <= MOST_PARTS:
            raise FundRefused(f"A part must be a whole number from 1 to {MOST_PARTS:,}.", field=f"parts_{sector}")
    for sector, cost in costs.items():
        if cost is not None and sector not in parts:
            raise FundRefused("Give this sector a part too, or take its cost out.", field=f"parts_{sector}")
    told = [sector for sector in parts if costs.get(sector)]
    if told and len(told) < len(parts):
        lacking = next(sector for sector in parts if not costs.get(sector))
        raise FundRefused("Give the cost of each sector that has a part, or of none.", field=f"cost_{lacking}")


def check_from_year(year: int, *, first: int, last: int) -> None:
    """:raises FundRefused: the fund does not run in the year from which a version is to count."""
    if not first <= year <= last:
        raise FundRefused(
            f"The fund runs from {FinancialYear(first)} to {FinancialYear(last)}. Choose one of its years.", field="from_year"
        )


def check_reason(reason: str) -> None:
    """:raises FundRefused: no reason that others can read later."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise FundRefused(f"Give the reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters. Partners read it.", field="reason")


def lacking(*, lines: int, sectors: int, years_outside: Collection[int], has_manager: bool) -> list[str]:
    """What a fund needs before partners see it, in sentences; nothing when it is ready."""
    outside = ", ".join(str(FinancialYear(year)) for year in sorted(years_outside))
    found = [
        ("" if lines else "Add what the joint services cost: one cost line at least."),
        (f"A one-off cost lies in {outside}, when the fund does not run. Change the year of the line or of the fund." if outside else ""),
        ("" if sectors else "Say which sectors share the cost, and in which parts."),
        ("" if has_manager else "Choose the pool manager: a finance officer of your organisation."),
    ]
    return [sentence for sentence in found if sentence]
