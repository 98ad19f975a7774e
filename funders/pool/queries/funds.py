"""Funds that a seat may read, and what is being written of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Membership, Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.models import CostModel, PooledFund, PooledFundQuerySet
from funders.pool.permissions import visible_to, written_by
from funders.pool.queries.requirement import requirement_in, split_in
from funders.pool.rules import lacking

PARTS = ("cost_lines", "pooled_already", "sector_shares", "member_shares__organisation")


def fund_for(seat: Seat, code: str) -> PooledFund | None:
    """One fund with its cost lines, sources and shares, if the seat may read it."""
    return funds_for(seat).filter(code=code).first()


def funds_for(seat: Seat) -> PooledFundQuerySet:
    return visible_to(seat).select_related("host", "in_force", "pool_manager").prefetch_related(*PARTS)


def choices_among(rows: "QuerySet[Any]") -> list[tuple[str, str]]:
    """The funds to which these rows belong, by code and name, for a filter."""
    return [(one.code, one.name) for one in PooledFund.objects.filter(pk__in=rows.order_by().values("fund"))]


def fund_to_write(seat: Seat, code: str) -> PooledFund | None:
    """The same, if the seat may set it up or change it."""
    return written_by(seat).select_related("host", "in_force", "pool_manager").prefetch_related(*PARTS).filter(code=code).first()


def funders_in_sectors() -> list[Organisation]:
    """Every partner that can give, with a sector."""
    return list(Organisation.objects.funders().exclude(sector="").order_by("name"))


def is_over(fund: PooledFund, today: date) -> bool:
    return FinancialYear(fund.last_year).last_day < today


def running_fund(year: int) -> PooledFund | None:
    """The fund that covers a financial year (its first calendar year); the first by order if there are several."""
    return PooledFund.objects.running_in(year).first()


def is_being_written(fund: PooledFund) -> bool:
    """Whether there are rows that no version holds yet: of a draft, or of the next version of an open fund."""
    requirement, split = requirement_in(fund, None), split_in(fund, None, fund)
    return bool(requirement.lines or requirement.sources or split.shares or split.members)


def lacking_of(fund: PooledFund) -> list[str]:
    """What the rows that are being written lack before they can be put into force."""
    requirement = requirement_in(fund, None)
    outside = [year for year in requirement.one_off_years if not fund.first_year <= year <= fund.last_year]
    told = {"lines": len(requirement.lines), "sectors": len(split_in(fund, None, fund).shares)}
    return lacking(**told, years_outside=outside, has_manager=fund.pool_manager_id is not None)


def versions_of(fund: PooledFund) -> list[CostModel]:
    """The oldest first."""
    return list(fund.cost_models.select_related("made_by").order_by("number"))


def officers_of(organisations: Iterable[Organisation]) -> list[str]:
    """E-mail addresses of the people who pledge for these partners now."""
    held = Membership.objects.current().filter(organisation__in=list(organisations), role=Role.FUNDER_OFFICER)
    return sorted(set(held.values_list("person__email", flat=True)))
