"""One fund as a whole: what each year needs, what is agreed, pledged and missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from commissioning.organisations.models import Organisation
from commissioning.tenders.models import Tender
from funders.budget.queries import carried_by_year, closed_years, with_closed_years
from funders.claims.queries import Claims
from funders.claims.rules import Unsecured, unsecured_soon
from funders.contributions.models import Contribution
from funders.contributions.queries import YearSums, fund_contributions, sums_by_year, with_progress
from funders.ledger.queries import received_of_sources, with_received
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.queries import (
    Ask,
    Requirement,
    Split,
    asks_of,
    is_over,
    partners_of,
    requirement_of,
    shares_of,
    sources_of,
    split_of,
    years_of,
)
from funders.pool.rules import NOTHING, SectorLine, YearPosition
from funders.receipts.queries import doubtful_by_year, with_late
from funders.statements.queries.partners import PartnerTotal, PartnerYear, partner_totals
from funders.statements.rules import YearCertainty


@dataclass(frozen=True)
class FundPicture:
    """Everything that the page of a fund shows. Asked shares are the fund's own; `shown` are those of the base looked at."""

    fund: PooledFund
    requirement: Requirement
    split: Split
    base: str
    shown: list[SectorLine]
    asks: list[Ask]
    positions: list[YearPosition]
    partners: list[PartnerTotal]
    received: dict[int, Decimal]
    contributions: list[Contribution]

    @cached_property
    def base_amount(self) -> Decimal:
        return self.requirement.base_amount(self.base)

    @cached_property
    def ratio(self) -> str:
        """ "7 : 4 : 1"."""
        return " : ".join(str(line.parts) for line in self.shown)

    @cached_property
    def true_ratio(self) -> str:
        return " : ".join(str(line.cost_parts) for line in self.shown)

    @property
    def is_own_base(self) -> bool:
        """Whether the shares shown are those that the fund asks for, and not a look at the other base."""
        return self.base == self.fund.base

    @property
    def funder_choices(self) -> list[tuple[str, str]]:
        return [(one.funder.code, one.funder.name) for one in self.partners]

    @property
    def year_choices(self) -> list[tuple[str, str]]:
        return [(year.code, year.label) for year in years_of(self.fund)]


def picture_of(fund: PooledFund, base: str = "") -> FundPicture:
    """:param base: look at the shares of `gap` or `total` instead of the fund's own choice."""
    requirement, split = requirement_of(fund), split_of(fund)
    partners = partners_of(split)
    asks = asks_of(requirement, split, partners)
    once = {year: asks_of(requirement, split, partners, year) for year in requirement.years_apart}
    contributions = list(with_progress(with_received(fund_contributions(fund))).select_related("funder", "fund", "pledge"))
    return FundPicture(
        fund=fund,
        requirement=requirement,
        split=split,
        base=base or fund.base,
        shown=shares_of(requirement, split, base),
        asks=asks,
        positions=_positions(fund, requirement, _sums(contributions)),
        partners=partner_totals(years_of(fund), asks, once, contributions),
        received=_received(fund, contributions),
        contributions=contributions,
    )


def certainty_of(picture: FundPicture, claims: Claims, today: date) -> list[YearCertainty]:
    """How sure each year's money is, what contracts have committed of it, and what signed ones will."""
    committed, signed = claims.committed(), claims.signed(today)
    return [
        YearCertainty(one, *(found.get(one.year, NOTHING) for found in (picture.received, committed, signed))) for one in picture.positions
    ]


@dataclass(frozen=True)
class Alert:
    """A contract, by title and provider, that starts or goes on into a year whose money is not secured."""

    fund: PooledFund
    name: str
    found: Unsecured

    @property
    def year(self) -> int:
        return self.found.year

    @property
    def is_beyond(self) -> bool:
        """Whether the fund has ended by then and no other pays."""
        return self.found.year > self.fund.last_year


