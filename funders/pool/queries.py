"""What a fund requires, what it holds already and who is asked for the rest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.pool.models import Base, CostLine, PooledAlready, PooledFund, PooledFundQuerySet
from funders.pool.permissions import visible_to
from funders.pool.rules import (
    NOTHING,
    SectorLine,
    SectorPart,
    line_amount,
    member_shares,
    missing,
    sector_lines,
)


@dataclass(frozen=True)
class Requirement:
    """The yearly requirement of a fund and the money that partners keep in it already. Amounts are pounds a year."""

    lines: tuple[CostLine, ...]
    sources: tuple[PooledAlready, ...]

    @property
    def required(self) -> Decimal:
        return sum((amount_of(line) for line in self.lines), NOTHING)

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

    def base_amount(self, base: str) -> Decimal:
        """What the cost model divides: the gap or the total, as the fund chose."""
        return self.required if base == Base.TOTAL else self.gap


@dataclass(frozen=True)
class Ask:
    """What one partner is asked for in each year, and why."""

    funder: Organisation
    line: SectorLine
    amount: Decimal
    members: int


def amount_of(line: CostLine) -> Decimal:
    return line_amount(line.quantity, line.unit_cost_amount)


def fund_for(seat: Seat, code: str) -> PooledFund | None:
    """One fund with its cost lines, sources and shares, if the seat may read it."""
    return funds_for(seat).filter(code=code).first()


def funds_for(seat: Seat) -> PooledFundQuerySet:
    return visible_to(seat).select_related("host").prefetch_related("cost_lines", "pooled_already", "sector_shares")


def requirement_of(fund: PooledFund) -> Requirement:
    return Requirement(tuple(fund.cost_lines.all()), tuple(fund.pooled_already.all()))


def shares_of(fund: PooledFund, requirement: Requirement, base: str = "") -> list[SectorLine]:
    """Each sector's share. :param base: `gap` or `total` instead of the fund's own choice."""
    parts = [SectorPart(share.sector, share.get_sector_display(), share.parts, share.cost_parts) for share in fund.sector_shares.all()]
    return sector_lines(requirement.base_amount(base or fund.base), parts)


def asks_of(lines: list[SectorLine]) -> list[Ask]:
    """Each funder of the sectors with its equal part of its sector's share, the sectors in their own order."""
    members: dict[str, list[Organisation]] = {}
    for funder in Organisation.objects.funders().filter(sector__in=[line.sector for line in lines]).order_by("code"):
        members.setdefault(funder.sector, []).append(funder)
    return [ask for line in lines for ask in _asks(line, members.get(line.sector, []))]


def _asks(line: SectorLine, funders: list[Organisation]) -> list[Ask]:
    shares = member_shares(line.amount, [funder.pk for funder in funders])
    return [Ask(funder, line, shares[funder.pk], len(funders)) for funder in funders]


def ask_of(fund: PooledFund, funder: Organisation) -> Ask | None:
    """What the fund asks of one partner; None when the model has no part for its sector."""
    found = asks_of(shares_of(fund, requirement_of(fund)))
    return next((ask for ask in found if ask.funder.pk == funder.pk), None)


def ratio_of(fund: PooledFund) -> str:
    """ "7 : 4 : 1"."""
    return " : ".join(str(share.parts) for share in fund.sector_shares.all())


def years_of(fund: PooledFund) -> list[FinancialYear]:
    return [FinancialYear(start) for start in range(fund.first_year, fund.last_year + 1)]


def is_over(fund: PooledFund, today: date) -> bool:
    return FinancialYear(fund.last_year).last_day < today


def running_fund(year: int) -> PooledFund | None:
    """The fund that covers a financial year (its first calendar year); the first by order if there are several."""
    return PooledFund.objects.running_in(year).first()
