"""What a fund requires, what it holds already and who is asked for the rest, year by year."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from funders.pool.models import Base, Choices, CostLine, MemberShare, PooledAlready, PooledFund, SectorShare
from funders.pool.rules import NOTHING, SectorLine, SectorPart, line_amount, member_shares, missing, sector_lines


@dataclass(frozen=True)
class Requirement:
    """What a fund requires and the money that partners keep in it already. Amounts are pounds a year, unless a year is named."""

    lines: tuple[CostLine, ...]
    sources: tuple[PooledAlready, ...]
    earlier: Mapping[int, "Requirement"] = field(default_factory=dict)

    def in_year(self, year: int) -> "Requirement":
        """What counts for a year, which an earlier version may have fixed."""
        return self.earlier.get(year, self)

    @property
    def years_apart(self) -> list[int]:
        """The years that require something else than the others: by a one-off cost, or by an earlier version."""
        return sorted({*self.one_off_years, *self.earlier})

    @property
    def required(self) -> Decimal:
        """What every year requires; a one-off cost counts in its own year only."""
        return sum((amount_of(line) for line in self.lines if line.one_off_year is None), NOTHING)

    @property
    def one_off_years(self) -> list[int]:
        """The years that bear a one-off cost, by the calendar year in which they begin."""
        return sorted({line.one_off_year for line in self.lines if line.one_off_year is not None})

    @property
    def all_sources(self) -> Decimal:
        """What sources give; what is conditional stands apart."""
        return sum((source.amount for source in self.sources if not source.condition), NOTHING)

    @property
    def pooled(self) -> Decimal:
        return sum((source.amount for source in self.sources if source.poolable and not source.condition), NOTHING)

    @property
    def conditional(self) -> Decimal:
        """What will be in the pool if the events come that it waits for."""
        return sum((source.amount for source in self.sources if source.poolable and source.condition), NOTHING)

    @property
    def gap(self) -> Decimal:
        return missing(self.required, self.pooled)

    def once_in(self, year: int) -> Decimal:
        """One-off costs of one year."""
        return sum((amount_of(line) for line in self.in_year(year).lines if line.one_off_year == year), NOTHING)

    def required_in(self, year: int) -> Decimal:
        return self.in_year(year).required + self.once_in(year)

    def pooled_in(self, year: int) -> Decimal:
        return self.in_year(year).pooled

    def conditional_in(self, year: int) -> Decimal:
        return self.in_year(year).conditional

    def gap_in(self, year: int) -> Decimal:
        return missing(self.required_in(year), self.pooled_in(year))

    def base_amount(self, base: str, year: int | None = None) -> Decimal:
        """What the cost model divides, the gap or the total: of one year, or of any year without one-off costs."""
        if base == Base.TOTAL:
            return self.required if year is None else self.required_in(year)
        return self.gap if year is None else self.gap_in(year)


@dataclass(frozen=True)
class Split:
    """How a fund is shared: parts of sectors and, where they are not equal, of partners; the base; what counts as given already."""

    shares: tuple[SectorShare, ...]
    members: tuple[MemberShare, ...]
    base: str
    credit_existing: bool
    earlier: Mapping[int, "Split"] = field(default_factory=dict)

    def in_year(self, year: int) -> "Split":
        return self.earlier.get(year, self)

    @property
    def ratio(self) -> str:
        """ "7 : 4 : 1"."""
        return " : ".join(str(share.parts) for share in self.shares)

    @property
    def member_parts(self) -> dict[int, int]:
        return {one.organisation_id: one.parts for one in self.members}


@dataclass(frozen=True)
class Ask:
    """What one partner is asked for in each year, and why."""

    funder: Organisation
    line: SectorLine
    amount: Decimal
    members: int


def amount_of(line: CostLine) -> Decimal:
    return line_amount(line.quantity, line.unit_cost_amount)


def requirement_of(fund: PooledFund) -> Requirement:
    """As it counts: the version in force with the earlier ones in their years, or what is written of a draft."""
    earlier = {int(year): requirement_in(fund, key) for year, key in fund.earlier_versions.items()}
    return replace(requirement_in(fund, fund.in_force_id), earlier=earlier)


def sources_of(fund: PooledFund) -> Requirement:
    """The same without what it requires, for whoever asks only what is pooled already."""
    earlier = {int(year): _sources_in(fund, key) for year, key in fund.earlier_versions.items()}
    return replace(_sources_in(fund, fund.in_force_id), earlier=earlier)


def _sources_in(fund: PooledFund, version: int | None) -> Requirement:
    return Requirement((), tuple(one for one in fund.pooled_already.all() if one.cost_model_id == version))


def requirement_in(fund: PooledFund, version: int | None) -> Requirement:
    """:param version: key of a version; None for what is being written."""
    lines = tuple(one for one in fund.cost_lines.all() if one.cost_model_id == version)
    return Requirement(lines, tuple(one for one in fund.pooled_already.all() if one.cost_model_id == version))


def split_of(fund: PooledFund) -> Split:
    """The same of the shares."""
    chosen = fund.cost_models.in_bulk(set(fund.earlier_versions.values())) if fund.earlier_versions else {}
    earlier = {int(year): split_in(fund, key, chosen[key]) for year, key in fund.earlier_versions.items()}
    return replace(split_in(fund, fund.in_force_id, fund), earlier=earlier)


def split_in(fund: PooledFund, version: int | None, chosen: Choices) -> Split:
    """:param chosen: whose base and credit count: the fund's own, or an older version's."""
    shares = tuple(one for one in fund.sector_shares.all() if one.cost_model_id == version)
    members = tuple(one for one in fund.member_shares.all() if one.cost_model_id == version)
    return Split(shares, members, chosen.base, chosen.credit_existing)


def shares_of(requirement: Requirement, split: Split, base: str = "", year: int | None = None) -> list[SectorLine]:
    """Each sector's share of a year. :param base: `gap` or `total` instead of the fund's own choice."""
    if year is not None:
        requirement, split = requirement.in_year(year), split.in_year(year)
    given = given_by_sector(requirement) if split.credit_existing else {}
    parts = [
        SectorPart(one.sector, one.get_sector_display(), one.parts, one.cost_parts, given.get(one.sector, NOTHING)) for one in split.shares
    ]
    return sector_lines(requirement.base_amount(base or split.base, year), parts)


def pooled_by_pot(requirement: Requirement) -> dict[str, Decimal]:
    """What is pooled already, by pot; what waits for its event is in none."""
    found: dict[str, Decimal] = {}
    for one in requirement.sources:
        if one.poolable and not one.condition:
            found[one.pot] = found.get(one.pot, NOTHING) + one.amount
    return found


def given_by_sector(requirement: Requirement) -> dict[str, Decimal]:
    """What is in the pool already and is known to come from a sector or one of its partners."""
    found: dict[str, Decimal] = {}
    for one in requirement.sources:
        if one.sector and one.poolable and not one.condition:
            found[one.sector] = found.get(one.sector, NOTHING) + one.amount
    return found


def given_by_partner(requirement: Requirement) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for one in requirement.sources:
        if one.giver_id and one.poolable and not one.condition:
            found[one.giver_id] = found.get(one.giver_id, NOTHING) + one.amount
    return found


def partners_of(split: Split) -> dict[str, list[Organisation]]:
    """The funders of each sector that has a part."""
    members: dict[str, list[Organisation]] = {}
    sectors = {share.sector for one in (split, *split.earlier.values()) for share in one.shares}
    for funder in Organisation.objects.funders().filter(sector__in=sectors).order_by("code"):
        members.setdefault(funder.sector, []).append(funder)
    return members


def asks_of(
    requirement: Requirement, split: Split, partners: dict[str, list[Organisation]] | None = None, year: int | None = None
) -> list[Ask]:
    """Each funder of the sectors with its part of its sector's share, the sectors in their own order."""
    members = partners_of(split) if partners is None else partners
    if year is not None:
        requirement, split = requirement.in_year(year), split.in_year(year)
    credits = given_by_partner(requirement) if split.credit_existing else {}
    asks = []
    for line in shares_of(requirement, split, year=year):
        funders = members.get(line.sector, [])
        shares = member_shares(line.amount, [funder.pk for funder in funders], split.member_parts, credits)
        asks += [Ask(funder, line, shares[funder.pk], len(funders)) for funder in funders]
    return asks