def alerts_of(fund: PooledFund, secured: Mapping[int, Decimal], claims: Claims, today: date) -> list[Alert]:
    """Contracts that start or go on within 90 days into a year whose money is not secured. :param secured: pounds by year."""
    return [Alert(fund, claims.names[one.contract], one) for one in unsecured_soon(claims.costs, secured=secured, today=today)]


def own_of(picture: FundPicture, funder: Organisation | None) -> list[Contribution]:
    """What stands of one partner in the fund, by year."""
    return sorted((one for one in picture.contributions if funder and one.funder_id == funder.pk), key=lambda one: one.year)


def names_partners(picture: FundPicture, today: date) -> bool:
    """Whether the fund asks partners by name: not when its years were over before anybody gave, as with a proposal of old papers."""
    return bool(picture.partners) and not (
        is_over(picture.fund, today) and not any(one.agreed or one.conditional or one.pledged for one in picture.partners)
    )


def unanswered(picture: FundPicture, today: date) -> list[PartnerYear]:
    """Partners and years for which an answer is still to come: asked, the year not over, and nothing said, not even £0."""
    rows = [row for partner in picture.partners for row in partner.years]
    return [row for row in rows if row.is_unanswered and row.year.last_day >= today]


def giving(picture: FundPicture, *, funder: str = "", year: str = "", answer: str = "") -> list[PartnerYear]:
    """One row a partner and year, where there is anything to say. :param funder: its code; `year` as in "2026-27"."""
    rows = [row for partner in picture.partners for row in partner.years if row.says_something]
    rows = [row for row in rows if not funder or row.funder.code == funder]
    rows = [row for row in rows if not answer or row.answer == answer]
    return [row for row in rows if not year or row.year.code == year]


def funds_of_tender(tender: Tender) -> PooledFundQuerySet:
    """The one fund that is to pay for a tender, by the code that the tender names; none where it is not open."""
    return with_late(with_closed_years(PooledFund.objects.open()), timezone.localdate()).filter(code=tender.fund_code)


def fund_of_tender(tender: Tender) -> PooledFund | None:
    return funds_of_tender(tender).first()


def secured_by_year(fund: PooledFund) -> dict[int, Decimal]:
    """Pounds that are pooled or agreed, for each year of the fund."""
    return {one.year: one.secured for one in _positions(fund, sources_of(fund), sums_by_year(fund))}


def positions_of(fund: PooledFund) -> list[YearPosition]:
    """How each year of the fund stands."""
    return _positions(fund, requirement_of(fund), sums_by_year(fund))


def _positions(fund: PooledFund, requirement: Requirement, sums: dict[int, YearSums]) -> list[YearPosition]:
    found = [(year.start, sums.get(year.start, YearSums())) for year in years_of(fund)]
    closed = closed_years(fund)
    carried = carried_by_year(fund) if closed else {}
    doubtful = doubtful_by_year(fund, timezone.localdate())
    return [
        YearPosition(
            year,
            requirement.required_in(year),
            requirement.pooled_in(year),
            one.agreed,
            one.pledged,
            requirement.conditional_in(year) + one.conditional,
            one.indicative,
            carried.get(year, NOTHING),
            year in closed,
            doubtful.get(year, NOTHING),
        )
        for year, one in found
    ]


def _received(fund: PooledFund, contributions: Iterable[Contribution]) -> dict[int, Decimal]:
    """What has arrived for each year: of contributions, and of money that is pooled already."""
    found: dict[int, Decimal] = {}
    for (_, year), amount in received_of_sources(fund).items():
        found[year or 0] = found.get(year or 0, NOTHING) + amount
    for one in contributions:
        found[one.year] = found.get(one.year, NOTHING) + one.received  # type: ignore[attr-defined]
    return found


def _sums(contributions: Iterable[Contribution]) -> dict[int, YearSums]:
    found: dict[int, dict[str, Decimal]] = {}
    for one in contributions:
        if one.is_nothing:
            continue
        sums = found.setdefault(one.year, {})
        sums[one.standing] = sums.get(one.standing, NOTHING) + one.amount
    return {year: YearSums(**sums) for year, sums in found.items()}
