"""Why partners are asked, how each year stands and what less money would mean: what the statement of a fund begins and ends with."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from funders.accounts.queries.statement import Statement
from funders.budget.queries import closed_years
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.queries import Requirement, Split, requirement_of, shares_of, split_of
from funders.pool.rules import NOTHING, SectorLine, YearPosition
from funders.receipts.queries import doubtful_by_year
from funders.scenarios.models import Scenario
from funders.scenarios.rules import YearOutcome, outcome_from
from funders.scenarios.states import ScenarioState
from funders.statements.rules import YearCertainty


@dataclass(frozen=True)
class Grounds:
    """Why partners are asked and what is missing: the requirement, its shares, each year's shortfall, and what less money would mean."""

    requirement: Requirement
    split: Split
    positions: tuple[YearPosition, ...]
    scenarios: tuple[tuple[Scenario, YearOutcome], ...]

    @cached_property
    def base_amount(self) -> Decimal:
        return self.requirement.base_amount(self.split.base)

    @cached_property
    def shares(self) -> list[SectorLine]:
        return shares_of(self.requirement, self.split)


def with_scenarios(funds: PooledFundQuerySet) -> PooledFundQuerySet:
    """Each with `shared_scenarios`: those that were shared and stand, the oldest first, read in the same statement."""
    rows = Scenario.objects.filter(fund=OuterRef("pk"), state=ScenarioState.SHARED).order_by("saved_at", "pk")
    return funds.annotate(
        shared_scenarios=ArraySubquery(rows.values(told=JSONObject(reference="reference", name="name", outcome="outcome")))
    )


def grounds_of(statement: Statement) -> Grounds:
    """Each shared scenario is shown in the year in which most is cut."""
    fund = statement.fund
    shared = getattr(fund, "shared_scenarios", None)
    if shared is None:
        shared = with_scenarios(PooledFund.objects.filter(pk=fund.pk)).get().shared_scenarios  # type: ignore[attr-defined]
    scenarios = tuple((Scenario(fund=fund, **one), outcome_from(one["outcome"]).worst) for one in shared)
    requirement = requirement_of(fund)
    return Grounds(requirement, split_of(fund), tuple(_positions(statement, requirement)), scenarios)


def _positions(statement: Statement, requirement: Requirement) -> list[YearPosition]:
    """How each year stands, as the sums of the statement have it."""
    doubtful, closed = doubtful_by_year(statement.fund, timezone.localdate()), closed_years(statement.fund)
    names = ("pooled", "agreed", "pledged", "conditional", "indicative", "carried")
    return [
        YearPosition(
            year=year,
            required=requirement.required_in(year),
            closed=year in closed,
            doubtful=doubtful.get(year, NOTHING),
            **{name: getattr(sums, name) for name in names},
        )
        for year, sums in statement.years.items()
    ]


def certainty_in(statement: Statement, grounds: Grounds) -> list[YearCertainty]:
    """How sure each year's money is, and what contracts have committed of it, as the statement has it."""
    years = statement.years
    return [YearCertainty(one, years[one.year].received, years[one.year].committed) for one in grounds.positions]
