"""Arithmetic of a pooled fund: what is required, what is missing, who is asked for how much. Amounts are pounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import PENNY, split

NOTHING = Decimal("0.00")
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


@dataclass(frozen=True)
class SectorPart:
    """A sector's part in the split, and what domestic abuse costs it (any unit, the same for all)."""

    sector: str
    label: str
    parts: int
    cost_parts: int


@dataclass(frozen=True)
class SectorLine:
    """What a sector is asked for by the agreed parts, and what it would be by the true ratio of the costs."""

    sector: str
    label: str
    parts: int
    cost_parts: int
    amount: Decimal
    true_amount: Decimal

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

    @property
    def secured(self) -> Decimal:
        return self.pooled + self.agreed

    @property
    def missing(self) -> Decimal:
        """What nobody has agreed to give yet."""
        return missing(self.required, self.secured)

    @property
    def missing_with_pledges(self) -> Decimal:
        """What would still be missing if every condition were met and every pledge agreed."""
        return missing(self.required, self.secured + self.conditional + self.pledged)

    @property
    def missing_with_conditional(self) -> Decimal:
        """What would still be missing if every condition were met."""
        return missing(self.required, self.secured + self.conditional)


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

    Both columns add up to `base` to the penny; ties go to the first listed.
    """
    if not parts:
        return []
    amounts = split(base, [part.parts for part in parts])
    true_amounts = split(base, [part.cost_parts for part in parts])
    return [
        SectorLine(part.sector, part.label, part.parts, part.cost_parts, amount, true_amount)
        for part, amount, true_amount in zip(parts, amounts, true_amounts, strict=True)
    ]


def member_shares(amount: Decimal, members: Sequence[int]) -> dict[int, Decimal]:
    """A sector's share in equal parts among its members: a proposal, until the board decides other parts.

    :param members: keys of the organisations, in the order in which odd pennies are given out.
    """
    if not members:
        return {}
    return dict(zip(members, split(amount, [1] * len(members)), strict=True))