def shared_by_key(amount: Decimal, split: Split) -> list[Ask]:
    """A sum of its own among the partners, by the agreed parts and without credit for what they give already."""
    parts = [SectorPart(one.sector, one.get_sector_display(), one.parts, one.cost_parts) for one in split.shares]
    members, asks = partners_of(split), []
    for line in sector_lines(amount, parts):
        funders = members.get(line.sector, [])
        shares = member_shares(line.amount, [funder.pk for funder in funders], split.member_parts)
        asks += [Ask(funder, line, shares[funder.pk], len(funders)) for funder in funders]
    return asks


def ask_of(fund: PooledFund, funder: Organisation, year: int | None = None) -> Ask | None:
    """What the fund asks of one partner in a year; None when the model has no part for its sector."""
    found = asks_of(requirement_of(fund), split_of(fund), year=year)
    return next((ask for ask in found if ask.funder.pk == funder.pk), None)


def asked_by_year(fund: PooledFund, funder: Organisation) -> dict[int, Decimal]:
    """What the fund asks of one partner in each of its years; nothing at all when the model has no part for its sector."""
    requirement, split = requirement_of(fund), split_of(fund)
    partners = partners_of(split)
    asks = {year.start: asks_of(requirement, split, partners, year.start) for year in years_of(fund)}
    return {year: ask.amount for year, found in asks.items() for ask in found if ask.funder.pk == funder.pk}


def ratio_of(fund: PooledFund) -> str:
    """ "7 : 4 : 1"."""
    return split_of(fund).ratio


def years_of(fund: PooledFund) -> list[FinancialYear]:
    return [FinancialYear(start) for start in range(fund.first_year, fund.last_year + 1)]
